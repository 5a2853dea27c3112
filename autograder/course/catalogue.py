"""Where the course is on this machine, and all the exercises in it."""

import difflib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from autograder.course.manifest import MANIFEST, Exercise, exercise_number, read_manifest
from autograder.errors import Exit, Problem


def find_course() -> Path:
    """The folder that holds `solutions/` and `exercises/`.

    `NINETY_COURSE` names it; else it is the repository this package is installed from in place; else the copy
    inside the installed package.
    """
    package = Path(__file__).resolve().parent.parent
    named = os.environ.get("NINETY_COURSE")
    places = [Path(named).expanduser().resolve()] if named else [package.parent, package / "_course"]
    for place in places:
        if (place / "solutions").is_dir():
            return place
    raise Problem(
        "the course's exercises are not to be found",
        where=" or ".join(f"{place}/solutions" for place in places),
        fix="unset NINETY_COURSE or let it name a folder that holds solutions/" if named else "install again",
        code=Exit.ENVIRONMENT,
    )


@dataclass(frozen=True)
class Catalogue:
    """Every exercise under `root/solutions`, in the course's order."""

    root: Path

    @cached_property
    def exercises(self) -> tuple[Exercise, ...]:
        """All exercises, ordered by the numbers of their folders."""
        return tuple(map(read_manifest, self._folders))

    @cached_property
    def _folders(self) -> tuple[Path, ...]:
        return tuple(path.parent for path in sorted((self.root / "solutions").glob(f"*/*/{MANIFEST}")))

    def __iter__(self) -> Iterator[Exercise]:
        return iter(self.exercises)

    def released(self, exercise: Exercise) -> Path:
        """The generated folder that a learner opens."""
        return self.root / "exercises" / exercise.path

    def get(self, name: str) -> Exercise:
        """The exercise of that number (`8.3`), name (`micro_batching`) or path; `Problem` suggests the nearest."""
        wanted = name.strip().strip("/").lower()
        known = []
        for folder in self._folders:  # their names say enough: to read every manifest takes longer than to judge
            number, short = exercise_number(folder), folder.name.partition("_")[2]
            if wanted in (number.lower(), short, folder.name, f"{folder.parent.name}/{folder.name}"):
                return read_manifest(folder)
            known += [number, short]
        near = difflib.get_close_matches(wanted, known, n=1, cutoff=0.5)
        raise Problem(
            f"there is no exercise {name!r}",
            fix=f"did you mean {near[0]}?" if near else "`ninety list` shows them all",
        )
