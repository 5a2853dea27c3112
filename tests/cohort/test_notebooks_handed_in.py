"""Notebooks among the submissions: read with the same care as modules, and their failures told by cell."""

import json
import os
from concurrent.futures import ThreadPoolExecutor

import pytest

from autograder.cohort.batch import Batch, Request
from autograder.cohort.submissions import find_submissions, read
from autograder.course.parts import mark_parts
from autograder.examiner import judge
from autograder.verdict import Outcome

MODULE = '"""One."""\n\nimport math\n\n\ndef one():\n    return math.inf\n'
CHECK = '@task("a")\ndef test_x(candidate):\n    "x."\n    expect_equal(candidate.one(), 1, because="it is 1")\n'


@pytest.fixture
def exercise(bench):
    bench.checks(CHECK)
    (bench.folder / "answer.py").write_text(MODULE)
    return bench.exercise


@pytest.fixture
def write(tmp_path):
    """Writes a notebook of a module below the folder `in`."""

    def write(name, module, *others):
        sources = [*mark_parts(module, "0.1", "answer"), *others]
        cells = [{"cell_type": "code", "source": source} for source in sources]
        path = tmp_path / "in" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps({"nbformat": 4, "nbformat_minor": 0, "metadata": {}, "cells": cells}))
        return str(path)

    return write


def test_a_notebook_is_the_module_in_its_cells(exercise, write, tmp_path):
    path = write("ada.ipynb", MODULE, "scratch = 1")
    assert read(path, exercise).content == MODULE.encode()
    for name in ("bob/answer.ipynb", "eve/answer.colab.ipynb"):
        folder = os.path.dirname(write(name, MODULE))
        assert read(folder, exercise).content == MODULE.encode()
    (tmp_path / "in" / "bob" / "answer.py").write_text("the module goes first")
    assert read(str(tmp_path / "in" / "bob"), exercise).content == b"the module goes first"


def test_notebooks_are_found_among_many(exercise, write, tmp_path):
    for name in ("ada.ipynb", "bob/answer.ipynb", "bob/plots.ipynb", "eve/answer.colab.ipynb"):
        write(name, MODULE)
    found = find_submissions([str(tmp_path / "in")], "answer.py", pytest.fail)
    assert [os.path.basename(path) for path in found] == ["ada.ipynb", "bob", "eve"]
    assert find_submissions(found, "answer.py", pytest.fail) == found


def test_a_notebook_that_is_no_submission_is_refused_and_stops_nobody(exercise, write, tmp_path):
    (tmp_path / "secret.ipynb").write_text("{}")
    paths = {
        "a line that only a notebook understands": write("a.ipynb", MODULE),
        "half of it": write("b.ipynb", '"""One."""\n'),
        "no JSON": write("c.ipynb", MODULE),
        "a link": str(tmp_path / "in" / "d.ipynb"),
        "too large": write("e.ipynb", MODULE, "x" * 2**25),
        "half a character": write("f.ipynb", MODULE),
    }
    for name, instead in (("a.ipynb", r"0\n    %pdb"), ("f.ipynb", r"'\ud800'")):
        path = tmp_path / "in" / name
        path.write_text(path.read_text().replace("math.inf", instead))
    (tmp_path / "in" / "c.ipynb").write_bytes(b"{\xff")
    (tmp_path / "in" / "d.ipynb").symlink_to(tmp_path / "secret.ipynb")
    refused = {why: read(path, exercise).refused for why, path in paths.items()}
    said = ["`%pdb` is for notebooks", "part 2 of 2 of answer.py is missing", "no text in UTF-8", "is a link",
            "at most 33,554,432 are read", "damaged"]  # fmt: skip
    assert [words for words, reason in zip(said, refused.values(), strict=True) if words not in reason] == []


def test_a_failure_is_told_by_cell_and_a_module_of_the_same_text_by_file(exercise, write, tmp_path):
    module = tmp_path / "in" / "zoe.py"
    paths = [write("ada.ipynb", MODULE), str(module)]
    module.write_text(MODULE)
    with ThreadPoolExecutor(1) as executor:
        batch = Batch(exercise, "process", executor, 1, judge=judge)
        verdicts = [graded.verdict for graded in batch.grade(map(Request, paths))]
    assert [verdict.outcome for verdict in verdicts] == [Outcome.FAILED, Outcome.FAILED]
    assert [verdict.submission for verdict in verdicts] == paths
    places = [str(verdict.first_failure.failure.where) for verdict in verdicts]
    assert places == ["cell of part 2, line 2", "answer.py:6"]
    assert read(paths[0], exercise).digest != read(paths[1], exercise).digest
