"""What an exercise's folder must hold, apart from how its modules are judged.

A rule yields a sentence, with the fix in it, for everything that breaks it.
"""

import difflib
import re
from collections.abc import Callable, Iterator
from itertools import combinations

from autograder.author.build import plan_build, released_files
from autograder.author.cases import same_code
from autograder.author.project import read_project
from autograder.author.strip import leaks, module_place, solution
from autograder.course import Catalogue, Exercise
from autograder.course.authored import read
from autograder.course.hints import read_hints
from autograder.course.holes import find_holes
from autograder.course.mutants import read_accepted, read_mutant, shipped
from autograder.errors import Problem
from autograder.examiner import list_checks

Rule = Callable[[Exercise, Catalogue], Iterator[str]]
MAX_WORDS = 250
MAX_VISIBLE = 8
MAX_HOLES = 3
LEVELS = 3
MIN_MUTANTS = 4
MIN_ACCEPTED = 2


def sentence(problem: Problem) -> str:
    """A `Problem` in one line: where, what, and the fix."""
    return ": ".join(filter(None, (problem.where, problem.what, problem.fix)))


def objections(rule: Rule, exercise: Exercise, catalogue: Catalogue) -> tuple[str, ...]:
    """What `rule` finds wrong with the exercise; a `Problem` it meets is one of them."""
    try:
        return tuple(rule(exercise, catalogue))
    except Problem as problem:
        return (sentence(problem),)


def statement_is_short(exercise: Exercise, catalogue: Catalogue) -> Iterator[str]:
    """At most `MAX_WORDS` words."""
    words = sum(bool(re.search(r"\w", word)) for word in read(exercise.folder / "statement.md").split())
    if words > MAX_WORDS:
        yield f"statement.md has {words} words: cut it to {MAX_WORDS}"


def holes_are_few(exercise: Exercise, catalogue: Catalogue) -> Iterator[str]:
    """One to `MAX_HOLES` holes that the learner fills."""
    count = sum(bool(hole.task) for hole in find_holes(solution(exercise), module_place(exercise)))
    if count > MAX_HOLES:
        yield f"{exercise.module_file} has {count} holes to fill: leave at most {MAX_HOLES}, or make two exercises"


def points_add_up(exercise: Exercise, catalogue: Catalogue) -> Iterator[str]:
    """The points of a task's checks, hidden ones too, are the task's points."""
    checks = list_checks(exercise)
    for task in exercise.tasks:
        points = sum(check.points for check in checks if check.task == task.name)
        if points != task.points:
            yield (
                f"the checks of task {task.name} give {points} points and exercise.toml gives {task.points}: "
                "make them equal"
            )


def visible_checks_are_few(exercise: Exercise, catalogue: Catalogue) -> Iterator[str]:
    """One visible check for each task at least, and at most `MAX_VISIBLE` in all."""
    visible = [check for check in list_checks(exercise) if not check.hidden]
    if len(visible) > MAX_VISIBLE:
        yield f"test_visible.py has {len(visible)} checks: keep {MAX_VISIBLE} and hide or merge the others"
    for task in exercise.tasks:
        if task.name not in {check.task for check in visible}:
            yield f"task {task.name} has no visible check: add a smoke test to test_visible.py"


def hints_are_complete(exercise: Exercise, catalogue: Catalogue) -> Iterator[str]:
    """Three levels for each task, and nothing about a check or a task that is not there."""
    hints = read_hints(exercise)
    tasks = [task.name for task in exercise.tasks]
    names = [check.name for check in list_checks(exercise)]
    for task in tasks:
        count = len(hints.levels.get(task, ()))
        if count != LEVELS:
            yield f"hints.md has {count} levels for task {task}: write `## {task}` and below it 1., 2. and 3."
    for heading in hints.levels.keys() - set(tasks):
        yield f"hints.md has a heading {heading!r}: make it a task ({', '.join(tasks)}) or `when test_... fails`"
    for name in sorted(hints.when.keys() - set(names)):
        yield f"hints.md speaks of {name}, which is no check{_near(name, names)}"


def submissions_are_there(exercise: Exercise, catalogue: Catalogue) -> Iterator[str]:
    """Enough wrong solutions, each naming a check that exists, and enough right ones that differ."""
    names = [check.name for check in list_checks(exercise)]
    mutants = shipped(exercise, "mutants")
    if len(mutants) < MIN_MUTANTS:
        yield f"there are {len(mutants)} mutants: write {MIN_MUTANTS} plausible wrong solutions in mutants/"
    for path, name in mutants:
        mutant = read_mutant(path, name)
        if mutant.check not in names:
            yield f"{name}:1 names {mutant.check}, which is no check{_near(mutant.check, names)}"
    accepted = [read_accepted(path, name) for path, name in shipped(exercise, "accepted")]
    if len(accepted) < MIN_ACCEPTED:
        yield f"there are {len(accepted)} accepted solutions: write {MIN_ACCEPTED} different right ones in accepted/"
    modules = [(exercise.module_file, solution(exercise)), *((right.name, right.text) for right in accepted)]
    for (one, text), (other, other_text) in combinations(modules, 2):
        if same_code(text, other_text):
            yield f"{other} is the same code as {one}: solve it in another way, or delete it"


def page_includes_statement(exercise: Exercise, catalogue: Catalogue) -> Iterator[str]:
    """The page that leads to the exercise exists and includes its statement."""
    path = catalogue.root / exercise.page
    included = f"solutions/{exercise.path}/statement.md"
    if not path.is_file():
        yield f"exercise.toml names the page {exercise.page!r}, which is not there: write it, or correct `page`"
    elif included not in read(path):
        yield f"{exercise.page} does not include the statement: add an include of {included}"


def released_is_up_to_date(exercise: Exercise, catalogue: Catalogue) -> Iterator[str]:
    """`exercises/` is what would be generated now, and nothing of the solution is in it."""
    leaked = leaks(exercise, released_files(exercise, read_project(catalogue.root)))
    yield from leaked
    if not leaked and plan_build(catalogue, [exercise], whole=False):
        yield f"exercises/{exercise.path} is not what solutions/ generates: run `ninety author build {exercise.number}`"


RULES: tuple[Rule, ...] = (
    statement_is_short,
    holes_are_few,
    points_add_up,
    visible_checks_are_few,
    hints_are_complete,
    submissions_are_there,
    page_includes_statement,
    released_is_up_to_date,
)


def _near(name: str, names: list[str]) -> str:
    near = difflib.get_close_matches(name, names, n=1, cutoff=0.5)
    return f": did you mean {near[0]}?" if near else f": there are {', '.join(names)}"
