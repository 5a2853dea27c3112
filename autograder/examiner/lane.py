"""Where several grade side by side on one machine, one at a time measures, and the others wait meanwhile."""

import contextlib
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import IO

if sys.platform != "win32":
    import fcntl


class Lane:
    """What those who grade side by side share: a folder with two lock files, which the system frees when one dies.

    Whoever runs a check holds `.lane` together with the others; whoever measures holds it alone. Both pass through
    `.turn` on their way, so that one who wants to measure is not overtaken for ever. Without a folder, and on Windows,
    nobody waits for anybody.
    """

    def __init__(self, folder: Path | None) -> None:
        self._lane: IO[bytes] | None = None
        if folder and sys.platform != "win32":
            self._lane = (folder / ".lane").open("ab")
            self._turn = (folder / ".turn").open("ab")

    @contextlib.contextmanager
    def shared(self) -> Iterator[None]:
        """Run a check beside others'; wait while somebody measures."""
        self._enter(alone=False)
        try:
            yield
        finally:
            self._leave()

    @contextlib.contextmanager
    def alone(self) -> Iterator[None]:
        """In a check: measure while no other check runs."""
        self._leave()  # two who wait for each other to leave would wait for ever
        self._enter(alone=True)
        try:
            yield
        finally:
            self._leave()
            self._enter(alone=False)

    def close(self) -> None:
        """Forget the files."""
        if self._lane:
            self._lane.close()
            self._turn.close()

    def _enter(self, *, alone: bool) -> None:
        if self._lane and sys.platform != "win32":
            fcntl.flock(self._turn, fcntl.LOCK_EX)
            fcntl.flock(self._lane, fcntl.LOCK_EX if alone else fcntl.LOCK_SH)
            fcntl.flock(self._turn, fcntl.LOCK_UN)

    def _leave(self) -> None:
        if self._lane and sys.platform != "win32":
            fcntl.flock(self._lane, fcntl.LOCK_UN)
