"""Each candidate a user of its own, one at a time, in a container that may make no namespaces.

What that user left is looked for and removed; what cannot be removed is told, and costs the container.
"""

import contextlib
import ctypes
import json
import os
import signal
import time
from collections.abc import Callable

from autograder.candidate import kernel
from autograder.candidate.isolation import BOXES, Child

IPC_KINDS = ("shm", "sem", "msg")


class Users:
    """A user for each candidate, one at a time, in a container whose first process is the server."""

    def make_box(self, path: str, user: int, size: int, inodes: int) -> str:
        """See `Isolation`. The size is that of the container's own file system."""
        os.mkdir(path, 0o700)
        os.chown(path, user, user)
        return path

    def remove_box(self, path: str) -> None:
        """See `Isolation`."""
        with contextlib.suppress(OSError):  # `leftovers` tells what could not be removed
            remove_tree(path)

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
        """See `Isolation`. A process of that user is made to kill the others only where there are any."""
        if child.running:
            with contextlib.suppress(ProcessLookupError):
                os.kill(child.pid, signal.SIGKILL)
            os.waitpid(child.pid, 0)
            self.reaped(child, -signal.SIGKILL)
        self._processes_left({child.user})

    def reaped(self, child: Child, code: int) -> None:
        """See `Isolation`."""
        child.running = False
        with contextlib.suppress(OSError):
            os.write(child.status, json.dumps({"code": code, "over": ""}).encode())
        os.close(child.status)

    def leftovers(self, users: list[int]) -> list[str]:
        """See `Isolation`."""
        if any(map(_ipc, IPC_KINDS)):
            for user in users:
                self._as_user(user, _remove_own_ipc)
        left = self._processes_left(set(users))
        for place in ("/tmp", "/dev/shm", "/dev/mqueue", BOXES):
            _empty(place)
            left += [f"{place}/{name}" for name in _names(place)]
        for kind in IPC_KINDS:
            left += [f"{kind} {number}" for number, _ in _ipc(kind)]
        return left

    def _processes_left(self, users: set[int]) -> list[str]:
        for _ in range(100):
            left = [name for name in os.listdir("/proc") if name.isdigit() and _owner(name) in users]
            for name in left:  # what was adopted is gone once it has been waited for; others' ends are the server's
                with contextlib.suppress(ChildProcessError):
                    os.waitpid(int(name), os.WNOHANG)
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


def remove_tree(path: str) -> None:
    """Remove a folder however deep it is: what is in a folder's folders comes up before it goes."""
    todo, number = [path], 0
    while todo:
        folder = todo[-1]
        below = [entry.name for entry in os.scandir(folder) if not _unlinked(entry)]
        if not below:
            os.rmdir(todo.pop())
        for name in below:
            number += 1
            risen = f"{path}.{number}"
            os.rename(f"{folder}/{name}", risen)
            todo.append(risen)


def _unlinked(entry: os.DirEntry[str]) -> bool:
    """Whether it is no folder, and is gone now."""
    if entry.is_dir(follow_symlinks=False):
        return False
    os.unlink(entry.path)
    return True


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
            with contextlib.suppress(OSError):
                remove_tree(path)
        else:
            with contextlib.suppress(OSError):
                os.unlink(path)


def _ipc(kind: str) -> list[tuple[int, int]]:
    """The identifiers and owners of the SysV objects of one kind."""
    try:
        with open(f"/proc/sysvipc/{kind}", encoding="ascii") as file:
            lines = file.read().splitlines()
    except OSError:
        return []
    head = lines[0].split()
    rows = [line.split() for line in lines[1:]]
    return [(int(row[1]), int(row[head.index("uid")])) for row in rows]


def _remove_own_ipc() -> None:
    libc = ctypes.CDLL(None)
    now = 0  # IPC_RMID
    remove = {
        "shm": lambda number: libc.shmctl(number, now, None),
        "sem": lambda number: libc.semctl(number, 0, now),
        "msg": lambda number: libc.msgctl(number, now, None),
    }
    for kind in IPC_KINDS:
        for number, owner in _ipc(kind):
            if owner == os.getuid():
                remove[kind](number)
