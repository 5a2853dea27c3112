"""What `ninety grade` does once it is known what is wanted: the batch, its reports, its progress."""

import json
import sys
import textwrap
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import Executor
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import click

from autograder.cli.outcome import worst
from autograder.cohort.batch import Batch, Request
from autograder.cohort.here import Here
from autograder.cohort.records import Ledger, open_ledger
from autograder.cohort.replay import Replay, replay
from autograder.cohort.submissions import find_submissions, printable
from autograder.course import Exercise
from autograder.errors import Exit
from autograder.examiner import judge
from autograder.sandbox import Limits
from autograder.verdict import Outcome, Verdict
from autograder.verdict.terminal import render

Show = Callable[[Any], None]


@dataclass(frozen=True)
class Wish:
    """What the command line asks for: see `ninety grade --help`. `image` identifies the container's, if any."""

    exercise: Exercise
    sandbox: str
    image: str
    submissions: tuple[str, ...]
    out: Path | None
    jobs: int
    seed: int | None
    again: bool
    no_cache: bool
    as_json: bool


def grade_all(wish: Wish) -> Exit:
    """Grade, or grade again, and report."""
    exercise, out = wish.exercise, wish.out
    limits = Limits.from_mapping(exercise.limits, str(exercise.folder / "exercise.toml"))
    paths = find_submissions(wish.submissions, exercise.module_file, _note)
    with ExitStack() as stack:
        ledger = stack.enter_context(open_ledger(out, _note)) if out else None
        workers = _workers(min(wish.jobs, len(paths)), _patience(limits)) if len(paths) > 1 else Here()
        stack.callback(workers.shutdown, cancel_futures=True)
        progress = stack.enter_context(_Progress.over(len(paths), out))
        lane = out or Path(stack.enter_context(TemporaryDirectory(prefix="ninety-")))
        judge_in_lane = partial(judge, lane=lane.absolute())
        kept = None if wish.again else ledger
        batch = Batch(exercise, wish.sandbox, workers, wish.jobs, kept, not wish.no_cache, wish.image, judge_in_lane)
        if wish.again and ledger:
            return _replay(batch, ledger, paths, progress, wish.as_json)
        return _grade(batch, [Request(path, wish.seed) for path in paths], progress, wish.as_json)


def _workers(jobs: int, patience: float) -> Executor:
    from autograder.cohort.pool import Workers  # here, because a single grade needs none

    return Workers(jobs, patience=patience)


def _patience(limits: Limits) -> float:
    """The seconds after which a process that judges has hung: its candidates and their rivals ended long before."""
    return 4 * limits.total_seconds + 120


def _grade(batch: Batch, requests: list[Request], progress: "_Progress", as_json: bool) -> Exit:
    report = _json_report() if as_json else _text_report(brief=batch.ledger is not None)
    outcomes: Counter[Outcome] = Counter()
    reused = 0
    with report as show, closing(batch.grade(requests)) as results:
        for graded in _in_order(progress.through(results)):
            show(graded.verdict)
            outcomes[graded.verdict.outcome] += 1
            reused += graded.reused
    if len(requests) > 1 and not as_json:
        told = ", ".join(f"{outcomes[outcome]} {outcome}" for outcome in Outcome if outcomes[outcome])
        known = f"; {reused} of them known before" if reused else ""
        click.echo(f"{len(requests)} submissions: {told}{known}")
    return worst(set(outcomes))


def _replay(batch: Batch, ledger: Ledger, paths: tuple[str, ...], progress: "_Progress", as_json: bool) -> Exit:
    report = _json_report() if as_json else _replay_report()
    different = 0
    with report as show, closing(replay(batch, ledger, paths)) as results:
        for result in _in_order(progress.through(results)):
            show(result)
            different += not result.same
    if not as_json:
        click.echo(f"{len(paths)} graded again: {len(paths) - different} the same, {different} different")
    return Exit.NOT_YET if different else Exit.PASSED


def _in_order(results: Iterator[Any]) -> Iterator[Any]:
    """The results by their `place`; what comes early waits for what comes before it."""
    early: dict[int, Any] = {}
    turn = 0
    for result in results:
        early[result.place] = result
        while turn in early:
            yield early.pop(turn)
            turn += 1


# ---- on standard output


@contextmanager
def _text_report(brief: bool) -> Iterator[Show]:
    def show(verdict: Verdict) -> None:
        name = _shown(verdict.submission)
        if not brief:
            click.echo(f"{name}\n{render(verdict, colour=False)}\n")
            return
        failure = verdict.first_failure
        ours = verdict.outcome is Outcome.GRADER_ERROR and failure and failure.failure
        why = f"  {ours.message.partition(chr(10))[0]}" if ours else ""
        click.echo(f"{verdict.outcome.upper():<14}{verdict.earned:>3} of {verdict.points}  {name}{why}")

    yield show


@contextmanager
def _replay_report() -> Iterator[Show]:
    def show(result: Replay) -> None:
        seed = "" if result.seed is None else f"  (seed {result.seed})"
        click.echo(f"{'SAME' if result.same else 'DIFFERENT':<11}{_shown(result.submission)}{seed}")
        for difference in result.differences:
            click.echo(f"  {printable(difference)}")
        if result.changed:
            click.echo(f"  since then changed: {', '.join(result.changed)}")

    yield show


@contextmanager
def _json_report() -> Iterator[Show]:
    """One list, written as it grows, and closed whatever happens."""
    before = "[\n"

    def show(result: Verdict | Replay) -> None:
        nonlocal before
        raw = result.as_dict() if isinstance(result, Verdict) else {**vars(result), "same": result.same}
        click.echo(before + textwrap.indent(json.dumps(raw, indent=2), "  "), nl=False)
        before = ",\n"

    try:
        yield show
    finally:
        click.echo("[]" if before.startswith("[") else "\n]")


def _shown(path: str) -> str:
    """`path` as short as it can be written from here, on one line."""
    here = Path.cwd()
    return printable(str(Path(path).relative_to(here)) if Path(path).is_relative_to(here) else path)


# ---- on standard error


def _note(text: str) -> None:
    click.echo(text, err=True)


class _Progress:
    """One line on a terminal that says how far a batch is; nothing elsewhere."""

    def __init__(self, total: int) -> None:
        self._total = total
        self._visible = sys.stderr.isatty()
        self._started = time.monotonic()

    @classmethod
    @contextmanager
    def over(cls, total: int, out: Path | None) -> Iterator["_Progress"]:
        """Progress over `total` submissions; who interrupts it is told where `out` leaves them."""
        progress = cls(total)
        progress._draw(0)
        try:
            yield progress
        except KeyboardInterrupt:
            progress._clear()
            _note(
                f"stopped; what is graded is stored in {printable(str(out))}: "
                "the same command without --no-cache goes on from there"
                if out
                else "stopped; nothing is stored without --out FOLDER"
            )
            raise
        finally:
            progress._clear()

    def through(self, results: Iterator[Any]) -> Iterator[Any]:
        """The results, counted; the line is out of the way while one is printed."""
        for done, result in enumerate(results, start=1):
            self._clear()
            yield result
            self._draw(done)

    def _draw(self, done: int) -> None:
        if self._visible and done < self._total:
            filled = 30 * done // self._total
            left = (time.monotonic() - self._started) / done * (self._total - done) if done else None
            time_left = f", about {_minutes(left)} left" if left is not None else ""
            line = f"[{'#' * filled}{'.' * (30 - filled)}] {done} of {self._total}{time_left}"
            click.echo(f"\r{line:<78}", nl=False, err=True)

    def _clear(self) -> None:
        if self._visible:
            click.echo(f"\r{'':78}\r", nl=False, err=True)


def _minutes(seconds: float) -> str:
    return f"{int(seconds) // 60}:{int(seconds) % 60:02}"
