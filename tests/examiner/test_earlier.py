"""A module may import those of the exercises it builds on: the learner's own, and the author's where there is none."""

import pytest

from autograder.course.earlier import earlier
from autograder.errors import Problem
from autograder.verdict import Outcome
from tests.conftest import MANIFEST

CHECK = '@task("a")\ndef test_x(candidate):\n    "x."\n    expect_equal(candidate.total([1, 2, 3]), 6)\n'
BUILDS_ON_IT = "from adder import add\n\ndef total(numbers):\n    result = 0\n    for number in numbers:\n        " \
    "result = add(result, number)\n    return result\n"  # fmt: skip
RIGHT = b"def add(a, b):\n    return a + b\n"
WRONG = b"def add(a, b):\n    return a - b\n"


def declare(bench, folder, module, builds_on=()):
    place = bench.root / "solutions" / folder
    place.mkdir(parents=True, exist_ok=True)
    manifest = MANIFEST.format(limits="", points=1).replace('"answer"', f'"{module}"')
    lines = f"builds_on = {list(builds_on)}\n".replace("'", '"')
    (place / "exercise.toml").write_text(lines + manifest)
    (place / f"{module}.py").write_bytes(RIGHT)


@pytest.fixture
def bench(bench):
    bench.folder = bench.root / "solutions" / "02_data" / "01_totals"
    declare(bench, "00_start/01_made", "adder")
    declare(bench, "02_data/01_totals", "answer", ["0.1"])
    (bench.folder / "test_visible.py").write_text("from autograder.examiner import *\n" + CHECK)
    (bench.folder / "answer.py").write_text(BUILDS_ON_IT)
    return bench


@pytest.mark.parametrize("sandbox", ["process", pytest.param("bubblewrap", marks=pytest.mark.bubblewrap)])
def test_the_authors_module_stands_in_for_a_missing_one(bench, sandbox):
    assert bench.one(BUILDS_ON_IT, sandbox).outcome is Outcome.PASSED


def test_the_learners_own_module_is_imported(bench):
    assert bench.one(BUILDS_ON_IT, own={"0.1": RIGHT}).outcome is Outcome.PASSED
    assert bench.one(BUILDS_ON_IT, own={"0.1": WRONG}).outcome is Outcome.FAILED


def test_no_other_module_takes_the_place_of_the_exercises_own(bench):
    assert bench.one(BUILDS_ON_IT, own={"2.1": b"raise ValueError", "9.9": b""}).outcome is Outcome.PASSED


def test_what_an_earlier_one_builds_on_is_there_as_well(bench):
    declare(bench, "01_framing/01_between", "between", ["0.1"])
    declare(bench, "02_data/01_totals", "answer", ["1.1"])
    assert [one.number for one in earlier(bench.exercise)] == ["0.1", "1.1"]
    assert bench.one(BUILDS_ON_IT).outcome is Outcome.PASSED


@pytest.mark.parametrize(
    ("builds_on", "words"),
    [
        (["7.7"], "no exercise '7.7'"),
        (["2.1"], "2.1 does not come before 2.1"),
        (["1.1"], "two modules are called adder"),
    ],
)
def test_what_cannot_be_built_on_is_refused(bench, builds_on, words):
    declare(bench, "01_framing/01_same_name", "adder", ["0.1"])
    declare(bench, "02_data/01_totals", "answer", builds_on)
    with pytest.raises(Problem, match=words):
        earlier(bench.exercise)
