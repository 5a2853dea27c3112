"""Trainers of a small triage model (`wren.training`), right ones and broken ones, for smoke tests to be tried on.

`FAULTS` are the broken ones. What is wrong with one is the truth that its class records, in its docstring and in
`breaks` and `may_break`, and no method tells it.
"""

from typing import Any

import numpy as np

from wren.dice import Dice
from wren.training import (
    GOOD,
    LABELS,
    LONGEST,
    SMOKE_TESTS,
    VOCABULARY,
    Array,
    Batch,
    Parameters,
    Style,
    Tickets,
    Trainer,
    make_corpus,
)

__all__ = [
    "FAULTS",
    "GOOD",
    "LABELS",
    "LONGEST",
    "SMOKE_TESTS",
    "VOCABULARY",
    "Array",
    "Batch",
    "Parameters",
    "Style",
    "Tickets",
    "Trainer",
    "make_corpus",
    "make_trainer",
]


class DropoutInEval(Trainer):
    """Dropout is on when the model is asked."""

    breaks = frozenset({"eval"})
    may_break = frozenset(SMOKE_TESTS) - {"moves"}

    def _kept(self, shape: tuple[int, ...], training: bool) -> Array:
        return super()._kept(shape, True)


class PaddingLeaks(Trainer):
    """The mean of a ticket's words is one over all places, padding too."""

    breaks = frozenset({"mask"})

    def _shares(self, batch: Batch) -> Array:
        return np.full(batch["mask"].shape, 1 / batch["mask"].shape[1], self.style.dtype)


class SumOfLosses(Trainer):
    """The loss is the sum over the batch where the mean is meant."""

    breaks = frozenset({"start"})
    may_break = frozenset({"fits"})

    def _weight(self, rows: int, labels: int) -> float:
        return 1.0


class NeverCleared(Trainer):
    """Nobody sets the gradient to zero: each is added to those before it."""

    breaks = frozenset({"repeat"})
    may_break = frozenset({"slope", "fits"})

    def _clear(self) -> None:
        pass


class DetachedBranch(Trainer):
    """The branch of the last word is detached: no gradient goes back through it."""

    breaks = frozenset({"slope"})
    may_break = frozenset({"fits"})

    def _to_words(self, batch: Batch, by_bag: Array, by_tail: Array) -> None:
        self._bag_to_words(batch, by_bag)


class RateZero(Trainer):
    """The learning rate is 0."""

    breaks = frozenset({"moves", "fits"})

    def _rate(self) -> float:
        return 0.0


class ShuffledLabels(Trainer):
    """Each training step sees the labels in another order than the tickets."""

    breaks = frozenset({"fits"})

    def _labels(self, batch: Batch) -> Array:
        return batch["labels"][np.argsort(self._random.random(len(batch["labels"])))]


class SoftmaxTwice(Trainer):
    """The loss takes the model's probabilities for scores, and makes probabilities of them once more."""

    breaks = frozenset({"fits"})
    may_break = frozenset({"start"})

    def _loss_of(self, scores: Array, labels: Array) -> tuple[Any, Array]:
        once = self._softmax(scores)
        loss, by_once = super()._loss_of(once, labels)
        return loss, once * (by_once - (once * by_once).sum(axis=1, keepdims=True))


FAULTS: tuple[type[Trainer], ...] = (
    *(DropoutInEval, PaddingLeaks, SumOfLosses, NeverCleared, DetachedBranch),
    *(RateZero, ShuffledLabels, SoftmaxTwice),
)


def make_trainer(
    seed: int, style: Style | None = None, kind: type[Trainer] = Trainer, *, size: int = 8, corpus: int | None = None
) -> tuple[Trainer, Batch]:
    """A trainer, and a batch of `size` tickets to try it on; they are those of the seed `corpus`, else of `seed`."""
    style = style or Style()
    tickets = make_corpus(seed if corpus is None else corpus)
    batch = tickets.some(style.labels, size, Dice(seed, size))
    return kind(style, tickets.prior(style.labels), seed), batch
