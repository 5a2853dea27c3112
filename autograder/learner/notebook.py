"""The notebook's own `check`: judges the cells that make up a module, as they were last run."""

import multiprocessing
import sys
import tempfile
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

from autograder.course import Catalogue, Exercise, find_course
from autograder.course.parts import Part, join_parts, part_of, split_parts
from autograder.errors import Problem
from autograder.examiner import judge
from autograder.learner import extras
from autograder.verdict import Outcome, Verdict
from autograder.verdict.terminal import render


def check(number: str, *, task: str | None = None) -> None:
    """Judge exercise `number` as it stands in this notebook's cells, and print the verdict.

    With `task` only that task is shown, and AssertionError is raised unless it passed: that is how nbgrader's
    `validate` learns of it. `Problem` outside of a notebook.
    """
    exercise = Catalogue(find_course()).get(number)
    cells = _cells_run(exercise)
    try:
        extras.require(exercise)
        verdict = _judged_apart(exercise, module_text(exercise, cells, part_count(exercise)))
    except Problem as problem:
        print(problem)
        outcome = None
    else:
        if task is not None:
            verdict = replace(verdict, checks=tuple(check for check in verdict.checks if check.task == task))
        print(render(verdict))
        outcome = verdict.outcome
    if task is not None and outcome is not Outcome.PASSED:
        raise AssertionError(f"task {task} of exercise {exercise.number} is not passed yet")


def module_text(exercise: Exercise, cells: Iterable[str], count: int) -> str:
    """The module that `cells` (all that were run, in that order) make up; the last version of each part counts.

    `Problem` names the first of the `count` parts that has not been run.
    """
    latest: dict[int, str] = {}
    for cell in cells:
        part = part_of(cell)
        if part and part.exercise == exercise.number and part.module == exercise.module:
            latest[part.index] = cell
    for index in range(1, count + 1):
        if index not in latest:
            raise Problem(
                f"part {index} of {count} of {exercise.module_file} has not been run",
                fix=f"run the cell whose first line is `{Part(exercise.number, exercise.module, index)}`",
            )
    return join_parts(latest[index] for index in range(1, count + 1))


def part_count(exercise: Exercise) -> int:
    """How many parts the exercise's module has in a notebook."""
    return len(split_parts((exercise.folder / exercise.module_file).read_text(encoding="utf-8")))


def _cells_run(exercise: Exercise) -> list[str]:
    """Every cell this kernel has run, as it was; `Problem` where there is no kernel."""
    ipython: Any = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython else None
    if shell is None:
        raise Problem(
            "`check` judges the cells of a notebook, and this is none",
            fix=f"run it in a notebook, or judge a file: ninety check {exercise.number}",
        )
    return list(shell.user_ns["In"])


def _judged_apart(exercise: Exercise, module: str) -> Verdict:
    """The verdict of an examiner in a process of its own, which nothing in this kernel can touch."""
    with tempfile.TemporaryDirectory(prefix="ninety-") as folder:
        path = Path(folder) / exercise.module_file
        path.write_text(module, encoding="utf-8")
        with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as apart:
            return apart.submit(judge, exercise, path).result()
