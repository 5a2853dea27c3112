"""What a submission can be, other than a module."""

import os

import pytest

from autograder.errors import Problem
from autograder.examiner import judge, list_checks, submission
from autograder.verdict import Outcome

CHECK = '@task("a")\ndef test_x(candidate):\n    "x."\n    expect_equal(candidate.one(), 1)\n'
RIGHT = "def one():\n    return 1\n"


@pytest.fixture
def exercise(bench):
    bench.checks(CHECK)
    return bench.exercise


def test_nothing_there_is_a_problem_and_no_verdict(exercise, tmp_path):
    with pytest.raises(Problem, match="no such file"):
        judge(exercise, tmp_path / "missing.py")


def test_a_folder_that_holds_the_module(exercise, tmp_path):
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "answer.py").write_text(RIGHT)
    assert judge(exercise, tmp_path / "sub").outcome is Outcome.PASSED


def test_a_link_to_a_module_and_another_name_are_fine(exercise, tmp_path):
    (tmp_path / "mine.py").write_text(RIGHT)
    (tmp_path / "link.py").symlink_to(tmp_path / "mine.py")
    assert judge(exercise, tmp_path / "link.py").outcome is Outcome.PASSED


def empty_folder(path):
    path.mkdir()


def broken_link(path):
    path.symlink_to("nowhere")


def pipe(path):
    os.mkfifo(path)


def huge(path):
    with path.open("wb") as file:
        file.truncate(2**30)


def binary(path):
    path.write_bytes(b"\x7fELF\x02\x01\xff\xfe")


def nul(path):
    path.write_bytes(b"x = 1\0\n")


def link_loop(path):
    path.symlink_to(path)


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (empty_folder, "holds no answer.py"),
        (broken_link, "leads nowhere"),
        (link_loop, "leads nowhere"),
        (pipe, "no plain file"),
        (huge, "1,073,741,824 bytes"),
        (binary, "no text in UTF-8: byte 6, in line 1, cannot be read; let your editor save it as UTF-8"),
        (nul, "NUL at character 5, in line 1; delete it"),
    ],
)
def test_what_can_be_no_module_crashes_and_says_why(exercise, tmp_path, make, words):
    path = tmp_path / "submitted"
    make(path)
    verdict = judge(exercise, path)
    assert verdict.outcome is Outcome.CRASHED
    assert words in verdict.checks[0].failure.message


def test_a_file_that_may_not_be_read_says_so(exercise, tmp_path, monkeypatch):
    def refuse(path, *flags):  # root, who runs the tests, may read everything
        raise PermissionError(13, "Permission denied", str(path))

    (tmp_path / "answer.py").write_text(RIGHT)
    list_checks(exercise)
    monkeypatch.setattr(submission.os, "open", refuse)
    verdict = judge(exercise, tmp_path / "answer.py")
    assert verdict.outcome is Outcome.CRASHED
    assert verdict.checks[0].failure.message == (
        "answer.py cannot be read: Permission denied; `chmod u+r` gives you the right"
    )


@pytest.mark.parametrize("code", [b"\xef\xbb\xbf" + RIGHT.encode(), RIGHT.replace("\n", "\r\n").encode()])
def test_a_byte_order_mark_and_foreign_line_ends_are_fine(bench, exercise, code):
    assert bench.one(code).outcome is Outcome.PASSED


def test_the_learners_file_is_not_touched_and_nothing_is_left_beside_it(bench, exercise, tmp_path):
    bench.judge(RIGHT + "open('left', 'w').write('x')\nopen('answer.py', 'w').write('')\n")
    assert (tmp_path / "answer.py").read_text().startswith(RIGHT)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["answer.py", "solutions"]


def test_two_answers_of_one_size_in_one_second_are_two_answers(bench, exercise):
    wrong = RIGHT.replace("return 1", "return 2")
    outcomes = [bench.one(code).outcome for code in (RIGHT, wrong, RIGHT, wrong)]
    assert outcomes == [Outcome.PASSED, Outcome.FAILED] * 2
