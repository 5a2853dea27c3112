"""What every sandbox offers: a cell for one submission, boxes with its files in it, programs that run there."""

import json
import os
import signal
import socket
import subprocess
import sys
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Protocol, Self

from autograder.errors import Problem
from autograder.sandbox.output import Output

PACKAGE = Path(__file__).resolve().parent.parent
MARK = "NINETY_CANDIDATE"
MAX_FILES = 10_000
MAX_DEPTH = 64  # of folders in a box


@dataclass(frozen=True)
class Limits:
    """What one candidate may use. Times in s, memory and files in MiB, output in KiB.

    `call_seconds` bounds one request, `start_seconds` the import of the learner's module, `total_seconds` all of
    one submission; `memory_mb` is one process's own memory, and twice that is what all its processes may have
    together; `file_mb` is the size of one file it writes, `folder_mb` of all files in its folder, `output_kb` what
    it may print (a tenth is kept), `processes` how many processes and threads it may have. The bare process has
    no bound on all files or on all processes' memory.
    """

    call_seconds: float = 10
    start_seconds: float = 20
    total_seconds: float = 120
    memory_mb: float = 1024
    file_mb: float = 16
    folder_mb: float = 128
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
        """What is set inside the sandbox before anything else runs."""
        return {k: v for k, v in asdict(self).items() if k in ("memory_mb", "file_mb", "processes")} | {
            "cpu_seconds": self.cpu_seconds
        }


class BoxFault(Exception):
    """What the submission left in its folder cannot be had; the words say why."""


class BoxBusy(BoxFault):
    """More wait at the submission's socket than it has room for; one who tries again may be let in."""


class ServerGone(RuntimeError):
    """A warm server, which runs no line of a learner's, has ended or does not answer."""


class Running(ABC):
    """A program in a box, as seen from outside. `over_limit` says which limit it was ended for, if any."""

    output: Output
    errors: Output | None
    over_limit: str

    @abstractmethod
    def wait(self, seconds: float) -> int | None:
        """The exit status (negative: the signal that ended it), or None when it still runs after `seconds`."""

    @abstractmethod
    def signal(self, number: int) -> None:
        """Send a signal to all its processes."""

    @abstractmethod
    def kill(self) -> None:
        """End all of it, the processes that hid in a session of their own included; safe to call again."""

    def pause(self) -> None:
        """Stop all its processes until `resume`."""
        self.signal(signal.SIGSTOP)

    def resume(self) -> None:
        """Let its processes go on."""
        self.signal(signal.SIGCONT)


class Box(Protocol):
    """A folder with a copy of a submission's files, in which its programs run; they see it as `seen_at`."""

    seen_at: str

    def start(self, arguments: Sequence[str], *, fresh: bool = False, merge: bool = True) -> Running:
        """Start the launcher with these arguments: `serve ADDRESS` or `run PROGRAM ...`.

        `fresh` asks for a new interpreter where a warm one would do; `merge` sends what it prints and its errors
        into one stream, in their order.
        """

    def list_files(self) -> dict[str, int]:
        """The plain files in it: path with `/`, size in bytes. Links are neither listed nor followed.

        `BoxFault` when there are more than 10,000.
        """

    def read_file(self, path: str, most: int) -> bytes:
        """The content of one of them; `BoxFault` when there is none, or it is larger than `most` bytes."""

    def connect(self, path: str) -> socket.socket:
        """A connection, without a time limit, to the Unix socket at `path`, which a program in the box listens on.

        `BoxFault` when nobody does, `BoxBusy` when too many wait there already. Links are not followed.
        """

    def close(self) -> None:
        """Forget the folder. Its programs have been killed before."""


class Cell(Protocol):
    """One submission's share of a sandbox. `wire` is a folder for sockets that its programs may dial."""

    wire: Path

    def inside(self, text: str) -> str:
        """A path in `wire`, or an address that holds one, as the programs see it."""

    def box(self, files: Mapping[str, bytes]) -> Box:
        """A fresh folder with these files."""

    def close(self) -> None:
        """End and forget all there is."""


class Sandbox(Protocol):
    """A way to run programs apart from the examiner.

    `forks`: its candidates come from a process that has imported what they need. `patience`: the seconds that a request
    to them is waited for at least, whatever the limits say.
    """

    name: str
    forks: bool
    patience: float

    def available(self) -> str:
        """Empty when it can be used here; else what is missing and how to get it."""

    def cell(self, preload: Sequence[str], limits: Limits) -> Cell:
        """A cell for one submission, whose programs need the modules `preload` and keep to `limits`."""

    def expect(self, preload: Sequence[str], limits: Limits) -> None:
        """A cell for these will be asked for soon; it may be made ready meanwhile."""

    def close(self) -> None:
        """End what is kept warm."""


def new_mark() -> str:
    """A fresh mark for one program's processes; it begins with this process's number."""
    return f"{os.getpid()}-{os.urandom(12).hex()}"


def interpreter() -> list[str]:
    """This interpreter, isolated and writing no bytecode."""
    return [sys.executable, "-I", "-B", "-X", "utf8"]


def launcher() -> list[str]:
    """The command that starts the launcher."""
    return [*interpreter(), "-m", "autograder.candidate.launch"]


def launch(
    mark: str,
    settings: Mapping[str, float],
    arguments: Sequence[str],
    *,
    folder: Path | None = None,
    stdin: int = subprocess.DEVNULL,
    merge: bool = True,
) -> "subprocess.Popen[bytes]":
    """Start the launcher in `folder` as a process of this user's, with `mark` in its environment.

    What it prints comes by pipes; with `merge` its errors come in the same one.
    """
    return subprocess.Popen(
        [*launcher(), json.dumps(dict(settings)), *arguments],
        stdin=stdin,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT if merge else subprocess.PIPE,
        cwd=folder,
        env=clean_environment(mark),
        start_new_session=True,
    )


def clean_environment(mark: str = "") -> dict[str, str]:
    """An environment that tells the program nothing about the user and pins what would make runs differ.

    `mark` stands in it, so that from outside a candidate's processes can be told from all others.
    """
    kept = {name: os.environ[name] for name in ("SYSTEMROOT", "PATH") if name in os.environ}
    return (
        kept
        | ({MARK: mark} if mark else {})
        | {
            "LANG": "C.UTF-8",
            "TZ": "UTC",
            "HOME": "/nonexistent",
            "PYTHONDONTWRITEBYTECODE": "1",
            "OMP_NUM_THREADS": "1",
            "OPENBLAS_NUM_THREADS": "1",
            "TRITON_INTERPRET": "1",  # read when Triton is imported, which a warm server does before any module does
        }
    )
