"""The boundary's messages: values in, values out. Nothing that crosses it is ever executed or unpickled."""

from autograder.wire.arrays import Received
from autograder.wire.connection import Connection, Listener, dial
from autograder.wire.faults import Closed, Late, Malformed, Unsendable, WireFault
from autograder.wire.records import ErrorValue, Record
from autograder.wire.values import decode, encode

__all__ = [
    "Closed",
    "Connection",
    "ErrorValue",
    "Late",
    "Listener",
    "Malformed",
    "Received",
    "Record",
    "Unsendable",
    "WireFault",
    "decode",
    "dial",
    "encode",
]
