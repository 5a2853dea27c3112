"""Each candidate in namespaces of its own, which the kernel ends and forgets together."""

import contextlib
import json
import os
import select
import signal
import socket
import time
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

from autograder.candidate import kernel
from autograder.candidate.isolation import BOX, BOXES, Child

WATCH_SECONDS = 0.05


class Namespaces:
    """A pid, mount, network and inter-process namespace for each candidate. Needs CAP_SYS_ADMIN in the sandbox."""

    def __init__(self) -> None:
        self._as_root = os.geteuid() == 0
        self._mounts = kernel.mount_points()
        self._own_pids = os.open("/proc/self/ns/pid", os.O_RDONLY | os.O_CLOEXEC)

    def make_box(self, path: str, user: int, size: int, inodes: int) -> str:
        """See `Isolation`."""
        os.mkdir(path, 0o700)
        owner = f",uid={user},gid={user}" if self._as_root else ""
        kernel.mount_tmpfs(path, f"size={size},nr_inodes={inodes},mode=0700{owner}")
        return BOX

    def remove_box(self, path: str) -> None:
        """See `Isolation`."""
        kernel.unmount(path)
        os.rmdir(path)

    def fork(self, box: str, user: int, status: int, tmp_bytes: int, memory: int, run: Callable[[], None]) -> Child:
        """See `Isolation`."""
        theirs, ours = socket.socketpair()
        their_end, control = theirs.detach(), ours.detach()
        kernel.new_pids_for_children(self._own_pids)
        pid = os.fork()
        if pid:
            os.close(their_end)
            return Child(pid, user, status, control)
        try:
            os.close(control)
            kernel.die_with_parent()
            self._enter(box, tmp_bytes)
            base = kernel.private_memory(os.getpid())
            first = os.fork()
            if first == 0:
                kernel.give_up_privileges(user if self._as_root else 0)
                run()
            _Init(first, status, their_end, memory, base).run()
        except BaseException as error:
            os.write(status, json.dumps({"fault": f"{type(error).__name__}: {error}"[:500]}).encode())
        finally:
            os._exit(70)

    def signal(self, child: Child, number: int) -> None:
        """See `Isolation`. The namespace's first process passes it on to all the others."""
        with contextlib.suppress(OSError):
            os.write(child.control, bytes([number]))
            select.select([child.control], [], [], 1)
            os.read(child.control, 1)  # it has been passed on

    def end(self, child: Child) -> None:
        """See `Isolation`. A pid namespace dies with its first process."""
        if child.running:
            os.kill(child.pid, signal.SIGKILL)
            os.waitpid(child.pid, 0)
            self.reaped(child, -signal.SIGKILL)

    def reaped(self, child: Child, code: int) -> None:
        """See `Isolation`. The first process has written the status itself."""
        child.running = False
        for descriptor in (child.status, child.control):
            with contextlib.suppress(OSError):
                os.close(descriptor)

    def leftovers(self, users: list[int]) -> list[str]:
        """See `Isolation`."""
        mine = {1, os.getpid()}
        return [f"process {name}" for name in os.listdir("/proc") if name.isdigit() and int(name) not in mine]

    def _enter(self, box: str, tmp_bytes: int) -> None:
        kernel.new_namespaces()
        kernel.bind(box, BOX)
        for place in ("/tmp", "/dev/shm"):
            kept = {path: os.open(path, os.O_PATH) for path in self._mounts if path.startswith(f"{place}/")}
            kernel.mount_tmpfs(place, f"size={tmp_bytes},nr_inodes=20000,mode=1777")
            for path, below in kept.items():  # an environment that lies there: its libraries stay
                os.makedirs(path)
                kernel.bind(f"/proc/self/fd/{below}", path)
                os.close(below)
        kernel.mount_tmpfs(BOXES, "size=4096,nr_inodes=2,mode=0500", read_only=True)
        kernel.mount_proc()
        with contextlib.suppress(OSError):  # of this namespace alone; older kernels let nobody but root set it
            Path("/proc/sys/kernel/shmall").write_text(str(tmp_bytes // 4096), encoding="ascii")
        kernel.loopback_up()
        os.chdir(BOX)


class _Init:
    """The first process of a namespace: passes signals on, reaps, watches memory, and tells how it ended."""

    def __init__(self, first: int, status: int, control: int, memory: int, base: int) -> None:
        self.first = first
        self.status = status
        self.control = control
        self.memory = memory
        self.base = base
        self.over = ""

    def run(self) -> NoReturn:
        """Until the candidate's own process has ended; the kernel then ends all the others."""
        null = os.open(os.devnull, os.O_RDWR)
        for descriptor in (0, 1, 2):
            os.dup2(null, descriptor)
        ended, wake = os.pipe()
        os.set_blocking(wake, False)
        signal.set_wakeup_fd(wake, warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda number, frame: None)
        kept = sorted({self.status, self.control, ended, wake})
        for before, after in zip([2, *kept], [*kept, 65536], strict=True):
            os.closerange(before + 1, after)
        looked = time.monotonic()
        while True:
            self._reap()
            ready = select.select([self.control, ended], [], [], WATCH_SECONDS)[0]
            if ended in ready:
                os.read(ended, 4096)
            if self.control in ready:
                self._pass_on(os.read(self.control, 1))
            if time.monotonic() > looked + WATCH_SECONDS:
                self._watch()
                looked = time.monotonic()

    def _reap(self) -> None:
        for pid, status in kernel.ended_children():
            if pid == self.first:
                code = os.waitstatus_to_exitcode(status)
                os.write(self.status, json.dumps({"code": code, "over": self.over}).encode())
                os._exit(0)

    def _pass_on(self, message: bytes) -> None:
        if not message:
            os._exit(0)  # the server is gone
        with contextlib.suppress(ProcessLookupError):
            os.kill(-1, message[0])
        os.write(self.control, message)

    def _watch(self) -> None:
        """End it all when its processes together have taken more memory of their own than they may."""
        pids = [int(name) for name in os.listdir("/proc") if name.isdigit() and name != "1"]
        if sum(max(kernel.private_memory(pid) - self.base, 0) for pid in pids) > self.memory:
            self.over = f"its processes took more than {self.memory // 2**20} MiB together"
            with contextlib.suppress(ProcessLookupError):
                os.kill(-1, signal.SIGKILL)
