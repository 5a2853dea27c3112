"""The scores have the statistics they promise.

Each bound on something drawn is one that a right generator leaves in fewer than one run of a thousand; the seeds are
fixed, so a run repeats itself.
"""

import math

import numpy as np
import pytest
from numpy.typing import NDArray

from wren.scores import LIMIT, Prices, Shop

SHOPS = [
    Shop(),
    Shop(share=0.3, features=5, correlation=0.1, signal=1.5, misleading=0.0),
    Shop(share=0.7, features=6, correlation=0.4, signal=1.0, misleading=0.05),
]
PRICES = Prices(wrong_action=40, wrong_information=8, person=2)
COUNT = 40_000
LATTICE = 1 / (1 + np.exp(-np.linspace(-24, 24, 161)))


def near(seen: float, expected: float, count: float) -> bool:
    """Whether a share seen among `count` independent draws is one that `expected` gives in 999 of 1000 runs."""
    return abs(seen - expected) <= 3.3 * math.sqrt(expected * (1 - expected) / count)


def evidence_of_clues(shop: Shop, rng: np.random.Generator, words: NDArray[np.bool_]) -> NDArray[np.float64]:
    """What naive Bayes makes of the clues themselves, drawn one by one as the module's docstring says."""
    common = rng.standard_normal((len(words), 1))
    own = rng.standard_normal((len(words), shop.features))
    mean = np.where(words, shop.signal / 2, -shop.signal / 2)[:, None]
    clues = mean + math.sqrt(shop.correlation) * common + math.sqrt(1 - shop.correlation) * own
    evidence: NDArray[np.float64] = shop.signal * clues.sum(axis=1)
    return evidence


@pytest.mark.parametrize("shop", SHOPS)
def test_the_score_is_what_naive_bayes_makes_of_correlated_clues(shop: Shop) -> None:
    rng = np.random.default_rng(0)
    action = rng.random(COUNT) < shop.share
    evidence = evidence_of_clues(shop, rng, action ^ (rng.random(COUNT) < shop.misleading))
    score = 1 / (1 + np.exp(-(math.log(shop.share / (1 - shop.share)) + evidence)))
    for level in (0.01, 0.2, 0.5, 0.8, 0.99, 0.9999):
        for label in (True, False):
            seen = float(np.mean(score[action == label] >= level))
            assert near(seen, shop.reached(level, label), np.sum(action == label))


@pytest.mark.parametrize("shop", SHOPS)
def test_tickets_follow_the_truth_that_is_told_of_them(shop: Shop) -> None:
    tickets = shop.tickets(COUNT, np.random.default_rng(1))
    assert near(float(tickets.action.mean()), shop.share, COUNT)
    for threshold in (0.5, 0.8, 0.95, 0.999):
        decided = tickets.confidence >= threshold
        assert near(float(decided.mean()), shop.coverage(threshold), COUNT)
        assert near(float(tickets.right[decided].mean()), shop.accuracy(threshold), decided.sum())


@pytest.mark.parametrize("shop", SHOPS)
def test_a_band_costs_what_its_tickets_cost(shop: Shop) -> None:
    share, band = 0.8, (0.2, 0.97)
    tickets = shop.tickets(COUNT, np.random.default_rng(2), share)
    low, high = (tickets.score < band[0]), (tickets.score >= band[1])
    assert near(float(np.mean(~low & ~high)), shop.people(band, share), COUNT)
    cost = np.select(
        [low & tickets.action, high & ~tickets.action, ~low & ~high],
        [PRICES.wrong_information, PRICES.wrong_action, PRICES.person],
        0.0,
    )
    assert abs(cost.mean() - shop.cost(band, share, PRICES)) < 3.3 * cost.std() / math.sqrt(COUNT)


@pytest.mark.parametrize("shop", SHOPS)
def test_the_model_is_too_sure_of_itself(shop: Shop) -> None:
    confidence = shop.tickets(COUNT, np.random.default_rng(6)).confidence
    for threshold in (0.5, 0.8, 0.95):
        stated = confidence[confidence >= threshold].mean()
        assert shop.accuracy(threshold) < stated - 0.005


def test_one_clue_is_believed_as_it_deserves() -> None:
    shop = Shop(share=0.5, features=1, correlation=0.0, signal=2.0, misleading=0.0)
    tickets = shop.tickets(COUNT, np.random.default_rng(3))
    for level in (0.55, 0.7, 0.85, 0.95):
        inside = abs(tickets.score - level) < 0.02
        assert near(float(tickets.action[inside].mean()), float(tickets.score[inside].mean()), inside.sum())


def test_misleading_words_put_a_ceiling_on_the_accuracy() -> None:
    shop = Shop(misleading=0.06)
    best = max(shop.accuracy(threshold) for threshold in LATTICE)
    assert 0.93 < best <= 0.94
    assert shop.best_threshold(0.95) is None


@pytest.mark.parametrize("shop", SHOPS)
def test_the_best_threshold_is_the_lowest_that_keeps_the_target(shop: Shop) -> None:
    target = shop.accuracy(0.5) + 0.6 * (shop.accuracy(1 - 1e-9) - shop.accuracy(0.5))
    best = shop.best_threshold(target)
    assert best is not None
    assert shop.accuracy(best) == pytest.approx(target, abs=1e-6)
    below = [threshold for threshold in LATTICE if threshold < best - 1e-9]
    assert all(shop.accuracy(threshold) < target for threshold in below)


def test_a_target_below_the_accuracy_of_all_tickets_needs_no_threshold() -> None:
    assert Shop().best_threshold(0.6) == 0.5


@pytest.mark.parametrize("shop", SHOPS)
@pytest.mark.parametrize("most_people", [1.0, 0.12, 0.0])
def test_no_other_band_is_cheaper_than_the_best(shop: Shop, most_people: float) -> None:
    share = 0.45
    best = shop.best_band(share, PRICES, most_people)
    assert shop.people(best, share) <= most_people + 1e-9
    reached = [(shop.reached(score, True), shop.reached(score, False)) for score in LATTICE]
    for i, (low_action, low_other) in enumerate(reached):
        for high_action, high_other in reached[i:]:
            people = share * (low_action - high_action) + (1 - share) * (low_other - high_other)
            if people <= most_people:
                missed, false = share * (1 - low_action), (1 - share) * high_other
                cost = 8 * missed + 40 * false + 2 * people
                assert cost >= shop.cost(best, share, PRICES) - 1e-9


def test_a_person_who_is_free_gets_whatever_is_in_doubt() -> None:
    assert Shop().best_band(0.5, Prices(40, 8, 1e-9)) == (0.0, math.inf)


def test_scores_stay_inside_their_limits() -> None:
    sure = Shop(features=40, correlation=0.9, signal=2.0)
    score = sure.tickets(1000, np.random.default_rng(4)).score
    assert score.min() == LIMIT
    assert score.max() == 1 - LIMIT
    assert (sure.reached(LIMIT, True), sure.reached(1.0, True)) == (1.0, 0.0)
    assert sure.coverage(1.0) == 0.0
    assert math.isnan(sure.accuracy(1.0))
    assert sure.coverage(1 - LIMIT) == pytest.approx(np.mean((score <= LIMIT) | (score >= 1 - LIMIT)), abs=0.05)


def test_the_same_seed_draws_the_same_tickets() -> None:
    first, second = (Shop().tickets(50, np.random.default_rng(5)) for _ in range(2))
    assert np.array_equal(first.score, second.score)
    assert np.array_equal(first.action, second.action)
    assert len(Shop().tickets(0, np.random.default_rng(5)).score) == 0
