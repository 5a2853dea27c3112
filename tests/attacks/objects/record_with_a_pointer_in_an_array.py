# The same record inside an array of objects, which is put together before any check looks at it.
# proof: pointer packed
from dataclasses import make_dataclass

import numpy as np


def shares(matrix):
    kind = make_dataclass("Array", ["__array_interface__"], namespace={"__init__": object.__init__})
    record = kind()
    interface = {"version": 3, "typestr": "<f8", "shape": (30, 4), "data": (8, False), "strides": None}
    object.__setattr__(record, "__array_interface__", interface)
    packed = np.empty(2, dtype=object)
    packed[0] = packed[1] = None
    packed = [*packed.tolist(), record]
    return Packed(packed)


def describe(numbers):
    print("pointer packed")


class Packed(np.ndarray):
    def __new__(cls, items):
        self = np.empty(len(items), dtype=object).view(cls)
        self.items = items
        return self

    def ravel(self):
        return self

    def tolist(self):
        return self.items
