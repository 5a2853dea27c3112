"""The three notebooks of an exercise: local (JupyterLab, Binder), Colab, and nbgrader's source.

They are written as plain JSON, so that building needs no notebook package. Every id comes from a cell's place,
so that building again changes nothing.
"""

import json
from typing import Any

from autograder.author.pages import statement
from autograder.author.project import Project
from autograder.course import Exercise
from autograder.course.holes import find_holes
from autograder.course.parts import grade_cell, mark_parts

Cell = dict[str, Any]

_ONLY_PARTS = (
    "Run the cells from top to bottom. What is judged is the cells that begin with `# ninety:`: keep that line, "
    "and write your code into these cells."
)
_BEGIN = """\
# hint("{number}") helps when you are stuck; progress() says how far you are.
from autograder.learner.notebook import check, hint, progress, solution"""
_CHECK = """\
from autograder.learner.notebook import check

check("{number}")"""
_INSTALL = """\
# Run this first. It adds the course's package; numpy and torch stay as they are.
import subprocess
import sys
from importlib.metadata import distributions

here = {{(found.metadata["Name"] or "").lower().replace("_", "-") for found in distributions()}}
wanted = {wanted}
missing = [requirement for name, requirement in wanted.items() if name not in here]
if missing:
    subprocess.run([sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", *missing], check=True)"""
_TASK_CHECK = """\
# Task {task}: {title}.
# The points come from the course's own run at hand-in. Here you see how the task stands on this machine.
from autograder.learner.notebook import check

check("{number}", task="{task}")"""


def local_notebook(exercise: Exercise, starter: str) -> str:
    """The notebook for an environment in which the course's package is installed."""
    return _notebook(exercise, [_statement(exercise), *_work(exercise, starter)])


def colab_notebook(exercise: Exercise, starter: str, project: Project) -> str:
    """The local notebook after one cell that installs what is missing, and nothing the second time."""
    package = {project.package: f"{project.package} @ git+{project.url}@{project.branch}"}
    wanted = json.dumps(package | project.small_requirements(exercise.needs), indent=4)
    install = _code(f"{_slug(exercise)}-install", _INSTALL.format(wanted=wanted))
    return _notebook(exercise, [_statement(exercise), install, *_work(exercise, starter)])


def nbgrader_notebook(exercise: Exercise, solution: str) -> str:
    """nbgrader's source notebook: the solution between its markers, and a locked cell for each task's points."""
    slug = _slug(exercise)
    cells = [_statement(exercise)]
    _grade(cells[0], f"{slug}-statement", locked=True)
    for cell in _parts(exercise, solution):
        own = bool(find_holes("".join(cell["source"])))
        _grade(cell, cell["id"], solution=own, locked=not own)
        cells.append(cell)
    for task in exercise.tasks:
        body = _TASK_CHECK.format(number=exercise.number, task=task.name, title=task.title)
        cell = _code(grade_cell(exercise.number, task.name), body)
        _grade(cell, cell["id"], grade=True, locked=True, points=task.points)
        cells.append(cell)
    return _notebook(exercise, cells)


def _slug(exercise: Exercise) -> str:
    return exercise.number.replace(".", "_")


def _statement(exercise: Exercise) -> Cell:
    source = f"{statement(exercise)}\n\n{_ONLY_PARTS}"
    return {"cell_type": "markdown", "id": f"{_slug(exercise)}-statement", "metadata": {}, "source": _lines(source)}


def _work(exercise: Exercise, starter: str) -> list[Cell]:
    """What a learner works with: the cell that begins to take notes of what is run, the parts, and the check."""
    slug = _slug(exercise)
    check = _code(f"{slug}-check", _CHECK.format(number=exercise.number))
    return [_code(f"{slug}-begin", _BEGIN.format(number=exercise.number)), *_parts(exercise, starter), check]


def _parts(exercise: Exercise, module: str) -> list[Cell]:
    sources = mark_parts(module, exercise.number, exercise.module)
    return [_code(f"{_slug(exercise)}-part-{count:02}", source) for count, source in enumerate(sources, start=1)]


def _code(identity: str, source: str) -> Cell:
    return {
        "cell_type": "code",
        "execution_count": None,
        "id": identity,
        "metadata": {},
        "outputs": [],
        "source": _lines(source),
    }


def _grade(
    cell: Cell, name: str, *, locked: bool, grade: bool = False, solution: bool = False, points: int = 0
) -> None:
    """Give `cell` the metadata by which nbgrader knows it."""
    cell["metadata"]["nbgrader"] = {
        "schema_version": 3,
        "grade_id": name,
        "cell_type": cell["cell_type"],
        "grade": grade,
        "solution": solution,
        "locked": locked,
        "task": False,
    } | ({"points": points} if grade else {})


def _lines(source: str) -> list[str]:
    return source.splitlines(keepends=True)


def _notebook(exercise: Exercise, cells: list[Cell]) -> str:
    notebook = {
        "cells": cells,
        "metadata": {
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
            "ninety": {"exercise": exercise.number, "module": exercise.module},
        },
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    return json.dumps(notebook, indent=1, sort_keys=True, ensure_ascii=False) + "\n"
