"""No sandbox: plain processes with limits. For code you trust as far as your own, such as your own."""

import contextlib
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
import weakref
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import IO

from autograder.files import open_plain
from autograder.sandbox import processes
from autograder.sandbox.base import (
    MAX_DEPTH,
    MAX_FILES,
    BoxBusy,
    BoxFault,
    Limits,
    Running,
    launch,
    new_mark,
)
from autograder.sandbox.output import Output
from autograder.sandbox.spare import Spare, Spares


class BareProcess:
    """Runs the candidate as a process of this user: apart from the examiner, but not locked in.

    With `spares` a process that has imported what the exercise needs waits for the next submission to it.
    """

    name = "process"
    forks = False
    patience = 0.0

    def __init__(self, spares: Spares | None = None) -> None:
        self._spares = spares

    def available(self) -> str:
        """A process can be started everywhere."""
        return ""

    def cell(self, preload: Sequence[str], limits: Limits) -> "ProcessCell":
        """See `Sandbox.cell`. Every start is a new process."""
        return ProcessCell(limits, preload, self._spares)

    def expect(self, preload: Sequence[str], limits: Limits) -> None:
        """See `Sandbox.expect`."""
        if self._spares:
            self._spares.expect(preload)

    def close(self) -> None:
        """End the processes that wait."""
        if self._spares:
            self._spares.close()


class ProcessCell:
    """A temporary folder for one submission. See `Cell`."""

    def __init__(self, limits: Limits, preload: Sequence[str] = (), spares: Spares | None = None) -> None:
        self._limits = limits
        self._preload = preload
        self._spares = spares
        self._root = Path(tempfile.gettempdir(), f"ninety-{os.urandom(4).hex()}")
        weakref.finalize(self, _remove, self._root)  # before it is made: an interrupt can come anywhere
        self._root.mkdir(mode=0o700)
        self.wire = self._root / "wire"
        self.wire.mkdir(mode=0o755)
        self._boxes = 0

    def inside(self, text: str) -> str:
        """The programs see what everybody sees."""
        return text

    def box(self, files: Mapping[str, bytes]) -> "ProcessBox":
        """See `Cell.box`."""
        self._boxes += 1
        return ProcessBox(self._root / f"box{self._boxes}", files, self._limits, self._take)

    def close(self) -> None:
        """Remove the folder."""
        _remove(self._root)
        if self._spares:
            self._spares.expect(self._preload)

    def _take(self) -> Spare | None:
        return self._spares.take(self._preload) if self._spares else None


class ProcessBox:
    """A folder on the disk; `take` gives a process that waits, if there is one. See `Box`."""

    def __init__(
        self, folder: Path, files: Mapping[str, bytes], limits: Limits, take: Callable[[], Spare | None] = lambda: None
    ) -> None:
        self._take = take
        self.seen_at = str(folder.resolve())
        self._folder = folder
        self._limits = limits
        folder.mkdir(mode=0o755)
        for name, content in files.items():
            (folder / name).write_bytes(content)

    def start(self, arguments: Sequence[str], *, fresh: bool = False, merge: bool = True) -> Running:
        """See `Box.start`."""
        settings = self._limits.launch_settings()
        linux = sys.platform == "linux"
        as_root = linux and os.geteuid() == 0
        if linux and not as_root:
            # The kernel counts all of this user's tasks, so the bound has to lie above what runs already.
            settings["processes"] += processes.tasks_of_user(os.geteuid())
        else:
            settings["processes"] = 0  # no such bound for root; its processes are counted from outside
        settings["die_with_parent"] = linux
        mode, address = arguments[0], arguments[-1]
        spare = self._take() if mode == "serve" and merge and not fresh else None
        if spare and spare.hand(self._folder, address, settings):
            return RunningProcess(spare.process, spare.mark, self._limits, count_processes=as_root)
        mark = new_mark()
        process = launch(mark, settings, arguments, folder=self._folder, merge=merge)
        return RunningProcess(process, mark, self._limits, count_processes=as_root)

    def list_files(self) -> dict[str, int]:
        """See `Box.list_files`."""
        found: dict[str, int] = {}
        folders = [""]
        while folders:
            folder = folders.pop()
            if folder.count("/") > MAX_DEPTH:
                raise BoxFault(f"it left folders nested deeper than {MAX_DEPTH} levels")
            for entry in _entries(self._folder / folder):
                with contextlib.suppress(OSError):  # gone meanwhile
                    if entry.is_dir(follow_symlinks=False):
                        folders.append(f"{folder}{entry.name}/")
                    elif entry.is_file(follow_symlinks=False):
                        found[f"{folder}{entry.name}"] = entry.stat(follow_symlinks=False).st_size
                if len(found) + len(folders) > MAX_FILES:
                    raise BoxFault(f"it left more than {MAX_FILES:,} files in its folder")
        return found

    def read_file(self, path: str, most: int) -> bytes:
        """See `Box.read_file`."""
        if path not in self.list_files():
            raise BoxFault(f"it left no file {path}")
        try:
            with open_plain(self._folder / path, follow=False) as file:  # it may be swapped for a link at any moment
                content = file.read(most + 1)
        except OSError:
            raise BoxFault(f"it left no file {path}") from None
        if len(content) > most:
            raise BoxFault(f"the file {path} has more than {most:,} bytes")
        return content

    def connect(self, path: str) -> socket.socket:
        """See `Box.connect`."""
        place = self._folder / path
        steps = [step for step in (place, *place.parents) if step != self._folder and self._folder in step.parents]
        if ".." in place.parts or not steps or any(step.is_symlink() for step in steps):
            raise BoxFault(f"there is no socket {path}")
        sock = socket.socket(socket.AF_UNIX)
        sock.setblocking(False)  # a full queue is told at once
        try:
            sock.connect(str(place))
        except BlockingIOError:
            sock.close()
            raise BoxBusy(f"nobody answers at {path}: too many wait there") from None
        except OSError as error:
            sock.close()
            raise BoxFault(f"nobody answers at {path}: {error.strerror or error}") from None
        sock.setblocking(True)
        return sock

    def close(self) -> None:
        """Remove the folder."""
        _remove(self._folder)


class RunningProcess(Running):
    """A process of this user's.

    `mark` stands in the environment of all its processes, so that those which left their group are found as well.
    """

    def __init__(self, process: "subprocess.Popen[bytes]", mark: str, limits: Limits, *, count_processes: bool) -> None:
        self.mark = mark
        self.limits = limits
        self.over_limit = ""
        self._process = process
        bound = int(limits.output_kb * 1024)
        self.output = Output(_pipe(self._process.stdout), bound, self._too_much_output)
        errors = self._process.stderr
        self.errors = Output(errors, bound, self._too_much_output) if errors else None
        if count_processes:
            threading.Thread(target=self._watch_processes, daemon=True).start()

    def wait(self, seconds: float) -> int | None:
        """See `Running.wait`."""
        try:
            return self._process.wait(max(seconds, 0))
        except subprocess.TimeoutExpired:
            return None

    def signal(self, number: int) -> None:
        """See `Running.signal`."""
        processes.signal_all(self._process.pid, self.mark, number)

    def kill(self) -> None:
        """See `Running.kill`."""
        processes.kill_all(self._process.pid, self.mark)
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(5)
        for stream in (self.output, self.errors):
            if stream:
                stream.close()

    def _too_much_output(self) -> None:
        self.over_limit = f"it printed more than {self.limits.output_kb:g} KiB"
        processes.kill_all(self._process.pid, self.mark)

    def _watch_processes(self) -> None:
        """Where the kernel's own limit does not hold (for root), count from outside."""
        while self._process.poll() is None:
            if len(processes.marked(self.mark)) > self.limits.processes:
                self.over_limit = f"it started more than {self.limits.processes:g} processes"
                processes.kill_all(self._process.pid, self.mark)
                return
            time.sleep(0.05)


def _pipe(stream: IO[bytes] | None) -> IO[bytes]:
    assert stream is not None
    return stream


def _entries(folder: Path) -> Iterator[os.DirEntry[str]]:
    """What is in a folder of a submission's, which may still be writing there; nothing where it cannot be looked at."""
    with contextlib.suppress(OSError), os.scandir(folder) as entries:
        yield from entries


def _remove(folder: Path) -> None:
    try:
        shutil.rmtree(folder, ignore_errors=True)
    except RecursionError:  # folders nested deeper than Python can follow; the system's own tool can
        subprocess.run(["rm", "-rf", "--", str(folder)], check=False, capture_output=True)
