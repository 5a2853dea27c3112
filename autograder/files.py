"""Files that are written whole or not at all and by one process at a time, and read whatever stands in their place."""

import errno
import hashlib
import os
import stat
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from io import BufferedReader
from pathlib import Path
from typing import IO

_TRIES, _PAUSE_S = 50, 0.01


@contextmanager
def replacing(path: Path) -> Iterator[IO[bytes]]:
    """A file to write in; whoever reads `path`, at any moment, finds its old bytes or all that was written.

    One writer at a time, which is the caller's to see to. Any exception leaves the old bytes.
    """
    temporary = path.with_name(f".{path.name}.tmp")
    try:
        with temporary.open("wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        _put(temporary, path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def _put(temporary: Path, path: Path) -> None:
    """`os.replace`, again where Windows refuses it while somebody reads `path`, which takes milliseconds."""
    for _ in range(_TRIES if sys.platform == "win32" else 0):
        try:
            return os.replace(temporary, path)
        except PermissionError:
            time.sleep(_PAUSE_S)
    return os.replace(temporary, path)


def write_atomically(path: Path, content: bytes) -> None:
    """Put `content` at `path` as `replacing` does."""
    with replacing(path) as file:
        file.write(content)


def write_text(path: Path, text: str) -> None:
    """Put `text` at `path` as `replacing` does, in a folder that is made for it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    write_atomically(path, text.encode())


class NotPlain(OSError):
    """Raised for a folder, a pipe or a device in a file's place."""


def open_plain(path: Path, *, follow: bool = True) -> BufferedReader:
    """A plain file, open for reading; OSError when there is none that can be read, `NotPlain` for anything else.

    It is looked at and read by one descriptor, so nothing can be put in its place in between, and no pipe is waited
    for. With `follow` False a link is refused as well, where the system can.
    """
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    descriptor = os.open(path, flags if follow else flags | getattr(os, "O_NOFOLLOW", 0))
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise NotPlain(errno.EINVAL, "it is no plain file", str(path))
        return open(descriptor, "rb")
    except BaseException:
        os.close(descriptor)
        raise


def digest_of(path: Path) -> str:
    """The SHA-256 of a plain file's content, "" where there is none that can be read."""
    try:
        with open_plain(path) as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return ""


if sys.platform == "win32":
    import msvcrt

    def try_lock(handle: IO[bytes]) -> bool:
        """Lock an open file against other processes; False when one holds it. The lock dies with its process."""
        handle.seek(0)
        try:
            msvcrt.locking(handle.fileno(), msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

    def unlock(handle: IO[bytes]) -> None:
        """Let others lock it."""
        handle.seek(0)
        msvcrt.locking(handle.fileno(), msvcrt.LK_UNLCK, 1)

else:
    import fcntl

    def try_lock(handle: IO[bytes]) -> bool:
        """Lock an open file against other processes; False when one holds it. The lock dies with its process."""
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def unlock(handle: IO[bytes]) -> None:
        """Let others lock it."""
        fcntl.flock(handle, fcntl.LOCK_UN)
