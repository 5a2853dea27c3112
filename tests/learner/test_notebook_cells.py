"""Which cells make up a module, and what is refused by name: in a notebook's file, and in a kernel."""

import contextlib
import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.course.cells import saved_module
from autograder.course.loose_names import defined_names, loose_names
from autograder.course.notebook import read_notebook
from autograder.course.parts import mark_parts
from autograder.errors import Problem
from autograder.learner.notebook.runs import Run, differing_parts, ran_module

MODULE = '''"""What is served."""

import math


def first(rows):
    """The first."""
    return rows[0]


# A neighbour.
def second(rows):
    """The second."""
    return math.floor(first(rows[1:]))
'''
PARTS = mark_parts(MODULE, "0.1", "count")


@pytest.fixture
def exercise(catalogue):
    found = catalogue.get("0.1")
    (found.folder / found.module_file).write_text(MODULE, encoding="utf-8")
    return found


def cell(source, kind="code", count=None):
    code = {"execution_count": count, "outputs": []} if kind == "code" else {}
    return {"cell_type": kind, "metadata": {}, "source": source.splitlines(keepends=True), **code}


def book(*cells, **more):
    whole = {"cells": list(cells), "metadata": {}, "nbformat": 4, "nbformat_minor": 5, **more}
    return json.dumps(whole).encode()


def saved(exercise, *sources):
    return saved_module(exercise, book(*map(cell, sources)), "work/count.ipynb")


def runs(*sources):
    return [Run(at, source, good) for at, (source, good) in enumerate(sources, start=1)]


def good(*sources):
    return runs(*((source, True) for source in sources))


# ---- a notebook's file


def test_the_saved_cells_are_the_module_in_whatever_order_and_among_others(exercise):
    assert saved(exercise, PARTS[2], "x = 1\n%matplotlib inline", PARTS[0], PARTS[1]).text == MODULE


def test_windows_ends_of_lines_and_other_letters_make_no_difference(exercise):
    changed = MODULE.replace("The first.", "Der größte, Łódź")
    parts = [part.replace("\n", "\r\n") for part in mark_parts(changed, "0.1", "count")]
    assert saved(exercise, *parts).text == changed
    assert saved_module(exercise, b"\xef\xbb\xbf" + book(*map(cell, PARTS)), "n").text == MODULE


@pytest.mark.parametrize(
    ("sources", "said"),
    [
        ([PARTS[0], PARTS[2]], ["part 2 of 3 of count.py is missing", "fresh copy"]),
        ([PARTS[0], "%%time\n" + PARTS[1], PARTS[2]], ["part 2 of 3", "cell 2 from the top holds the line"]),
        ([*PARTS, PARTS[1] + "  # again"], ["part 2 is in two cells that differ", "cell 2", "cell 4 from the top"]),
        ([*PARTS, "# ninety: 1.2 threshold/1\nx = 1"], ["cell 4 from the top is part 1 of threshold.py, exercise 1.2"]),
        ([*PARTS, "# ninety: 0.1 count/9\nx = 1"], ["says that it is part 9, and count.py has 3"]),
        ([PARTS[0], PARTS[1] + "\n%timeit first([1])", PARTS[2]], ["`%timeit first([1])`", "part 2, line 5"]),
        ([PARTS[0], PARTS[1].replace("rows[0]", "0\n    !ls"), PARTS[2]], ["`!ls`", "cell 2 from", "part 2, line 5"]),
        ([PARTS[0], PARTS[1] + "\nfiles = !ls", PARTS[2]], ["`files = !ls`"]),
        ([PARTS[0], PARTS[1] + "\nfirst?", PARTS[2]], ["`first?`"]),
        (["import numpy as np", PARTS[0], PARTS[1].replace("rows[0]", "np.max(rows)"), PARTS[2]],
         ["`np` is defined in cell 1 from the top, which is no part of count.py", "part 2, line 4", "into a part"]),
        ([PARTS[0], PARTS[1].replace("rows[0]", "display(rows)"), PARTS[2]], ["`display` is there in a notebook only"]),
    ],
)  # fmt: skip
def test_what_keeps_the_saved_cells_from_being_a_module_is_named(exercise, sources, said):
    with pytest.raises(Problem) as caught:
        saved(exercise, *sources)
    assert [words for words in said if words not in str(caught.value)] == []
    assert caught.value.fix
    assert caught.value.where


def test_what_looks_like_a_magic_or_a_foreign_name_and_is_none_is_let_through(exercise):
    text = MODULE.replace('"""The first."""', '"""\n%time\n!ls\n"""').replace("rows[0]", "unknown and rows[0]")
    assert saved(exercise, *mark_parts(text, "0.1", "count"), "other = 1").text == text
    broken = MODULE.replace("return rows[0]", "return rows[")
    parts = [part.replace("return rows[0]", "return rows[") for part in PARTS]
    assert saved(exercise, *parts).text == broken, "the judge tells what is no Python, with its line"


def test_a_part_that_stands_there_twice_alike_is_no_harm(exercise):
    assert saved(exercise, *PARTS, PARTS[1] + "\n").text == MODULE


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "no JSON"),
        (b"{", "no JSON"),
        (b"\xff", "no text in UTF-8"),
        (b"[" * 100_000, "no JSON"),
        (b"[]", "no cells"),
        (book(nbformat=3), "format 3"),
        (book(cells=5), "no cells"),
        (book("x"), "cell 1 from the top is none"),
        (book({"cell_type": "code", "metadata": {}}), "cell 1 from the top has no source"),
        (book({"cell_type": "code", "source": [1]}), "cell 1 from the top has no source"),
        (book(cell('"\ud800"')), "no text in UTF-8"),
    ],
)
def test_a_damaged_notebook_says_what_is_wrong_with_it(exercise, content, said):
    with pytest.raises(Problem, match=said) as caught:
        saved_module(exercise, content, "work/count.ipynb")
    assert caught.value.where == "work/count.ipynb"
    assert caught.value.fix


@given(st.recursive(
    st.none() | st.booleans() | st.integers() | st.text() | st.just(4),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(st.sampled_from(["cells", "nbformat", "cell_type", "source", "code"]), inner, max_size=4),
    max_leaves=12,
))  # fmt: skip
def test_any_json_is_a_notebook_or_a_problem(raw):
    with contextlib.suppress(Problem):
        read_notebook(json.dumps(raw).encode(), "x").cells  # noqa: B018 - reading them is the point


def test_a_module_that_would_keep_a_parser_busy_is_refused(exercise):
    with pytest.raises(Problem, match="more than 1,048,576 characters"):
        saved(exercise, PARTS[0] + "\n" + "x = 1\n" * 200_000, *PARTS[1:])


# ---- a kernel


def test_the_last_good_run_of_each_part_counts_whatever_the_order(exercise):
    old = PARTS[1].replace("[0]", "[-1]")
    ran = ran_module(exercise, good("x = 1", old, PARTS[2], PARTS[1], PARTS[0]), [])
    assert (ran.module.text, ran.remarks) == (MODULE, ())


def test_a_run_that_failed_leaves_the_one_before_it_and_says_so(exercise):
    broken = PARTS[1].replace("rows[0]", "rows[")
    ran = ran_module(exercise, runs(*((part, True) for part in PARTS), (broken, False), (broken, False)), [])
    assert ran.module.text == MODULE
    assert ran.remarks == ("part 2 failed when it was run last, as cell [5]: judged is its run as cell [2]",)
    again = [*runs(*((part, True) for part in PARTS), (broken, False)), Run(5, PARTS[1], True)]
    assert ran_module(exercise, again, []).remarks == ()


def test_a_part_whose_every_run_failed_is_judged_as_it_was_run_last_and_that_is_said(exercise):
    main = PARTS[2] + "\n\n\nif __name__ == '__main__':\n    print(open('no such file'))"
    tried = runs((PARTS[0], True), (PARTS[1], True), (PARTS[2] + ")", False), (main, False))
    ran = ran_module(exercise, tried, [])
    assert "no such file" in ran.module.text
    assert ran.remarks == ("part 3 failed in every run: judged is the last one, cell [4]",)


def test_a_part_that_was_never_run_or_is_no_python_yet_is_named(exercise):
    with pytest.raises(Problem, match=r"part 2 of 3 of count\.py is no Python yet: cell \[2\]"):
        ran_module(exercise, runs((PARTS[0], True), (PARTS[1] + ")", False), (PARTS[2], True)), [])
    with pytest.raises(Problem, match=r"part 3 of 3 of count\.py has not been run") as caught:
        ran_module(exercise, good(*PARTS[:2]), [])
    assert "`# ninety: 0.1 count/3`" in caught.value.fix


def test_what_ran_before_notes_were_taken_counts_when_it_is_python(exercise):
    unknown = runs((PARTS[0], None), (PARTS[1], None), (PARTS[1] + "\nreturn )", None), (PARTS[2], None))
    assert ran_module(exercise, unknown, []).module.text == MODULE


def test_a_part_below_a_magic_is_no_part_and_that_is_said(exercise):
    ran = ran_module(exercise, good(*PARTS, "%%time\n" + PARTS[1]), [])
    assert ran.remarks == ("cell [4] holds the line `# ninety: 0.1 count/2`: it has to be the first one",)


def test_a_part_of_something_else_is_not_judged_and_that_is_said(exercise):
    ran = ran_module(exercise, good(*PARTS, "# ninety: 1.2 threshold/1\nx = 1"), [])
    assert ran.module.text == MODULE
    assert ran.remarks == ("cell [4] is part 1 of threshold.py, exercise 1.2, and not of this one",)
    ran = ran_module(exercise, good(*PARTS, "# ninety: 0.1 count/9\nx = 1"), [])
    assert ran.remarks == ("cell [4] says that it is part 9, and count.py has 3",)


def test_a_name_from_a_cell_that_is_no_part_is_refused_by_name_and_cell(exercise):
    using = PARTS[1].replace("rows[0]", "helper(rows)")
    with pytest.raises(Problem, match=r"`helper` is defined in cell \[3\], which is no part of count\.py") as caught:
        ran_module(exercise, good("y = 1", PARTS[0], "def helper(rows):\n    ...", using, PARTS[2]), ["helper"])
    assert caught.value.where == "cell [4], part 2, line 4"


def test_a_name_that_an_older_run_of_a_part_defined_is_refused_with_that_run(exercise):
    older = PARTS[1] + "\n\n\ndef helper(): ..."
    using = PARTS[2].replace("rows[1:]", "helper()")
    with pytest.raises(Problem, match=r"`helper` is defined in cell \[2\], an earlier run of part 2"):
        ran_module(exercise, good(PARTS[0], older, using, PARTS[1]), ["helper"])


def test_a_name_that_only_the_kernel_knows_is_refused(exercise):
    using = PARTS[2].replace("rows[1:]", "injected")
    with pytest.raises(Problem, match="`injected` is known to this kernel, but defined in no part"):
        ran_module(exercise, good(*PARTS[:2], using), ["injected"])


def test_a_refusal_does_not_hide_that_a_later_run_failed(exercise):
    using = PARTS[1].replace("rows[0]", "helper(rows)")
    tried = runs(*((part, True) for part in (PARTS[0], "helper = 1", using, PARTS[2])), (PARTS[1] + ")", False))
    with pytest.raises(Problem, match="`helper` is defined") as caught:
        ran_module(exercise, tried, [])
    assert "note: part 2 failed when it was run last, as cell [5]" in caught.value.fix


def test_what_is_saved_is_compared_with_what_was_run_part_by_part(exercise):
    ran = ran_module(exercise, good(*PARTS), [])
    same = read_notebook(book(*map(cell, [PARTS[2] + "\n", PARTS[0], PARTS[1], "x = 1"])), "n")
    assert differing_parts(exercise, ran.parts, same) == []
    other = read_notebook(book(*map(cell, [PARTS[0], PARTS[1] + "  # more"])), "n")
    assert differing_parts(exercise, ran.parts, other) == [2, 3]


# ---- names


@pytest.mark.parametrize(
    ("text", "loose"),
    [
        ("import a\nx = helper(a)", {"helper": 2}),
        ("def f(a, *b, c=d, **e) -> Later:\n    return [i for i in a if i != g]", {"d": 1, "Later": 1, "g": 2}),
        ("class C:\n    y = np.pi\n    def f(self):\n        return self.y + y", {"np": 2, "y": 4}),
        ("def f():\n    global made\n    made = 1\n\n\nprint(made, __file__, __name__)", {}),
        ("def f():\n    z = 1\n\n    def g():\n        return z\n    return g", {}),
        ("from math import *\nprint(pi)", {}),
        ("f = lambda k: k + m\nif (w := 3):\n    del w", {"m": 1}),
        ("try:\n    import x\nexcept ImportError as error:\n    x = error\nwith x as (p, q):\n    print(p, q)", {}),
        ("def top(key):\n    return key", {}),
        ("this is no Python", {}),
    ],
)
def test_the_names_a_module_uses_and_nobody_defines(text, loose):
    assert loose_names(text) == loose


def test_the_names_a_cell_defines():
    source = "%time x\n!ls\nimport numpy as np, os.path\ndef f():\n    inner = 1\nx, y = 1, 2\nfor q in []:\n    r = 1"
    assert defined_names(source) == {"np", "os", "f", "x", "y", "q", "r"}
    assert defined_names("no Python") == set()


def test_an_exercise_of_another_module_has_other_parts(exercise):
    other = replace(exercise, number="0.2")
    with pytest.raises(Problem, match=r"is part 1 of count\.py, exercise 0\.1, and not of this one"):
        saved(other, *PARTS)
