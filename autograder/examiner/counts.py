"""What a service's processes have done, counted by the kernel, out of the learner's reach. Linux only.

`/proc/PID/io` has the bytes and the calls of `read` and `write`, and strace, where it is installed and may attach,
counts any system calls by their names.
"""

import contextlib
import functools
import os
import shutil
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from pathlib import Path

from autograder.errors import Exit, Problem
from autograder.sandbox import processes

_ATTACH_SECONDS = 20
FIX = "judge on Linux, as root or with a sandbox of your own user's; tracing needs strace (sudo apt install strace)"


@dataclass(frozen=True)
class IoCounts:
    """Of all processes of a service since they were started: what went through `read`, `write` and their like.

    What is mapped into memory is not in it, nor what passes a socket by `send` and `recv`. `from_disk` and `to_disk`
    are the bytes that storage was asked for: what the page cache had is not in the first; files on a tmpfs, which a
    sandbox gives, are in neither.
    """

    bytes_read: int
    bytes_written: int
    reads: int
    writes: int
    from_disk: int
    to_disk: int

    def __sub__(self, earlier: "IoCounts") -> "IoCounts":
        return IoCounts(*(getattr(self, f.name) - getattr(earlier, f.name) for f in fields(self)))


@functools.cache
def counts_available() -> str:
    """Empty when a service's bytes and system calls can be counted here; else why they cannot."""
    if sys.platform != "linux":
        return "only Linux counts what a process does"
    try:
        _io(os.getpid())
    except OSError as error:
        return f"the kernel does not count bytes: {error}"
    with subprocess.Popen(["sleep", "60"]) as own:
        try:
            with tracing([own.pid], ["read"]):
                return ""
        except Problem as problem:
            return problem.what
        finally:
            own.kill()


def listener(sock: socket.socket) -> int:
    """The process, as numbered here, that listens at the other end of a Unix socket; 0 when that cannot be told."""
    if sys.platform != "linux":
        return 0
    pid: int = struct.unpack("3i", sock.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12))[0]
    return pid


def io_counts(pids: Sequence[int]) -> IoCounts:
    """What these processes have done together; `Problem` when that may not be looked at."""
    try:
        every = [_io(pid) for pid in pids]
    except OSError as error:
        raise Problem(f"what a service does cannot be counted: {error}", fix=FIX, code=Exit.ENVIRONMENT) from None
    names = ("rchar", "wchar", "syscr", "syscw", "read_bytes", "write_bytes")
    return IoCounts(*(sum(counts.get(name, 0) for counts in every) for name in names))


def service_processes(pid: int) -> list[int]:
    """All processes of the service that `pid` is one of: those of its sandbox and user, or else of its session.

    `Problem` when `pid` is 0: what `listener` gives for a process that cannot be seen from here.
    """
    if not pid:
        raise Problem("the service's processes cannot be seen from here", fix=FIX, code=Exit.ENVIRONMENT)
    place, user = _namespace(pid), os.stat(f"/proc/{pid}").st_uid
    if place == _namespace(os.getpid()):
        first = os.getsid(pid)
        return [first, *processes.descendants(first)]
    found = []
    for name in filter(str.isdigit, os.listdir("/proc")):
        with contextlib.suppress(OSError):
            if os.stat(f"/proc/{name}").st_uid == user and _namespace(int(name)) == place:
                found.append(int(name))
    return found


@contextlib.contextmanager
def tracing(pids: Sequence[int], names: Sequence[str]) -> Iterator[Counter[str]]:
    """Count these system calls of these processes, and of those they start; the counts are there when it ends.

    `Problem` when strace cannot attach to them.
    """
    if not shutil.which("strace"):
        raise Problem("system calls are counted by strace, which is not installed", fix=FIX, code=Exit.ENVIRONMENT)
    counts: Counter[str] = Counter()
    with tempfile.TemporaryDirectory(prefix="ninety-") as folder, tempfile.TemporaryFile() as said:
        summary = Path(folder, "summary")
        command = ["strace", "-f", "-c", "-e", f"trace={','.join(names)}", "-o", str(summary)]
        strace = subprocess.Popen(
            [*command, *(word for pid in pids for word in ("-p", str(pid)))],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=said,
            start_new_session=True,
        )
        try:
            _wait_until_attached(strace, said.fileno(), pids)
            yield counts
        finally:
            strace.send_signal(signal.SIGINT)
            try:
                strace.wait(_ATTACH_SECONDS)
            except subprocess.TimeoutExpired:
                strace.kill()
                strace.wait()
                raise
        for line in summary.read_text(encoding="utf-8").splitlines():
            words = line.split()
            if words and words[-1] in names:
                counts[words[-1]] += int(words[3])


def _wait_until_attached(strace: "subprocess.Popen[bytes]", said: int, pids: Sequence[int]) -> None:
    deadline = time.monotonic() + _ATTACH_SECONDS
    while True:
        ended = strace.poll() is not None
        words = os.pread(said, 2**16, 0).decode(errors="replace")
        if all(f"Process {pid} attached" in words for pid in pids):
            return
        if ended or time.monotonic() > deadline:
            raise Problem(f"strace cannot attach: {words.strip()[:200]}", fix=FIX, code=Exit.ENVIRONMENT)
        time.sleep(0.01)


def _namespace(pid: int) -> str:
    return os.readlink(f"/proc/{pid}/ns/pid")


def _io(pid: int) -> dict[str, int]:
    """What the kernel has counted for a process, its children that have ended, and their like."""
    lines = Path(f"/proc/{pid}/io").read_text(encoding="ascii").splitlines()
    return {name: int(number) for name, _, number in (line.partition(":") for line in lines)}
