"""The earlier exercises that one builds on: its module may import theirs."""

from autograder.course.authored import read
from autograder.course.catalogue import Catalogue
from autograder.course.manifest import MANIFEST, Exercise
from autograder.errors import Problem


def earlier(exercise: Exercise) -> tuple[Exercise, ...]:
    """The exercises it builds on, with those that they build on, in the course's order.

    `Problem` when one is unknown or comes later, or two modules have one name.
    """
    if not exercise.builds_on:
        return ()
    course = Catalogue(exercise.folder.parents[2])
    found: dict[str, Exercise] = {}
    todo = [(exercise, number) for number in exercise.builds_on]
    while todo:
        later, number = todo.pop()
        one = course.get(number)
        if one.path >= later.path:
            raise _wrong(later, f"{one.number} does not come before {later.number}")
        if one.path not in found:
            found[one.path] = one
            todo += [(one, further) for further in one.builds_on]
    modules = [each.module for each in (*found.values(), exercise)]
    twice = {name for name in modules if modules.count(name) > 1}
    if twice:
        raise _wrong(exercise, f"two modules are called {min(twice)}")
    return tuple(found[path] for path in sorted(found))


def reference(exercise: Exercise) -> bytes:
    """The module as its author wrote it, which stands in for a learner's; `Problem` when it is not here."""
    return read(exercise.folder / exercise.module_file, f"{exercise.path}/{exercise.module_file}").encode()


def _wrong(exercise: Exercise, what: str) -> Problem:
    return Problem(f"`builds_on`: {what}", where=str(exercise.folder / MANIFEST), fix="name other exercises, or none")
