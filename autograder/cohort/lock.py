"""One writer at a time: a lock that the system frees when its process ends, however it ends."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from autograder.errors import Exit, Problem


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold the lock that is the file at `path`; `Problem` at once when somebody else holds it."""
    with path.open("a+b") as handle:
        if not _try_lock(handle):
            raise Problem(
                "another `ninety grade` is writing to this folder",
                where=str(path.parent),
                fix="wait until it is done or end it, or name another folder with --out",
                code=Exit.ENVIRONMENT,
            )
        try:
            yield
        finally:
            _unlock(handle)


if sys.platform == "win32":
    import msvcrt

    def _try_lock(handle: IO[bytes]) -> bool:
        handle.seek(0)
        try:
            msvcrt.locking(handle.fileno(), msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

    def _unlock(handle: IO[bytes]) -> None:
        handle.seek(0)
        msvcrt.locking(handle.fileno(), msvcrt.LK_UNLCK, 1)

else:
    import fcntl

    def _try_lock(handle: IO[bytes]) -> bool:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def _unlock(handle: IO[bytes]) -> None:
        fcntl.flock(handle, fcntl.LOCK_UN)
