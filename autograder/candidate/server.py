"""What the examiner asks of a warm server: boxes, candidates in them, and that nothing is left of either.

One request is answered at a time. A *box* is a folder with one submission's files and a user to own it; a *child* is a
candidate that runs in it. No line of a learner's code runs in the server itself.
"""

import contextlib
import errno
import json
import os
import secrets
import select
import signal
import socket
import stat
import sys
from collections.abc import Callable, Iterator
from typing import Any

from autograder.candidate import kernel, launch, seccomp, warmup
from autograder.candidate.isolation import BOXES, FIRST_USER, USERS, Child, Isolation
from autograder.candidate.serve import serve
from autograder.wire import Closed, Connection, Received

Reply = tuple[dict[str, Any], list[Received]]

MAX_FILES = 10_000
MAX_DEPTH = 64
MIB = 2**20


class Box:
    """A folder of a submission's, and the user who owns it."""

    def __init__(self, path: str, user: int) -> None:
        self.path = path
        self.user = user


class Server:
    """Answers the examiner on one connection."""

    def __init__(self, connection: Connection, isolation: Isolation) -> None:
        self.connection = connection
        self.isolation = isolation
        self.boxes: dict[int, Box] = {}
        self.children: dict[int, Child] = {}
        self.users: list[int] = []
        self.outgoing: list[int] = []  # descriptors that follow the next reply
        self._next_user = FIRST_USER + secrets.randbelow(USERS)
        self._numbers = 0
        self._woken, wake = os.pipe()
        os.set_blocking(self._woken, False)
        os.set_blocking(wake, False)
        signal.set_wakeup_fd(wake, warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda number, frame: None)

    def run(self, exercise: Callable[[], None]) -> None:
        """Answer until the examiner hangs up; `exercise` the libraries while the first candidate works."""
        exercised = False
        with contextlib.suppress(Closed):
            while True:
                waited: list[Any] = [self.connection.sock, self._woken]
                ready = select.select(waited, [], [], None if exercised or not self.children else 0)[0]
                if not ready:
                    exercise()
                    exercised = True
                if self._woken in ready:
                    with contextlib.suppress(BlockingIOError):
                        os.read(self._woken, 4096)
                    self._reap()
                if self.connection.sock in ready:
                    self._answer(*self.connection.receive())
        for child in self.children.values():
            self.isolation.end(child)

    def _answer(self, message: dict[str, Any], buffers: list[Received]) -> None:
        try:
            reply, out = getattr(self, f"do_{message['do']}")(message, buffers)
        except Refused as reason:
            reply, out = {"refused": str(reason), "busy": reason.busy}, []
        except Exception as error:
            reply, out = {"failed": f"{message['do']}: {type(error).__name__}: {error}"[:500]}, []
        self.connection.send(reply, out)
        if self.outgoing:
            self.connection.send_descriptors(self.outgoing)
            os.close(self.outgoing.pop())

    def _reap(self) -> None:
        for pid, status in kernel.ended_children():
            for child in self.children.values():
                if child.pid == pid and child.running:
                    self.isolation.reaped(child, os.waitstatus_to_exitcode(status))

    # ---- requests: each takes the message and its buffers, and gives the reply's

    def do_box(self, message: dict[str, Any], buffers: list[Received]) -> Reply:
        """Make a box with these files in it, of at most `size` bytes."""
        number = self._number()
        box = Box(f"{BOXES}/{number}", self._next_user)
        self._next_user += 1
        self.users.append(box.user)
        try:
            seen_at = self.isolation.make_box(box.path, box.user, message["size"], MAX_FILES * 2)
            self.boxes[number] = box
            for name, content in zip(message["names"], buffers, strict=True):
                self._put(f"{box.path}/{name}", content, box.user)
        except OSError as error:
            if error.errno != errno.ENOSPC:
                raise
            raise Refused("its files left no room for another folder") from None
        return {"box": number, "seen_at": seen_at}, []

    def _put(self, path: str, content: Received, user: int) -> None:
        with open(path, "xb") as file:
            file.write(content)
            if os.geteuid() == 0:
                os.fchown(file.fileno(), user, user)

    def do_start(self, message: dict[str, Any], buffers: list[Received]) -> Reply:
        """Start a candidate in a box: warm, or `fresh` as a new program."""
        *streams, status = self.connection.receive_descriptors(3)
        box = self.boxes[message["box"]]
        limits: dict[str, float] = message["limits"]
        memory = int(limits["memory_mb"] * MIB)
        run = _program(message, limits, streams)
        child = self.isolation.fork(box.path, box.user, status, memory // 4, 2 * memory, run)
        for stream in set(streams):
            os.close(stream)
        number = self._number()
        self.children[number] = child
        return {"child": number}, []

    def do_signal(self, message: dict[str, Any], buffers: list[Received]) -> Reply:
        """Send a signal to all processes of a candidate."""
        child = self.children.get(message["child"])
        if child and child.running:
            self.isolation.signal(child, message["number"])
        return {}, []

    def do_end(self, message: dict[str, Any], buffers: list[Received]) -> Reply:
        """Kill all processes of a candidate, and forget it."""
        child = self.children.pop(message["child"], None)
        if child:
            self.isolation.end(child)
        return {}, []

    def do_list(self, message: dict[str, Any], buffers: list[Received]) -> Reply:
        """The plain files in a box: path in it, and size in bytes. Links are neither listed nor followed."""
        root = self.boxes[message["box"]].path
        files: list[tuple[str, int]] = []
        folders, seen = [""], 0
        while folders:
            folder = folders.pop()
            if folder.count("/") > MAX_DEPTH:
                raise Refused(f"it left folders nested deeper than {MAX_DEPTH} levels")
            for entry in _entries(f"{root}/{folder}"):
                seen += 1
                if seen > MAX_FILES:
                    raise Refused(f"it left more than {MAX_FILES:,} files in its folder")
                with contextlib.suppress(OSError):  # gone meanwhile
                    if entry.is_dir(follow_symlinks=False):
                        folders.append(f"{folder}{entry.name}/")
                    elif entry.is_file(follow_symlinks=False):
                        files.append((f"{folder}{entry.name}", entry.stat(follow_symlinks=False).st_size))
        return {"files": [[os.fsencode(path).decode("utf-8", "replace"), size] for path, size in files]}, []

    def do_read(self, message: dict[str, Any], buffers: list[Received]) -> Reply:
        """The content of one plain file in a box, of at most `most` bytes."""
        descriptor = _open_below(self.boxes[message["box"]].path, message["path"])
        with open(descriptor, "rb") as file:
            content = file.read(message["most"] + 1)
        if len(content) > message["most"]:
            raise Refused(f"the file {message['path']} has more than {message['most']:,} bytes")
        return {}, [bytearray(content)]

    def do_connect(self, message: dict[str, Any], buffers: list[Received]) -> Reply:
        """A connection to the Unix socket at `path` in a box; its descriptor follows the reply."""
        try:
            place = _open_below(self.boxes[message["box"]].path, message["path"], os.O_PATH)
        except Refused:
            raise Refused(f"nobody answers at {message['path']}: {os.strerror(errno.ENOENT)}") from None
        with contextlib.closing(socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)) as sock:
            sock.settimeout(1)
            try:
                if not stat.S_ISSOCK(os.fstat(place).st_mode):
                    raise Refused(f"there is no socket {message['path']}")
                sock.connect(f"/proc/self/fd/{place}")
            except OSError as error:
                busy = error.errno == errno.EAGAIN
                raise Refused(f"nobody answers at {message['path']}: {error.strerror}", busy) from None
            finally:
                os.close(place)
            self.outgoing.append(sock.detach())
        return {}, []

    def do_drop(self, message: dict[str, Any], buffers: list[Received]) -> Reply:
        """Forget a box and what is in it."""
        self.isolation.remove_box(self.boxes.pop(message["box"]).path)
        return {}, []

    def do_reset(self, message: dict[str, Any], buffers: list[Received]) -> Reply:
        """End and forget everything; `left` says what could not be removed."""
        for number in list(self.children):
            self.do_end({"child": number}, [])
        for number in list(self.boxes):
            self.do_drop({"box": number}, [])
        self._reap()
        left = self.isolation.leftovers(self.users)
        self.users.clear()
        return {"left": left[:20]}, []

    def _number(self) -> int:
        self._numbers += 1
        return self._numbers


class Refused(Exception):
    """The submission made a request impossible; the words say how. `busy` when it may answer later."""

    def __init__(self, words: str, busy: bool = False) -> None:
        super().__init__(words)
        self.busy = busy


def _entries(folder: str) -> Iterator[os.DirEntry[str]]:
    """What is in a folder of a submission's, which may still be writing there; nothing where it cannot be looked at."""
    with contextlib.suppress(OSError), os.scandir(folder) as entries:
        yield from entries


def _open_below(root: str, path: str, flags: int = 0) -> int:
    """A descriptor of the plain file, or folder, at `path` below `root`, through no link at any place."""
    names = [name for name in path.split("/") if name not in ("", ".")]
    if not names or ".." in names:
        raise Refused(f"there is no file {path}")
    place = os.open(root, os.O_RDONLY | os.O_DIRECTORY)
    try:
        for depth, name in enumerate(names, start=1):
            kind = flags if depth == len(names) else os.O_DIRECTORY
            below = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | kind, dir_fd=place)
            os.close(place)
            place = below
        if not flags and not stat.S_ISREG(os.fstat(place).st_mode):
            raise OSError
        return place
    except OSError:
        os.close(place)
        raise Refused(f"it left no file {path}") from None


def _program(message: dict[str, Any], limits: dict[str, float], streams: list[int]) -> Callable[[], None]:
    """What the child does once it is in its box and has no privileges."""

    def run() -> None:
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        os.setsid()
        kernel.die_with_parent()
        with open("/proc/self/oom_score_adj", "wb", buffering=0) as file:
            file.write(b"1000")
        for number, descriptor in enumerate([os.open(os.devnull, os.O_RDONLY), *streams]):
            os.dup2(descriptor, number)
        os.closerange(3, 65536)
        seccomp.refuse_what_nobody_needs()
        if message["fresh"]:
            launcher = [sys.executable, "-I", "-B", "-X", "utf8", "-m", "autograder.candidate.launch"]
            os.execv(sys.executable, [*launcher, json.dumps(limits), *message["arguments"]])
        sys.argv[1:] = []
        launch.limit(limits)
        warmup.reseed()
        serve(message["arguments"][1])

    return run
