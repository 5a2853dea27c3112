"""From a solution to a starter, and what must not leak."""

import json

import pytest

from autograder.author.build import released_files
from autograder.author.project import read_project
from autograder.author.strip import leaks, starter
from autograder.errors import Problem

MODULE = "lateness.py"


def test_a_starter_keeps_everything_but_the_holes(exercise):
    text = starter(exercise)
    assert 'raise NotImplementedError("8.1, task a: divide what is true by all there are (about 3' in text
    assert "return sum(1 for flag in flags if flag)" in text
    assert "return count(flags) / len(flags)" not in text


@pytest.mark.parametrize(
    ("old", "new", "where", "what"),
    [
        ("    ### END SOLUTION\n", "", ":11", "never ends"),
        ("SOLUTION a:", "SOLUTION z:", ":11", "task z, which exercise.toml does not have"),
        ("SOLUTION a: divide what is true by all there are (about 3 lines)", "SOLUTION", ":11",
         "names no task"),
        ("return count(flags) / len(flags)", "return count(flags) /", ":14", "no Python"),
        ("\n\n\ndef share", "\n\ndef share", ":8", "parts that can be joined"),
    ],
)  # fmt: skip
def test_a_fault_is_named_with_file_and_line(exercise, edit, old, new, where, what):
    edit(MODULE, old, new)
    with pytest.raises(Problem, match=what) as caught:
        starter(exercise)
    assert caught.value.where == f"solutions/08_serving/01_lateness/{MODULE}{where}"
    assert caught.value.fix


@pytest.mark.parametrize(
    "hole",
    [
        "### BEGIN SOLUTION a: a limit\nLIMIT = 1\n### END SOLUTION\n",
        "class Box:\n    ### BEGIN SOLUTION a: a limit\n    LIMIT = 1\n    ### END SOLUTION\n",
    ],
)
def test_a_task_outside_of_any_function_is_refused(exercise, folder, hole):
    (folder / MODULE).write_text(f'"""Doc."""\n\n\n{hole}', encoding="utf-8")
    with pytest.raises(Problem, match="outside of any function"):
        starter(exercise)


def test_a_hole_needs_something_in_it_and_a_module_needs_a_hole(exercise, folder):
    head = "def share(flags):\n    "
    (folder / MODULE).write_text(f"{head}### BEGIN SOLUTION a: all\n    ### END SOLUTION\n    pass\n", encoding="utf-8")
    with pytest.raises(Problem, match="nothing in it"):
        starter(exercise)
    (folder / MODULE).write_text(f"{head}return 1\n", encoding="utf-8")
    with pytest.raises(Problem, match="no hole"):
        starter(exercise)


def test_nothing_of_the_template_leaks(exercise, root):
    assert leaks(exercise, released_files(exercise, read_project(root))) == ()


@pytest.mark.parametrize("name", ["test_visible.py", "support.py", "harness.py"])
def test_a_line_of_the_solution_in_a_released_file_is_found(exercise, folder, root, name):
    path = folder / name
    text = path.read_text(encoding="utf-8") if path.exists() else ""
    path.write_text(f"{text}\n# that is: return count(flags) / len(flags)\n", encoding="utf-8")
    (found,) = leaks(exercise, released_files(exercise, read_project(root)))
    assert "lateness.py:14" in found
    assert name in found


def test_a_leak_in_a_notebook_is_found_behind_its_json(exercise):
    line = "    return count(flags) / len(flags)"
    notebook = json.dumps({"cells": [{"source": ["x = 1\n", line]}]})
    assert leaks(exercise, {"a.ipynb": notebook})


def test_what_the_statement_shows_and_what_is_trivial_are_no_leaks(exercise, edit):
    edit("statement.md", "Example:", "`return count(flags) / len(flags)` is wrong for none. Example:")
    assert leaks(exercise, {"x.py": "return count(flags) / len(flags)\nif not flags:\nreturn 0.0\n"}) == ()
