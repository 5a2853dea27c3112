"""`check` in a generated notebook."""

import json
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from autograder.course.parts import mark_parts
from autograder.errors import Problem
from autograder.learner import notebook
from autograder.learner.notebook import check, module_text, part_count


@pytest.fixture
def cells(exercise):
    """The cells of the solution, as they would be run."""
    text = (exercise.folder / exercise.module_file).read_text(encoding="utf-8")
    return list(mark_parts(text, "8.1", "lateness"))


@pytest.fixture
def kernel(exercise, root, monkeypatch, fake_judge):
    """A kernel that has run the given cells; what is judged stays in this process."""
    monkeypatch.setenv("NINETY_COURSE", str(root))

    def judged(exercise, module):
        path = root / exercise.module_file
        path.write_text(module, encoding="utf-8")
        return fake_judge(exercise, path, seed=1)

    monkeypatch.setattr(notebook, "_judged_apart", judged)

    def run(cells):
        shell = SimpleNamespace(user_ns={"In": ["", *cells]})
        monkeypatch.setitem(sys.modules, "IPython", SimpleNamespace(get_ipython=lambda: shell))

    return run


def test_the_last_version_of_each_part_counts_whatever_the_order(exercise, cells):
    old = cells[2].replace("0.0", "1.0")
    module = module_text(exercise, ["x = 1", old, cells[2], "# ninety: 8.2 other/1", cells[1], cells[0]], 3)
    assert module == (exercise.folder / "lateness.py").read_text(encoding="utf-8")


def test_a_part_that_has_not_been_run_is_named(exercise, cells):
    with pytest.raises(Problem, match=r"part 2 of 3 of lateness\.py has not been run") as caught:
        module_text(exercise, [cells[0], cells[2]], part_count(exercise))
    assert "`# ninety: 8.1 lateness/2`" in caught.value.fix


def test_the_verdict_is_printed_as_plain_text(kernel, cells, capsys):
    kernel(cells)
    check("8.1")
    out = capsys.readouterr().out
    assert out.startswith("PASSED  8.1 Lateness")
    assert "\033" not in out


def test_a_refusal_is_printed_in_place_of_a_traceback(kernel, cells, capsys):
    kernel(cells[:2])
    check("8.1")
    assert capsys.readouterr().out.startswith("part 3 of 3 of lateness.py has not been run\n")


def test_nbgraders_cell_raises_unless_its_task_passed(kernel, cells, capsys):
    kernel(cells)
    check("8.1", task="a")
    kernel([*cells[:2], cells[2].replace("0.0", "1.0")])
    with pytest.raises(AssertionError, match=r"task a of exercise 8\.1 is not passed yet"):
        check("8.1", task="a")
    assert "FAILED" in capsys.readouterr().out
    kernel([])
    with pytest.raises(AssertionError):
        check("8.1", task="a")


def test_outside_of_a_notebook_there_is_a_clear_error(exercise, root, monkeypatch):
    monkeypatch.setenv("NINETY_COURSE", str(root))
    monkeypatch.delitem(sys.modules, "IPython", raising=False)
    with pytest.raises(Problem, match="this is none") as caught:
        check("8.1")
    assert "ninety check 8.1" in caught.value.fix
    monkeypatch.setitem(sys.modules, "IPython", SimpleNamespace(get_ipython=lambda: None))
    with pytest.raises(Problem, match="this is none"):
        check("8.1")


@pytest.mark.slow
def test_the_generated_notebook_runs_in_a_real_kernel(exercise, root, monkeypatch):
    pytest.importorskip("ipykernel")
    nbclient, nbformat = pytest.importorskip("nbclient"), pytest.importorskip("nbformat")
    monkeypatch.setenv("NINETY_COURSE", str(root))
    path = root / "exercises" / exercise.path / "lateness.ipynb"
    notebook = nbformat.reads(path.read_text(encoding="utf-8"), as_version=4)
    notebook.cells[3].source = notebook.cells[3].source.replace(
        notebook.cells[3].source.splitlines()[-1], "    return count(flags) / max(len(flags), 1)"
    )
    broken = json.loads(json.dumps(notebook.cells[2]))
    broken["id"], broken["source"] = "again", notebook.cells[2].source.replace("if flag", "if not flag")
    notebook.cells += [nbformat.from_dict(broken), nbformat.v4.new_code_cell('check("8.1")')]
    nbclient.NotebookClient(
        notebook, timeout=120, kernel_name="python3", resources={"metadata": {"path": Path()}}
    ).execute()
    assert notebook.cells[4].outputs[0].text.startswith("PASSED  8.1 Lateness")
    assert notebook.cells[-1].outputs[0].text.startswith("FAILED  8.1 Lateness")
