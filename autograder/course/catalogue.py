"""Where the course is on this machine, and all the exercises in it."""

import difflib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from autograder.course.manifest import MANIFEST, Exercise, read_manifest
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
        manifests = sorted((self.root / "solutions").glob(f"*/*/{MANIFEST}"))
        return tuple(read_manifest(path.parent) for path in manifests)

    def __iter__(self) -> Iterator[Exercise]:
        return iter(self.exercises)

    def released(self, exercise: Exercise) -> Path:
        """The generated folder that a learner opens."""
        return self.root / "exercises" / exercise.path

    def get(self, name: str) -> Exercise:
        """The exercise of that number (`8.3`), name (`micro_batching`) or path; `Problem` suggests the nearest."""
        wanted = name.strip().strip("/").lower()
        for exercise in self.exercises:
            if wanted in (exercise.number.lower(), exercise.name, exercise.folder.name, exercise.path):
                return exercise
        known = [key for e in self.exercises for key in (e.number, e.name)]
        near = difflib.get_close_matches(wanted, known, n=1, cutoff=0.5)
        raise Problem(
            f"there is no exercise {name!r}",
            fix=f"did you mean {near[0]}?" if near else "`ninety list` shows them all",
        )
