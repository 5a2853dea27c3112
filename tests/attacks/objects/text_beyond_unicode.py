# Returns text arrays whose code points do not exist, and lone surrogates in text, keys and exceptions.
# proof: half a character
import numpy as np


def shares(matrix):
    return np.full(matrix.shape, 0x7FFFFFFF, dtype="<u4").view("<U1")


def describe(numbers):
    print("half a character")
    return {"\ud800": "\udfff", "sum": "\ud800"}


def mean(numbers):
    return np.full((), 0x110000, dtype="<u4").view("<U1")


def pick(numbers, index):
    raise IndexError(f"\udcff\ud800 {index + 1}")


def __getattr__(name):
    raise AttributeError(f"\ud800{name}")
