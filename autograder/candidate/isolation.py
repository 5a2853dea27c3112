"""How one candidate of a warm server is kept apart from the server and from every other candidate.

`Namespaces` gives each its own processes, mounts, network and inter-process communication; the kernel ends and
forgets all of it together. `Users` is for a container that may not do so: each candidate is a user of its own, one
at a time, and what that user left is looked for and removed.
"""

import contextlib
import ctypes
import json
import os
import select
import shutil
import signal
import socket
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn, Protocol

from autograder.candidate import kernel

BOXES = "/boxes"
BOX = "/box"
WATCH_SECONDS = 0.05
FIRST_USER, USERS = 2**20, 2**30


class Child:
    """A candidate as the server knows it: the process to wait for, the user it is, the pipe its status goes to."""

    def __init__(self, pid: int, user: int, status: int, control: int = -1) -> None:
        self.pid = pid
        self.user = user
        self.status = status
        self.control = control
        self.running = True


class Isolation(Protocol):
    """How candidates are started, signalled, ended and forgotten."""

    def make_box(self, path: str, user: int, size: int, inodes: int) -> None:
        """Make the folder at `path` that this user owns, of at most `size` bytes where that can be bounded."""

    def remove_box(self, path: str) -> None:
        """Forget the folder and what is in it."""

    def fork(self, box: str, user: int, status: int, tmp_bytes: int, memory: int, run: Callable[[], None]) -> Child:
        """Call `run` in a child, in `box` as its folder, without privileges."""

    def signal(self, child: Child, number: int) -> None:
        """Send a signal to all of the candidate's processes."""

    def end(self, child: Child) -> None:
        """Kill all of the candidate's processes and wait until they are gone."""

    def reaped(self, child: Child, code: int) -> None:
        """The child's process has ended with this exit status (negative: the signal)."""

    def leftovers(self, users: list[int]) -> list[str]:
        """Remove what these users left outside their folders; what could not be removed, in words."""


class Namespaces:
    """A pid, mount, network and inter-process namespace for each candidate. Needs CAP_SYS_ADMIN in the sandbox."""

    def __init__(self, as_root: bool) -> None:
        self._as_root = as_root
        self._own_pids = os.open("/proc/self/ns/pid", os.O_RDONLY | os.O_CLOEXEC)

    def make_box(self, path: str, user: int, size: int, inodes: int) -> None:
        """See `Isolation`."""
        os.mkdir(path, 0o700)
        owner = f",uid={user},gid={user}" if self._as_root else ""
        kernel.mount_tmpfs(path, f"size={size},nr_inodes={inodes},mode=0700{owner}")

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
            kernel.mount_tmpfs(place, f"size={tmp_bytes},nr_inodes=20000,mode=1777")
        kernel.mount_tmpfs(BOXES, "size=4096,nr_inodes=2,mode=0500", read_only=True)
        kernel.mount_proc()
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
        while True:
            self._reap()
            ready = select.select([self.control, ended], [], [], WATCH_SECONDS)[0]
            if ended in ready:
                os.read(ended, 4096)
            if self.control in ready:
                self._pass_on(os.read(self.control, 1))
            if not ready:
                self._watch()

    def _reap(self) -> None:
        while True:
            pid, status = os.waitpid(-1, os.WNOHANG)
            if pid == 0:
                return
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


class Users:
    """A user for each candidate, one at a time, in a container whose first process is the server."""

    def make_box(self, path: str, user: int, size: int, inodes: int) -> None:
        """See `Isolation`. The size is that of the container's own file system."""
        os.mkdir(path, 0o700)
        os.chown(path, user, user)

    def remove_box(self, path: str) -> None:
        """See `Isolation`."""
        shutil.rmtree(path, ignore_errors=True)

    def fork(self, box: str, user: int, status: int, tmp_bytes: int, memory: int, run: Callable[[], None]) -> Child:
        """See `Isolation`. Memory and the size of /tmp are the container's."""
        pid = os.fork()
        if pid:
            return Child(pid, user, status)
        try:
            os.chdir(box)
            kernel.give_up_privileges(user)
            run()
        finally:
            os._exit(70)

    def signal(self, child: Child, number: int) -> None:
        """See `Isolation`. A process of that user signals all the others that it may."""
        self._as_user(child.user, lambda: os.kill(-1, number))

    def end(self, child: Child) -> None:
        """See `Isolation`."""
        self._as_user(child.user, lambda: os.kill(-1, signal.SIGKILL))
        if child.running:
            with contextlib.suppress(ProcessLookupError):
                os.kill(child.pid, signal.SIGKILL)
            os.waitpid(child.pid, 0)
            self.reaped(child, -signal.SIGKILL)

    def reaped(self, child: Child, code: int) -> None:
        """See `Isolation`."""
        child.running = False
        with contextlib.suppress(OSError):
            os.write(child.status, json.dumps({"code": code, "over": ""}).encode())
        os.close(child.status)

    def leftovers(self, users: list[int]) -> list[str]:
        """See `Isolation`."""
        for user in users:
            self._as_user(user, _remove_own_ipc)
        left = self._processes_left(set(users))
        for place in ("/tmp", "/dev/shm", "/dev/mqueue"):
            _empty(place)
            left += [f"{place}/{name}" for name in _names(place)]
        for kind in ("shm", "sem", "msg"):
            left += [f"{kind} {number}" for number, _ in _ipc(kind)]
        return left

    def _processes_left(self, users: set[int]) -> list[str]:
        for _ in range(100):
            while True:
                try:
                    if os.waitpid(-1, os.WNOHANG)[0] == 0:
                        break
                except ChildProcessError:
                    break
            left = [name for name in os.listdir("/proc") if name.isdigit() and _owner(name) in users]
            if not left:
                return []
            for user in users:
                self._as_user(user, lambda: os.kill(-1, signal.SIGKILL))
            time.sleep(0.002)
        return [f"process {name}" for name in left]

    def _as_user(self, user: int, action: Callable[[], object]) -> None:
        """Do something in a short-lived process of that user."""
        pid = os.fork()
        if pid == 0:
            try:
                kernel.give_up_privileges(user)
                action()
            except ProcessLookupError:
                pass
            finally:
                os._exit(0)
        os.waitpid(pid, 0)


def _owner(pid: str) -> int:
    try:
        return os.stat(f"/proc/{pid}").st_uid
    except OSError:
        return -1


def _names(place: str) -> list[str]:
    return sorted(os.listdir(place)) if os.path.isdir(place) else []


def _empty(place: str) -> None:
    for name in _names(place):
        path = os.path.join(place, name)
        if os.path.isdir(path) and not os.path.islink(path):
            shutil.rmtree(path, ignore_errors=True)
        else:
            with contextlib.suppress(OSError):
                os.unlink(path)


def _ipc(kind: str) -> list[tuple[int, int]]:
    """The identifiers and owners of the SysV objects of one kind."""
    try:
        lines = Path(f"/proc/sysvipc/{kind}").read_text(encoding="ascii").splitlines()
    except OSError:
        return []
    head = lines[0].split()
    rows = [line.split() for line in lines[1:]]
    return [(int(row[1]), int(row[head.index("uid")])) for row in rows]


def _remove_own_ipc() -> None:
    libc = ctypes.CDLL(None)
    remove = 0  # IPC_RMID
    for number, owner in _ipc("shm"):
        if owner == os.getuid():
            libc.shmctl(number, remove, None)
    for number, owner in _ipc("sem"):
        if owner == os.getuid():
            libc.semctl(number, 0, remove)
    for number, owner in _ipc("msg"):
        if owner == os.getuid():
            libc.msgctl(number, remove, None)


def choose(kind: str) -> Isolation:
    """The isolation of that name: `namespaces` or `users`."""
    if sys.platform != "linux":
        raise OSError("a warm server runs on Linux")
    return Namespaces(os.geteuid() == 0) if kind == "namespaces" else Users()
