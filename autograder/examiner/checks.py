"""What stands in a file of checks: `@task`, and a listing of the checks without running them."""

import ast
import functools
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from autograder.course import Exercise
from autograder.errors import Problem
from autograder.verdict import CheckResult, Failure, Outcome

Check = TypeVar("Check", bound=Callable[..., Any])


def task(name: str, *, points: int = 1) -> Callable[[Check], Check]:
    """Mark a check as belonging to the task `name` and worth `points`. Both are written as literals."""

    def mark(check: Check) -> Check:
        return check  # the listing reads the decorator from the file; nothing is left to do when it runs

    return mark


@dataclass(frozen=True)
class CheckInfo:
    """One check as its file declares it; `title` is the contract sentence of its docstring."""

    name: str
    title: str
    task: str
    points: int
    hidden: bool

    def result(
        self, outcome: Outcome, failure: Failure | None = None, output: str = "", seconds: float = 0.0
    ) -> CheckResult:
        """What became of this check."""
        return CheckResult(
            self.name, self.title, self.task, self.points, self.hidden, outcome, failure, output, seconds
        )


def list_checks(exercise: Exercise) -> tuple[CheckInfo, ...]:
    """The exercise's checks, the visible ones first, in the order of the files; `Problem` when one is malformed."""
    checks: list[CheckInfo] = []
    tasks = tuple(task.name for task in exercise.tasks)
    for path, hidden in ((exercise.visible_checks, False), (exercise.hidden_checks, True)):
        if path.is_file():
            checks += _read(path, path.read_bytes(), hidden, tasks)
    names = [check.name for check in checks]
    for name in names:
        if names.count(name) > 1:
            raise Problem(f"two checks are called {name}", where=str(exercise.folder), fix="rename one")
    return tuple(checks)


@functools.lru_cache(maxsize=64)
def _read(path: Path, content: bytes, hidden: bool, tasks: tuple[str, ...]) -> tuple[CheckInfo, ...]:
    """The checks in a file; parsing it takes longer than a submission's checks take."""
    try:
        body = ast.parse(content.decode("utf-8")).body
    except (SyntaxError, UnicodeDecodeError) as error:
        raise Problem(f"the checks cannot be read: {error}", where=str(path), fix="mend the file") from None
    functions = [node for node in body if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")]
    return tuple(_check(node, path, hidden, tasks) for node in functions)


def _check(node: ast.FunctionDef, path: Path, hidden: bool, tasks: tuple[str, ...]) -> CheckInfo:
    where = f"{path}:{node.lineno}"
    marks = [d for d in node.decorator_list if isinstance(d, ast.Call) and getattr(d.func, "id", "") == "task"]
    title = (ast.get_docstring(node) or "").partition("\n")[0].strip()
    if len(marks) != 1:
        raise Problem(f"{node.name} belongs to no task", where=where, fix='write @task("a", points=1) above it')
    if not title:
        raise Problem(f"{node.name} has no docstring", where=where, fix="say the contract in one sentence")
    try:
        name = ast.literal_eval(marks[0].args[0])
        points = next((ast.literal_eval(k.value) for k in marks[0].keywords if k.arg == "points"), 1)
    except (ValueError, IndexError):
        raise Problem(
            "the task and its points are no literals", where=where, fix='write @task("a", points=1)'
        ) from None
    if name not in tasks:
        raise Problem(f"there is no task {name!r}", where=where, fix="add it to exercise.toml or correct the name")
    if type(points) is not int or points < 1:
        raise Problem(f"a check of {points!r} points", where=where, fix="give it at least one whole point")
    return CheckInfo(node.name, title, name, points, hidden)
