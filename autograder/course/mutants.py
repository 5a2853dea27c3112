"""The submissions an author ships beside the solution: wrong ones that must fail, right ones that must pass."""

import re
from dataclasses import dataclass
from pathlib import Path

from autograder.course.authored import read
from autograder.course.manifest import Exercise
from autograder.errors import Problem

HEADER_FORM = '# must fail test_a_full_batch_leaves_at_once with "waited" and "5.0 ms"'
_HEADER = re.compile(r'# must fail (?P<check>test_\w+) with (?P<words>"[^"]+"(?: and "[^"]+")*)')


@dataclass(frozen=True)
class Mutant:
    """A wrong solution: the check that must be the first to fail, the words it must say, whom it is told."""

    name: str
    text: str
    check: str
    words: tuple[str, ...]
    misconception: str


@dataclass(frozen=True)
class Accepted:
    """A right solution that differs from the author's."""

    name: str
    text: str


def read_mutant(path: Path, place: str) -> Mutant:
    """Read a mutant's file; `Problem` names file, line and form of a header that is none."""
    text = read(path, place)
    first, *rest = text.split("\n")
    match = _HEADER.fullmatch(first.rstrip())
    if not match:
        raise Problem("the first line does not say what the mutant must fail", where=f"{place}:1", fix=HEADER_FORM)
    comments = []
    for line in rest:
        if not line.startswith("#"):
            break
        comments.append(line.lstrip("# ").rstrip())
    misconception = " ".join(filter(None, comments))
    if not misconception:
        raise Problem(
            "the mutant does not name its misconception",
            where=f"{place}:2",
            fix="write it there as a comment, to the learner who has it: # You sort by ...",
        )
    return Mutant(place, text, match["check"], tuple(re.findall(r'"([^"]+)"', match["words"])), misconception)


def read_accepted(path: Path, place: str) -> Accepted:
    """Read a right solution; `Problem` when its first line does not say how it differs."""
    text = read(path, place)
    if not re.match(r"#+ *\w", text):
        raise Problem(
            "the first line does not say how the solution differs",
            where=f"{place}:1",
            fix="begin with a comment: # Sorts once in place of keeping a heap.",
        )
    return Accepted(place, text)


def shipped(exercise: Exercise, kind: str) -> list[tuple[Path, str]]:
    """The Python files in the exercise's folder `mutants` or `accepted`, each with its name for messages."""
    return [(path, f"{kind}/{path.name}") for path in sorted((exercise.folder / kind).glob("*.py"))]
