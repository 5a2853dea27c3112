"""No sandbox and no second process: the candidate is a thread beside the examiner, so that a debugger can stop in it.

Values cross as always, over a socket, by the same conversion. Nothing protects the checks from the code: a verdict from
here is never recorded.
"""

import contextlib
import os
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path

from autograder.candidate import serve
from autograder.errors import Problem
from autograder.sandbox.base import Limits, Running
from autograder.sandbox.output import Output
from autograder.sandbox.process import ProcessBox, ProcessCell
from autograder.wire import Closed, dial

_FOR_EVER = 1e7  # s: somebody thinks at a prompt


class Inline:
    """Runs the candidate in this process; `file` is the learner's own, where their breakpoints are."""

    name = "inline"
    forks = False
    patience = _FOR_EVER

    def __init__(self, file: Path) -> None:
        self._file = file

    def available(self) -> str:
        """A thread can be started everywhere."""
        return ""

    def cell(self, preload: Sequence[str], limits: Limits) -> "InlineCell":
        """See `Sandbox.cell`."""
        return InlineCell(limits, self._file)

    def expect(self, preload: Sequence[str], limits: Limits) -> None:
        """See `Sandbox.expect`."""

    def close(self) -> None:
        """Nothing is kept."""


class InlineCell(ProcessCell):
    """See `Cell`."""

    def __init__(self, limits: Limits, file: Path) -> None:
        super().__init__(limits)
        self._file = file

    def box(self, files: Mapping[str, bytes]) -> "InlineBox":
        """See `Cell.box`."""
        self._boxes += 1
        return InlineBox(self._root / f"box{self._boxes}", files, self._limits, self._file)


class InlineBox(ProcessBox):
    """See `Box`. Command lines and services are processes here, too."""

    def __init__(self, folder: Path, files: Mapping[str, bytes], limits: Limits, file: Path) -> None:
        super().__init__(folder, files, limits)
        self._file = file

    def start(self, arguments: Sequence[str], *, fresh: bool = False, merge: bool = True) -> Running:
        """See `Box.start`."""
        if arguments[0] != "serve":
            return super().start(arguments, fresh=fresh, merge=merge)
        return RunningThread(self._folder, self._file, arguments[1])


class _Printed(Output):
    """What it printed is on the terminal already."""

    def __init__(self) -> None: ...

    def take(self) -> str:
        return ""

    def all(self, seconds: float = 1) -> bytes:
        return b""

    def close(self) -> None: ...


class RunningThread(Running):
    """A candidate that ends with its connection. What it prints goes to the terminal."""

    def __init__(self, folder: Path, file: Path, address: str) -> None:
        self.output = _Printed()
        self.errors = None
        self.over_limit = ""
        self._folder, self._file, self._address = folder, file, address
        self._back = os.getcwd()
        self._thread = threading.Thread(target=self._serve, name="candidate", daemon=True)
        self._thread.start()

    def _serve(self) -> None:
        os.chdir(self._folder)
        candidate = serve.Candidate(self._address)
        candidate.folder, candidate.places = str(self._file.parent), {self._file.name: str(self._file)}
        connection = dial(self._address)
        connection.send({"is": "main"})
        with contextlib.closing(connection), contextlib.suppress(Closed):
            candidate.serve(connection)

    def wait(self, seconds: float) -> int | None:
        """See `Running.wait`."""
        self._thread.join(max(seconds, 0))
        return None if self._thread.is_alive() else 0

    def signal(self, number: int) -> None:
        """A thread cannot be killed: `Problem`."""
        raise Problem(
            "this check ends its candidate by a signal, and here that would end the debugger",
            fix="look at another check with --check, or run `ninety check`",
        )

    def pause(self) -> None:
        """It waits for its next question anyway."""

    def resume(self) -> None:
        """See `pause`."""

    def kill(self) -> None:
        """Its connection is closed by whoever asks, and it ends with that."""
        os.chdir(self._back)
