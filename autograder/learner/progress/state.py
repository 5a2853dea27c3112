"""What a workspace remembers, as plain data that survives a round trip through JSON."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, Self

from autograder.learner.progress.events import Carried, Event, worked
from autograder.learner.progress.record import (
    LastVerdict,
    Pass,
    Record,
    Standing,
    all_of,
    last_from,
    record_from,
    typed,
)

__all__ = ["LastVerdict", "Newer", "Pass", "Record", "Standing", "State", "now"]

SCHEMA = 2
_UNFOLDED = -1  # no history is of this size: what a state of schema 1 knows is still to be written into one


def now() -> str:
    """This moment in UTC as ISO 8601, to the millisecond, so that no two events of a workspace are alike."""
    return datetime.now(UTC).isoformat(timespec="milliseconds")


class Newer(Exception):
    """Raised when a state was written by a version newer than this one."""


@dataclass(frozen=True)
class State:
    """Everything a workspace remembers.

    `current` is the path of the exercise last worked on, such as `08_serving/03_micro_batching`; `at_work` is the time
    of the last sign of work, "" for none; `released` maps each released file's path in the workspace to the SHA-256 of
    the bytes as released; `records` maps an exercise's path to what its events add up to; `history` is the size in
    bytes of the history that was added up.
    """

    current: str = ""
    at_work: str = ""
    released: Mapping[str, str] = field(default_factory=dict)
    records: Mapping[str, Record] = field(default_factory=dict)
    history: int = 0

    def record(self, path: str) -> Record:
        """The history of the exercise at `path`, an empty one when there is none yet."""
        return self.records.get(path, Record())

    def after(self, event: Event) -> Self:
        """The state after one more event."""
        record = event.onto(self.record(event.exercise))
        if not event.at_work:
            return replace(self, records={**self.records, event.exercise: record})
        record = replace(record, seconds=record.seconds + worked(self.at_work, event.at))
        records = {**self.records, event.exercise: record}
        return replace(self, current=event.exercise, at_work=event.at, records=records)

    def after_all(self, events: Iterable[Event]) -> Self:
        """The state after these events, in this order."""
        state = self
        for event in events:
            state = state.after(event)
        return state

    def told_by(self, events: Iterable[Event]) -> tuple[Self, tuple[Carried, ...]]:
        """The state that a whole history tells, and what this one knows beyond it, already joined."""
        told = replace(self, records={}, at_work="").after_all(events)
        carried = []
        for path, record in self.records.items():
            rest = record.beyond(told.record(path))
            if rest:
                carried.append(Carried(rest.last.at if rest.last else rest.passed_at, path, rest))
        return told.after_all(carried), tuple(carried)

    def as_dict(self) -> dict[str, Any]:
        """Plain data for JSON."""
        return {"schema": SCHEMA} | asdict(self)

    @classmethod
    def from_dict(cls, raw: object) -> Self:
        """The state that `as_dict` wrote, in this version or an earlier one; else `Newer` or ValueError."""
        schema = raw.get("schema") if isinstance(raw, dict) else None
        if type(schema) is int and schema > SCHEMA:
            raise Newer(f"schema {schema}; this version reads {SCHEMA}")
        if schema == 1:
            return cls._from_first(raw)
        kept = typed(raw, schema=int, current=str, at_work=str, released=dict, records=dict, history=int)
        if kept.pop("schema") != SCHEMA:
            raise ValueError("the schema is none that was ever written")
        all_of(kept["released"], str)
        records = {path: record_from(record) for path, record in kept["records"].items()}
        return cls(**kept | {"records": records})

    @classmethod
    def _from_first(cls, raw: object) -> Self:
        """A state of schema 1, which had no history, no time spent and no text of what passed."""
        kept = typed(raw, schema=int, current=str, released=dict, records=dict)
        all_of(kept["released"], str)
        records = {path: _record_of_first(record) for path, record in kept["records"].items()}
        return cls(current=kept["current"], released=kept["released"], records=records, history=_UNFOLDED)


def _record_of_first(raw: object) -> Record:
    last = raw.get("last") if isinstance(raw, dict) else None
    kinds = {"attempts": int, "passed_at": str, "sealed": int, "best": int, "hints": dict, "gave_up_at": str}
    kept = typed(raw, **kinds, last=type(last))
    all_of(kept["hints"], int)
    return Record(
        attempts=kept["attempts"],
        best=kept["best"],
        hints=kept["hints"],
        solution_at=kept["gave_up_at"],
        last=None if last is None else last_from(last),
        passes=(Pass(kept["passed_at"], kept["sealed"]),) if kept["passed_at"] else (),
    )
