"""The worlds of the first exercise, its model, and the gap between what a test says and what next week says."""

import importlib.util
import random
import sys
from pathlib import Path
from types import ModuleType

import pytest

from wren.backtest import NEW_CONVERSATIONS, World, backtest, make_world, pairs_across
from wren.phrases import ACTION, INFORMATION
from wren.triage import likeness, train, words

EXERCISE = Path(__file__).parents[2] / "solutions" / "00_start" / "01_ninety_seven_percent"


@pytest.fixture(scope="module")
def world() -> World:
    return make_world(seed=3)


@pytest.fixture(scope="module")
def evaluation() -> ModuleType:
    spec = importlib.util.spec_from_file_location("evaluation", EXERCISE / "evaluation.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["evaluation"] = module
    spec.loader.exec_module(module)
    return module


def at_random(world: World) -> tuple[list[str], list[str]]:
    ids = [ticket.id for ticket in world.history]
    random.Random(0).shuffle(ids)
    return ids[len(ids) // 5 :], ids[: len(ids) // 5]


def by_conversation(world: World) -> tuple[list[str], list[str]]:
    test = {ticket.id for ticket in world.history if ticket.truth.conversation % 5 == 0}
    return [ticket.id for ticket in world.history if ticket.id not in test], sorted(test)


# ---- the world


def test_next_week_holds_new_conversations_only(world: World) -> None:
    assert len(world.next_week) == NEW_CONVERSATIONS
    assert all(ticket.follows is None for ticket in world.next_week)
    assert world.next_week[0].time > world.history[-1].time
    old = {ticket.truth.order for ticket in world.history}
    assert not old & {ticket.truth.order for ticket in world.next_week}


def test_a_world_is_its_seed(world: World) -> None:
    assert make_world(seed=3) == world != make_world(seed=4)


# ---- the model


def test_a_word_of_one_category_speaks_for_it() -> None:
    model = train([(words("please cancel"), ACTION), (words("please explain"), INFORMATION)])
    assert model.weights["cancel"] > 5
    assert model.weights["explain"] < -5
    assert model.weights["please"] == 0
    assert model.answer(words("CANCEL it")) == ACTION
    assert model.strongest(words("please cancel this")) == [
        ("cancel", model.weights["cancel"]),
        ("please", 0),
    ]


def test_a_message_of_unknown_words_gets_the_prior() -> None:
    model = train([(words("a"), ACTION), (words("b"), ACTION), (words("c"), INFORMATION)])
    assert model.score(words("nothing known")) == model.prior > 0


def test_an_accuracy_over_nothing_is_zero() -> None:
    assert train([]).accuracy([]) == 0


def test_likeness_is_a_share_of_words() -> None:
    assert likeness(words("a b c"), words("b c d")) == 0.5
    assert likeness(words(""), words("!")) == 1
    assert likeness(words("a"), words("b")) == 0


def test_the_learners_model_and_the_examiners_answer_alike(world: World, evaluation: ModuleType) -> None:
    train_ids, test_ids = at_random(world)
    theirs = evaluation.train([world.tickets[id].row() for id in train_ids])
    scores = backtest(world, train_ids, test_ids)
    assert evaluation.accuracy(theirs, [world.tickets[id].row() for id in test_ids]) == scores.offline
    assert evaluation.accuracy(theirs, [ticket.row() for ticket in world.next_week]) == scores.live


# ---- the gap


@pytest.mark.slow
def test_a_random_split_says_too_much_and_a_split_by_conversation_does_not() -> None:
    worlds = [make_world(seed) for seed in range(10)]
    random_gap = sum(backtest(world, *at_random(world)).gap for world in worlds) / 10
    honest_gap = sum(backtest(world, *by_conversation(world)).gap for world in worlds) / 10
    assert 17 < random_gap < 26
    assert abs(honest_gap) < 8


def test_pairs_across_shows_nearly_the_same_message_on_both_sides(world: World) -> None:
    pairs = pairs_across(world, *at_random(world))
    first = pairs[0]
    assert first.train.truth.conversation == first.test.truth.conversation
    assert first.train.text != first.test.text
    assert first.likeness > 0.8
    assert len({pair.test.truth.conversation for pair in pairs}) == len(pairs)


def test_nothing_lies_across_a_split_by_conversation(world: World) -> None:
    assert pairs_across(world, *by_conversation(world)) == []


def test_the_story_of_the_first_exercise_is_told_by_its_seed(evaluation: ModuleType, capsys) -> None:
    evaluation.main()
    told = capsys.readouterr().out
    assert "split at random  the test says 97%, next week says 76%; mean gap of ten worlds +2" in told
    assert "because of: 88279" in told
