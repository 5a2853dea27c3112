# Returns truth values made of the bytes 2 to 255, which are neither True nor False.
# proof: odd truth values
import numpy as np


def __getattr__(name):
    return attack


def attack(*args):
    print("odd truth values")
    if args and isinstance(args[0], np.ndarray):
        return np.full(args[0].shape, 254, dtype="u1").view(bool)
    return {"sum": np.array([2], dtype="u1").view(bool)[0], "negative": np.full(3, 7, dtype="u1").view(bool)}
