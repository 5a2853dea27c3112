"""A stored grade made again with its seed, and what differs."""

from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass, fields, is_dataclass
from typing import Any

from autograder.cohort.batch import Batch, Graded, Request
from autograder.cohort.records import Ledger, Record


@dataclass(frozen=True)
class Replay:
    """What became of the submission at `place` (from 0) when it was graded again.

    `differences` are sentences about the verdict's fields, but for those that are measured; `changed` names the
    ingredients that are no longer what they were.
    """

    place: int
    submission: str
    differences: tuple[str, ...]
    changed: tuple[str, ...] = ()
    seed: int | None = None

    @property
    def same(self) -> bool:
        """Whether the verdict is the one that was stored."""
        return not self.differences


def replay(batch: Batch, ledger: Ledger, paths: Sequence[str]) -> Generator[Replay, None, None]:
    """Grade again, with its stored seed, what `ledger` knows of each path; in the order in which it is known.

    `batch` should keep nothing: the stored verdicts stay what they were.
    """
    known = []
    for place, path in enumerate(paths):
        record = ledger.latest(path)
        if record:
            known.append((place, Request(path, record.verdict.seed)))
        else:
            yield Replay(place, path, ("no verdict on it is stored",))
    for graded in batch.grade(request for _, request in known):
        record = ledger.latest(graded.verdict.submission)
        assert record is not None
        yield _compared(known[graded.place][0], record, graded)


def _compared(place: int, record: Record, graded: Graded) -> Replay:
    names = sorted({*record.made_of, *graded.made_of} - {"seed"})
    changed = tuple(name for name in names if record.made_of.get(name) != graded.made_of.get(name))
    found = list(differences(record.verdict, graded.verdict))
    if "submission" in changed:
        found.insert(0, "the submission holds something else than what was graded")
    return Replay(place, graded.verdict.submission, tuple(found), changed, record.verdict.seed)


def differences(old: Any, new: Any, name: str = "") -> Iterator[str]:
    """What differs between two verdicts, a sentence for each field; fields that do not count in `==` are left out."""
    if is_dataclass(old) and type(old) is type(new):
        for field in fields(old):
            if field.compare:
                inner = f"{name}.{field.name}" if name else field.name
                yield from differences(getattr(old, field.name), getattr(new, field.name), inner)
    elif isinstance(old, tuple) and isinstance(new, tuple) and len(old) == len(new):
        for index, (one, other) in enumerate(zip(old, new, strict=True)):
            yield from differences(one, other, f"{name}[{index}]")
    elif old != new:
        yield f"{name}: {old!r} became {new!r}"
