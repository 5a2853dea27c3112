"""What an attack leaves on the machine, seen from outside: processes, files, shared memory and queues.

Others may use the machine meanwhile, so a trace counts where it can be told apart: processes below this one or with
the examiner's mark, entries of a temporary folder that only the examiner was given, and in places that everybody
shares what a user without a name owns, or what bears the word `attack`, as all that the corpus writes does.
"""

import contextlib
import ctypes
import os
import re
import signal
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_MARK = "NINETY_CANDIDATE="  # in the environment of every candidate, followed by the examiner's number
_NAMELESS = 2**20  # the sandboxes' users begin here
_SHARED = ("/tmp", "/var/tmp", "/dev/shm", "/dev/mqueue")
_SYSV = {"msg": 7, "sem": 4, "shm": 7}  # the column of the owner in /proc/sysvipc
_MOST_ENTRIES = 50_000


@dataclass(frozen=True)
class Traces:
    """What there is at one moment, and how often: a sandbox may have replaced what it keeps between submissions."""

    processes: Counter[str]
    files: Counter[str]
    shared: Counter[str]

    def beyond(self, before: "Traces") -> list[str]:
        """A sentence for each kind of which there is more than before."""
        kinds = {
            "processes": self.processes - before.processes,
            "files": self.files - before.files,
            "shared memory, queues or keys": self.shared - before.shared,
        }
        return [f"it left {found.total()} {kind} behind: {_few(found)}" for kind, found in kinds.items() if found]


@dataclass(frozen=True)
class Base:
    """The memory in use before a submission is judged: the examiner's, and what is no process's own (MiB)."""

    examiner_mb: float
    shared_mb: float

    @classmethod
    def of(cls, examiner: int) -> "Base":
        """As it is now."""
        return cls(resident_mb(examiner), _shared_mb())


@dataclass
class Peaks:
    """The most that was seen at one moment: MiB and counts; `examiner_mb` is by how much the examiner grew.

    `tasks` are the threads of all of the candidate's processes, together with what starts them; `shared_mb` is by how
    much the machine's memory that is no process's own grew, such as files that lie in memory.
    """

    examiner_mb: float = 0
    memory_mb: float = 0
    shared_mb: float = 0
    tasks: int = 0
    disk_mb: float = 0
    files: int = 0

    def sample(self, examiner: int, at_first: "Base", folder: Path) -> None:
        """Look at the examiner's process, all below it, and the folder in which it keeps its files."""
        below = [pid for pid in descendants(examiner) if pid != examiner]
        self.examiner_mb = max(self.examiner_mb, resident_mb(examiner) - at_first.examiner_mb)
        self.memory_mb = max(self.memory_mb, sum(map(_share_mb, below)))
        self.shared_mb = max(self.shared_mb, _shared_mb() - at_first.shared_mb)
        self.tasks = max(self.tasks, sum(map(_tasks, below)))
        size, count = _usage(folder)
        self.disk_mb, self.files = max(self.disk_mb, size), max(self.files, count)


def look(examiner: int, spare: frozenset[int], folder: Path) -> Traces:
    """The traces there are now; `spare` are processes below this one that are its own, beside the examiner."""
    below = {pid for pid in descendants(os.getpid()) if pid not in spare}
    marked = {pid for pid in _pids() if f"{_MARK}{examiner}-".encode() in _read(f"/proc/{pid}/environ")}
    files = [re.sub("^ninety-.*", "ninety-*", entry.name) for entry in os.scandir(folder)]
    memory = {path for path in _in_shared_places() if path.startswith("/dev/")}
    return Traces(
        processes=Counter(_process(pid) for pid in below | marked if not _is_zombie(pid)),
        files=Counter([*files, *(_in_shared_places() - memory)]),
        shared=Counter([*memory, *_sysv(), *_keys()]),
    )


def settled(before: Traces, examiner: int, spare: frozenset[int], folder: Path, seconds: float = 4) -> list[str]:
    """What is there beyond `before` once `seconds` were given for it to go."""
    end = time.monotonic() + seconds
    while (left := look(examiner, spare, folder).beyond(before)) and time.monotonic() < end:
        time.sleep(0.1)
    return left


def adopt_orphans(adopt: bool) -> None:
    """On Linux, make this process the parent of whatever its descendants leave behind, or no longer."""
    if sys.platform == "linux":
        set_child_subreaper = 36  # PR_SET_CHILD_SUBREAPER
        ctypes.CDLL(None).prctl(set_child_subreaper, int(adopt), 0, 0, 0)


def descendants(pid: int) -> list[int]:
    """A process and all below it."""
    children: dict[int, list[int]] = {}
    for number in _pids():
        words = _read(f"/proc/{number}/stat").rpartition(b")")[2].split()
        if len(words) > 1:
            children.setdefault(int(words[1]), []).append(number)
    found, todo = [], [pid]
    while todo:
        found.append(todo.pop())
        todo += children.get(found[-1], [])
    return found


def end_all(keep: frozenset[int]) -> None:
    """Kill everything below this process but what is to be kept."""
    for _ in range(20):
        left = [pid for pid in descendants(os.getpid()) if pid != os.getpid() and pid not in keep]
        for pid in left:
            with contextlib.suppress(OSError):
                os.kill(pid, signal.SIGKILL)
            with contextlib.suppress(OSError):
                os.waitpid(pid, os.WNOHANG)
        if not left:
            return
        time.sleep(0.05)


def resident_mb(pid: int) -> float:
    """The memory of a process that is in use, in MiB."""
    words = _read(f"/proc/{pid}/statm").split()
    return int(words[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20 if len(words) > 1 else 0.0


def _share_mb(pid: int) -> float:
    """The same, with a fair share of what a process has in common with others."""
    found = re.search(rb"^Pss: +(\d+) kB", _read(f"/proc/{pid}/smaps_rollup"), re.MULTILINE)
    return int(found[1]) / 1024 if found else 0.0


def _shared_mb() -> float:
    found = re.search(rb"^Shmem: +(\d+) kB", _read("/proc/meminfo"), re.MULTILINE)
    return int(found[1]) / 1024 if found else 0.0


def _tasks(pid: int) -> int:
    with contextlib.suppress(OSError):
        return len(os.listdir(f"/proc/{pid}/task"))
    return 0


def _pids() -> Iterator[int]:
    with contextlib.suppress(OSError):
        for name in os.listdir("/proc"):
            if name.isdigit():
                yield int(name)


def _read(path: str) -> bytes:
    with contextlib.suppress(OSError), open(path, "rb") as file:
        return file.read(65536)
    return b""


def _process(pid: int) -> str:
    command = _read(f"/proc/{pid}/cmdline").replace(b"\0", b" ").decode(errors="replace").strip()
    return command[:80]


def _few(found: Counter[str]) -> str:
    words = [f"{count} x {text}" if count > 1 else text for text, count in sorted(found.items())]
    return ", ".join(words[:4]) + (f" and {len(words) - 4} more" if len(words) > 4 else "")


def _is_zombie(pid: int) -> bool:
    with contextlib.suppress(OSError):
        os.waitpid(pid, os.WNOHANG)
    return _read(f"/proc/{pid}/stat").rpartition(b")")[2].split()[:1] in ([b"Z"], [])


def _in_shared_places() -> set[str]:
    found = set()
    for place in _SHARED:
        with contextlib.suppress(OSError):
            for entry in os.scandir(place):
                with contextlib.suppress(OSError):
                    if "attack-" in entry.name or entry.stat(follow_symlinks=False).st_uid >= _NAMELESS:
                        found.add(entry.path)
    return found


def _sysv() -> Iterator[str]:
    for kind, owner in _SYSV.items():
        for line in _read(f"/proc/sysvipc/{kind}").decode().splitlines()[1:]:
            words = line.split()
            if int(words[owner]) >= _NAMELESS or int(words[0]) == ATTACK_KEY:
                yield f"System V {kind} {words[1]}"


def _keys() -> Iterator[str]:
    for line in _read("/proc/key-users").decode().splitlines():
        user, _, rest = line.partition(":")
        if int(user) >= _NAMELESS and not rest.split()[2].startswith("0/"):
            yield f"keys of user {user.strip()}"


def _usage(folder: Path) -> tuple[float, int]:
    """The MiB and the number of entries below a folder; beyond 50,000 entries nothing more is counted."""
    blocks, count, todo = 0, 0, [str(folder)]
    while todo and count < _MOST_ENTRIES:
        with contextlib.suppress(OSError), os.scandir(todo.pop()) as entries:
            for entry in entries:
                count += 1
                if count >= _MOST_ENTRIES:
                    break
                with contextlib.suppress(OSError):
                    blocks += entry.stat(follow_symlinks=False).st_blocks
                    if entry.is_dir(follow_symlinks=False):
                        todo.append(entry.path)
    return blocks * 512 / 2**20, count


ATTACK_KEY = 0xA77AC4
"""The key under which the corpus asks for System V memory, queues and semaphores."""
