"""A small process that makes the namespaces of each candidate, and their first processes.

It is forked before the server imports anything: a fork of it costs a fraction of what one of the server would, and so
does its end.
"""

import contextlib
import json
import os
import select
import signal
import socket
import time
from typing import Any, NoReturn

from autograder.candidate import kernel
from autograder.candidate.isolation import BOX, BOXES

WATCH_SECONDS = 0.05
READY, OVER, PASSED_ON, _REAP = b"ready", b"over", b"passed on", b"reap"
_SECONDS = 30.0


class Cradle:
    """The server's hold on it."""

    def __init__(self) -> None:
        self._line, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.pid = os.fork()
        if self.pid == 0:
            self._line.close()
            _serve(theirs)
        theirs.close()

    def make(self, box: str, tmp_bytes: int, memory: int, base: int) -> tuple[int, int]:
        """New namespaces in which `box` is seen at its place: their first process, and a line to it.

        It passes on to all others what signal number it is sent (and says `PASSED_ON`), reaps those without a parent,
        and kills them all, saying `OVER`, when together they take more than `memory` bytes, each beyond its first
        `base`. Its end is the end of all. OSError when they cannot be made.
        """
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with contextlib.closing(theirs):
            wish = {"box": box, "tmp_bytes": tmp_bytes, "memory": memory, "base": base}
            socket.send_fds(self._line, [json.dumps(wish).encode()], [theirs.fileno()])
        with contextlib.closing(ours):
            ours.settimeout(_SECONDS)
            pid = int(self._line.recv(64))
            said = ours.recv(600)
            if said != READY:
                raise OSError(said.decode("utf-8", "replace") or "the first process of its namespaces ended")
            ours.setblocking(True)
            return pid, ours.detach()

    def reap(self) -> None:
        """Let it take note of the first processes that have ended."""
        self._line.send(_REAP)
        self._line.recv(64)


def _serve(line: socket.socket) -> NoReturn:
    kernel.die_with_parent()
    kernel.gain_nothing()
    own_pids = os.open("/proc/self/ns/pid", os.O_RDONLY | os.O_CLOEXEC)
    mounts = kernel.mount_points()
    while True:
        message, descriptors, _, _ = socket.recv_fds(line, 4096, 1)
        for _ in kernel.ended_children():
            pass  # they are gone once they have been waited for
        if not message:
            os._exit(0)  # the server is gone
        if message == _REAP:
            line.send(message)
            continue
        kernel.new_pids_for_children(own_pids)
        pid = os.fork()
        if pid == 0:
            line.close()
            _first_process(socket.socket(fileno=descriptors[0]), mounts, **json.loads(message))
        os.close(descriptors[0])
        line.send(str(pid).encode())


def _first_process(
    line: socket.socket, mounts: list[str], box: str, tmp_bytes: int, memory: int, base: int
) -> NoReturn:
    try:
        kernel.die_with_parent()
        _enter(box, tmp_bytes, mounts)
        line.send(READY)
        _Init(line, memory, base).run()
    except BaseException as error:
        with contextlib.suppress(OSError):
            line.send(f"{type(error).__name__}: {error}".encode()[:500])
    finally:
        os._exit(70)


def _enter(box: str, tmp_bytes: int, mounts: list[str]) -> None:
    kernel.new_namespaces()
    kernel.bind(box, BOX)
    for place in ("/tmp", "/dev/shm"):
        kept = {path: os.open(path, os.O_PATH) for path in mounts if path.startswith(f"{place}/")}
        kernel.mount_tmpfs(place, f"size={tmp_bytes},nr_inodes=20000,mode=1777")
        for path, below in kept.items():  # an environment that lies there: its libraries stay
            if not os.path.lexists(path):  # below another one that is kept it is there already
                os.makedirs(path)
            kernel.bind(f"/proc/self/fd/{below}", path)
            os.close(below)
    kernel.mount_tmpfs(BOXES, "size=4096,nr_inodes=2,mode=0500", read_only=True)
    kernel.mount_proc()
    # Of this namespace alone; older kernels let nobody but root set it. As bytes: a codec would be imported each time.
    with contextlib.suppress(OSError), open("/proc/sys/kernel/shmall", "wb", buffering=0) as file:
        file.write(b"%d" % (tmp_bytes // 4096))
    kernel.loopback_up()


class _Init:
    """The first process of a namespace: passes signals on, reaps, and watches memory."""

    def __init__(self, line: socket.socket, memory: int, base: int) -> None:
        self.line = line
        self.memory = memory
        self.base = base

    def run(self) -> NoReturn:
        """Until it is killed; the kernel then ends all the others."""
        null = os.open(os.devnull, os.O_RDWR)
        for descriptor in (0, 1, 2):
            os.dup2(null, descriptor)
        ended, wake = os.pipe()
        os.set_blocking(wake, False)
        signal.set_wakeup_fd(wake, warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda number, frame: None)
        kept = sorted({self.line.fileno(), ended, wake})
        for before, after in zip([2, *kept], [*kept, 65536], strict=True):
            os.closerange(before + 1, after)
        looked = time.monotonic()
        while True:
            for _ in kernel.ended_children():
                pass
            waited: list[Any] = [self.line, ended]
            ready = select.select(waited, [], [], WATCH_SECONDS)[0]
            if ended in ready:
                os.read(ended, 4096)
            if self.line in ready:
                self._pass_on(self.line.recv(1))
            if time.monotonic() > looked + WATCH_SECONDS:
                self._watch()
                looked = time.monotonic()

    def _pass_on(self, message: bytes) -> None:
        if not message:
            os._exit(0)  # the server is gone
        with contextlib.suppress(ProcessLookupError):
            os.kill(-1, message[0])
        self.line.send(PASSED_ON)

    def _watch(self) -> None:
        """End it all when its processes together have taken more memory of their own than they may."""
        pids = [int(name) for name in os.listdir("/proc") if name.isdigit() and name != "1"]
        if sum(max(kernel.private_memory(pid) - self.base, 0) for pid in pids) > self.memory:
            self.line.send(OVER)
            with contextlib.suppress(ProcessLookupError):
                os.kill(-1, signal.SIGKILL)
