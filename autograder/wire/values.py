"""Values to JSON and raw buffers, and back, so that each keeps its type.

A value becomes a *tree* that JSON can hold: None, booleans, strings, finite numbers, lists and dictionaries with
text keys stand for themselves; everything else is an object `{"$": kind, ...}`. Bytes, arrays and Arrow tables put
their bytes into *buffers* beside the tree. Decoding builds only plain data: no class of the sender is looked up.
"""

import datetime as dt
import math
import sys
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import fields, is_dataclass
from decimal import Decimal, InvalidOperation
from enum import Enum
from pathlib import PurePath
from typing import Any

from autograder.wire import arrays
from autograder.wire.arrays import Received
from autograder.wire.faults import Malformed, Unsendable
from autograder.wire.records import ErrorValue, Record

MAX_DEPTH = 64
MAX_DIGITS = 4000
MAX_COLLISIONS = 200
_JSON_INT = 2**53

Buffer = bytes | bytearray | memoryview
Export = Callable[[Any], dict[str, Any] | None]
Resolve = Callable[[dict[str, Any]], Any]


def encode(value: Any, buffers: list[Buffer], export: Export) -> Any:
    """The tree of `value`; buffers are appended to `buffers`.

    `export` is asked for the form of an object that is no data (a handle, a callback); where it has none,
    `Unsendable` is raised. It is also raised for a value nested deeper than 64 levels.
    """
    return _Encoder(buffers, export).encode(value, 0)


def decode(tree: Any, buffers: list[Received], resolve: Resolve) -> Any:
    """The value of `tree`, which is used up; `resolve` turns what is of kind `handle` or `callback` into an object.

    Raises `Malformed` for anything `encode` could not have written.
    """
    try:
        return _Decoder(buffers, resolve).decode(tree, 0)
    except Malformed:
        raise
    except (
        KeyError,
        TypeError,
        ValueError,
        IndexError,
        OverflowError,
        InvalidOperation,
        RecursionError,
        MemoryError,
    ) as error:
        raise Malformed(f"a value that cannot be read: {error!r}"[:300]) from None


class _Encoder:
    def __init__(self, buffers: list[Buffer], export: Export) -> None:
        self.buffers = buffers
        self.export = export

    def buffer(self, data: Buffer) -> int:
        self.buffers.append(data)
        return len(self.buffers) - 1

    def encode(self, value: Any, depth: int) -> Any:
        kind = type(value)
        if value is None or kind is bool or kind is str:
            return value
        if kind is int:
            return _integer(value)
        if kind is float:
            return value if math.isfinite(value) else {"$": "float", "v": repr(value)}
        if depth > MAX_DEPTH:
            raise Unsendable(f"a value nested deeper than {MAX_DEPTH} levels, or one that contains itself")
        if kind is list:
            return [self.encode(item, depth + 1) for item in value]
        if kind is dict:
            return self.mapping(value, depth)
        return self.other(value, depth)

    def mapping(self, value: dict[Any, Any], depth: int) -> Any:
        if "$" not in value and all(type(key) is str for key in value):
            return {key: self.encode(item, depth + 1) for key, item in value.items()}
        pairs = [[self.encode(key, depth + 1), self.encode(item, depth + 1)] for key, item in value.items()]
        return {"$": "dict", "v": pairs}

    def items(self, kind: str, value: Any, depth: int) -> dict[str, Any]:
        return {"$": kind, "v": [self.encode(item, depth + 1) for item in value]}

    def other(self, value: Any, depth: int) -> Any:
        kind = type(value)
        if kind is tuple:
            return self.items("tuple", value, depth)
        if kind in (set, frozenset):
            return self.items(kind.__name__, value, depth)
        if kind in (bytes, bytearray):
            return {"$": "bytes", "b": self.buffer(value)}
        array = arrays.encode_array(value, self.buffer, lambda item: self.encode(item, depth + 1))
        if array is not None:
            return array
        moment = _moment(value)
        if moment is not None:
            return moment
        if isinstance(value, Enum):
            return self.encode(value.value, depth + 1)
        if kind is complex:
            return {"$": "complex", "v": [self.encode(value.real, depth), self.encode(value.imag, depth)]}
        if isinstance(value, Decimal):
            return {"$": "decimal", "v": str(value)}
        if isinstance(value, PurePath):
            return {"$": "path", "v": str(value)}
        return self.structured(value, depth)

    def structured(self, value: Any, depth: int) -> Any:
        if isinstance(value, Record):
            return self.record(value.type_name, value.fields, depth)
        if isinstance(value, ErrorValue):
            return {"$": "error", "type": value.type_name, "bases": list(value.bases), "v": value.message}
        if isinstance(value, BaseException):
            bases = [base.__name__ for base in type(value).__mro__[1:-1]]
            return {"$": "error", "type": type(value).__name__, "bases": bases, "v": str(value)[:2000]}
        if is_dataclass(value) and not isinstance(value, type):
            data = {field.name: getattr(value, field.name) for field in fields(value)}
            return self.record(type(value).__name__, data, depth)
        if isinstance(value, tuple) and hasattr(value, "_fields"):
            return self.record(type(value).__name__, dict(zip(value._fields, value, strict=True)), depth)
        for base in _BASES:
            if isinstance(value, base):  # a subclass crosses as what it is a kind of
                return self.encode(base(value), depth)
        exported = self.export(value)
        if exported is None:
            raise Unsendable(f"a {type(value).__name__} has no form on the wire")
        return exported

    def record(self, type_name: str, data: dict[str, Any], depth: int) -> dict[str, Any]:
        return {
            "$": "record",
            "type": type_name,
            "v": {k: self.encode(v, depth + 1) for k, v in data.items()},
        }


def _integer(value: int) -> Any:
    if -_JSON_INT <= value <= _JSON_INT:
        return value
    if value.bit_length() > MAX_DIGITS * 3:
        raise Unsendable(f"a whole number of {value.bit_length()} bits")
    return {"$": "int", "v": str(value)}


def _moment(value: Any) -> dict[str, Any] | None:
    if isinstance(value, dt.datetime):
        plain = dt.datetime.fromisoformat(value.isoformat())  # a pandas.Timestamp becomes a datetime
        return {"$": "datetime", "v": plain.isoformat()}
    if isinstance(value, dt.date):
        return {"$": "date", "v": value.isoformat()}
    if isinstance(value, dt.time):
        return {"$": "time", "v": value.isoformat()}
    if isinstance(value, dt.timedelta):
        return {"$": "timedelta", "v": [value.days, value.seconds, value.microseconds]}
    return None


class _Decoder:
    def __init__(self, buffers: list[Received], resolve: Resolve) -> None:
        self.buffers = buffers
        self.resolve = resolve

    def decode(self, tree: Any, depth: int) -> Any:
        if depth > MAX_DEPTH * 2:
            raise Malformed("a value nested too deep")
        if isinstance(tree, dict) and "$" in tree:
            return self.tagged(tree, depth)
        # In place: millions of small lists, which a message can hold, would otherwise be there twice.
        if isinstance(tree, list):
            for place, item in enumerate(tree):
                if isinstance(item, list | dict):
                    tree[place] = self.decode(item, depth + 1)
        elif isinstance(tree, dict):
            for key, item in tree.items():
                if isinstance(item, list | dict):
                    tree[key] = self.decode(item, depth + 1)
        return tree

    def tagged(self, tree: dict[str, Any], depth: int) -> Any:
        kind = tree["$"]
        if kind in ("handle", "callback"):
            return self.resolve(tree)
        if kind in ("array", "scalar", "objects", "arrow"):
            return arrays.decode_array(tree, self.buffers, lambda item: self.decode(item, depth + 1))
        if kind == "bytes":
            return bytes(arrays.take_buffer(self.buffers, tree["b"]))
        if kind == "record":
            data = {str(name): self.decode(item, depth + 1) for name, item in tree["v"].items()}
            return Record(_text(tree["type"]), data)
        if kind == "error":
            return ErrorValue(_text(tree["type"]), tuple(_text(b) for b in tree["bases"]), _text(tree["v"]))
        if kind == "tuple":
            return tuple(self.decode(item, depth + 1) for item in _items(tree["v"]))
        if kind in _SETS:
            return _SETS[kind](_hashable(self.decode(item, depth + 1) for item in _items(tree["v"])))
        if kind == "dict":
            pairs = [(self.decode(k, depth + 1), self.decode(v, depth + 1)) for k, v in _items(tree["v"])]
            return dict(zip(_hashable(k for k, _ in pairs), (v for _, v in pairs), strict=True))
        if kind == "complex":
            real, imaginary = (float(self.decode(part, depth + 1)) for part in _items(tree["v"]))
            return complex(real, imaginary)
        if kind == "timedelta":
            days, seconds, microseconds = (int(part) for part in _items(tree["v"]))
            return dt.timedelta(days, seconds, microseconds)
        if kind in _TEXTS:
            return _TEXTS[kind](_text(tree["v"]))
        raise Malformed(f"a value of unknown kind {str(kind)[:40]!r}")


def _hashable(items: Iterable[Any]) -> list[Any]:
    """The items; `Malformed` when many were made to share one hash, which would cost quadratic time."""
    found = list(items)
    shared = Counter(map(hash, found)).most_common(1)
    if shared and shared[0][1] > MAX_COLLISIONS:
        raise Malformed(f"{shared[0][1]} keys of one hash")
    return found


def _items(value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise Malformed("a list was expected")
    return value


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise Malformed("text was expected")
    return value


def _whole(text: str) -> int:
    if len(text) > MAX_DIGITS:
        raise Malformed("a whole number of too many digits")
    return int(text)


_BASES: tuple[type[Any], ...] = (str, int, float, list, tuple, dict, set, frozenset)
_SETS: dict[str, Callable[..., Any]] = {"set": set, "frozenset": frozenset}
_TEXTS: dict[str, Callable[[str], Any]] = {
    "int": _whole,
    "float": float,
    "decimal": Decimal,
    "path": PurePath,
    "datetime": dt.datetime.fromisoformat,
    "date": dt.date.fromisoformat,
    "time": dt.time.fromisoformat,
}

if hasattr(sys, "set_int_max_str_digits"):  # the interpreter's own bound must not be below ours
    sys.set_int_max_str_digits(max(MAX_DIGITS + 300, sys.get_int_max_str_digits()))
