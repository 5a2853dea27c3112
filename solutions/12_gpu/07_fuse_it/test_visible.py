"""What you are given. Your kernels run in Triton's interpreter, and the examiner is the memory they work on."""

import numpy as np
from support import floats, gelu, layer_norm, softmax

from autograder.examiner import task

RAGGED = ((1, 1), (3, 5), (2, 1023), (3, 1025), (2, 2500))
GAPS = (0, 7)  # elements between the rows


@task("a", points=1)
def test_gelu_is_the_exact_one(harness, rng):
    """GELU(v) is v/2 (1 + erf(v/√2)), and v is x + bias."""
    gelu(harness, floats(rng, (4, 1024), scale=2), floats(rng, 1024))


@task("a", points=1)
def test_gelu_keeps_to_ragged_tensors(harness, rng):
    """Whatever the shape, all of out is written, and nothing outside of a tensor is read or written."""
    for shape in RAGGED:
        for gap in GAPS:
            gelu(harness, floats(rng, shape, scale=2), floats(rng, shape[1]), gap)


@task("a", points=1)
def test_gelu_moves_each_byte_once(harness, rng):
    """At most 1.2 times the bytes of x, bias and out go between memory and cache."""
    gelu(harness, floats(rng, (64, 2048)), floats(rng, 2048)).expect_few_bytes()


@task("b", points=1)
def test_softmax_of_short_rows(harness, rng):
    """Each row of out is the softmax of that row, for rows that are shorter than a block."""
    for shape in ((4, 100), (1, 1), (5, 17)):
        for gap in GAPS:
            softmax(harness, floats(rng, shape, scale=2), gap)


@task("b", points=1)
def test_softmax_of_logits_far_from_zero(harness, rng):
    """The logits may be around 10,000 or around -10,000: only their differences count."""
    around = np.array([[10_000.0], [-10_000.0], [0.0]])
    softmax(harness, floats(rng, (3, 300), scale=2, around=around))


@task("b", points=1)
def test_softmax_of_rows_longer_than_a_block(harness, rng):
    """A row may have thousands of elements, with the largest at either end of it or anywhere."""
    for columns in (1025, 5000):
        x = np.sort(floats(rng, (3, columns), scale=3), axis=1)
        softmax(harness, np.stack([x[0], x[1, ::-1], rng.permutation(x[2])]), gap=7)


@task("c", points=1)
def test_layer_norm_of_ragged_tensors(harness, rng):
    """Whatever the shape, out, mean and rstd are written in full and right, and no input is changed."""
    for shape in RAGGED:
        for gap in GAPS:
            x, residual = (floats(rng, shape, around=1) for _ in range(2))
            layer_norm(harness, [x, residual, floats(rng, shape[1], around=1), floats(rng, shape[1])], gap)


@task("c", points=1)
def test_layer_norm_far_from_zero(harness, rng):
    """A row around 3000 with a standard deviation of 1 has a variance of 1."""
    steps = rng.integers(-450, 450, size=(2, 4, 1500))
    x, residual = ((step / 256 + 1500).astype(np.float32) for step in steps)  # their sum is exact in float32
    layer_norm(harness, [x, residual, floats(rng, 1500, around=1), floats(rng, 1500)])
