"""All processes of one program, found from outside and signalled together."""

import contextlib
import os
import signal
import sys
import time
from pathlib import Path

_PROC = Path("/proc")


def marked(mark: str) -> list[int]:
    """The processes whose environment holds `mark`, on Linux; elsewhere none can be told."""
    if sys.platform != "linux":
        return []
    wanted = mark.encode()
    found = []
    for entry in os.scandir(_PROC):
        if not entry.name.isdigit():
            continue
        with contextlib.suppress(OSError), open(f"/proc/{entry.name}/environ", "rb") as environ:
            if wanted in environ.read(65536):
                found.append(int(entry.name))
    return found


def descendants(pid: int) -> list[int]:
    """All children of a process and their children, on Linux; elsewhere none can be told."""
    if sys.platform != "linux":
        return []
    children: dict[int, list[int]] = {}
    for entry in os.scandir(_PROC):
        if entry.name.isdigit():
            with contextlib.suppress(OSError, ValueError, IndexError):
                stat = Path(f"/proc/{entry.name}/stat").read_bytes()  # a process may call itself anything
                parent = int(stat.rpartition(b")")[2].split()[1])
                children.setdefault(parent, []).append(int(entry.name))
    found, todo = [], [pid]
    while todo:
        for child in children.get(todo.pop(), []):
            found.append(child)
            todo.append(child)
    return found


def tasks_of_user(user: int) -> int:
    """How many processes and threads a user has, on Linux."""
    count = 0
    for entry in os.scandir(_PROC):
        if entry.name.isdigit():
            with contextlib.suppress(OSError):
                if os.stat(f"/proc/{entry.name}").st_uid == user:
                    count += len(os.listdir(f"/proc/{entry.name}/task"))
    return count


def signal_all(pid: int, mark: str, number: int) -> None:
    """Send a signal to a process, its group, its descendants and every process that carries the mark."""
    for target in {pid, *descendants(pid), *marked(mark)}:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.kill(target, number)


def kill_all(pid: int, mark: str) -> None:
    """Kill until nothing is left: a program that forks faster than one sweep is stopped first."""
    if sys.platform == "win32":
        with contextlib.suppress(OSError):
            os.kill(pid, signal.SIGTERM)
        return
    for _ in range(50):
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(pid, signal.SIGKILL)
        left = [p for p in {*descendants(pid), *marked(mark)} if p != pid and not _is_dead(p)]
        for target in left:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.kill(target, signal.SIGSTOP)
        for target in left:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.kill(target, signal.SIGKILL)
        if not left:
            return
        time.sleep(0.005)


def _is_dead(pid: int) -> bool:
    with contextlib.suppress(OSError, IndexError):
        return Path(f"/proc/{pid}/stat").read_bytes().rpartition(b")")[2].split()[0] in (b"Z", b"X")
    return True
