"""The learner's module, and a harness, as a check sees them."""

import contextlib
import signal
from collections.abc import Callable
from typing import TYPE_CHECKING, Self

from autograder.examiner.command import Completed, run_command
from autograder.examiner.remote import Handle, RemoteObject
from autograder.examiner.session import Session

if TYPE_CHECKING:  # few checks start a service, and a single verdict would wait for the import of what speaks HTTP
    from autograder.examiner.dependency import Call, Dependency
    from autograder.examiner.service import RunningService


class Candidate(Handle):
    """A module over there: its functions and classes are called as if they were here.

    `opened` ends what was started beside it, services and what they depend on, with the check.
    """

    def __init__(
        self, session: Session, module: str, seconds: float | None = None, opened: contextlib.ExitStack | None = None
    ) -> None:
        super().__init__(RemoteObject(session, module, (), session.life, module), seconds)
        self._session = session
        self._module = module
        self._opened = opened or contextlib.ExitStack()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._opened.close()

    def within(self, seconds: float) -> "Candidate":
        """The same module, with `seconds` for each request."""
        return Candidate(self._session, self._module, seconds, self._opened)

    def restart(self, *, keep_files: bool = False, fresh: bool = True) -> None:
        """Start another process: objects made before are gone, and so are its files unless they are kept.

        A `fresh` one is a new interpreter with another hash salt; otherwise it may come from a warm server.
        """
        self._session.restart(keep_files=keep_files, fresh=fresh)

    def kill(self, number: int = signal.SIGKILL) -> None:
        """Send a signal to all its processes; a callback may do so while a call is under way."""
        self._session.kill(number)

    def until_killed(self, action: Callable[[], object], by: int = signal.SIGKILL) -> bool:
        """Run `action`, which asks this candidate: True when the process was ended by that signal in it.

        False when `action` came back; whatever else goes wrong is raised.
        """
        return self._session.until_killed(action, by)

    def files(self) -> dict[str, int]:
        """The plain files in its folder and below: path with `/`, size in bytes."""
        return self._session.list_files()

    def read_file(self, path: str, max_mb: float = 64) -> bytes:
        """The content of one of `files()`."""
        return self._session.read_file(path, max_mb)

    def pause(self) -> None:
        """Stop the process until `resume`."""
        self._session.pause()

    def resume(self) -> None:
        """Let the process go on."""
        self._session.resume()

    def alone(self) -> contextlib.AbstractContextManager[None]:
        """Let those who grade beside this examiner wait until the `with` block ends."""
        return self._session.lane.alone()

    def run(
        self, *arguments: str, stdin: bytes = b"", files: dict[str, bytes] | None = None, seconds: float | None = None
    ) -> Completed:
        """Run `python ARGUMENTS...` in a fresh copy of the submission; see `run_command`."""
        return run_command(self._session, arguments, stdin, files or {}, seconds)

    def start_service(
        self,
        *arguments: str,
        socket: str = "app.sock",
        ready: str | None = None,
        files: dict[str, bytes] | None = None,
        seconds: float | None = None,
    ) -> "RunningService":
        """Start `python ARGUMENTS...` in a fresh copy of the submission, and wait until it is ready; see `Program`."""
        from autograder.examiner.service import Program, RunningService

        program = Program(arguments, socket, ready, seconds or self._session.limits.start_seconds)
        return self._opened.enter_context(RunningService(self._session, program, files or {}))

    def dependency(self, name: str, answer: "Callable[[Call], object]") -> "Dependency":
        """A server of the examiner's that the service may call: `answer` gives what it answers as JSON."""
        from autograder.examiner.dependency import Dependency

        return self._opened.enter_context(Dependency(self._session.cell, name, answer))
