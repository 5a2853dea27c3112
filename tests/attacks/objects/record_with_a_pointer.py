# Returns a record that calls itself an array whose memory lies at an address of the sender's choice.
# proof: pointer sent
from dataclasses import make_dataclass


def pointer(address):
    interface = {"version": 3, "typestr": "<f8", "shape": (30, 4), "data": (address, False), "strides": None}
    return make_dataclass("Array", ["__array_interface__"], namespace={"__init__": object.__init__}), interface


def shares(matrix):
    kind, interface = pointer(8)
    record = kind()
    object.__setattr__(record, "__array_interface__", interface)
    return record


def describe(numbers):
    print("pointer sent")
    kind, _ = pointer(8)
    return list(kind.__dataclass_fields__)
