"""What a workspace remembers, as plain data that survives a round trip through JSON."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, Self

from autograder.verdict import Outcome, Verdict

SCHEMA = 1


def now() -> str:
    """This moment in UTC as ISO 8601, to the second."""
    return datetime.now(UTC).isoformat(timespec="seconds")


class Newer(Exception):
    """Raised when a state was written by a version newer than this one."""


class Standing(StrEnum):
    """How far a learner is with one exercise."""

    PASSED = "passed"
    TO_HAND_IN = "to hand in"
    STARTED = "started"
    NOT_ATTEMPTED = "not attempted"

    @property
    def done(self) -> bool:
        """True when nothing more can be judged on this machine."""
        return self in (Standing.PASSED, Standing.TO_HAND_IN)


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
class Record:
    """One exercise's history. Times are ISO 8601 in UTC, "" for never.

    `attempts` counts verdicts on code that was attempted; `sealed` counts the checks that did not run when
    it passed; `hints` holds, for each task, how many levels were opened; `gave_up_at` is when the solution
    was opened before passing.
    """

    attempts: int = 0
    passed_at: str = ""
    sealed: int = 0
    best: int = 0
    hints: Mapping[str, int] = field(default_factory=dict)
    gave_up_at: str = ""
    last: LastVerdict | None = None

    def after(self, verdict: Verdict, at: str) -> Self:
        """The history with one more verdict. A grader error is ours: it counts for nothing."""
        if verdict.outcome is Outcome.GRADER_ERROR:
            return self
        failure = verdict.first_failure
        passed_at, sealed = self.passed_at, self.sealed
        if verdict.outcome is Outcome.PASSED:
            sealed = min(sealed, verdict.sealed) if passed_at else verdict.sealed
            passed_at = passed_at or at
        return replace(
            self,
            attempts=self.attempts + (verdict.outcome is not Outcome.NOT_ATTEMPTED),
            passed_at=passed_at,
            sealed=sealed,
            best=max(self.best, verdict.earned),
            last=LastVerdict(
                at=at,
                outcome=str(verdict.outcome),
                earned=verdict.earned,
                points=verdict.points,
                seed=verdict.seed,
                check=failure.name if failure else "",
                task=failure.task if failure else "",
            ),
        )

    def standing(self, changed: bool) -> Standing:
        """How far the learner is; `changed` says whether their file differs from the starter."""
        if self.passed_at:
            return Standing.TO_HAND_IN if self.sealed else Standing.PASSED
        return Standing.STARTED if self.attempts or changed else Standing.NOT_ATTEMPTED


@dataclass(frozen=True)
class State:
    """Everything a workspace remembers.

    `current` is the path of the exercise last worked on, such as `08_serving/03_micro_batching`;
    `released` maps each released file's path in the workspace to the SHA-256 of the bytes as released;
    `records` maps an exercise's path to its history.
    """

    current: str = ""
    released: Mapping[str, str] = field(default_factory=dict)
    records: Mapping[str, Record] = field(default_factory=dict)

    def record(self, path: str) -> Record:
        """The history of the exercise at `path`, an empty one when there is none yet."""
        return self.records.get(path, Record())

    def with_record(self, path: str, record: Record) -> Self:
        """The state in which the exercise at `path` is the current one and has this history."""
        return replace(self, current=path, records={**self.records, path: record})

    def as_dict(self) -> dict[str, Any]:
        """Plain data for JSON."""
        return {"schema": SCHEMA} | asdict(self)

    @classmethod
    def from_dict(cls, raw: object) -> Self:
        """The state that `as_dict` wrote; `Newer` or ValueError when it is not one of this version."""
        if isinstance(raw, dict) and type(raw.get("schema")) is int and raw["schema"] > SCHEMA:
            raise Newer(f"schema {raw['schema']}; this version reads {SCHEMA}")
        fields = _fields(raw, schema=int, current=str, released=dict, records=dict)
        if fields.pop("schema") != SCHEMA:
            raise ValueError("the schema is none that was ever written")
        _all_of(fields["released"], str)
        records = {path: _record(record) for path, record in fields["records"].items()}
        return cls(**fields | {"records": records})


def _record(raw: object) -> Record:
    last = raw.get("last") if isinstance(raw, dict) else None
    kinds = {"attempts": int, "passed_at": str, "sealed": int, "best": int, "hints": dict, "gave_up_at": str}
    fields = _fields(raw, **kinds, last=type(last))
    _all_of(fields["hints"], int)
    return Record(**fields | {"last": None if last is None else _last(last)})


def _last(raw: object) -> LastVerdict:
    numbers = dict.fromkeys(("earned", "points", "seed"), int)
    return LastVerdict(**_fields(raw, at=str, outcome=str, check=str, task=str, **numbers))


def _fields(raw: object, **kinds: type) -> dict[str, Any]:
    if not isinstance(raw, dict) or raw.keys() != kinds.keys():
        raise ValueError(f"expected an object with the keys {', '.join(kinds)}")
    for key, kind in kinds.items():
        if type(raw[key]) is not kind:
            raise ValueError(f"`{key}` should be {kind.__name__}, is {raw[key]!r}")
    return dict(raw)


def _all_of(values: dict[str, Any], kind: type) -> None:
    for key, value in values.items():
        if type(value) is not kind:
            raise ValueError(f"`{key}` should be {kind.__name__}, is {value!r}")
