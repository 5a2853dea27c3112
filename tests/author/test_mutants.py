"""The first lines of the submissions that an exercise ships."""

import pytest

from autograder.course.mutants import HEADER_FORM, read_accepted, read_mutant
from autograder.errors import Problem


def test_a_header_is_read(tmp_path):
    path = tmp_path / "lifo.py"
    path.write_text(f"{HEADER_FORM}\n# You take the newest first,\n# and the oldest waits.\nx = 1\n", encoding="utf-8")
    mutant = read_mutant(path, "mutants/lifo.py")
    assert mutant.check == "test_a_full_batch_leaves_at_once"
    assert mutant.words == ("waited", "5.0 ms")
    assert mutant.misconception == "You take the newest first, and the oldest waits."


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("", 1),
        ("x = 1\n", 1),
        ("# must fail test_x\n# You.\n", 1),
        ("# must fail check_x with \"a\"\n# You.\n", 1),
        ("# must fail test_x with 'a'\n# You.\n", 1),
        ('# must fail test_x with "a", "b"\n# You.\n', 1),
        ('# must fail test_x with "a"\nx = 1\n', 2),
        ('# must fail test_x with "a"\n#\nx = 1\n', 2),
    ],
)  # fmt: skip
def test_a_malformed_header_is_named_with_file_line_and_form(tmp_path, text, line):
    path = tmp_path / "lifo.py"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(Problem) as caught:
        read_mutant(path, "mutants/lifo.py")
    assert caught.value.where == f"mutants/lifo.py:{line}"
    assert caught.value.fix == HEADER_FORM or "# You" in caught.value.fix


def test_bytes_that_are_no_text_are_named(tmp_path):
    path = tmp_path / "lifo.py"
    path.write_bytes(b"# \xff\n")
    with pytest.raises(Problem, match="not UTF-8"):
        read_mutant(path, "mutants/lifo.py")


def test_an_accepted_solution_says_how_it_differs(tmp_path):
    path = tmp_path / "once.py"
    path.write_text("# Sorts once.\nx = 1\n", encoding="utf-8")
    assert read_accepted(path, "accepted/once.py").name == "accepted/once.py"
    path.write_text("x = 1\n", encoding="utf-8")
    with pytest.raises(Problem, match="how the solution differs") as caught:
        read_accepted(path, "accepted/once.py")
    assert caught.value.where == "accepted/once.py:1"
