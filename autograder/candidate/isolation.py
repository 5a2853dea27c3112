"""How one candidate of a warm server is kept apart from the server and from every other candidate."""

from collections.abc import Callable
from typing import Protocol

BOXES = "/boxes"
BOX = "/box"
FIRST_USER, USERS = 2**20, 2**30


class Child:
    """A candidate as the server knows it: the process to wait for, the user it is, the pipe its status goes to.

    In namespaces also their first process, `init`, the line to it, and whether it found more in use than `memory`.
    """

    def __init__(self, pid: int, user: int, status: int, memory: int = 0, control: int = -1, init: int = -1) -> None:
        self.pid = pid
        self.user = user
        self.status = status
        self.memory = memory
        self.control = control
        self.init = init
        self.over = False
        self.running = True


class Isolation(Protocol):
    """How candidates are started, signalled, ended and forgotten."""

    def make_box(self, path: str, user: int, size: int, inodes: int) -> str:
        """Make the folder at `path` that this user owns, of at most `size` bytes where that can be bounded.

        Returns the path under which this user's programs see it.
        """

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
