"""What every sandbox offers: start a program under limits, watch it from outside, stop all of it."""

import contextlib
import os
import secrets
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import IO, Protocol, Self

from autograder.errors import Problem
from autograder.sandbox import processes
from autograder.sandbox.output import Output

PACKAGE = Path(__file__).resolve().parent.parent
MARK = "NINETY_CANDIDATE"


@dataclass(frozen=True)
class Limits:
    """What one candidate may use. Times in s, memory and files in MiB, output in KiB.

    `call_seconds` bounds one request, `start_seconds` the import of the learner's module, `total_seconds` all of
    one submission; `memory_mb` is one process's own memory, `file_mb` the size of one file it writes,
    `output_kb` what it may print (a tenth is kept), `processes` how many processes and threads it may have.
    """

    call_seconds: float = 10
    start_seconds: float = 20
    total_seconds: float = 120
    memory_mb: float = 1024
    file_mb: float = 16
    output_kb: float = 2560
    processes: float = 64

    @classmethod
    def from_mapping(cls, limits: Mapping[str, float] | None, where: str) -> Self:
        """The limits an exercise sets, the rest as they come; `Problem` names one that does not exist."""
        known = [field.name for field in fields(cls)]
        for name in limits or {}:
            if name not in known:
                raise Problem(f"there is no limit {name!r}", where=where, fix=f"known are {', '.join(known)}")
        return cls(**(limits or {}))

    @property
    def cpu_seconds(self) -> float:
        """CPU time after which the kernel ends a process; the examiner's own clock comes first."""
        return self.total_seconds * 4

    def launch_settings(self) -> dict[str, float]:
        """What the launcher inside the sandbox sets before anything else runs."""
        return {k: v for k, v in asdict(self).items() if k in ("memory_mb", "file_mb", "processes")} | {
            "cpu_seconds": self.cpu_seconds
        }


class Sandbox(Protocol):
    """A way to run programs apart from the examiner."""

    name: str

    def available(self) -> str:
        """Empty when it can be used here; else what is missing and how to get it."""

    def start(
        self,
        arguments: Sequence[str],
        folder: Path,
        limits: Limits,
        wire: Path | None = None,
        *,
        merge: bool = True,
    ) -> "Running":
        """Start the launcher with these arguments (`serve ADDRESS` or `run PROGRAM ...`) in `folder`.

        `folder` is a copy of the submission the program may write to; `wire` is a folder with the socket it dials;
        `merge` sends what it prints and its errors into one stream, in their order.
        """


class Running:
    """A program in a sandbox, as seen from outside.

    `mark` stands in the environment of all its processes, so that those which left their group are found as well.
    """

    def __init__(
        self, command: Sequence[str], limits: Limits, *, folder: Path, environment: Mapping[str, str], mark: str,
        count_processes: bool, merge: bool = True,
    ) -> None:  # fmt: skip
        self.mark = mark
        self.limits = limits
        self.over_limit = ""
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT if merge else subprocess.PIPE,
            cwd=folder,
            env=dict(environment),
            start_new_session=True,
        )
        assert self._process.stdout is not None
        bound = int(limits.output_kb * 1024)
        self.output = Output(self._process.stdout, bound, self._too_much_output)
        self.errors = None if merge else Output(self._stderr(), bound, self._too_much_output)
        if count_processes:
            threading.Thread(target=self._watch_processes, daemon=True).start()

    @property
    def pid(self) -> int:
        """The number of the outermost process."""
        return self._process.pid

    def wait(self, seconds: float) -> int | None:
        """The exit status (negative: the signal that ended it), or None when it still runs after `seconds`."""
        try:
            return self._process.wait(max(seconds, 0))
        except subprocess.TimeoutExpired:
            return None

    def signal(self, number: int) -> None:
        """Send a signal to all its processes."""
        processes.signal_all(self.pid, self.mark, number)

    def pause(self) -> None:
        """Stop all its processes until `resume`."""
        self.signal(signal.SIGSTOP)

    def resume(self) -> None:
        """Let its processes go on."""
        self.signal(signal.SIGCONT)

    def kill(self) -> None:
        """End all of it, the processes that hid in a session of their own included; safe to call again."""
        processes.kill_all(self.pid, self.mark)
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(5)
        for stream in (self.output, self.errors):
            if stream:
                stream.close()

    def _stderr(self) -> IO[bytes]:
        assert self._process.stderr is not None
        return self._process.stderr

    def _too_much_output(self) -> None:
        self.over_limit = f"it printed more than {self.limits.output_kb:g} KiB"
        processes.kill_all(self.pid, self.mark)

    def _watch_processes(self) -> None:
        """Where the kernel's own limit does not hold (for root), count from outside."""
        while self._process.poll() is None:
            if len(processes.marked(self.mark)) > self.limits.processes:
                self.over_limit = f"it started more than {self.limits.processes:g} processes"
                processes.kill_all(self.pid, self.mark)
                return
            time.sleep(0.05)


def new_mark() -> str:
    """A fresh mark for one program's processes; it begins with this process's number."""
    return f"{os.getpid()}-{secrets.token_hex(12)}"


def launcher() -> list[str]:
    """The command that starts the launcher with this interpreter, isolated and writing no bytecode."""
    return [sys.executable, "-I", "-B", "-X", "utf8", "-m", "autograder.candidate.launch"]


def clean_environment(mark: str) -> dict[str, str]:
    """An environment that tells the program nothing about the user and pins what would make runs differ."""
    kept = {name: os.environ[name] for name in ("SYSTEMROOT", "PATH") if name in os.environ}
    return kept | {
        MARK: mark,
        "LANG": "C.UTF-8",
        "TZ": "UTC",
        "HOME": "/nonexistent",
        "PYTHONDONTWRITEBYTECODE": "1",
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
    }
