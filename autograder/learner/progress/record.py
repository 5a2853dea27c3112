"""What is known of a learner and one exercise, as plain data that survives a round trip through JSON."""

from collections.abc import Mapping
from dataclasses import astuple, dataclass, field, replace
from enum import StrEnum
from typing import Any, Self


class Standing(StrEnum):
    """How far a learner is with one exercise."""

    PASSED = "passed"
    PASSED_BEFORE = "passed before"
    TO_HAND_IN = "to hand in"
    STARTED = "started"
    NOT_ATTEMPTED = "not attempted"

    @property
    def passed(self) -> bool:
        """True when every check passed, those of today or those of an earlier version of the exercise."""
        return self in (Standing.PASSED, Standing.PASSED_BEFORE)

    @property
    def done(self) -> bool:
        """True when nothing more can be judged on this machine."""
        return self.passed or self is Standing.TO_HAND_IN


@dataclass(frozen=True)
class LastVerdict:
    """The most recent verdict in short; `check` and `task` name its first failure, "" when there was none."""

    at: str
    outcome: str
    earned: int
    points: int
    seed: int
    check: str
    task: str


@dataclass(frozen=True)
class Pass:
    """A verdict in which every check that ran passed.

    `module` is the SHA-256 of the text that passed, which the workspace keeps; `checks` is that of the checks
    (`checks_digest`). Either is "" where it is not known. `sealed` counts the checks that did not run.
    """

    at: str
    sealed: int
    module: str = ""
    checks: str = ""
    seed: int = 0
    engine: str = ""
    sandbox: str = ""


@dataclass(frozen=True)
class Record:
    """One exercise's history. Times are ISO 8601 in UTC, "" for never.

    `attempts` counts verdicts on code that was attempted; `hints` holds, for each task, how many levels were opened;
    `solution_at` is when the solution was first opened; `seconds` is the time spent, as `history` estimates it;
    `passes` holds for each version of the checks the first pass, the oldest first.
    """

    attempts: int = 0
    best: int = 0
    hints: Mapping[str, int] = field(default_factory=dict)
    solution_at: str = ""
    seconds: int = 0
    last: LastVerdict | None = None
    passes: tuple[Pass, ...] = ()

    @property
    def passed_at(self) -> str:
        """When it was first passed."""
        return self.passes[0].at if self.passes else ""

    @property
    def sealed(self) -> int:
        """The fewest checks that did not run in a pass; 0 when there is none."""
        return min((one.sealed for one in self.passes), default=0)

    @property
    def gave_up_at(self) -> str:
        """When the solution was opened before the exercise was passed."""
        return self.solution_at if not self.passed_at or self.solution_at < self.passed_at else ""

    def standing(self, changed: bool, checks: str | None = None) -> Standing:
        """How far the learner is.

        `changed` says whether their file differs from the starter; `checks` is the digest of today's checks, None when
        it makes no difference.
        """
        if self.passes and self.sealed:
            return Standing.TO_HAND_IN
        if self.passes:
            return Standing.PASSED if checks is None or self.pass_of(checks) else Standing.PASSED_BEFORE
        return Standing.STARTED if self.attempts or changed else Standing.NOT_ATTEMPTED

    def pass_of(self, checks: str) -> Pass | None:
        """The pass with these checks, else one whose checks are not known, as before they were recorded."""
        by_checks = {one.checks: one for one in self.passes}
        return by_checks.get(checks) or by_checks.get("")

    def with_pass(self, new: Pass) -> Self:
        """The record with one more pass; of two with the same checks the more complete, then the earlier, stays."""
        kept = {one.checks: one for one in self.passes}
        old = kept.get(new.checks, new)
        kept[new.checks] = min(old, new, key=lambda one: (one.sealed, astuple(one)))
        return replace(self, passes=tuple(sorted(kept.values(), key=astuple)))

    def with_hint(self, task: str, level: int) -> Self:
        """The record in which the hints of `task` are open up to `level`."""
        return replace(self, hints={**self.hints, task: max(level, self.hints.get(task, 0))})

    def with_solution(self, at: str) -> Self:
        """The record in which the solution was opened at `at`, or before."""
        return replace(self, solution_at=earlier(self.solution_at, at))

    def joined(self, other: Self) -> Self:
        """What both know; attempts and time, which were counted apart, are added up."""
        joined = replace(
            self,
            attempts=self.attempts + other.attempts,
            best=max(self.best, other.best),
            solution_at=earlier(self.solution_at, other.solution_at),
            seconds=self.seconds + other.seconds,
            last=max(filter(None, (self.last, other.last)), key=astuple, default=None),
        )
        for task, level in other.hints.items():
            joined = joined.with_hint(task, level)
        for one in other.passes:
            joined = joined.with_pass(one)
        return joined

    def beyond(self, known: Self) -> Self | None:
        """What `known` lacks: `known.joined` of it knows all that this record does. None when that is nothing."""
        rest = replace(
            self,
            attempts=max(self.attempts - known.attempts, 0),
            seconds=max(self.seconds - known.seconds, 0),
        )
        return None if known.joined(rest) == known else rest


def earlier(one: str, other: str) -> str:
    """The earlier of two times, "" being never."""
    return min(filter(None, (one, other)), default="")


def record_from(raw: object) -> Record:
    """The record that `asdict` wrote; ValueError when it is none."""
    kinds = {"attempts": int, "best": int, "hints": dict, "solution_at": str, "seconds": int, "passes": list}
    raw = _plain(raw)
    last = raw.get("last")
    kept = typed(raw, **kinds, last=type(last))
    all_of(kept["hints"], int)
    passes = tuple(pass_from(one) for one in kept["passes"])
    return Record(**kept | {"passes": passes, "last": None if last is None else last_from(last)})


def pass_from(raw: object) -> Pass:
    """The pass that `asdict` wrote; ValueError when it is none."""
    texts = dict.fromkeys(("at", "module", "checks", "engine", "sandbox"), str)
    return Pass(**typed(raw, sealed=int, seed=int, **texts))


def last_from(raw: object) -> LastVerdict:
    """The short verdict that `asdict` wrote; ValueError when it is none."""
    numbers = dict.fromkeys(("earned", "points", "seed"), int)
    return LastVerdict(**typed(raw, at=str, outcome=str, check=str, task=str, **numbers))


def typed(raw: object, **kinds: type) -> dict[str, Any]:
    """`raw` when it is an object with exactly these keys, each of its kind; else ValueError."""
    raw = _plain(raw)
    if raw.keys() != kinds.keys():
        raise ValueError(f"expected an object with the keys {', '.join(kinds)}")
    for key, kind in kinds.items():
        if type(raw[key]) is not kind:
            raise ValueError(f"`{key}` should be {kind.__name__}, is {raw[key]!r}")
    return dict(raw)


def all_of(values: Mapping[str, Any], kind: type) -> None:
    """ValueError unless each of the values is of this kind."""
    for key, value in values.items():
        if type(value) is not kind:
            raise ValueError(f"`{key}` should be {kind.__name__}, is {value!r}")


def _plain(raw: object) -> dict[str, Any]:
    if not isinstance(raw, dict):
        raise ValueError("expected an object")
    return raw
