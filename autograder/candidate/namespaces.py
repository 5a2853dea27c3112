"""Each candidate in namespaces of its own, which the kernel ends and forgets together."""

import contextlib
import json
import os
import select
import signal
from collections.abc import Callable

from autograder.candidate import kernel
from autograder.candidate.cradle import OVER, Cradle
from autograder.candidate.isolation import BOX, Child

_SECONDS = 30.0


class Namespaces:
    """A pid, mount, network and inter-process namespace for each candidate. Needs CAP_SYS_ADMIN in the sandbox."""

    def __init__(self) -> None:
        self._as_root = os.geteuid() == 0
        self._cradle = Cradle()
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
        """See `Isolation`. The namespaces are made by the cradle, and the child enters them."""
        base = kernel.private_memory(os.getpid())
        first, control = self._cradle.make(box, tmp_bytes, memory, base)
        init = os.pidfd_open(first)
        kernel.pids_for_children(init)
        pid = -1
        try:
            pid = os.fork()
        finally:
            if pid:  # the child is in the other namespace by now, and can go back to none
                kernel.pids_for_children(self._own_pids)
        if pid:
            return Child(pid, user, status, memory, control, init)
        try:
            kernel.enter(init)
            os.chdir(BOX)
            kernel.give_up_privileges(user if self._as_root else 0)
            run()
        except BaseException as error:
            _tell(status, {"fault": f"{type(error).__name__}: {error}"[:500]})
        finally:
            os._exit(70)

    def signal(self, child: Child, number: int) -> None:
        """See `Isolation`. The namespace's first process passes it on to all the others."""
        with contextlib.suppress(OSError):
            os.write(child.control, bytes([number]))
            select.select([child.control], [], [], 1)
            self._listen(child)

    def end(self, child: Child) -> None:
        """See `Isolation`. A pid namespace dies with its first process."""
        with contextlib.suppress(ProcessLookupError):
            signal.pidfd_send_signal(child.init, signal.SIGKILL)
        if child.running:
            os.waitpid(child.pid, 0)
            self.reaped(child, -signal.SIGKILL)
        select.select([child.init], [], [], _SECONDS)
        os.close(child.init)

    def reaped(self, child: Child, code: int) -> None:
        """See `Isolation`. The candidate's other processes end with it."""
        child.running = False
        self._listen(child)
        over = f"its processes took more than {child.memory // 2**20} MiB together" if child.over else ""
        _tell(child.status, {"code": code, "over": over})
        with contextlib.suppress(ProcessLookupError):
            signal.pidfd_send_signal(child.init, signal.SIGKILL)
        os.close(child.status)
        os.close(child.control)

    def leftovers(self, users: list[int]) -> list[str]:
        """See `Isolation`."""
        self._cradle.reap()
        mine = {1, os.getpid(), self._cradle.pid}
        return [f"process {name}" for name in os.listdir("/proc") if name.isdigit() and int(name) not in mine]

    def _listen(self, child: Child) -> None:
        """Take note of what the first process of its namespace has said."""
        with contextlib.suppress(OSError):
            while select.select([child.control], [], [], 0)[0]:
                said = os.read(child.control, 64)
                child.over |= said == OVER
                if not said:
                    return


def _tell(status: int, report: dict[str, object]) -> None:
    with contextlib.suppress(OSError):
        os.write(status, f"{json.dumps(report)}\n".encode())
