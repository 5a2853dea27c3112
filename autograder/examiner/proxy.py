"""Stand-ins on the trusted side for what lives in the candidate's process."""

from typing import Any

from autograder.examiner.command import Completed, run_command
from autograder.examiner.session import RemoteObject, Session


class Remote:
    """An attribute over there, to be called. Nothing is asked before the call."""

    def __init__(self, remote: RemoteObject, seconds: float | None = None) -> None:
        self._remote = remote
        self._seconds = seconds

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Call it over there."""
        return self._remote.session.call(self._remote, args, kwargs, self._seconds)

    def __repr__(self) -> str:
        return f"<{self._remote.name} in the candidate>"


class Handle:
    """An object that lives over there: its attributes are called, or read by `fetch`."""

    def __init__(self, remote: RemoteObject, seconds: float | None = None) -> None:
        self._remote = remote
        self._seconds = seconds

    def __getattr__(self, name: str) -> Remote:
        if name.startswith("_"):
            raise AttributeError(name)
        return Remote(self._attribute(name), self._seconds)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Call it over there."""
        return self._remote.session.call(self._remote, args, kwargs, self._seconds)

    def __repr__(self) -> str:
        return f"<a {self._remote.name} in the candidate>"

    def fetch(self, name: str) -> Any:
        """The value of an attribute."""
        return self._remote.session.get(self._attribute(name))

    def _attribute(self, name: str) -> RemoteObject:
        remote = self._remote
        prefix = remote.name if isinstance(remote.root, int) else ""
        full = f"{prefix}.{name}" if prefix else name
        return RemoteObject(remote.session, remote.root, (*remote.path, name), remote.life, full)


class Candidate(Handle):
    """The learner's module (or a harness) over there."""

    def __init__(self, session: Session, module: str, seconds: float | None = None) -> None:
        super().__init__(RemoteObject(session, module, (), session.life, module), seconds)

    def within(self, seconds: float) -> "Candidate":
        """The same module, with `seconds` for each request."""
        remote = self._remote
        return Candidate(remote.session, str(remote.root), seconds)

    def restart(self) -> None:
        """Start a fresh process: objects made before are gone."""
        self._remote.session.restart()

    def pause(self) -> None:
        """Stop the process until `resume`."""
        self._remote.session.pause()

    def resume(self) -> None:
        """Let the process go on."""
        self._remote.session.resume()

    def run(
        self,
        *arguments: str,
        stdin: bytes = b"",
        files: dict[str, bytes] | None = None,
        seconds: float | None = None,
    ) -> Completed:
        """Run `python ARGUMENTS...` in a fresh copy of the submission; see `run_command`."""
        return run_command(self._remote.session, arguments, stdin, files or {}, seconds)
