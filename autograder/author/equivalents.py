"""`equivalent.toml`: the changes to a solution after which it still keeps its contract, each with the reason.

[[equivalent]]
line = "random.Random(0).shuffle(names)"
operator = "constant"
becomes = ["random.Random(1).shuffle(names)"]
reason = "Any fixed seed draws the same sample tomorrow, which is all that is asked."

`occurrence = 2` is for the second line in the holes that reads like this. No line number is kept, so an entry survives
what is edited elsewhere.
"""

import tomllib
from dataclasses import dataclass

from autograder.author.mutations import Mutation
from autograder.course import Exercise
from autograder.course.authored import read
from autograder.errors import Problem

NAME = "equivalent.toml"
_KEYS: dict[str, type] = {"line": str, "occurrence": int, "operator": str, "becomes": list, "reason": str}


@dataclass(frozen=True)
class Equivalent:
    """One change that no check should find, and why."""

    line: str
    occurrence: int
    operator: str
    becomes: str
    reason: str

    def covers(self, mutation: Mutation) -> bool:
        """Whether this is the change that `mutation` makes."""
        told = (mutation.before, mutation.occurrence, mutation.operator, mutation.after)
        return told == (self.line, self.occurrence, self.operator, self.becomes)


def read_equivalents(exercise: Exercise) -> tuple[Equivalent, ...]:
    """The exercise's recorded equivalents, none when it has no such file; `Problem` names a malformed entry."""
    path, place = exercise.folder / NAME, equivalents_place(exercise)
    if not path.is_file():
        return ()
    try:
        raw = tomllib.loads(read(path, place))
    except tomllib.TOMLDecodeError as error:
        raise Problem(f"the file cannot be read: {error}", where=place, fix="mend the TOML") from None
    entries = raw.pop("equivalent", [])
    if raw or not isinstance(entries, list):
        raise Problem("there is more than entries", where=place, fix="begin each with [[equivalent]]")
    return tuple(
        one for count, entry in enumerate(entries, start=1) for one in _entry(entry, f"{place}, entry {count}")
    )


def equivalents_place(exercise: Exercise) -> str:
    """The file, for messages."""
    return f"solutions/{exercise.path}/{NAME}"


def _entry(raw: dict[str, object], where: str) -> list[Equivalent]:
    """One equivalent for each line that the entry's line may become."""
    entry = {"occurrence": 1} | raw
    for key, kind in _KEYS.items():
        if not isinstance(entry.get(key), kind) or not entry[key]:
            raise Problem(
                f"`{key}` is not there or no {kind.__name__}", where=where, fix=f"the keys: {', '.join(_KEYS)}"
            )
    if entry.keys() - _KEYS:
        unknown = " and ".join(sorted(entry.keys() - _KEYS))
        raise Problem(f"no entry has a key {unknown}", where=where, fix=f"the keys: {', '.join(_KEYS)}")
    becomes = entry.pop("becomes")
    assert isinstance(becomes, list)
    return [Equivalent(**entry, becomes=after) for after in becomes]  # type: ignore[arg-type]  # looked at above
