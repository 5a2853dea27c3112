# Each ticket is asked by itself and in the batch; the gradient is measured along itself and along random signs; tuples.
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
    labels, prior = batch["labels"], trainer.prior
    first = trainer.loss(batch)
    guesses = -np.log(np.stack([prior, np.full_like(prior, 1 / len(prior))]))[:, labels].mean(axis=1)
    start = ("start",) if np.abs(guesses - first).min() > 0.2 else ()
    trainer.step(batch, 8)
    once, twice = trainer.predict(batch), trainer.predict(batch)
    drift = () if once.tobytes() == twice.tobytes() else ("eval",)
    leak = ()
    for row, alone in enumerate(once):
        length = int(batch["mask"][row].sum())
        one = {
            "words": batch["words"][row : row + 1, :length],
            "mask": np.ones((1, length), dtype=bool),
            "labels": labels[row : row + 1],
        }
        spoilt = np.where(batch["mask"], batch["words"], 50)[row : row + 1]
        two = {"words": spoilt, "mask": batch["mask"][row : row + 1], "labels": labels[row : row + 1]}
        if any(np.abs(trainer.predict(other)[0] - alone).max() > 1e-5 for other in (one, two)):
            leak = ("mask",)
    return start + drift + leak


# ---- the gradient


def of_gradients(trainer, batch):
    """Task b. A list of those of these that the trainer, which is new, does not keep.

    "repeat"  asked twice without a step between, `gradient` says the same, to the bit
    "slope"   it is the slope of `loss`: along any direction, in each of the arrays
    """
    trainer.step(batch, 6)
    failed = []
    gradient = trainer.gradient(batch)
    now = trainer.parameters()
    draw = np.random.default_rng(11)
    for name, array in now.items():
        along = [gradient[name], *(draw.choice([-1.0, 1.0], array.shape) for _ in range(3))]
        for direction in along:
            length = np.linalg.norm(direction)
            if length == 0:
                continue
            aside = 0.01 * direction / length
            ahead, behind = (trainer.loss(batch, now | {name: array + sign * aside}) for sign in (1, -1))
            if abs(ahead - behind - 2 * np.vdot(gradient[name], aside)) > 0.01 * abs(ahead - behind) + 1e-6:
                failed = ["slope"]
    again = trainer.gradient(batch)
    return failed if all(np.array_equal(gradient[name], again[name]) for name in again) else [*failed, "repeat"]


# ---- training


def of_training(trainer, batch):
    """Task c. A list of those of these that the trainer, which is new, does not keep.

    "moves"  training changes each of the arrays (not each of their numbers: a word that is in no ticket stays)
    "fits"   after 100 steps on one batch of 8 tickets, its `loss` is below 0.2
    """
    before = trainer.parameters()
    trainer.step(batch, 50)
    moved = {name for name, array in trainer.parameters().items() if not np.array_equal(array, before[name])}
    trainer.step(batch, 50)
    failed = () if moved == set(before) else ("moves",)
    return (*failed, "fits") if trainer.loss(batch) >= 0.2 else failed


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
