"""What happened to a learner's exercises: the lines of a workspace's history, which is added to and never changed.

Two equal lines are one event, so the histories of two machines are joined as sets.
"""

import json
import re
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Protocol, Self

from autograder.learner.progress.record import LastVerdict, Pass, Record, record_from, typed
from autograder.verdict import Outcome, Verdict

BREAK = timedelta(minutes=15)
EXERCISE = re.compile(r"[a-z0-9_]{1,80}/[a-z0-9_]{1,80}")  # its path
_DIGEST = re.compile(r"([0-9a-f]{64})?")
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{3})?\+00:00")


class Event(Protocol):
    """One thing that happened to `exercise` (its path) at a time (ISO 8601 in UTC)."""

    @property
    def at(self) -> str:
        """When it happened."""

    @property
    def exercise(self) -> str:
        """What it happened to."""

    @property
    def at_work(self) -> bool:
        """True when it shows that the learner was working then."""

    def onto(self, record: Record) -> Record:
        """The exercise's record after it."""


@dataclass(frozen=True)
class Opened:
    """The exercise was opened."""

    at: str
    exercise: str
    at_work = True

    def onto(self, record: Record) -> Record:
        """Nothing but the time is changed by it."""
        return record


@dataclass(frozen=True)
class Judged:
    """There was a verdict.

    `module` is the SHA-256 of a text that passed, `checks` the digest of the checks that it passed, "" when it did not.
    With `again` it was asked for by `update`, on a text that passed before: no attempt of the learner's.
    """

    at: str
    exercise: str
    outcome: str
    earned: int
    points: int
    sealed: int
    seed: int
    check: str
    task: str
    engine: str
    sandbox: str
    module: str = ""
    checks: str = ""
    again: bool = False

    @classmethod
    def of(cls, exercise: str, verdict: Verdict, at: str, *, module: str, checks: str, again: bool = False) -> Self:
        """The event of this verdict; what passed is remembered of a pass alone."""
        failure = verdict.first_failure
        passed = verdict.outcome is Outcome.PASSED
        return cls(
            at=at,
            exercise=exercise,
            outcome=str(verdict.outcome),
            earned=verdict.earned,
            points=verdict.points,
            sealed=verdict.sealed,
            seed=verdict.seed,
            check=failure.name if failure else "",
            task=failure.task if failure else "",
            engine=verdict.engine,
            sandbox=verdict.sandbox,
            module=module if passed else "",
            checks=checks if passed else "",
            again=again,
        )

    @property
    def at_work(self) -> bool:
        """True for what the learner asked for."""
        return not self.again

    def onto(self, record: Record) -> Record:
        """One attempt more, and perhaps a pass. A grader error is ours: it counts for nothing."""
        if self.outcome == Outcome.GRADER_ERROR:
            return record
        if self.outcome == Outcome.PASSED:
            passed = Pass(self.at, self.sealed, self.module, self.checks, self.seed, self.engine, self.sandbox)
            record = record.with_pass(passed)
        if self.again:
            return record
        last = LastVerdict(self.at, self.outcome, self.earned, self.points, self.seed, self.check, self.task)
        attempts = record.attempts + (self.outcome != Outcome.NOT_ATTEMPTED)
        return replace(record, attempts=attempts, best=max(record.best, self.earned), last=last)


@dataclass(frozen=True)
class Hinted:
    """The hints of `task` were opened up to `level`."""

    at: str
    exercise: str
    task: str
    level: int
    at_work = True

    def onto(self, record: Record) -> Record:
        """More hints, never fewer."""
        return record.with_hint(self.task, self.level)


@dataclass(frozen=True)
class SolutionShown:
    """The solution was opened."""

    at: str
    exercise: str
    at_work = True

    def onto(self, record: Record) -> Record:
        """The first time counts."""
        return record.with_solution(self.at)


@dataclass(frozen=True)
class Carried:
    """What was known of the exercise and not told by the history, which was cut short or not yet kept."""

    at: str
    exercise: str
    record: Record
    at_work = False

    def onto(self, record: Record) -> Record:
        """All that both tell."""
        return record.joined(self.record)


_KINDS: dict[str, type[Any]] = {
    "opened": Opened,
    "judged": Judged,
    "hinted": Hinted,
    "solution shown": SolutionShown,
    "carried": Carried,
}
_NAMES = {kind: name for name, kind in _KINDS.items()}


def line_of(event: Event) -> str:
    """The event as one line of JSON, always the same one, without its end."""
    raw = {"event": _NAMES[type(event)]} | asdict(event)  # type: ignore[call-overload]  # every kind is a dataclass
    return json.dumps(raw, sort_keys=True, separators=(",", ":"))


def event_of(line: str) -> Event | None:
    """The event that `line_of` wrote; None for one of a kind that this version does not know; else ValueError."""
    raw = json.loads(line)
    if not isinstance(raw, dict) or not isinstance(raw.get("event"), str):
        raise ValueError("no event")
    kind = _KINDS.get(raw.pop("event"))
    if kind is None:
        return None
    if kind is Carried:
        kept = typed(raw, at=str, exercise=str, record=dict)
        kept["record"] = record_from(kept["record"])
    else:
        kept = typed(raw, **{name: _TYPES[field.type] for name, field in kind.__dataclass_fields__.items()})
    event: Event = kind(**kept)
    _check(event)
    return event


_TYPES: dict[Any, type] = {str: str, int: int, bool: bool}


def _check(event: Event) -> None:
    record = event.record if isinstance(event, Carried) else Record()
    judged = (event,) if isinstance(event, Judged) else ()
    last = (record.last.at,) if record.last else ()
    times = (*last, *(one.at for one in record.passes), *filter(None, (event.at, record.solution_at)))
    for at in times if event.at or isinstance(event, Carried) else ("",):
        time_of(at)
    if not EXERCISE.fullmatch(event.exercise):
        raise ValueError(f"no exercise's path: {event.exercise!r}")
    for digest in (text for one in (*record.passes, *judged) for text in (one.module, one.checks)):
        if not _DIGEST.fullmatch(digest):
            raise ValueError(f"no SHA-256: {digest!r}")


def time_of(at: str) -> datetime:
    """The moment that `at` names; ValueError unless it is written as events are."""
    if not _TIME.fullmatch(at):
        raise ValueError(f"no time in UTC: {at!r}")
    return datetime.fromisoformat(at)


def worked(before: str, at: str) -> int:
    """The seconds of work between two signs of it.

    A gap longer than `BREAK` is a break and counts for nothing, and so does one that a clock made which was set back.
    What was done before the first sign is not known. So it is an estimate, and rather too low than too high.
    """
    if not before:
        return 0
    gap = time_of(at) - time_of(before)
    return round(gap.total_seconds()) if timedelta(0) < gap <= BREAK else 0
