"""The six outcomes, each for its own reason."""

import pytest

from autograder.sandbox.process import ProcessBox
from autograder.verdict import Outcome

ONE = """
@task("a")
def test_adds(candidate):
    "add returns the sum."
    expect_equal(candidate.add(1, 2), 3, because="1 and 2 make 3")
"""


@pytest.fixture
def adding(bench):
    bench.checks(ONE, call_seconds=1, start_seconds=5)
    return bench


def test_right_passes(adding):
    verdict = adding.judge("def add(a, b):\n    return a + b\n")
    assert verdict.outcome is Outcome.PASSED
    assert (verdict.earned, verdict.points) == (1, 1)


def test_wrong_fails_and_says_what_was_asked_and_what_came(adding):
    check = adding.one("x = 1\ndef add(a, b):\n    print('in add')\n    return a - b\n")
    assert check.outcome is Outcome.FAILED
    assert check.failure.message == "1 and 2 make 3"
    assert (check.failure.call, check.failure.got, check.failure.expected) == ("add(1, 2)", "-1", "3")
    assert (check.failure.where.file, check.failure.where.line) == ("answer.py", 2)
    assert check.output == "in add\n"


def test_a_hole_is_not_attempted(adding):
    check = adding.one('def add(a, b):\n    raise NotImplementedError("0.1, task a: add them")\n')
    assert check.outcome is Outcome.NOT_ATTEMPTED
    assert "add them" in check.failure.message


def test_another_tasks_hole_says_what_comes_first(adding):
    check = adding.one('def add(a, b):\n    raise NotImplementedError("0.1, task b: later")\n')
    assert check.outcome is Outcome.NOT_ATTEMPTED
    assert "task b first" in check.failure.message


@pytest.mark.parametrize("text", ["8.3, task a: add", "todo", "", "0.1, task z: x"])
def test_another_not_implemented_error_is_a_crash(adding, text):
    check = adding.one(f"def add(a, b):\n    raise NotImplementedError({text!r})\n")
    assert check.outcome is Outcome.CRASHED


def test_an_exception_crashes_with_the_learners_own_lines(adding):
    check = adding.one("""
        import json
        def helper(a):
            return json.loads(a)
        def add(a, b):
            return helper(a)
        """)
    assert check.outcome is Outcome.CRASHED
    assert "TypeError" in check.failure.message
    assert [(place.line, place.code) for place in check.failure.traceback] == [
        (6, "return helper(a)"),
        (4, "return json.loads(a)"),
    ]


@pytest.mark.parametrize(
    ("code", "word"),
    [
        ("def add(a, b:\n", "SyntaxError"),
        ("def add(a, b):\n\tif a:\n        return b\n", "TabError: inconsistent use of tabs and spaces"),
        ("import nothing_of_that_name\n", "nothing_of_that_name"),
        ("1 / 0\n", "ZeroDivisionError"),
        ("", "answer.py is empty"),
        ("add = 5\n", "not callable"),
        ("import sys; sys.exit(0)\n", "SystemExit"),
        ("def add(a, b):\n    raise SystemExit(0)\n", "SystemExit"),
        ("def add(a, b):\n    raise KeyboardInterrupt\n", "KeyboardInterrupt"),
        ("import os; os._exit(0)\n", "exit status 0"),
        ("import os\ndef add(a, b):\n    os._exit(0)\n", "exit status 0"),
        ("import os\ndef add(a, b):\n    os.kill(os.getpid(), 9)\n", "signal 9"),
        ("import os\ndef add(a, b):\n    os.kill(os.getpid(), 11)\n", "signal 11"),
        ("def add(a, b):\n    x = []\n    x.append(x)\n    return x\n", "contains itself"),
        ("def add(a, b):\n    return add(a, b)\n", "RecursionError"),
        ("def add(a, b):\n    return breakpoint()\n", "`ninety debug`"),
        ("def add(a, b):\n    return int(input())\n", "`ninety debug`"),
        ("class E(Exception):\n    def __str__(self): raise ValueError\ndef add(a, b):\n    raise E\n", "E: (its text"),
    ],
)
def test_what_breaks_crashes_and_says_why(adding, code, word):
    check = adding.one(code)
    assert check.outcome is Outcome.CRASHED
    assert word in check.failure.message


def test_an_endless_call_times_out_and_the_next_check_gets_a_fresh_process(bench):
    bench.checks(
        ONE + '\n@task("b")\ndef test_other(candidate):\n    "other works."\n    expect_equal(candidate.other(), 1)\n',
        call_seconds=0.5,
    )
    first, second = bench.judge("def add(a, b):\n    while True: pass\ndef other():\n    return 1\n").checks
    assert first.outcome is Outcome.TIMED_OUT
    assert "0.5 s" in first.failure.message
    assert second.outcome is Outcome.PASSED


def test_an_endless_import_is_waited_for_once(bench, monkeypatch):
    starts = []
    start = ProcessBox.start
    monkeypatch.setattr(ProcessBox, "start", lambda *args, **kwargs: starts.append(1) or start(*args, **kwargs))
    bench.checks(ONE + ONE.replace("test_adds", "test_adds_again"), start_seconds=3)
    verdict = bench.judge("while True: pass\n")
    assert [check.outcome for check in verdict.checks] == [Outcome.TIMED_OUT] * 2
    assert len(starts) == 1


def test_all_of_a_submissions_time_is_bounded(bench):
    bench.checks(ONE + ONE.replace("test_adds", "test_adds_again"), call_seconds=0.5, total_seconds=0.3)
    _, second = bench.judge("def add(a, b):\n    while True: pass\n").checks
    assert second.outcome is Outcome.TIMED_OUT
    assert "used up" in second.failure.message


@pytest.mark.parametrize("body", ["1 / 0", "candidate.nope.nope.nope", "raise KeyError('mine')", "[][0]"])
def test_a_fault_of_the_check_is_a_grader_error_and_no_zero(bench, body):
    bench.checks(f'@task("a")\ndef test_x(candidate):\n    "x."\n    {body}\n')
    verdict = bench.judge("x = 1\n")
    assert verdict.outcome is Outcome.GRADER_ERROR


def test_checks_that_do_not_import_are_a_grader_error(bench):
    bench.checks("import no_such_module\n" + ONE)
    assert bench.judge("def add(a, b): return 3\n").outcome is Outcome.GRADER_ERROR


def test_the_harness_own_fault_is_a_grader_error(bench):
    check = '@task("a")\ndef test_x(rival):\n    "x."\n    rival.go()\n'
    bench.checks(check, harness="def go():\n    1 / 0\n")
    assert bench.judge("x = 1\n").outcome is Outcome.GRADER_ERROR


def test_hidden_checks_are_sealed_without_the_word(bench):
    hidden = '@task("b")\ndef test_more(candidate):\n    "more."\n    expect_equal(candidate.add(2, 2), 4)\n'
    bench.checks(ONE, hidden)
    code = "def add(a, b):\n    return 3\n"
    full, open_only = bench.judge(code), bench.judge(code, hidden=False)
    assert [check.hidden for check in full.checks] == [False, True]
    assert full.outcome is Outcome.FAILED
    assert (open_only.outcome, open_only.sealed) == (Outcome.PASSED, 1)


def test_one_seed_one_verdict_and_another_seed_other_numbers(bench):
    bench.checks("""
        @task("a")
        def test_x(candidate, rng, seed):
            "x."
            expect_equal(candidate.same(int(rng.integers(10**9))), -1, because=f"seed {seed}")
        """)
    code = "def same(x):\n    return x\n"
    assert bench.judge(code, seed=5) == bench.judge(code, seed=5)
    assert bench.one(code, seed=5).failure.got != bench.one(code, seed=6).failure.got
    assert "seed 5" in bench.one(code, seed=5).failure.message


def test_an_interrupt_at_the_keyboard_ends_the_grade(bench):
    bench.checks('@task("a")\ndef test_x(candidate):\n    "x."\n    raise KeyboardInterrupt\n')
    with pytest.raises(KeyboardInterrupt):
        bench.judge("x = 1\n")


def test_a_grade_can_end_with_the_first_check_that_does_not_pass(bench):
    bench.checks(ONE + ONE.replace("test_adds", "test_adds_again"), ONE.replace("test_adds", "test_adds_hidden"))
    wrong = bench.judge("def add(a, b):\n    return 4\n", stop_early=True)
    assert [check.outcome for check in wrong.checks] == [Outcome.FAILED]
    right = bench.judge("def add(a, b):\n    return 3\n", stop_early=True)
    assert [check.outcome for check in right.checks] == [Outcome.PASSED] * 3
