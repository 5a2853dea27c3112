"""What the help desk would like to know is asked of what the desk can see, and of later messages."""

import hashlib

import pytest

from wren.phrases import CATEGORIES
from wren.problems import CONVERSATIONS, Category, Channel, FollowUp
from wren.tickets import CHANNELS

Problem = Category | FollowUp | Channel


@pytest.fixture(params=[Category, FollowUp, Channel])
def problem(request: pytest.FixtureRequest) -> Problem:
    made: Problem = request.param()
    return made


def test_the_texts_are_the_same_for_ever() -> None:
    """Pinned: another digest means that page and exercise tell another story."""
    told = repr([(made.train(), made.test()) for made in (Category(), FollowUp(), Channel())])
    digest = hashlib.sha256(told.encode()).hexdigest()
    assert digest == "27f4e327e38c69aff9cfccb2c2546cd6aed697e61590c9d24c1e2366f47c15d5"


def test_each_text_has_an_answer_and_whoever_gets_the_lists_may_change_them(problem: Problem) -> None:
    texts, answers = problem.train()
    assert len(texts) == len(answers) >= CONVERSATIONS
    assert all(isinstance(text, str) for text in texts)
    texts.clear()
    assert problem.train()[0]


def test_what_is_asked_later_can_be_answered_with_what_was_learned(problem: Problem) -> None:
    assert set(problem.train()[1]) == set(problem.test()[1])


def test_the_answers_are_those_of_the_problem() -> None:
    assert set(Category().train()[1]) == set(CATEGORIES)
    assert set(FollowUp().train()[1]) == {"first", "again"}
    assert set(Channel().train()[1]) == set(CHANNELS)


def test_the_category_is_asked_once_in_a_conversation() -> None:
    assert len(Category().train()[0]) == len(Category().test()[0]) == CONVERSATIONS
    assert FollowUp().train()[1].count("first") == CONVERSATIONS
