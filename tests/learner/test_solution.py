"""What differs between a learner's module and the solution."""

import ast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.errors import Exit
from autograder.learner.compare import Unparsable, compare, diff_lines, units
from autograder.verdict import Outcome

OURS = '''"""The solution."""

import math

SIZE = 3


def area(r):
    """The area of a circle."""
    return math.pi * r**2  # not r * 2


class Box:
    """A box."""

    size = SIZE

    def add(self, item):
        """Add an item."""
        self.items.append(item)

    @property
    def full(self):
        return len(self.items) >= self.size

    @full.setter
    def full(self, value):
        self.size = 0


def only_ours():
    return 1
'''


def names(pairs):
    return [pair[0].name if isinstance(pair, tuple) else pair.name for pair in pairs]


def test_comments_docstrings_and_layout_make_no_difference():
    yours = (
        OURS.replace("  # not r * 2", "")
        .replace('    """The area of a circle."""\n', "    # mine\n")
        .replace("math.pi * r**2", "(math.pi\n        * r ** 2)")
    )
    found = compare(yours, OURS)
    assert len(found.same) == len(units(OURS))
    assert (found.different, found.only_yours, found.only_ours) == ((), (), ())


@pytest.mark.parametrize(
    ("old", "new", "name"),
    [
        ("r**2", "r*2", "area"),
        ("append(item)", "insert(0, item)", "Box.add"),
        ("size = SIZE", "size = 4", "Box"),
        ("class Box:", "class Box(dict):", "Box"),
        ("    @property\n", "", "Box.full"),
        ("self.size = 0", "self.size = value", "Box.full"),
        ("SIZE = 3", "SIZE = 4", "the rest of the module"),
    ],
)
def test_a_difference_is_found_where_it_is(old, new, name):
    found = compare(OURS.replace(old, new, 1), OURS)
    assert names(found.different) == [name]
    own, here = found.different[0]
    lines = list(diff_lines(own, here))
    assert any(line.startswith(("-", "+")) for line in lines)
    assert (found.only_yours, found.only_ours) == ((), ())


def test_what_is_in_one_alone_is_told():
    found = compare(OURS.replace("def only_ours", "def only_yours"), OURS)
    assert (names(found.only_yours), names(found.only_ours)) == (["only_yours"], ["only_ours"])


@pytest.mark.parametrize("text", ["def f(:\n", "x = '\0'", "(" * 5000 + ")" * 5000, "\tx\n  y", "é = \ud800"])
def test_a_text_that_is_no_python_says_why(text):
    with pytest.raises(Unparsable, match=r"."):
        units(text)


@given(st.text(max_size=60))
def test_any_text_has_units_or_is_refused(text):
    try:
        assert compare(text, text).different == ()
    except Unparsable:
        with pytest.raises((SyntaxError, ValueError)):
            ast.parse(text)


# ---- as a learner sees it


@pytest.fixture
def first(catalogue):
    return catalogue.get("0.1")


@pytest.fixture
def passed(ninety, workspace, first, judged, verdict_of):
    judged.append(verdict_of(first, Outcome.PASSED))
    workspace.module(first).write_text("def answer():\n    return 6 * 7\n", encoding="utf-8")
    ninety("check", "0.1")
    return workspace


def test_the_solution_is_followed_by_what_differs(ninety, passed):
    out = ninety("solution", "0.1").out
    assert out.startswith('def answer():\n    """Say 42."""\n    return 42  # the answer\n')
    assert out.endswith(
        "compared with work/00_start/01_ninety_seven/count.py, comments, docstrings and layout aside:\n"
        "  different   answer (yours 2 lines, here 3)\n"
        "`ninety solution 0.1 --diff` shows them line by line\n"
    )


def test_the_difference_line_by_line(ninety, passed):
    assert ninety("solution", "0.1", "--diff", "--plain").out == (
        "- work/00_start/01_ninety_seven/count.py\n"
        "+ the solution\n"
        "\n"
        "answer\n"
        " def answer():\n"
        "-    return 6 * 7\n"
        '+    """Say 42."""\n'
        "+    return 42  # the answer\n"
    )


def test_a_module_that_was_reset_is_compared_by_what_passed(ninety, passed):
    ninety("reset", "0.1", "--yes")
    out = ninety("solution", "0.1").out
    assert "compared with the text that you passed with on 20" in out
    assert "different   answer (yours 2 lines, here 3)" in out


def test_one_s_own_solution_is_the_same(ninety, passed, first):
    passed.module(first).write_text("def answer():\n    return (42)  # mine\n", encoding="utf-8")
    assert "count.py is the same, comments, docstrings and layout aside\n" in ninety("solution", "0.1").out
    assert "They are the same" in ninety("solution", "0.1", "--diff").out


@pytest.mark.parametrize(
    ("content", "said"),
    [(b"def f(:\n", "which is no Python: line 1"), (b"\xff\xfe", "return 42"), (None, "return 42")],
    ids=["syntax error", "binary", "missing"],
)
def test_a_strange_module_does_not_hide_the_solution(ninety, workspace, first, content, said):
    module = workspace.module(first)
    module.unlink()
    if content is not None:
        module.write_bytes(content)
    ran = ninety("solution", "0.1", "--give-up")
    assert ran.code == Exit.PASSED
    assert "return 42  # the answer" in ran.out
    assert said in ran.out
    ran = ninety("solution", "0.1", "--give-up", "--diff")
    assert ran.code == Exit.USAGE
    assert "leave --diff out" in ran.err
