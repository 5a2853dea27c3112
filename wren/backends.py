"""Models for any problem whose inputs are texts. Two ways to compute, one way to call.

A *backend* is made with its hyperparameters, all by keyword. `fit(texts, answers)` learns, and forgets what it learned
before; `predict(texts)` gives an answer for each text, one of those it has learned. Nothing here is random, and
nothing is kept outside of the objects.
"""

import math
from collections import Counter
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from wren.text import Features, tokens

Floats = NDArray[np.float64]


class NaiveBayes:
    """Counts in how many texts of each answer a word stands, and multiplies the shares.

    `smoothing` is added to each count of texts. Words in `leave_out` are not looked at.
    """

    def __init__(self, *, smoothing: float, leave_out: Sequence[str]) -> None:
        self.smoothing = smoothing
        self.leave_out = leave_out
        self._prior: dict[str, float] = {}
        self._weights: dict[str, dict[str, float]] = {}

    def fit(self, texts: Sequence[str], answers: Sequence[str]) -> None:
        """Learn from texts and their right answers."""
        total = Counter(answers)
        held = {answer: Counter[str]() for answer in sorted(total)}
        for text, answer in zip(texts, answers, strict=True):
            held[answer].update(self._words(text))
        known = sorted(set().union(*held.values()))
        self._prior = {answer: math.log(total[answer] / len(answers)) for answer in held}
        self._weights = {
            word: {
                answer: math.log((held[answer][word] + self.smoothing) / (total[answer] + 2 * self.smoothing))
                for answer in held
            }
            for word in known
        }

    def predict(self, texts: Sequence[str]) -> list[str]:
        """The likeliest answer for each text; a word that was never learned says nothing."""
        return [self._likeliest(self._words(text)) for text in texts]

    def _words(self, text: str) -> list[str]:
        return sorted(set(tokens(text)).difference(self.leave_out))

    def _likeliest(self, words: Sequence[str]) -> str:
        known = [self._weights[word] for word in words if word in self._weights]
        score = {answer: prior + math.fsum(each[answer] for each in known) for answer, prior in self._prior.items()}
        return max(score, key=score.__getitem__)


class Logistic:
    """Logistic regression on the numbers of `wren.text.Features`, by gradient descent on all texts at once.

    `rate` is the length of a step and `rounds` how many there are; `decay` is the weight of the squares of the
    weights in the loss. Words in fewer than `min_texts` texts are not looked at.
    """

    def __init__(self, *, rate: float, rounds: int, decay: float, min_texts: int) -> None:
        self.rate = rate
        self.rounds = rounds
        self.decay = decay
        self.min_texts = min_texts

    def fit(self, texts: Sequence[str], answers: Sequence[str]) -> None:
        """Learn from texts and their right answers."""
        self._features = Features(texts, self.min_texts)
        self._answers = sorted(set(answers))
        rows = self._rows(texts)
        right = np.array([[answer == column for column in self._answers] for answer in answers], dtype=float)
        self._weights = np.zeros((rows.shape[1], len(self._answers)))
        for _ in range(self.rounds):
            gradient = rows.T @ (_shares(rows @ self._weights) - right) / len(rows)
            self._weights -= self.rate * (gradient + self.decay * self._weights)

    def predict(self, texts: Sequence[str]) -> list[str]:
        """The likeliest answer for each text."""
        return [self._answers[column] for column in (self._rows(texts) @ self._weights).argmax(axis=1).tolist()]

    def _rows(self, texts: Sequence[str]) -> Floats:
        """An array (texts, words + 1): the numbers of the words, and a 1."""
        numbers = self._features.rows(texts)
        return np.hstack([numbers, np.ones((len(numbers), 1))])


def _shares(scores: Floats) -> Floats:
    """Each row's scores as shares that add up to 1 (softmax)."""
    powers: Floats = np.exp(scores - scores.max(axis=1, keepdims=True))
    shares: Floats = powers / powers.sum(axis=1, keepdims=True)
    return shares
