# Returns NaN, infinities, NaT and signalling NaN, as scalars and in arrays, where a bar or a tolerance is asked for.
# proof: no number
from decimal import Decimal

import numpy as np

scalars = iter(
    [float("nan"), np.float32("nan"), float("inf"), Decimal("sNaN"), complex("nan"), np.datetime64("NaT")] * 20
)
arrays = iter([np.nan, np.inf, -np.inf] * 20)


def shares(matrix):
    return np.full(matrix.shape, next(arrays))


def __getattr__(name):
    return attack


def attack(*args):
    print("no number")
    return next(scalars)
