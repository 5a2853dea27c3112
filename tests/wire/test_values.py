"""Values keep their type on the way over and back, and what is no value is refused."""

import datetime as dt
import json
import math
from collections import namedtuple
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum, StrEnum
from pathlib import PurePosixPath

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.examiner.expect import same
from autograder.wire import ErrorValue, Malformed, Record, Unsendable, decode, encode


def nothing(value):
    return None


def there_and_back(value):
    buffers = []
    tree = json.loads(json.dumps(encode(value, buffers, nothing), allow_nan=False))
    return decode(tree, [bytearray(buffer) for buffer in buffers], nothing)


plain = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(st.characters())
    | st.binary()
    | st.complex_numbers(),
    lambda inner: (
        st.lists(inner)
        | st.tuples(inner, inner)
        | st.dictionaries(st.text() | st.integers() | st.tuples(st.integers()), inner)
    ),
    max_leaves=20,
)


@given(plain)
def test_plain_values_come_back_as_they_went(value):
    back = there_and_back(value)
    assert same(back, value) or repr(back) == repr(value)
    assert type(back) is type(value)


@pytest.mark.parametrize(
    "value",
    [
        {1, 2},
        frozenset({"a", (1, 2)}),
        {"$": "tuple", "v": [1]},
        10**60,
        -(2**53) - 1,
        "a lone surrogate \ud800",
        dt.date(2026, 1, 31),
        dt.datetime(2026, 1, 31, 12, 30, tzinfo=dt.UTC),
        dt.datetime(2026, 1, 31, 12, 30, 5, 17),
        dt.time(23, 59),
        dt.timedelta(days=-1, microseconds=3),
        Decimal("1.10"),
        PurePosixPath("a/b"),
    ],
)
def test_rarer_values_come_back_equal_and_of_the_same_type(value):
    back = there_and_back(value)
    assert back == value
    assert type(back) is type(value)


def test_numbers_that_json_has_not():
    assert math.isnan(there_and_back(float("nan")))
    assert there_and_back([math.inf, -math.inf]) == [math.inf, -math.inf]
    assert math.copysign(1, there_and_back(-0.0)) == -1


@pytest.mark.parametrize(
    "dtype", ["bool", "int8", "uint64", "float16", "float64", "complex128", "U7", "S3", "M8[s]", "m8[D]"]
)
@pytest.mark.parametrize("shape", [(), (0,), (3,), (2, 0, 2), (2, 3)])
def test_arrays_keep_dtype_shape_and_bytes(dtype, shape):
    array = np.arange(int(np.prod(shape))).astype(dtype).reshape(shape)
    back = there_and_back(array)
    assert back.dtype == array.dtype
    assert back.shape == array.shape
    assert back.tobytes() == array.tobytes()


def test_arrays_that_are_not_contiguous_or_hold_objects():
    grid = np.arange(12).reshape(3, 4)
    assert np.array_equal(there_and_back(grid[:, ::2].T), grid[:, ::2].T)
    mixed = np.array([1, "a", None, (2,)], dtype=object)
    assert there_and_back(mixed).tolist() == mixed.tolist()


def test_numpy_scalars_keep_their_type():
    for value in (np.float32(1.5), np.int64(-3), np.bool_(True), np.datetime64("2026-01-31")):
        back = there_and_back(value)
        assert back == value
        assert back.dtype == value.dtype


def test_tables_become_arrow():
    pa = pytest.importorskip("pyarrow")
    table = pa.table({"n": [1, None, 3], "t": ["a", "b", None]})
    assert there_and_back(table).equals(table)


def test_frames_of_pandas_and_polars_become_arrow_and_series_arrays():
    pd, pl = pytest.importorskip("pandas"), pytest.importorskip("polars")
    for frame in (pd.DataFrame({"n": [1, 2], "t": ["a", "b"]}), pl.DataFrame({"n": [1, 2], "t": ["a", "b"]})):
        assert there_and_back(frame).to_pydict() == {"n": [1, 2], "t": ["a", "b"]}
    assert there_and_back(pd.Series([1.0, 2.0])).tolist() == [1.0, 2.0]
    assert there_and_back(pl.Series([1, 2])).tolist() == [1, 2]
    assert there_and_back(pd.Timestamp("2026-01-31 12:00")) == dt.datetime(2026, 1, 31, 12)


def test_records_enums_and_errors_arrive_as_data():
    @dataclass
    class Band:
        low: float
        items: list[int]

    point = namedtuple("Point", "x y")
    colour = Enum("Colour", {"RED": 3})

    class Word(StrEnum):
        YES = "yes"

    band = there_and_back(Band(0.5, [1]))
    assert (band.type_name, band.low, band.items) == ("Band", 0.5, [1])
    assert band == Record("Band", {"low": 0.5, "items": [1]})
    assert there_and_back(point(1, 2)) == Record("Point", {"x": 1, "y": 2})
    assert there_and_back([colour.RED, Word.YES]) == [3, "yes"]
    error = there_and_back(KeyError("k"))
    assert error == ErrorValue("KeyError", ("LookupError", "Exception", "BaseException"), "'k'")
    assert error.is_a("LookupError")


def test_what_cannot_be_sent_is_said():
    loop = []
    loop.append(loop)
    with pytest.raises(Unsendable, match="contains itself"):
        there_and_back(loop)
    with pytest.raises(Unsendable, match="object has no form"):
        there_and_back(object())
    with pytest.raises(Unsendable, match="bits"):
        there_and_back(10**100_000)


@pytest.mark.parametrize(
    "tree",
    [
        {"$": "nonsense"},
        {"$": "array", "dtype": "|O8", "shape": [1], "b": 0},
        {"$": "array", "dtype": "<f8", "shape": [2], "b": 0},
        {"$": "array", "dtype": "<f8", "shape": [-1], "b": 0},
        {"$": "array", "dtype": "<f8", "shape": [2**39, 2**39], "b": 0},
        {"$": "array", "dtype": "<f8", "shape": [1], "b": 7},
        {"$": "array", "dtype": "f8, evil", "shape": [1], "b": 0},
        {"$": "objects", "shape": [5], "v": [1]},
        {"$": "scalar", "dtype": "<f8", "v": "00"},
        {"$": "arrow", "b": 0},
        {"$": "bytes", "b": -1},
        {"$": "bytes", "b": True},
        {"$": "set", "v": [[1]]},
        {"$": "dict", "v": [[[1], 2]]},
        {"$": "dict", "v": [[1, 2, 3]]},
        {"$": "int", "v": "9" * 5000},
        {"$": "int", "v": 5},
        {"$": "datetime", "v": "yesterday"},
        {"$": "timedelta", "v": [10**12, 0, 0]},
        {"$": "decimal", "v": "ten"},
        {"$": "record", "type": 5, "v": {}},
        {"$": ["unhashable"]},
        {"$": "error", "type": "E", "bases": [1], "v": ""},
    ],
)
def test_a_malformed_value_is_refused(tree):
    with pytest.raises(Malformed):
        decode(tree, [bytearray(b"12345678")], nothing)


def test_a_value_nested_too_deep_is_refused():
    tree = []
    for _ in range(1000):
        tree = [tree]
    with pytest.raises(Malformed, match="deep"):
        decode(tree, [], nothing)
