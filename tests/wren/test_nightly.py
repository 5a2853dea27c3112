"""The nightly training: every row once in an epoch, and the same weights to the last bit from the same seed."""

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from wren.nightly import BATCH, WIDTH, Job, Order  # noqa: E402 - it needs torch

ROWS, STEPS = 3 * BATCH + 5, 10
rng = np.random.default_rng(0)
MESSAGES = rng.standard_normal((ROWS, WIDTH)).astype(np.float32)
LABELS = rng.integers(2, size=ROWS)


def trained(seed):
    """The weights, and the rows of each batch, of a short night."""
    job, batches = Job(ROWS, STEPS, seed), []

    def fetch(rows):
        batches.append(rows)
        return MESSAGES[rows], LABELS[rows]

    while job.done < STEPS:
        job.step(fetch)
    return {name: array.tobytes() for name, array in job.weights().items()}, batches


def test_an_epoch_gives_each_row_once_and_the_next_has_another_order():
    order = Order(ROWS, seed=3)
    first, second = ([order.next() for _ in range(4)] for _ in range(2))
    assert [len(batch) for batch in first] == [BATCH, BATCH, BATCH, 5]
    for epoch in (first, second):
        assert sorted(row for batch in epoch for row in batch) == list(range(ROWS))
    assert first != second


def test_the_same_seed_gives_the_same_bits_and_another_does_not():
    weights, batches = trained(1)
    assert (weights, batches) == trained(1)
    others, other_batches = trained(2)
    assert batches != other_batches
    assert all(weights[name] != others[name] for name in weights if name != "1.num_batches_tracked")


def test_dropout_throws_torchs_own_dice():
    job, other = Job(ROWS, STEPS, seed=1), Job(ROWS, STEPS, seed=1)
    fetch = lambda rows: (MESSAGES[rows], LABELS[rows])  # noqa: E731 - it stands for a caller's function
    torch.manual_seed(1)
    job.step(fetch)
    torch.manual_seed(2)
    other.step(fetch)
    assert job.weights()["0.weight"].tobytes() != other.weights()["0.weight"].tobytes()
