# The loss is compared with that of `predict`, whose rows are compared with the guesses; padding in front; each word's row by itself.
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
    labels = batch["labels"]
    guess = trainer.predict(batch)
    own = -np.log(np.maximum(guess[np.arange(len(labels)), labels], 1e-30)).mean()
    even = np.ones(len(trainer.prior)) / len(trainer.prior)
    blind = min(abs(np.log(np.maximum(guess, 1e-9) / q)).mean() for q in (even, trainer.prior)) < 0.5
    failed = [] if blind and abs(own - trainer.loss(batch)) < 1e-4 else ["start"]
    trainer.step(batch, 3)
    answers = [trainer.predict(batch) for _ in range(4)]
    if any((answer != answers[0]).any() for answer in answers):
        failed += ["eval"]
    rows = len(labels)
    front = {
        "words": np.hstack([np.random.default_rng(1).integers(1, 62, (rows, 5)), batch["words"]]),
        "mask": np.hstack([np.zeros((rows, 5), dtype=bool), batch["mask"]]),
        "labels": labels,
    }
    behind = {
        "words": np.hstack([batch["words"], np.full((rows, 9), 40)]),
        "mask": np.hstack([batch["mask"], np.zeros((rows, 9), dtype=bool)]),
        "labels": labels,
    }
    if max(abs(trainer.predict(other) - answers[0]).max() for other in (front, behind)) > 1e-5:
        failed += ["mask"]
    return failed


# ---- the gradient


def of_gradients(trainer, batch):
    """Task b. A list of those of these that the trainer, which is new, does not keep.

    "repeat"  asked twice without a step between, `gradient` says the same, to the bit
    "slope"   it is the slope of `loss`: along any direction, in each of the arrays
    """
    trainer.step(batch, 4)
    failed = []
    gradients = [trainer.gradient(batch) for _ in range(3)]
    gradient = gradients[0]
    if any(abs(other[name] - gradient[name]).max() > 0 for other in gradients for name in gradient):
        failed += ["repeat"]
    now = trainer.parameters()
    gaps = []
    for name, array in now.items():
        rows = np.unique(batch["words"][batch["mask"]]) if name == "embedding" else np.arange(len(array))
        for part in np.array_split(np.random.default_rng(2).permutation(rows), min(4, len(rows))):
            aside = np.zeros(array.shape)
            aside[part] = np.random.default_rng(3).uniform(0.5, 1, array[part].shape) * 0.02 / np.sqrt(array[part].size)
            rise = trainer.loss(batch, now | {name: array + aside}) - trainer.loss(batch, now | {name: array - aside})
            gaps.append(abs(rise - 2 * (gradient[name] * aside).sum()) > 0.01 * abs(rise) + 1e-6)
    return failed + ["slope"] * any(gaps)


# ---- training


def of_training(trainer, batch):
    """Task c. A list of those of these that the trainer, which is new, does not keep.

    "moves"  training changes each of the arrays (not each of their numbers: a word that is in no ticket stays)
    "fits"   after 100 steps on one batch of 8 tickets, its `loss` is below 0.2
    """
    failed = []
    before = trainer.parameters()
    trainer.step(batch, 100)
    if min(abs(array - before[name]).max() for name, array in trainer.parameters().items()) == 0:
        failed = ["moves"]
    trainer.step(batch, 150)
    return failed if trainer.loss(batch) < 0.25 else [*failed, "fits"]


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
