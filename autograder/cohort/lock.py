"""One writer at a time: a lock that the system frees when its process ends, however it ends."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from autograder.errors import Exit, Problem
from autograder.files import try_lock, unlock


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold the lock that is the file at `path`; `Problem` at once when somebody else holds it."""
    with path.open("a+b") as handle:
        if not try_lock(handle):
            raise Problem(
                "another `ninety grade` is writing to this folder",
                where=str(path.parent),
                fix="wait until it is done or end it, or name another folder with --out",
                code=Exit.ENVIRONMENT,
            )
        try:
            yield
        finally:
            unlock(handle)
