"""How long a command took, what it cost, and how much memory it held."""

import os
import subprocess
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from autograder.sandbox.processes import descendants

_TICK = os.sysconf("SC_CLK_TCK")
_PAGE = os.sysconf("SC_PAGE_SIZE")


@dataclass(frozen=True)
class Cost:
    """Wall time and CPU time in s (of the command and all it started), and the most memory at a time in MiB."""

    wall: float
    cpu: float
    memory: float


class CommandFailed(RuntimeError):
    """A tool did not do its work; its output is in the message."""


def run(
    command: Sequence[str], folder: Path, environment: Mapping[str, str] | None = None, ok: Sequence[int] = (0,)
) -> Cost:
    """Run a command to its end; `CommandFailed` when its exit status is none of `ok`."""
    before = _busy()
    started = time.perf_counter()
    process = subprocess.Popen(
        list(command), cwd=folder, env=_environment() | dict(environment or {}), stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip
    watch = _Memory(process.pid)
    said, _ = process.communicate()
    wall = time.perf_counter() - started
    cpu = _busy() - before
    if process.returncode not in ok:
        raise CommandFailed(f"{' '.join(command)[:200]} ended with {process.returncode}:\n{said.decode()[-3000:]}")
    return Cost(wall, cpu, watch.most())


def _environment() -> dict[str, str]:
    """This one's, but for what would have Python compile again what it compiled before."""
    return {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


def _busy() -> float:
    """The CPU seconds the whole machine has worked: a container's processes are no children of the command."""
    words = Path("/proc/stat").read_text(encoding="ascii").splitlines()[0].split()[1:]
    user, nice, system, _, _, irq, softirq, *_ = map(int, words)
    return (user + nice + system + irq + softirq) / _TICK


class _Memory:
    """Looks ten times a second at the memory of a process and its children that they share with nobody."""

    def __init__(self, pid: int) -> None:
        self._pid = pid
        self._most = 0.0
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def most(self) -> float:
        """The most there was, in MiB."""
        self._over.set()
        self._thread.join()
        return self._most

    def _watch(self) -> None:
        while not self._over.wait(0.1):
            total = sum(_own_memory(pid) for pid in (self._pid, *descendants(self._pid)))
            self._most = max(self._most, total / 2**20)


def _own_memory(pid: int) -> int:
    try:
        words = Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()
    except OSError:
        return 0
    return (int(words[1]) - int(words[2])) * _PAGE
