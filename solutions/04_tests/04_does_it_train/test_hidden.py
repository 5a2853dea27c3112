"""Other good trainers, and other ways to break one. Their choices are drawn for each grade."""

from typing import Any, ClassVar

import numpy as np
import pytest
from support import Campaign

from autograder.examiner import task
from wren.trainers import PaddingLeaks, ShuffledLabels, SoftmaxTwice, SumOfLosses, Trainer

# ---- the answers


class DividesByColumns(Trainer):
    """The sum of a ticket's words is divided by the number of places, padding too."""

    breaks = frozenset({"mask"})

    def _shares(self, batch):
        return batch["mask"].astype(self.style.dtype) / batch["mask"].shape[1]


class LastPlace(Trainer):
    """What stands in the last place is taken for the last word, padding or not."""

    breaks = frozenset({"mask"})

    def _last(self, batch):
        there = np.ones(len(batch["words"]), dtype=bool)
        return np.full(len(there), batch["words"].shape[1] - 1), there


class NumberZeroIsPadding(Trainer):
    """Where `words` is 0 is taken for the padding, whatever the mask says."""

    breaks = frozenset({"mask"})

    def _forward(self, now, batch, training):
        return super()._forward(now, batch | {"mask": batch["words"] != 0}, training)


class LearnsFromQuestions(Trainer):
    """A running mean of the hidden units is taken off, and goes on running when the model is asked."""

    breaks = frozenset({"eval"})
    may_break = frozenset({"start", "mask"})
    running: Any = 0.0

    def _forward(self, now, batch, training):
        seen = super()._forward(now, batch, training)
        self.running = 0.9 * self.running + 0.1 * seen["units"].mean(axis=0)
        return seen | {"scores": seen["scores"] - self.running @ now["head"]}


class MeanOfAllLabels(Trainer):
    """The sum of the losses is divided by the number of tickets, and by the number of labels."""

    breaks = frozenset({"start"})
    may_break = frozenset({"fits"})

    def _weight(self, rows, labels):
        return 1 / (rows * labels)


class LoudHead(Trainer):
    """The last layer begins with large weights, so that a model that knows nothing is sure of it."""

    breaks = frozenset({"start"})
    may_break = frozenset({"fits"})

    def _loudness(self):
        return 60.0


# ---- the gradient


class OneArrayIsNeverCleared(Trainer):
    """The gradient of the embedding is never set to zero: each is added to those before it."""

    breaks = frozenset({"repeat"})
    may_break = frozenset({"slope"})
    kept: ClassVar[str] = "embedding"

    def _clear(self):
        for name, array in self._buffer.items():
            if name != self.kept:
                array.fill(0)


class DropoutInTheGradient(Trainer):
    """The gradient is taken with dropout on."""

    breaks = frozenset({"repeat"})
    may_break = frozenset({"slope"})

    def _training_gradient(self):
        return True


class RepeatedWordOnce(Trainer):
    """A word that the batch repeats passes back the gradient of one of its places only."""

    breaks = frozenset({"slope"})

    def _to_words(self, batch, by_bag, by_tail):
        places = self._shares(batch)[:, :, None] * by_bag[:, None, :]
        last, there = self._last(batch)
        places[np.arange(len(last)), last] += by_tail * there[:, None]
        self._buffer["embedding"][batch["words"][batch["mask"]]] += places[batch["mask"]]


class DetachedEmbedding(Trainer):
    """The embedding is detached: its gradient is zero."""

    breaks = frozenset({"slope"})

    def _to_words(self, batch, by_bag, by_tail):
        pass


class MeanForABias(Trainer):
    """The gradient of the hidden layer's biases is divided by the number of tickets twice."""

    breaks = frozenset({"slope"})

    def _collect(self, batch, labels, training):
        loss = super()._collect(batch, labels, training)
        self._buffer["hidden_bias"] /= len(labels)
        return loss


# ---- training


class LabelsOfTheNeighbour(Trainer):
    """In training each ticket has the label of the one before it in the batch."""

    breaks = frozenset({"fits"})

    def _labels(self, batch):
        return np.roll(batch["labels"], 1)


class FirstTicketOnly(Trainer):
    """A training step looks at the first ticket of the batch only."""

    breaks = frozenset({"fits"})

    def _collect(self, batch, labels, training):
        first = {name: array[:1] for name, array in batch.items()}
        return super()._collect(first, labels[:1], training)


class EndlessWarmUp(Trainer):
    """The learning rate grows to its full size in a million steps."""

    breaks = frozenset({"fits"})
    may_break = frozenset({"moves"})

    def _rate(self):
        return super()._rate() * self._steps / 1_000_000


class LeftOut(Trainer):
    """The optimiser was never given the embedding."""

    breaks = frozenset({"moves"})
    may_break = frozenset({"fits"})
    without: ClassVar[str] = "embedding"

    def _trained(self):
        return tuple(name for name in self._now if name != self.without)


class BiasLeftOut(LeftOut):
    """The optimiser was never given the biases of the last layer."""

    without = "head_bias"


# ---- checks

OTHER = {
    "a": (DividesByColumns, NumberZeroIsPadding, LastPlace, LearnsFromQuestions, MeanOfAllLabels, LoudHead),
    "b": (OneArrayIsNeverCleared, DropoutInTheGradient, RepeatedWordOnce, DetachedEmbedding, MeanForABias),
    "c": (LabelsOfTheNeighbour, FirstTicketOnly, EndlessWarmUp, LeftOut, BiasLeftOut),
}
FOUR = (MeanOfAllLabels, LoudHead)
"""Faults of trainers with four labels. With two, what they make of the first loss is near a guess on some batches."""
ZERO = {
    "a": (PaddingLeaks, LearnsFromQuestions, SumOfLosses),
    "b": (OneArrayIsNeverCleared, DetachedEmbedding, RepeatedWordOnce),
    "c": (ShuffledLabels, SoftmaxTwice, LeftOut),
}

GOOD = (
    {"start": "zero", "optimiser": "sgd"},
    {"start": "prior", "labels": "refund"},
    {"dtype": "float32", "labels": "topic"},
    {"optimiser": "momentum"},
)


@pytest.fixture(scope="module")
def others():
    """Other faults, with a last layer that begins small."""
    small = {"start": "small"}
    broken = {
        part: [(kind, small | {"labels": "topic"} if kind in FOUR else small) for kind in kinds]
        for part, kinds in OTHER.items()
    }
    return Campaign(GOOD, broken)


@pytest.fixture(scope="module")
def zeros():
    """Faults below a last layer of zeros, which hides them until there has been some training."""
    broken = {part: [(kind, {"start": "zero"}) for kind in kinds] for part, kinds in ZERO.items()}
    return Campaign(({"start": "zero"},), broken)


@task("a", points=2)
def test_other_broken_answers_are_found(others, harness, seed):
    """Other good trainers keep all three promises about answers, and others break them in other ways."""
    others.expect_found(harness, seed, "a", OTHER["a"])


@task("a", points=2)
def test_broken_answers_below_a_head_of_zeros_are_found(zeros, harness, seed):
    """Where the last layer begins at zero, padding and drift in eval are found too."""
    zeros.expect_found(harness, seed, "a", ZERO["a"])


@task("b", points=2)
def test_other_broken_gradients_are_found(others, harness, seed):
    """Other good trainers have a right gradient, and others break it in other ways, in any of the arrays."""
    others.expect_found(harness, seed, "b", OTHER["b"])


@task("b", points=2)
def test_broken_gradients_below_a_head_of_zeros_are_found(zeros, harness, seed):
    """Where the last layer begins at zero, a wrong gradient of the layers below is found too."""
    zeros.expect_found(harness, seed, "b", ZERO["b"])


@task("c", points=2)
def test_other_broken_training_is_found(others, harness, seed):
    """Other good trainers move and fit, and others do not, for other reasons."""
    others.expect_found(harness, seed, "c", OTHER["c"])


@task("c", points=2)
def test_broken_training_below_a_head_of_zeros_is_found(zeros, harness, seed):
    """Where the last layer begins at zero, all arrays of a good trainer move, and what a broken one does is found."""
    zeros.expect_found(harness, seed, "c", ZERO["c"])
