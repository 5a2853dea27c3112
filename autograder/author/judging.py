"""Judging many modules at a time: where they lie meanwhile, how far it is, and that nothing is left."""

import multiprocessing
import signal
import tempfile
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Executor, Future, ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

from autograder.course import Exercise
from autograder.errors import Exit, Problem
from autograder.examiner.workplace import end_with_parent, keep_temporary_files_together, leave
from autograder.verdict import Verdict

Tell = Callable[[int, int, str], None]


class Judge(Protocol):
    """What judges one submission, in whatever process it is called."""

    def __call__(self, exercise: Exercise, source: Path, *, seed: int, stop_early: bool) -> Verdict:
        """The verdict on the module at `source`; with `stop_early` up to the first check that does not pass."""


def workers(jobs: int) -> ProcessPoolExecutor:
    """Processes that judge `jobs` modules at a time.

    They hear Ctrl-C while they judge and not in between, where it would cut a verdict on its way to us in two and
    leave us waiting for the rest. They end with this process, however that ends.
    """
    return ProcessPoolExecutor(jobs, multiprocessing.get_context("spawn"), initializer=_begin)


def _begin() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    keep_temporary_files_together()
    signal.signal(signal.SIGTERM, lambda number, frame: leave())  # how a pool ends the others when one has died
    end_with_parent()


def judged(judge: Judge, exercise: Exercise, source: Path, seed: int, stop_early: bool) -> Verdict:
    """What `judge` says, in one of `workers`; KeyboardInterrupt at Ctrl-C."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        return judge(exercise, source, seed=seed, stop_early=stop_early)
    finally:
        signal.signal(signal.SIGINT, before)


@contextmanager
def workplace(executor: Executor) -> Iterator[Path]:
    """A folder for modules that `executor` judges; afterwards there is neither the folder nor a judgement under way.

    `Problem` when a judging process dies.
    """
    with tempfile.TemporaryDirectory(prefix="ninety-author-") as folder:
        try:
            yield Path(folder)
        except BrokenProcessPool:
            raise Problem(
                "a judging process ended before its verdict", fix="try again with --jobs 1", code=Exit.ENVIRONMENT
            ) from None
        finally:
            executor.shutdown(cancel_futures=True)


def put(folder: Path, exercise: Exercise, text: str) -> Path:
    """Write the module `text` into `folder`, which is made for it, as a submission to `exercise`; the file's path."""
    path = folder / exercise.module_file
    path.parent.mkdir(parents=True)
    path.write_text(text, encoding="utf-8")
    return path


def wait(runs: Mapping[Future[Any], str], tell: Tell) -> None:
    """Wait until all `runs` have ended; `tell` hears the number of those that have, of all, and the last one's name."""
    for done, run in enumerate(as_completed(runs), start=1):
        tell(done, len(runs), runs[run])
