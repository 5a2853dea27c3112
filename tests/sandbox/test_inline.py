"""A candidate beside its examiner, for a debugger: the same values, the learner's own file, a terminal."""

import os
import py_compile
import sys
from pathlib import Path

import pytest

from autograder.errors import Problem
from autograder.examiner import judge
from autograder.verdict import Outcome

CHECKS = """
@task("a")
def test_values_keep_their_types(candidate):
    "Tuples, sets and callbacks cross as always."
    expect_equal(candidate.give(lambda n: n + 1, (1, {2})), ((1, {2}), 3))
@task("b")
def test_a_killed_one(candidate):
    "Killed."
    candidate.kill()
"""
CODE = """
import sys


def give(callback, value):
    breakpoint()
    print("seen at once")
    return value, callback(2)
"""


@pytest.fixture
def debug(bench):
    """Debug one check of CODE, written to a file of the learner's; the verdict."""
    bench.checks(CHECKS)
    file = bench.root / "mine" / "answer.py"
    file.parent.mkdir()
    file.write_text(CODE)

    def run(only):
        return judge(bench.exercise, file, sandbox="inline", seed=1, only=only)

    return run


def test_breakpoints_stop_in_the_learner_s_own_file(debug, bench, monkeypatch, capfd):
    stopped = []
    monkeypatch.setattr(sys, "breakpointhook", lambda: stopped.append(sys._getframe(1).f_code.co_filename))
    here = os.getcwd()
    verdict = debug("test_values_keep_their_types")
    assert verdict.outcome is Outcome.PASSED, verdict.first_failure
    assert (len(verdict.checks), verdict.sealed, verdict.sandbox) == (1, 0, "inline")
    assert stopped == [str(bench.root / "mine" / "answer.py")]
    assert "seen at once" in capfd.readouterr().out
    assert os.getcwd() == here


def test_bytecode_of_an_older_save_is_neither_used_nor_left(debug, bench, monkeypatch):
    monkeypatch.setattr(sys, "breakpointhook", lambda: None)
    file = bench.root / "mine" / "answer.py"
    file.write_text(CODE.replace("callback(2)", "callback(9)"))
    older = file.stat()
    left = Path(py_compile.compile(str(file)))  # as the learner's own pytest leaves it
    file.write_text(CODE)
    os.utime(file, (older.st_atime, older.st_mtime))
    assert debug("test_values_keep_their_types").outcome is Outcome.PASSED
    left.unlink()
    assert debug("test_values_keep_their_types").outcome is Outcome.PASSED
    assert not left.exists()


def test_what_cannot_be_debugged_says_so(debug):
    failure = debug("test_a_killed_one").first_failure
    assert "ends its candidate by a signal" in failure.failure.message


def test_an_unknown_check_is_answered_with_those_there_are(debug):
    with pytest.raises(Problem, match="no check 'test_x'") as problem:
        debug("test_x")
    assert "test_values_keep_their_types, test_a_killed_one" in problem.value.fix


@pytest.mark.parametrize("call", ["breakpoint()", "input()"])
def test_code_that_is_judged_has_no_terminal_and_says_what_has(bench, call):
    bench.checks(CHECKS)
    result = bench.judge(f"def give(callback, value):\n    {call}\n", only="test_values_keep_their_types").checks[0]
    assert result.outcome is Outcome.CRASHED
    assert "`ninety debug`" in result.failure.message
