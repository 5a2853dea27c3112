"""A known mistake is recognised by what it answers, and only when it is the only one that answers so."""

import pytest

from autograder.examiner import judge
from autograder.learner import known_mistakes
from autograder.learner.known_mistakes import explanation

CHECKS = """
@task("a")
def test_it_doubles(candidate, rng):
    "It doubles."
    number = int(rng.integers(10, 1000))
    expect_equal(candidate.double(number), 2 * number)

@task("b")
def test_it_halves(candidate):
    "It halves."
    expect_equal(candidate.half(8), 4)
"""
MUTANTS = {
    "adds_two": ("test_it_doubles", "You add two.", "number + 2", "number / 2"),
    "squares": ("test_it_doubles", "You square.", "number ** 2", "number / 2"),
    "doubles": ("test_it_halves", "You double.", "number * 2", "number * 2"),
}


def module(double, half):
    return f"def double(number):\n    return {double}\n\ndef half(number):\n    return {half}\n"


@pytest.fixture
def explained(bench):
    """What is said to a module; the seconds may be given."""
    bench.checks(CHECKS)
    (bench.folder / "mutants").mkdir()
    for name, (check, told, double, half) in MUTANTS.items():
        text = f'# must fail {check} with "the"\n# {told}\n{module(double, half)}'
        (bench.folder / "mutants" / f"{name}.py").write_text(text)

    def explained(double, half="number / 2", **more):
        verdict = bench.judge(module(double, half), seed=3)
        return explanation(bench.exercise, verdict, lambda path, check, seed: judge(
            bench.exercise, path, sandbox="process", seed=seed, only=check), **more)  # fmt: skip

    return explained


def test_the_same_wrong_answers_written_otherwise_are_recognised(explained):
    assert explained("number + 1 + 1") == "You add two."
    assert explained("number * number") == "You square."


def test_another_mistake_at_the_same_check_is_not(explained):
    assert explained("number + 3") == ""


def test_another_check_has_other_mistakes(explained):
    assert explained("2 * number", "number + number") == "You double."
    assert explained("number * 2", "number + 2") == ""


def test_a_module_that_passes_or_was_not_attempted_has_none(explained):
    assert explained("number * 2") == ""
    assert explained("number * 2", "not_there") == ""


def test_two_known_mistakes_that_answer_alike_explain_nothing(bench, explained):
    text = f'# must fail test_it_doubles with "the"\n# You add one, twice.\n{module("number + 2", "number / 2")}'
    (bench.folder / "mutants" / "twice.py").write_text(text)
    assert explained("number + 2") == ""


def test_a_malformed_wrong_solution_is_the_authors_concern(bench, explained):
    (bench.folder / "mutants" / "broken.py").write_text("no header\n")
    assert explained("number + 2") == "You add two."


def test_nobody_waits_longer_than_so_many_seconds(explained):
    assert explained("number + 2", seconds=0) == ""


def test_an_installation_without_wrong_solutions_recognises_nothing(bench, explained, monkeypatch):
    monkeypatch.setattr(known_mistakes, "shipped", lambda exercise, kind: [])
    assert explained("number + 2") == ""
