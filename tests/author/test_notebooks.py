"""The notebooks that are generated."""

import importlib.metadata
import json
import subprocess
import sys
from types import SimpleNamespace

import nbformat
import pytest

from autograder.author.notebooks import colab_notebook, local_notebook, nbgrader_notebook
from autograder.author.project import read_project
from autograder.author.strip import solution, starter
from autograder.course import Catalogue
from autograder.course.parts import join_parts, part_of


def sources(text):
    return ["".join(cell["source"]) for cell in json.loads(text)["cells"]]


@pytest.fixture
def texts(exercise, root):
    """Each form's text, and the module that is in it."""
    module = starter(exercise)
    return {
        "local": (local_notebook(exercise, module), module),
        "colab": (colab_notebook(exercise, module, read_project(root)), module),
        "nbgrader": (nbgrader_notebook(exercise, solution(exercise)), solution(exercise)),
    }


@pytest.mark.parametrize("form", ["local", "colab", "nbgrader"])
def test_each_form_is_a_valid_notebook_whose_parts_are_the_module(texts, form):
    text, module = texts[form]
    notebook = nbformat.reads(text, as_version=4)
    nbformat.validate(notebook)
    assert nbformat.writes(notebook) + "\n" == text, "written as Jupyter itself would write it"
    assert join_parts(source for source in sources(text) if part_of(source)) == module
    identities = [cell.id for cell in notebook.cells]
    assert len(set(identities)) == len(identities)
    assert notebook.metadata.ninety == {"exercise": "8.1", "module": "lateness"}


def test_the_colab_form_is_the_local_one_and_one_cell(texts):
    local, colab = sources(texts["local"][0]), sources(texts["colab"][0])
    assert [source for source in colab if source not in local] == [colab[1]]
    assert local == [colab[0], *colab[2:]]
    assert local[1].endswith("\nfrom autograder.learner.notebook import check, hint, progress, solution")
    assert local[-1] == 'from autograder.learner.notebook import check\n\ncheck("8.1")', "the module may have a `check`"


def test_the_install_cell_installs_what_is_missing_once(texts, monkeypatch):
    cell = sources(texts["colab"][0])[1]
    here = {"numpy", "pytest", "Watch_Files"}
    ran = []

    def run(command, check):
        ran.append(command)
        here.update(("a-course", "click"))

    monkeypatch.setattr(subprocess, "run", run)
    found = lambda: [SimpleNamespace(metadata={"Name": name}) for name in (*here, None)]  # noqa: E731
    monkeypatch.setattr(importlib.metadata, "distributions", found)
    for _ in range(2):
        exec(cell, {})
    (command,) = ran
    assert command == [
        sys.executable, "-m", "pip", "install", "--quiet", "--no-deps",
        "a-course @ git+https://github.com/someone/a-course@trunk", "click>=8.1",
    ]  # fmt: skip


def test_the_install_cell_names_what_the_exercise_needs_but_never_numpy_or_torch(exercise, edit, root):
    edit("exercise.toml", "difficulty = 1", 'difficulty = 1\nneeds = ["data"]')
    needing = Catalogue(root).get("8.1")
    cell = sources(colab_notebook(needing, starter(needing), read_project(root)))[1]
    wanted = cell.partition("wanted = ")[2].partition("\nmissing")[0]
    assert json.loads(wanted).keys() == {"a-course", "click", "duckdb", "pytest", "watch-files"}


def test_nbgrader_finds_its_cells(texts):
    cells = json.loads(texts["nbgrader"][0])["cells"]
    found = {cell["metadata"]["nbgrader"]["grade_id"]: cell["metadata"]["nbgrader"] for cell in cells}
    kinds = {name: (data["grade"], data["solution"], data["locked"]) for name, data in found.items()}
    assert kinds == {
        "8_1-statement": (False, False, True),
        "8_1-part-01": (False, False, True),
        "8_1-part-02": (False, False, True),
        "8_1-part-03": (False, True, False),
        "8_1-a": (True, False, True),
    }
    assert found["8_1-a"]["points"] == 4
    assert all(data["schema_version"] == 3 and data["task"] is False for data in found.values())
    solution_cell = "".join(cells[3]["source"])
    assert "### BEGIN SOLUTION a: " in solution_cell
    assert "### END SOLUTION" in solution_cell
