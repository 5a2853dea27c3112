"""What you are given: the six good trainers and the eight broken ones of wren/trainers.py.

Each of your functions looks once at the good ones and at those broken ones that concern it, in an order that is drawn
anew, with other tickets each time. Nothing is found as long as a good trainer is condemned.
"""

import pytest
from support import Campaign

from autograder.examiner import task
from wren.trainers import (
    GOOD,
    DetachedBranch,
    DropoutInEval,
    NeverCleared,
    PaddingLeaks,
    RateZero,
    ShuffledLabels,
    SoftmaxTwice,
    SumOfLosses,
)

PLAIN = GOOD["SGD"]
BROKEN = {
    "a": (DropoutInEval, SumOfLosses, PaddingLeaks),
    "b": (NeverCleared, DetachedBranch),
    "c": (RateZero, ShuffledLabels, SoftmaxTwice),
}


@pytest.fixture(scope="module")
def runs():
    """What the functions say of the trainers; all checks judge the same runs."""
    return Campaign(list(GOOD.values()), {part: [(kind, PLAIN) for kind in kinds] for part, kinds in BROKEN.items()})


@task("a", points=1)
def test_a_sum_in_place_of_a_mean_is_found(runs, harness, seed):
    """Good trainers start at what a guess costs; one that sums its losses does not."""
    runs.expect_found(harness, seed, "a", (SumOfLosses,))


@task("a", points=1)
def test_dropout_in_eval_is_found(runs, harness, seed):
    """A trainer that leaves units out when it is asked gives two answers to one question."""
    runs.expect_found(harness, seed, "a", (DropoutInEval,))


@task("a", points=1)
def test_padding_that_leaks_is_found(runs, harness, seed):
    """A trainer that looks at the padding gives other answers when there is more of it."""
    runs.expect_found(harness, seed, "a", (PaddingLeaks,))


@task("b", points=1)
def test_a_gradient_that_is_never_cleared_is_found(runs, harness, seed):
    """The second of two gradients is the first one; here it is twice as large."""
    runs.expect_found(harness, seed, "b", (NeverCleared,))


@task("b", points=1)
def test_a_detached_branch_is_found(runs, harness, seed):
    """The gradient is the slope of the loss; here a part of it is missing."""
    runs.expect_found(harness, seed, "b", (DetachedBranch,))


@task("c", points=1)
def test_a_second_softmax_is_found(runs, harness, seed):
    """One batch can be learned until its loss is small; behind two softmaxes it cannot."""
    runs.expect_found(harness, seed, "c", (SoftmaxTwice,))


@task("c", points=1)
def test_a_learning_rate_of_zero_is_found(runs, harness, seed):
    """Training changes each array; here it changes none."""
    runs.expect_found(harness, seed, "c", (RateZero,))


@task("c", points=1)
def test_shuffled_labels_are_found(runs, harness, seed):
    """One batch can be learned by heart; not with labels that are dealt anew for each step."""
    runs.expect_found(harness, seed, "c", (ShuffledLabels,))
