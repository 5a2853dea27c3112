# Sets for lists; guesses ticket by ticket; the mean of three questions; a direction of one sign for each row; training in small helpings.
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
    failed = {"start", "eval", "mask"}
    first = trainer.loss(batch)
    for guess in (trainer.prior, [1 / len(trainer.prior)] * len(trainer.prior)):
        paid = [-np.log(guess[label]) for label in batch["labels"].tolist()]
        if abs(first - sum(paid) / len(paid)) <= 0.2:
            failed.discard("start")
    for _ in range(6):
        trainer.step(batch)
    if len({trainer.loss(batch) for _ in range(3)}) == 1:
        failed.discard("eval")
    rows, places = batch["words"].shape
    other = np.full((rows, 2 * places), 33)
    mask = np.zeros((rows, 2 * places), dtype=bool)
    for row in range(rows):
        count = int(batch["mask"][row].sum())
        other[row, :count] = batch["words"][row, :count]
        mask[row, :count] = True
    if np.allclose(trainer.predict(batch | {"words": other, "mask": mask}), trainer.predict(batch), rtol=0, atol=1e-5):
        failed.discard("mask")
    return failed


# ---- the gradient


def of_gradients(trainer, batch):
    """Task b. A list of those of these that the trainer, which is new, does not keep.

    "repeat"  asked twice without a step between, `gradient` says the same, to the bit
    "slope"   it is the slope of `loss`: along any direction, in each of the arrays
    """
    for _ in range(5):
        trainer.step(batch)
    one, two = (trainer.gradient(batch) for _ in range(2))
    failed = set()
    if not all((one[name] == two[name]).all() for name in one):
        failed.add("repeat")
    now = trainer.parameters()
    size = 1e-2 if now["head"].dtype == np.float32 else 1e-4
    draw = np.random.default_rng(5)
    for name in now:
        for _ in range(3):
            direction = draw.normal(size=now[name].shape)
            direction /= np.linalg.norm(direction)
            ahead = trainer.loss(batch, {**now, name: now[name] + size * direction})
            behind = trainer.loss(batch, {**now, name: now[name] - size * direction})
            slope = (ahead - behind) / (2 * size)
            if not np.isclose(slope, np.vdot(one[name], direction), rtol=0.01, atol=5e-5):
                failed.add("slope")
    return failed


# ---- training


def of_training(trainer, batch):
    """Task c. A list of those of these that the trainer, which is new, does not keep.

    "moves"  training changes each of the arrays (not each of their numbers: a word that is in no ticket stays)
    "fits"   after 100 steps on one batch of 8 tickets, its `loss` is below 0.2
    """
    before = trainer.parameters()
    failed = {"moves", "fits"}
    for _ in range(20):
        trainer.step(batch, 5)
        if trainer.loss(batch) < 0.2:
            failed.discard("fits")
            break
    after = trainer.parameters()
    if all((before[name] != after[name]).any() for name in before):
        failed.discard("moves")
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
