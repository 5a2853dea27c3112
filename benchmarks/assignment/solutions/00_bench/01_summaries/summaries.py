"""Five small functions on arrays."""

import numpy as np


def centre(x):
    """`x` (n,) moved so that its mean is 0."""
    return x - np.mean(x)


def scale(x):
    """`x` (n,) over its standard deviation; where that is 0, `x` itself."""
    spread = np.std(x)
    return x / spread if spread > 0 else x


def top(x, k):
    """The indices of the `k` largest values of `x` (n,), the largest first."""
    return np.argsort(-x, kind="stable")[:k]


def smooth(x, width):
    """The means of all windows of `width` neighbours in `x` (n,): n - width + 1 of them."""
    return np.convolve(x, np.ones(width) / width, mode="valid")


def confusion(truth, answer, kinds):
    """How often each of `kinds` classes (rows) was answered as each (columns): (kinds, kinds) integers."""
    table = np.zeros((kinds, kinds), dtype=int)
    np.add.at(table, (truth, answer), 1)
    return table
