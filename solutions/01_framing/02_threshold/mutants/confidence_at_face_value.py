# must fail test_out_of_reach_is_said with "nine of ten are right" and "From 0.9500 on"
# You took the stated confidence for a probability: 0.95 promised, so decide from 0.95 on. The model counts clues that
# say the same thing as if each were new, and so its 0.95 is right less often than that.
"""What the triage model of Wren's help desk decides alone, and what goes to people. Run me: python policy.py

A ticket asks for an account action or for information. The model gives each ticket a `score`, the probability of an
action as the model states it; its answer is an action where the score is at least 0.5. Its `confidence` is the
probability that it states for its own answer. It is too sure of itself: statements are not frequencies.

Everything is chosen on validation tickets: tickets of the last weeks that the model was not trained on, with labels.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Band = tuple[float, float]


# ---- a promise


def chance_of_at_least(hits: int, decided: int, accuracy: float) -> float:
    """The probability that at least `hits` of `decided` answers are right, by luck and skill together.

    Each answer is right with probability `accuracy`, strictly between 0 and 1: 40 right answers of 40 come out with
    probability 0.13 when the accuracy is 0.95.
    """
    wrong = np.arange(1, decided - hits + 1)
    log_ways = np.append(0.0, np.cumsum(np.log((decided + 1 - wrong) / wrong)))  # to choose 0, 1, 2, ... wrong answers
    wrong = np.append(0, wrong)
    chances = np.exp(log_ways + (decided - wrong) * math.log(accuracy) + wrong * math.log1p(-accuracy))
    return float(chances.sum())


def guaranteed_threshold(confidence: Floats, right: Flags, target: float, risk: float = 0.05) -> float | None:
    """Task a. The confidence from which on the model may decide alone, or None: everything goes to people.

    `confidence` and `right` (was the model's answer true?) have shape (tickets,); there may be none. The accuracy of
    all tickets to come with confidence >= threshold must be at least `target`. The validation tickets are a sample,
    so you will now and then be unlucky: with probability at most `risk`, in any shop. Within that, decide as many
    tickets as you can.
    """
    return target


# ---- a price list


@dataclass(frozen=True)
class Bands:
    """Bands of scores [low, high), one an entry, and what each would have done to tickets whose weights add up to 1.

    A ticket with score < low is answered as information, one with score >= high as an action, one in between goes to
    a person. All arrays have shape (bands,).
    """

    low: Floats
    high: Floats
    missed: Floats  # the weight of the actions that were answered as information
    false: Floats  # the weight of the tickets for information that were answered as an action
    people: Floats  # the weight of the tickets that went to a person


def try_bands(score: Floats, action: Flags, weight: Floats, edges: int = 201) -> Bands:
    """Some 20 000 bands that begin and end at quantiles of the scores, from none to all tickets for people.

    `score`, `action` (True: the ticket asks for an account action) and `weight` have shape (tickets,); a ticket with
    weight 2 counts as two. The weights need not add up to 1 beforehand.
    """
    at = np.append(np.unique(np.quantile(score, np.linspace(0, 1, edges), method="higher")), np.inf)
    order = np.argsort(score)
    below = np.searchsorted(score[order], at)  # how many tickets have a smaller score
    share = weight[order] / weight.sum()
    actions = np.append(0.0, np.cumsum(np.where(action[order], share, 0.0)))[below]
    all_of_them = np.append(0.0, np.cumsum(share))[below]
    others = all_of_them - actions
    low, high = np.triu_indices(len(at))  # all pairs with low <= high
    return Bands(at[low], at[high], actions[low], others[-1] - others[high], all_of_them[high] - all_of_them[low])


def cheapest_band(
    score: Floats, action: Flags, live_share: float, *, wrong_action: float, wrong_information: float, person: float
) -> Band:
    """Task b. The band (low, high), low <= high, with the lowest mean cost of a ticket from now on.

    `score` and `action` (the true label) have shape (tickets,) and are validation tickets. Among the tickets from now
    on, the share `live_share` asks for an action; tickets with the same label look as they did in validation.
    A wrong answer "action" costs `wrong_action`, a wrong answer "information" costs `wrong_information`, a ticket that
    a person answers costs `person` and is always right; a right answer of the model costs nothing.
    ValueError when the validation tickets do not hold both labels: nothing is known about the other one.
    """
    bands = try_bands(score, action, _weights(action, live_share))
    cost = wrong_action * bands.false + wrong_information * bands.missed + person * bands.people
    best = np.argmin(cost)
    return float(bands.low[best]), float(bands.high[best])


# ---- a queue


def capacity_band(
    score: Floats,
    action: Flags,
    live_share: float,
    arrivals: NDArray[np.int64],
    capacity: float,
    *,
    wrong_action: float,
    wrong_information: float,
    person: float,
) -> Band:
    """Task c. The cheapest band that people can keep up with, else as `cheapest_band`.

    `arrivals` has shape (hours,): how many tickets came in each hour of last week, and the weeks are alike. People
    answer up to `capacity` tickets an hour, and nobody waits into the next hour: in none of these hours may more go
    to people, as far as the validation tickets tell. `capacity` may be 0.
    """
    bands = try_bands(score, action, _weights(action, live_share))
    cost = wrong_action * bands.false + wrong_information * bands.missed + person * bands.people
    bearable = bands.people * arrivals.max() <= capacity + 1e-9
    best = np.argmin(np.where(bearable, cost, np.inf))
    return float(bands.low[best]), float(bands.high[best])


def _weights(action: Flags, live_share: float) -> Floats:
    """How often a validation ticket of either label stands for a ticket to come."""
    share = action.mean() if len(action) else 0.0
    if not 0 < share < 1:
        raise ValueError("the validation tickets do not hold both labels")
    return np.where(action, live_share / share, (1 - live_share) / (1 - share))


def main() -> None:
    """Your three policies in one shop, and what is true of them there: a shop's truth is known in this course only."""
    from wren.scores import Prices, Shop

    shop, live_share, prices = Shop(share=0.4), 0.7, {"wrong_action": 40, "wrong_information": 8, "person": 2}
    tickets = shop.tickets(2000, np.random.default_rng(1))
    arrivals = np.array([20, 40, 120, 200, 180, 160, 90, 30])
    data = (tickets.score, tickets.action, live_share)
    try:
        threshold = guaranteed_threshold(tickets.confidence, tickets.right, target=0.95)
        if threshold is None:
            print("a: everything goes to people")
        else:
            print(f"a: from {threshold:.4f} on: {shop.coverage(threshold):.1%} of the tickets")
            print(f"   truly right: {shop.accuracy(threshold):.1%}")
        least = shop.cost(shop.best_band(live_share, Prices(**prices)), live_share, Prices(**prices))
        for name, band in (
            ("b", cheapest_band(*data, **prices)),
            ("c", capacity_band(*data, arrivals, 25, **prices)),
        ):
            cost, people = shop.cost(band, live_share, Prices(**prices)), shop.people(band, live_share)
            print(f"{name}: people read scores from {band[0]:.4f} to {band[1]:.4f}: {people:.1%} of the tickets,")
            print(f"   {people * arrivals.max():.0f} in the busiest hour; {cost:.2f} a ticket (least: {least:.2f})")
    except NotImplementedError as todo:
        print(f"not written yet ({todo})")


if __name__ == "__main__":
    main()
