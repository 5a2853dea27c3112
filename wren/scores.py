"""Scores of an overconfident triage model, drawn from shops whose truth is known.

A ticket asks for an account action (`action` is True) or for information. The model is a naive Bayes classifier
that reads `features` clues which say much the same thing:

- The words of a ticket point at its label, but with probability `misleading` at the other one: "do I have to
  change my address?" holds the words of an action and asks for information.
- Clue i is normal with variance 1 and mean +signal/2 when the words point at an action, -signal/2 when not. Any
  two clues have correlation `correlation`, given the words.
- Naive Bayes takes the clues for independent. Its log-odds are logit(share) + E with the evidence
  E = signal * (sum of the clues), which is normal with mean +-m and variance v,
      m = features * signal**2 / 2    and    v = 2 * m * overconfidence,
      overconfidence = 1 + (features - 1) * correlation.
  The evidence is really worth E / overconfidence: counting one clue k times multiplies the log-odds by k.

A score is the probability of an action that the model states. All that follows from thresholds on scores, such as
the accuracy or the cost of what is decided automatically, is computed from the normal distribution, not simulated.

When the mix of tickets changes (a *prior shift*), the share of actions among the tickets is another one and the
distribution of the scores given the label stays.
"""

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

LIMIT = 1e-12
"""Scores are kept inside [LIMIT, 1 - LIMIT]."""

_STEPS = 60  # of a search over log-odds from 0 to 27


@dataclass(frozen=True)
class Tickets:
    """Tickets with the model's `score` and the true label `action`; both of shape (tickets,)."""

    score: Floats
    action: Flags

    @property
    def confidence(self) -> Floats:
        """The probability that the model states for its own answer, from 0.5 to 1; shape (tickets,)."""
        return np.maximum(self.score, 1 - self.score)

    @property
    def right(self) -> Flags:
        """Whether the model's answer (an action where the score is at least 0.5) is true; shape (tickets,)."""
        return np.equal(self.score >= 0.5, self.action)


@dataclass(frozen=True)
class Prices:
    """What an outcome costs, in any one currency: a wrong automatic answer of each kind, and a person's time."""

    wrong_action: float
    wrong_information: float
    person: float


@dataclass(frozen=True)
class Shop:
    """A shop with its model; `share` is the share of actions the model was trained and validated on."""

    share: float = 0.5
    features: int = 8
    correlation: float = 0.3
    signal: float = 1.2
    misleading: float = 0.02

    @property
    def overconfidence(self) -> float:
        """How many times too large the model's evidence is."""
        return 1 + (self.features - 1) * self.correlation

    @cached_property
    def _mean(self) -> float:
        return self.features * self.signal**2 / 2

    @cached_property
    def _spread(self) -> float:
        return math.sqrt(2 * self._mean * self.overconfidence)

    def tickets(self, count: int, rng: np.random.Generator, share: float | None = None) -> Tickets:
        """Draw `count` tickets, of which the share `share` (by default the shop's own) are actions."""
        action = rng.random(count) < (self.share if share is None else share)
        words = action ^ (rng.random(count) < self.misleading)
        evidence = np.where(words, self._mean, -self._mean) + self._spread * rng.standard_normal(count)
        log_odds = _logit(self.share) + evidence
        return Tickets(np.clip(1 / (1 + np.exp(-log_odds)), LIMIT, 1 - LIMIT), action)

    def reached(self, score: float, action: bool) -> float:
        """The probability that a ticket with the label `action` has at least this score."""
        if score <= LIMIT:
            return 1.0
        if score > 1 - LIMIT:
            return 0.0
        return self._above(_logit(score), action)

    def coverage(self, threshold: float) -> float:
        """The share of tickets that the model answers with at least this confidence."""
        return sum(self._answered(threshold))

    def accuracy(self, threshold: float) -> float:
        """The share of right answers among those of at least this confidence; nan where there are none."""
        right, wrong = self._answered(threshold)
        return right / (right + wrong) if right + wrong > 0 else math.nan

    def best_threshold(self, target: float) -> float | None:
        """The lowest confidence from which on the accuracy is at least `target`; None where there is none."""
        grid = np.linspace(0, _logit(1 - 2 * LIMIT), _STEPS)
        enough = next((at for at in range(_STEPS) if self.accuracy(_logistic(grid[at])) >= target), None)
        if not enough:
            return None if enough is None else 0.5
        low, high = grid[enough - 1], grid[enough]
        for _ in range(40):
            middle = (low + high) / 2
            low, high = (low, middle) if self.accuracy(_logistic(middle)) >= target else (middle, high)
        return _logistic(high)

    def people(self, band: tuple[float, float], share: float) -> float:
        """The share of tickets with low <= score < high, at this share of actions."""
        low, high = band
        return sum(
            weight * (self.reached(low, action) - self.reached(high, action))
            for weight, action in ((share, True), (1 - share, False))
        )

    def cost(self, band: tuple[float, float], share: float, prices: Prices) -> float:
        """The mean cost of a ticket at this share of actions.

        A score below `band[0]` is answered as information, one of at least `band[1]` as an action, the rest goes
        to a person.
        """
        low, high = band
        missed = share * (1 - self.reached(low, True))
        false = (1 - share) * self.reached(high, False)
        return (
            prices.wrong_information * missed + prices.wrong_action * false + prices.person * self.people(band, share)
        )

    def best_band(self, share: float, prices: Prices, most_people: float = 1.0) -> tuple[float, float]:
        """The cheapest band of scores that sends at most the share `most_people` to people.

        Where people are scarce, their price is raised until they get no more than that share. At that price the band
        is the cheapest of all; so at the true price it is the cheapest of those that send as few.
        """
        band = self._cutoffs(share, prices, prices.person)
        if self.people(band, share) <= most_people:
            return band
        least, most = prices.person, prices.wrong_action + prices.wrong_information
        for _ in range(60):
            price = (least + most) / 2
            band = self._cutoffs(share, prices, price)
            least, most = (price, most) if self.people(band, share) > most_people else (least, price)
        return self._cutoffs(share, prices, most)

    def _cutoffs(self, share: float, prices: Prices, person: float) -> tuple[float, float]:
        """The best band when a person costs `person`: where the chance of an action crosses the prices' ratios."""
        false, missed = prices.wrong_action, prices.wrong_information
        low, high = person / missed, 1 - person / false
        if low >= high:
            low = high = false / (false + missed)
        return self._score_at(low, share), self._score_at(high, share)

    def _score_at(self, chance: float, share: float) -> float:
        """The score at which a ticket is an action with this chance, when the share of actions is `share`."""
        odds = chance / (1 - chance) * (1 - share) / share
        if odds * (1 - self.misleading) <= self.misleading:
            return 0.0
        if odds * self.misleading >= 1 - self.misleading:
            return math.inf
        # With f = misleading, an evidence that multiplies the odds of the words by r multiplies those of the label by
        # ((1 - f) r + f) / (f r + 1 - f); `ratio` is r.
        ratio = (odds * (1 - self.misleading) - self.misleading) / (1 - self.misleading - odds * self.misleading)
        return _logistic(_logit(self.share) + self.overconfidence * math.log(ratio))

    def _answered(self, threshold: float) -> tuple[float, float]:
        """The shares of all tickets that are answered rightly and wrongly with at least this confidence."""
        if threshold > 1 - LIMIT:
            return 0.0, 0.0
        edge = _logit(max(threshold, 0.5))
        action, other = self._above(edge, True), self._above(edge, False)
        missed, information = 1 - self._above(-edge, True), 1 - self._above(-edge, False)
        right = self.share * action + (1 - self.share) * information
        return right, self.share * missed + (1 - self.share) * other

    def _above(self, log_odds: float, action: bool) -> float:
        """The probability that a ticket with the label `action` has at least these log-odds."""
        evidence = log_odds - _logit(self.share)
        mean = self._mean if action else -self._mean
        led, misled = (_tail((evidence - centre) / self._spread) for centre in (mean, -mean))
        return (1 - self.misleading) * led + self.misleading * misled


def _logit(probability: float) -> float:
    return math.log(probability) - math.log1p(-probability)


def _logistic(log_odds: float) -> float:
    return 1 / (1 + math.exp(-log_odds)) if log_odds > -700 else 0.0


def _tail(z: float) -> float:
    """The probability that a standard normal number is above z."""
    return math.erfc(z / math.sqrt(2)) / 2
