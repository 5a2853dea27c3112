"""Both models learn what words say, forget what they learned before, and depend on nothing but what they are given."""

from collections import Counter

import pytest

from wren.backends import Logistic, NaiveBayes
from wren.problems import Category, Channel, FollowUp

TEXTS = ["red lamp", "red chair", "blue lamp", "blue chair", "red red sofa", "blue sofa"]
ANSWERS = ["warm", "warm", "cold", "cold", "warm", "cold"]

Backend = NaiveBayes | Logistic


def make(kind: type[Backend]) -> Backend:
    if kind is NaiveBayes:
        return NaiveBayes(smoothing=0.5, leave_out=[])
    return Logistic(rate=5.0, rounds=100, decay=1e-4, min_texts=2)


@pytest.fixture(params=[NaiveBayes, Logistic])
def kind(request: pytest.FixtureRequest) -> type[Backend]:
    chosen: type[Backend] = request.param
    return chosen


def test_the_word_that_decides_is_found(kind: type[Backend]) -> None:
    model = make(kind)
    model.fit(TEXTS, ANSWERS)
    assert model.predict(["a red table", "BLUE!", "red"]) == ["warm", "cold", "warm"]
    assert model.predict([]) == []


def test_what_was_learned_before_is_forgotten(kind: type[Backend]) -> None:
    model, fresh = make(kind), make(kind)
    model.fit(TEXTS, ANSWERS[::-1])
    for each in (model, fresh):
        each.fit(TEXTS, ANSWERS)
    assert model.predict(TEXTS) == fresh.predict(TEXTS) == ANSWERS


def test_words_that_are_left_out_say_nothing() -> None:
    model = NaiveBayes(smoothing=0.5, leave_out=["red"])
    model.fit([*TEXTS, "green"], [*ANSWERS, "cold"])
    assert model.predict(["red", "unheard of"]) == ["cold", "cold"]


def test_smoothing_lets_rare_words_say_less() -> None:
    texts, answers = ["often", "often", "often", "once often"], ["a", "a", "b", "b"]
    said = {}
    for smoothing in (0.01, 100.0):
        model = NaiveBayes(smoothing=smoothing, leave_out=[])
        model.fit(texts, answers)
        weights = model._weights["once"]
        said[smoothing] = weights["b"] - weights["a"]
    assert said[0.01] > 10 * said[100.0] > 0


def test_decay_pulls_the_weights_to_nothing() -> None:
    model = Logistic(rate=1.0, rounds=50, decay=0.9, min_texts=1)
    free = Logistic(rate=1.0, rounds=50, decay=0.0, min_texts=1)
    for each in (model, free):
        each.fit(TEXTS, ANSWERS)
    assert abs(model._weights).max() < 0.5 * abs(free._weights).max()


@pytest.mark.slow
def test_the_desk_s_problems_are_learned_as_far_as_they_can_be(kind: type[Backend]) -> None:
    """Two can be told from the words and the third cannot; the share of the commonest answer is the measure."""
    for problem, gain in ((Category(), 0.35), (FollowUp(), 0.15)):
        assert accuracy(kind, problem) > commonest(problem) + gain
    assert accuracy(kind, Channel()) < commonest(Channel()) + 0.03


def accuracy(kind: type[Backend], problem: Category | FollowUp | Channel) -> float:
    model = make(kind)
    model.fit(*problem.train())
    texts, answers = problem.test()
    return sum(a == b for a, b in zip(model.predict(texts), answers, strict=True)) / len(answers)


def commonest(problem: Category | FollowUp | Channel) -> float:
    answers = problem.test()[1]
    return Counter(answers).most_common(1)[0][1] / len(answers)
