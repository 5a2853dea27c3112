"""What you are not given.

Known gaps, both open only to code that reaches around Triton: the order of the programs is dealt out in the learner's
process, and what was served once can be kept there and used again, so that the count of bytes is a lower bound.
"""

import numpy as np
from support import floats, gelu, layer_norm, softmax

from autograder.examiner import expect_equal, task

ROWS, COLUMNS = 64, 2048  # 512 KiB each in float32: twice what the cache holds


def halves(rng, shape, scale=1.0, around=0.0):
    """Normal random numbers, as float16."""
    return floats(rng, shape, scale, around).astype(np.float16)


@task("b", points=1)
def test_softmax_moves_each_byte_once(harness, rng):
    """At most 1.2 times the bytes of x and out go between memory and cache."""
    softmax(harness, floats(rng, (ROWS, COLUMNS))).expect_few_bytes()


@task("c", points=1)
def test_layer_norm_has_the_same_bits_in_any_order(harness, rng):
    """The same tensors give the same bits, in whatever order the programs run."""
    inputs = [floats(rng, shape) for shape in ((12, 5000), (12, 5000), 5000, 5000)]
    first, *others = (layer_norm(harness, inputs, order=order).bits() for order in range(4))
    for other in others:
        for name, bits in other.items():
            because = f"{name} has other bits when the programs run in another order: a sum depends on who comes first"
            expect_equal(bits == first[name], True, because)


@task("c", points=1)
def test_layer_norm_moves_each_byte_once(harness, rng):
    """At most 1.2 times the bytes of all seven tensors go between memory and cache."""
    x, residual = floats(rng, (2, ROWS, COLUMNS))
    layer_norm(harness, [x, residual, floats(rng, COLUMNS), floats(rng, COLUMNS)]).expect_few_bytes()


@task("a", points=1)
def test_gelu_of_half_precision_is_computed_in_single(harness, rng):
    """With float16 tensors the sum and the GELU are computed in float32."""
    gelu(harness, halves(rng, (3, 1500), around=-2), halves(rng, 1500, scale=0.5), gap=7)


@task("b", points=1)
def test_softmax_of_half_precision_is_computed_in_single(harness, rng):
    """With float16 tensors the sum of thousands of powers is a float32."""
    for around in (-3000, 0):
        softmax(harness, halves(rng, (3, 5000), around=around), gap=7)


@task("c", points=1)
def test_layer_norm_of_half_precision_is_computed_in_single(harness, rng):
    """With float16 tensors the sum of a row may be larger than float16 can say."""
    x, residual = halves(rng, (3, 5000), around=16), halves(rng, (3, 5000))
    layer_norm(harness, [x, residual, halves(rng, 5000, around=1), halves(rng, 5000)], gap=7)
