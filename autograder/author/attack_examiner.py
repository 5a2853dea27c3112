"""The examiner that the corpus attacks: a process of its own, watched from outside, and replaced when it dies."""

import contextlib
import ctypes
import gc
import multiprocessing
import multiprocessing.resource_tracker
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path

from autograder.author import attack_traces
from autograder.author.attack import Sighting
from autograder.author.attack_traces import Base, Peaks, Traces
from autograder.course import Exercise
from autograder.examiner import judge

_SAMPLE_SECONDS = 0.1
_SETTLE_SECONDS = 3.0
_WARM_SECONDS = 60.0


@contextlib.contextmanager
def attacked(exercise: Exercise) -> Iterator["ChildExaminer"]:
    """An examiner for as long as the block lasts; all that it started, and all that was left to it, ends with it."""
    attack_traces.adopt_orphans(True)
    examiner = ChildExaminer(exercise)
    try:
        yield examiner
    finally:
        examiner.close()
        attack_traces.adopt_orphans(False)


class ChildExaminer:
    """Judges in a process of its own, in a temporary folder of its own."""

    def __init__(self, exercise: Exercise) -> None:
        self._exercise = exercise
        self._folder = Path(tempfile.mkdtemp(prefix="ninety-attacked-"))
        self._printed = self._folder.with_name(f"{self._folder.name}.log")
        self._read = 0
        self._sandbox = ""
        multiprocessing.resource_tracker.ensure_running()  # a process of Python's own, which is to be known
        self._ours = frozenset(attack_traces.descendants(os.getpid()))
        self._start()

    def close(self) -> None:
        """End it and all that is left, and remove its folder."""
        self._end()
        self._printed.unlink(missing_ok=True)

    def judge(self, source: Path, sandbox: str, seconds: float) -> Sighting:
        """Judge a submission, or give up after `seconds`; a dead examiner is replaced."""
        peaks, started = Peaks(), time.monotonic()
        fault, self._sandbox = "", sandbox
        at_first = Base.of(self.pid)
        try:
            self._pipe.send((source, sandbox))
            while not self._pipe.poll(_SAMPLE_SECONDS):
                peaks.sample(self.pid, at_first, self._folder)
                if time.monotonic() - started > seconds:
                    fault = f"the examiner gave no verdict within {seconds:g} s"
                    break
            if not fault:
                sighting: Sighting = self._pipe.recv()
                return _with(sighting, peaks, self._said())
        except (EOFError, OSError):
            self._process.join(5)
            fault = f"the examiner died: exit code {self._process.exitcode}"
        sighting = Sighting(None, time.monotonic() - started, fault, peaks=peaks, said=self._said())
        self.renew()
        return sighting

    def traces(self) -> Traces:
        """What there is on the machine now."""
        return attack_traces.look(self.pid, self._ours | {self.pid}, self._folder)

    def left(self, before: Traces) -> list[str]:
        """What there is beyond `before` once it was given time to go."""
        return attack_traces.settled(before, self.pid, self._ours | {self.pid}, self._folder)

    def renew(self) -> None:
        """End the examiner and all that there is below this process, empty its folder, and start another."""
        self._end()
        self._folder = Path(tempfile.mkdtemp(prefix="ninety-attacked-"))
        self._start()

    def _start(self) -> None:
        context = multiprocessing.get_context("spawn")
        self._pipe, theirs = context.Pipe()
        self._process: BaseProcess = context.Process(
            target=_serve, args=(theirs, self._exercise, self._folder, self._printed)
        )
        self._process.start()
        theirs.close()
        assert self._process.pid is not None
        self.pid = self._process.pid
        if self._sandbox:  # what is loaded and started once is no trace of an attack
            self._pipe.send((self._exercise.folder / self._exercise.module_file, self._sandbox))
            if self._pipe.poll(_WARM_SECONDS):
                self._pipe.recv()

    def _end(self) -> None:
        self._process.kill()
        self._process.join()
        self._pipe.close()
        attack_traces.end_all(self._ours)
        _remove(self._folder)

    def _said(self) -> str:
        """What the examiner printed since the last time."""
        text = self._printed.read_bytes()[self._read :] if self._printed.exists() else b""
        self._read += len(text)
        return text.decode(errors="replace")


def _remove(folder: Path) -> None:
    """Remove a folder; some attacks make it deeper than Python's own function can go."""
    subprocess.run(["rm", "-rf", "--", str(folder)], check=False)


def _with(sighting: Sighting, peaks: Peaks, said: str) -> Sighting:
    return Sighting(
        sighting.verdict, sighting.seconds, sighting.fault, sighting.descriptors, sighting.threads, sighting.kept_mb,
        said, peaks,
    )  # fmt: skip


def _serve(pipe: Connection, exercise: Exercise, folder: Path, printed: Path) -> None:
    """Judge what the pipe asks for until it is closed."""
    log = os.open(printed, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    for stream in (1, 2):
        os.dup2(log, stream)
    _load_what_is_loaded_once()
    os.environ["TMPDIR"] = tempfile.tempdir = str(folder)
    with contextlib.suppress(EOFError):
        while True:
            source, sandbox = pipe.recv()
            pipe.send(judged(exercise, source, sandbox))


def _load_what_is_loaded_once() -> None:
    """The libraries that the wire needs for some values keep memory and threads from their first use on."""
    with contextlib.suppress(ImportError):
        import pyarrow

        sink = pyarrow.BufferOutputStream()
        table = pyarrow.table({"x": [1]})
        with pyarrow.ipc.new_stream(sink, table.schema) as writer:
            writer.write_table(table)
        pyarrow.ipc.open_stream(sink.getvalue()).read_all()


def judged(exercise: Exercise, source: Path, sandbox: str) -> Sighting:
    """Judge in this process, and compare what it holds after it with what it held before."""
    before, started = _held(), time.monotonic()
    verdict, fault = None, ""
    try:
        verdict = judge(exercise, source, sandbox=sandbox)
    except Exception as error:
        fault = f"the examiner raised {type(error).__name__}: {error}"[:400]
    seconds = time.monotonic() - started
    end = time.monotonic() + _SETTLE_SECONDS
    while (after := _held())[:2] > before[:2] and time.monotonic() < end:
        time.sleep(0.1)
    more = [max(now - then, 0) for now, then in zip(after, before, strict=True)]
    return Sighting(verdict, seconds, fault, int(more[0]), int(more[1]), more[2])


def _held() -> tuple[int, int, float]:
    """Descriptors, threads and memory (MiB) of this process."""
    gc.collect()
    if sys.platform == "linux":
        with contextlib.suppress(AttributeError):
            ctypes.CDLL(None).malloc_trim(0)
    proc = Path("/proc/self")
    if not proc.is_dir():
        return 0, 0, 0.0
    return len(os.listdir(proc / "fd")), len(os.listdir(proc / "task")), attack_traces.resident_mb(os.getpid())
