"""The learner's module, and a harness, as a check sees them."""

from autograder.examiner.command import Completed, run_command
from autograder.examiner.remote import Handle, RemoteObject
from autograder.examiner.session import Session


class Candidate(Handle):
    """A module over there: its functions and classes are called as if they were here."""

    def __init__(self, session: Session, module: str, seconds: float | None = None) -> None:
        super().__init__(RemoteObject(session, module, (), session.life, module), seconds)
        self._session = session
        self._module = module

    def within(self, seconds: float) -> "Candidate":
        """The same module, with `seconds` for each request."""
        return Candidate(self._session, self._module, seconds)

    def restart(self) -> None:
        """Start a fresh process: objects made before are gone."""
        self._session.restart()

    def pause(self) -> None:
        """Stop the process until `resume`."""
        self._session.pause()

    def resume(self) -> None:
        """Let the process go on."""
        self._session.resume()

    def run(
        self, *arguments: str, stdin: bytes = b"", files: dict[str, bytes] | None = None, seconds: float | None = None
    ) -> Completed:
        """Run `python ARGUMENTS...` in a fresh copy of the submission; see `run_command`."""
        return run_command(self._session, arguments, stdin, files or {}, seconds)
