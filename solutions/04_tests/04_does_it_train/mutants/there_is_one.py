# must fail test_a_detached_branch_is_found with "let a broken trainer pass" and "branch of the last word"
# You asked whether each array has a gradient. Half a gradient is one too.
"""Seven smoke tests of a trainer. Run me: python smoke.py

A trainer has `prior`, an array with the share of each label in train, and five methods. A good one keeps what is said
of them here; each smoke test asks for one part of it. Arrays that come back are copies, and only `step` changes
the model.

    parameters()         the model's numbers: a dictionary of arrays, all of float64 or all of float32
    predict(batch)       the probability of each label, (n, labels); dropout is off
    loss(batch, at)      the mean over the batch of -log p(label), a float; dropout is off. With `at`, a dictionary like
                         that of parameters(): the loss if these were the model's numbers
    gradient(batch)      the derivative of loss(batch) by each of the numbers, a dictionary of arrays; dropout is off
    step(batch, times)   trains on the batch, once or `times` times, with dropout on; returns the loss that the last
                         step saw, as a float

A batch of n tickets with up to L words is a dictionary of arrays: "words" (n, L), ints from 0 to 61; "mask" (n, L),
True where a word stands, and False in the padding; "labels" (n,), ints from 0. You are given one of 8
tickets, no two of which are alike; make others of it as you like, of 1 to 64 tickets and 1 to 64 places.

What a good trainer may do: begin with a last layer of zeros, or with the prior in its biases; use any optimiser, with
a memory; have any number of labels.
"""

import numpy as np

STEPS = 300  # that one function may ask for, with one trainer
CALLS = 100  # of the five methods, likewise


# ---- an example


def of_numbers(trainer, batch):
    """Given: ["finite"] unless all numbers of loss and gradient are finite, before training and after ten steps."""
    for steps in (0, 10):
        if steps:
            trainer.step(batch, steps)
        numbers = [np.array(trainer.loss(batch)), *trainer.gradient(batch).values()]
        if not all(np.isfinite(array).all() for array in numbers):
            return ["finite"]
    return []


# ---- the answers


def of_answers(trainer, batch):
    """Task a. A list of those of these that the trainer, which is new, does not keep.

    "start"  before any training the model says much the same of all texts, each label alike or the prior: the loss is
             within 0.2 of what one of these two guesses gets on this batch
    "eval"   the same question gets the same answer, to the bit
    "mask"   what `words` holds where `mask` is False, and how many such places a batch has, changes no probability by
             more than 1e-5
    """
    failed = []
    even = np.full(len(trainer.prior), 1 / len(trainer.prior))
    costs = [-np.log(guess)[batch["labels"]].mean() for guess in (even, trainer.prior)]
    if min(abs(trainer.loss(batch) - cost) for cost in costs) > 0.2:
        failed.append("start")
    trainer.step(batch, 5)  # a head of zeros has one answer for all, and a model that is sure of all nearly so
    answer = trainer.predict(batch)
    if not np.array_equal(answer, trainer.predict(batch)):
        failed.append("eval")
    more = ((0, 0), (0, 3))
    wide = {**batch, "words": np.pad(batch["words"], more, constant_values=7), "mask": np.pad(batch["mask"], more)}
    if np.abs(trainer.predict(wide) - answer).max() > 1e-5:
        failed.append("mask")
    return failed


# ---- the gradient


def of_gradients(trainer, batch):
    """Task b. A list of those of these that the trainer, which is new, does not keep.

    "repeat"  asked twice without a step between, `gradient` says the same, to the bit
    "slope"   it is the slope of `loss`: along any direction, in each of the arrays
    """
    trainer.step(batch, 5)  # with a head of zeros, the gradients of what lies below are zero
    failed = []
    gradient, again = trainer.gradient(batch), trainer.gradient(batch)
    if any(not np.array_equal(gradient[name], again[name]) for name in gradient):
        failed.append("repeat")
    if not all(array.any() for array in gradient.values()):
        failed.append("slope")
    return failed


# ---- training


def of_training(trainer, batch):
    """Task c. A list of those of these that the trainer, which is new, does not keep.

    "moves"  training changes each of the arrays (not each of their numbers: a word that is in no ticket stays)
    "fits"   after 100 steps on one batch of 8 tickets, its `loss` is below 0.2
    """
    before = trainer.parameters()
    trainer.step(batch, 100)
    after = trainer.parameters()
    failed = []
    if any(np.array_equal(before[name], after[name]) for name in before):
        failed.append("moves")
    if not trainer.loss(batch) < 0.2:
        failed.append("fits")
    return failed


# ---- the table


def main():
    """What the smoke tests say of six good trainers and of eight broken ones."""
    from wren.trainers import FAULTS, GOOD, Trainer, make_trainer

    trainers = [(name, style, Trainer) for name, style in GOOD.items()]
    trainers += [(kind.__name__, GOOD["SGD"], kind) for kind in FAULTS]
    for name, style, kind in trainers:
        said = []
        for part in (of_numbers, of_answers, of_gradients, of_training):
            try:
                said += part(*make_trainer(7, style, kind))
            except NotImplementedError as hole:
                said.append(f"({hole})")
        print(f"{name:16} {', '.join(said) or '-'}")


if __name__ == "__main__":
    main()
