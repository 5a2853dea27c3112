"""A verdict survives JSON, and its text says what matters."""

import json

import pytest

from autograder.verdict import CheckResult, Failure, Outcome, Place, Verdict
from autograder.verdict.terminal import render


def check(name, outcome, task="a", hidden=False, failure=None, output=""):
    return CheckResult(name, f"{name} holds.", task, 2, hidden, outcome, failure, output, 0.1)


WHY = Failure(
    "the answer is late", "submit(3)", "9 ms", "at most 5 ms", Place("batcher.py", 12, "await x"),
    (Place("batcher.py", 3, "go()"), Place("batcher.py", 12, "await x")),
)  # fmt: skip
VERDICT = Verdict(
    "8.3", "Wait a little", (
        check("test_one", Outcome.PASSED),
        check("test_two", Outcome.NOT_ATTEMPTED, "b", failure=Failure("write b")),
        check("test_three", Outcome.FAILED, "c", True, WHY, "line\n" * 20),
    ), 7, "process", "0.1", sealed=3,
)  # fmt: skip


def test_it_survives_json():
    assert Verdict.from_dict(json.loads(json.dumps(VERDICT.as_dict()))) == VERDICT


@pytest.mark.parametrize("damage", [{"schema": 99}, {"checks": [{"name": 1}]}, {"checks": None}])
def test_a_damaged_one_is_refused(damage):
    with pytest.raises(ValueError, match="verdict"):
        Verdict.from_dict(VERDICT.as_dict() | damage)


def test_points_and_outcome():
    assert (VERDICT.earned, VERDICT.points) == (2, 6)
    assert VERDICT.task_points() == {"a": (2, 2), "b": (0, 2), "c": (0, 2)}
    assert VERDICT.outcome is Outcome.FAILED
    assert VERDICT.first_failure.name == "test_three"


def test_a_grader_error_is_told_first_and_no_checks_are_one():
    broken = Verdict("8.3", "T", (check("x", Outcome.FAILED), check("y", Outcome.GRADER_ERROR)), 1, "process", "0.1")
    assert broken.outcome is Outcome.GRADER_ERROR
    assert Verdict("8.3", "T", (), 1, "process", "0.1").outcome is Outcome.GRADER_ERROR


def test_the_text_says_everything_a_learner_needs():
    text = render(VERDICT)
    assert text.startswith("FAILED  8.3 Wait a little")
    for words in (
        "task b  not attempted",
        "3 more are judged at hand-in",
        "hidden check test_three\n  test_three holds.",
        "the answer is late",
        "submit(3)",
        "9 ms",
        "at most 5 ms",
        "batcher.py:12  await x",
        "and 12 more lines",
        "--seed 7",
        "ninety hint 8.3",
    ):
        assert words in text
    assert "\033[" not in text
    assert "\033[" in render(VERDICT, colour=True)


@pytest.mark.parametrize("width", [30, 80, 200])
def test_no_line_is_much_wider_than_the_screen(width):
    long = Failure("word " * 100, call="f(" + "x" * 500 + ")")
    text = render(Verdict("8.3", "T", (check("x", Outcome.FAILED, failure=long),), 1, "process", "0.1"), width=width)
    body = text.splitlines()[3:]
    assert max(map(len, body)) <= max(width, 45)
