"""`ninety check` of a notebook, and `ninety notebook`: between the module and its notebook nothing is lost."""

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from autograder import examiner
from autograder.course.parts import mark_parts
from autograder.errors import Exit
from autograder.learner.notebook.file import differing, notebook_of, to_module, to_notebook
from autograder.verdict import CheckResult, Failure, Outcome, Place, Verdict

MODULE = (
    '"""What is served."""\n\nimport math\n\n\ndef first(rows):\n    return rows[0]\n\n\n'
    "class Second:\n    x = math.pi\n"
)
SCRATCH = {
    "cell_type": "code",
    "execution_count": 9,
    "id": "mine",
    "metadata": {"k": 1},
    "outputs": [],
    "source": "%ls",
}


def part_cell(number, source):
    output = {"output_type": "stream", "name": "stdout", "text": "old"}
    source = source.splitlines(keepends=True)
    cell = {"cell_type": "code", "execution_count": 3, "id": f"p{number}", "metadata": {}, "outputs": [output]}
    return {**cell, "source": source}


@pytest.fixture
def exercise(workspace, catalogue):
    """Exercise 0.1 with three parts, its module and its notebook in the workspace."""
    found = catalogue.get("0.1")
    (found.folder / found.module_file).write_text(MODULE, encoding="utf-8")
    workspace.module(found).write_text(MODULE, encoding="utf-8")
    cells = [part_cell(at, part) for at, part in enumerate(mark_parts(MODULE, "0.1", "count"), start=1)]
    text = {"cell_type": "markdown", "id": "t", "metadata": {}, "source": ["# Größe"]}
    whole = {"cells": [text, *cells, SCRATCH], "metadata": {"mine": 1}, "nbformat": 4, "nbformat_minor": 5}
    notebook_of(workspace, found).write_text(json.dumps(whole), encoding="utf-8")
    return found


@pytest.fixture
def notebook(workspace, exercise):
    return notebook_of(workspace, exercise)


def cells(path):
    return json.loads(path.read_text(encoding="utf-8"))["cells"]


# ---- check


def test_the_saved_cells_are_judged_and_recorded_and_told_by_cell(ninety, exercise, notebook, monkeypatch):
    seen = []

    def judge(exercise, source, **more):
        seen.append(source.decode())
        failure = Failure("wrong", where=Place("count.py", 7, "return rows[0]"))
        check = CheckResult("test_x", "X.", "a", 2, False, Outcome.FAILED, failure)
        return Verdict("0.1", "T", (check,), 7, "process", "test")

    monkeypatch.setattr(examiner, "judge", judge)
    ran = ninety("check", "0.1", str(notebook))
    assert ran.code == Exit.NOT_YET
    assert seen == [MODULE]
    assert "at       cell of part 2, line 3  return rows[0]" in ran.out
    assert "judged: the cells saved in work/00_start/01_ninety_seven/count.ipynb" in ran.out
    assert json.loads(ninety("list", "--json").out)[0]["attempts"] == 1
    assert json.loads(ninety("check", "0.1", str(notebook), "--json").out)["submission"] == str(notebook)


@pytest.mark.parametrize("content", [b"", b"{", b'{"nbformat": 4, "cells": []}'])
def test_a_notebook_that_is_none_is_refused_and_no_attempt(ninety, workspace, exercise, notebook, content):
    notebook.write_bytes(content)
    ran = ninety("check", "0.1", str(notebook))
    assert (ran.code, ran.out) == (Exit.USAGE, "")
    assert "work/00_start/01_ninety_seven/count.ipynb" in ran.err
    assert "Traceback" not in ran.err
    assert json.loads(ninety("list", "--json").out)[0]["attempts"] == 0


def test_a_notebook_with_huge_outputs_says_what_makes_it_small(ninety, exercise, notebook):
    with notebook.open("ab") as file:
        file.truncate(2**25 + 1)
    assert "clear the outputs" in ninety("check", "0.1", str(notebook)).err


def test_who_checks_the_untouched_module_is_told_of_the_code_in_the_notebook(
    ninety, workspace, exercise, notebook, judged, verdict_of
):
    judged.append(verdict_of(exercise, Outcome.NOT_ATTEMPTED))
    assert ninety("check", "0.1").err == ""
    notebook.write_text(notebook.read_text(encoding="utf-8").replace("rows[0]", "rows[7]"), encoding="utf-8")
    assert "ninety notebook 0.1 --to-module" in ninety("check", "0.1").err
    notebook.unlink()
    assert ninety("check", "0.1").err == ""


def test_a_missing_notebook_says_so(ninety, exercise):
    assert "No such file" in ninety("check", "0.1", "none.ipynb").err


# ---- between module and notebook


def test_it_says_whether_both_hold_the_same_code(ninety, workspace, exercise, notebook):
    ran = ninety("notebook", "0.1")
    assert (ran.code, "hold the same code" in ran.out) == (Exit.PASSED, True)
    workspace.module(exercise).write_text(MODULE.replace("rows[0]", "rows[1]"), encoding="utf-8")
    ran = ninety("notebook", "0.1")
    assert (ran.code, "differ in part 2" in ran.out) == (Exit.NOT_YET, True)


def test_the_module_goes_into_its_cells_and_every_other_cell_stays(ninety, workspace, exercise, notebook):
    before = cells(notebook)
    mine = MODULE.replace("rows[0]", "rows[1]").replace("\n\nclass", "\n\ndef own():\n    ...\n\n\nclass")
    workspace.module(exercise).write_text(mine, encoding="utf-8")
    ran = ninety("notebook", "0.1", "--to-notebook")
    after = cells(notebook)
    assert [after[at] for at in (0, 1, 3, 4)] == [before[at] for at in (0, 1, 3, 4)]
    assert "def own" in "".join(after[2]["source"])
    assert (after[2]["outputs"], after[2]["execution_count"], after[2]["id"]) == ([], None, "p2")
    backup = ran.out.splitlines()[0].removeprefix("what was there is kept at ")
    with open(backup, encoding="utf-8") as file:
        assert json.load(file)["cells"] == before
    assert "holds the code of" in ninety("notebook", "0.1", "--to-notebook").out.splitlines()[0]
    assert "already" in ninety("notebook", "0.1", "--to-module").out


def test_the_cells_go_into_the_module_and_what_was_there_is_kept(ninety, workspace, exercise, notebook, tmp_path):
    module = workspace.module(exercise)
    module.write_bytes(b"mine = 1\r\n")
    other = tmp_path / "from_colab.ipynb"
    other.write_text(notebook.read_text(encoding="utf-8").replace("rows[0]", "rows[7]"), encoding="utf-8")
    out = ninety("notebook", "0.1", "--to-module", "--from", str(other)).out
    assert module.read_bytes() == MODULE.replace("rows[0]", "rows[7]").replace("\n", "\r\n").encode()
    backup = out.splitlines()[0].removeprefix("what was there is kept at ")
    with open(backup, "rb") as file:
        assert file.read() == b"mine = 1\r\n"


def test_a_part_whose_cell_was_deleted_gets_one_again_in_its_place(workspace, exercise, notebook):
    whole = json.loads(notebook.read_text(encoding="utf-8"))
    del whole["cells"][2]
    notebook.write_text(json.dumps(whole), encoding="utf-8")
    to_notebook(workspace, exercise)
    assert ["".join(cell["source"]).partition("\n")[0] for cell in cells(notebook)] == [
        "# Größe", "# ninety: 0.1 count/1", "# ninety: 0.1 count/2", "# ninety: 0.1 count/3", "%ls",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("module", "said"),
    [
        (b"def f(:\n", "count.py:1"),
        (b"\xff", "no text in UTF-8"),
        (b"x = 1\n# ninety: 0.1 count/2\n", "count.py:2"),
    ],
)
def test_a_module_that_would_be_lost_is_refused_and_the_notebook_is_as_it_was(
    ninety, workspace, exercise, notebook, module, said
):
    before = notebook.read_bytes()
    workspace.module(exercise).write_bytes(module)
    ran = ninety("notebook", "0.1", "--to-notebook")
    assert ran.code == Exit.USAGE
    assert said in ran.err
    assert notebook.read_bytes() == before


def test_from_goes_with_to_module_only(ninety, exercise):
    assert "--from FILE goes with --to-module" in ninety("notebook", "0.1", "--from", "x.ipynb").err


PIECES = st.sampled_from(
    [
        "x = 1",
        "# é",
        "def first(rows):\n    return 'ł'",
        "@property\ndef own(): ...",
        "class Second:\n    y = 2",
        "'''\n\n\n\n'''",
    ]
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
@given(
    pieces=st.lists(st.tuples(PIECES, st.integers(1, 5))),
    ends=st.sampled_from([b"\n", b"\r\n"]),
    last=st.booleans(),
    mark=st.booleans(),
)
def test_any_module_is_the_same_bytes_after_it_went_into_the_notebook_and_back(
    workspace, exercise, notebook, pieces, ends, last, mark
):
    text = "".join(piece + "\n" * gap for piece, gap in pieces)
    content = (text if last else text.rstrip("\n")).encode().replace(b"\n", ends)
    content = b"\xef\xbb\xbf" * mark + content
    module = workspace.module(exercise)
    module.write_bytes(content)
    to_notebook(workspace, exercise)
    assert SCRATCH in cells(notebook)
    assert differing(workspace, exercise) == []
    assert not to_module(workspace, exercise, notebook).changed
    module.write_bytes(b"\xef\xbb\xbf" * mark + b"other = 1" + ends + b"2" + ends * last)
    to_module(workspace, exercise, notebook)
    assert module.read_bytes() == content, "the code comes from the cells, the ends of lines from the file"
