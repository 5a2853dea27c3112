"""What builds on an earlier exercise is judged with the learner's own module, once that has passed."""

import pytest

from autograder.verdict import Outcome


@pytest.fixture
def later(course, workspace):
    """Exercise 8.3, which builds on 0.1."""
    manifest = course / "solutions" / "08_serving" / "03_micro_batching" / "exercise.toml"
    manifest.write_text('builds_on = ["0.1"]\n' + manifest.read_text(encoding="utf-8"), encoding="utf-8")
    return "8.3"


@pytest.fixture
def passing(catalogue, judged, verdict_of):
    """Every judgement passes."""
    judged.append(verdict_of(catalogue.get("0.1"), Outcome.PASSED))


def test_the_reference_stands_in_until_the_learners_own_has_passed(ninety, later, passing, built_on):
    assert "builds on 0.1 count.py: the reference" in ninety("check", later).out
    assert built_on == [{}]


def test_the_learners_own_is_used_as_it_passed(ninety, later, passing, built_on, workspace, catalogue):
    module = workspace.module(catalogue.get("0.1"))
    module.write_text("def answer():\n    return 6 * 7\n", encoding="utf-8")
    ninety("check", "0.1")
    module.write_text("def answer(:\n", encoding="utf-8")
    assert "builds on 0.1 count.py: yours, as it passed" in ninety("check", later).out
    assert built_on[-1] == {"0.1": b"def answer():\n    return 6 * 7\n"}


def test_a_kept_text_that_is_gone_blocks_nobody(ninety, later, passing, built_on, workspace):
    ninety("check", "0.1")
    for path in (workspace.root / ".ninety" / "passed").iterdir():
        path.write_text("something else", encoding="utf-8")
    assert "builds on 0.1 count.py: the reference" in ninety("check", later).out
    assert built_on[-1] == {}


def test_what_builds_on_nothing_says_nothing_of_it(ninety, workspace, passing):
    assert "builds on" not in ninety("check", "0.1").out
