"""Arrays and tables on the wire: NumPy, torch and pandas series as raw arrays, data frames as Arrow.

No library is imported to encode: a value can only be an array of a library that is loaded already.
"""

import mmap
import re
import struct
import sys
from collections.abc import Callable
from typing import Any

from autograder.wire.faults import Malformed, Unsendable

_DTYPE = re.compile(r"[<>|=][biufcSUMm]\d{1,9}(\[\d{0,9}[A-Za-z]{1,3}\])?")
_MAX_DIMENSIONS = 32
_MAX_EMPTY = 1_000_000
_TAKEN = bytearray(b"taken")

Received = bytearray | mmap.mmap
"""The bytes of one buffer that came in; a large one is a mapping."""


def encode_array(value: Any, buffer: Callable[[Any], int], encode: Callable[[Any], Any]) -> Any:
    """The tree of an array, a NumPy scalar or a table; None when `value` is none of these."""
    origin = type(value).__module__.partition(".")[0]
    if origin == "torch" and hasattr(value, "detach"):
        value, origin = value.detach().cpu().numpy(), "numpy"
    if origin in ("pandas", "polars"):
        value = _from_frame(value, origin)
        origin = type(value).__module__.partition(".")[0]
    if origin == "pyarrow":
        return _encode_arrow(value, buffer)
    numpy = sys.modules.get("numpy")
    if numpy is None:
        return None
    if isinstance(value, numpy.ndarray):
        return _encode_numpy(numpy, value, buffer, encode)
    if isinstance(value, numpy.generic):
        if value.dtype.kind in "SUOV":
            return encode(value.item())
        return {"$": "scalar", "dtype": value.dtype.str, "v": value.tobytes().hex()}
    return None


def decode_array(tree: dict[str, Any], buffers: list[Received], decode: Callable[[Any], Any]) -> Any:
    """The array, scalar or table of `tree`; `Malformed` when its parts contradict each other."""
    if tree["$"] == "arrow":
        return _decode_arrow(take_buffer(buffers, tree["b"]))
    import numpy

    if tree["$"] == "scalar":
        dtype = _dtype(numpy, tree["dtype"])
        item = bytes.fromhex(tree["v"])
        if len(item) != dtype.itemsize:
            raise Malformed("a scalar of the wrong size")
        return numpy.frombuffer(item, dtype)[0]
    shape = _shape(tree["shape"])
    count = 1
    for size in shape:
        count *= size
    if tree["$"] == "objects":
        items = [decode(item) for item in tree["v"]]
        if len(items) != count:
            raise Malformed("an array whose shape and items disagree")
        result = numpy.empty(count, dtype=object)
        result[:] = items
        return result.reshape(shape)
    dtype = _dtype(numpy, tree["dtype"])
    data = take_buffer(buffers, tree["b"])
    if count * dtype.itemsize != len(data):
        raise Malformed("an array whose shape and bytes disagree")
    if not dtype.itemsize and count > _MAX_EMPTY:
        raise Malformed(f"an array of {count:,} items of no bytes")
    if not count or not dtype.itemsize:
        return numpy.zeros(shape, dtype)
    return numpy.frombuffer(data, dtype).reshape(shape)


def take_buffer(buffers: list[Received], index: Any) -> Received:
    """The buffer number `index` of the message."""
    if type(index) is not int or not 0 <= index < len(buffers):
        raise Malformed("a buffer that was not sent")
    buffer = buffers[index]
    if buffer is _TAKEN:
        raise Malformed("a buffer that is used twice")
    buffers[index] = _TAKEN
    return buffer


def _encode_numpy(numpy: Any, value: Any, buffer: Callable[[Any], int], encode: Callable[[Any], Any]) -> Any:
    shape = list(value.shape)
    if value.dtype.kind == "O":
        return {"$": "objects", "shape": shape, "v": [encode(item) for item in value.ravel().tolist()]}
    if not _DTYPE.fullmatch(value.dtype.str):
        raise Unsendable(f"an array of dtype {value.dtype}")
    data = numpy.ascontiguousarray(value).tobytes()
    return {"$": "array", "dtype": value.dtype.str, "shape": shape, "b": buffer(data)}


def _from_frame(value: Any, origin: str) -> Any:
    """A pandas or polars object as a NumPy array (series) or an Arrow table (frame); itself when it is neither."""
    kind = type(value).__name__
    if kind == "DataFrame" and origin == "pandas":
        import pyarrow

        return pyarrow.Table.from_pandas(value, preserve_index=False)
    if kind == "LazyFrame":
        value, kind = value.collect(), "DataFrame"
    if kind == "DataFrame":
        return value.to_arrow()
    if kind in ("Series", "Index", "DatetimeIndex", "RangeIndex", "Categorical"):
        return value.to_numpy()
    return value


def _encode_arrow(value: Any, buffer: Callable[[Any], int]) -> Any:
    import pyarrow

    if isinstance(value, pyarrow.RecordBatch):
        value = pyarrow.Table.from_batches([value])
    if isinstance(value, pyarrow.Array | pyarrow.ChunkedArray):
        value = pyarrow.table({"": value})
    if not isinstance(value, pyarrow.Table):
        return None
    sink = pyarrow.BufferOutputStream()
    with pyarrow.ipc.new_stream(sink, value.schema) as writer:
        writer.write_table(value)
    return {"$": "arrow", "b": buffer(sink.getvalue().to_pybytes())}


def _decode_arrow(data: Received) -> Any:
    try:
        import pyarrow
    except ImportError:
        raise Malformed("a table, and pyarrow is not installed here") from None
    try:
        _refuse_compression(pyarrow, data)
        table = pyarrow.ipc.open_stream(pyarrow.py_buffer(data)).read_all()
        table.validate(full=True)
    except (pyarrow.ArrowException, OSError) as error:
        raise Malformed(f"a table that cannot be read: {error}"[:300]) from None
    return table


def _refuse_compression(pyarrow: Any, data: Received) -> None:
    """`Malformed` for a batch with compressed buffers: a few bytes of those can become gigabytes.

    Each message's head is a flatbuffer (Arrow's Message.fbs): a table of fields, found by its table of offsets.
    """
    for message in pyarrow.ipc.MessageReader.open_stream(pyarrow.py_buffer(data)):
        head = bytes(message.metadata)
        try:
            root = struct.unpack_from("<I", head, 0)[0]
            batch = _field(head, root, 2)
            if message.type == "dictionary":
                batch = _field(head, batch, 1)
            if message.type != "schema" and _offset(head, batch, 3):
                raise Malformed("a table whose buffers are compressed")
        except struct.error:
            raise Malformed("a table whose messages cannot be read") from None


def _offset(head: bytes, table: int, number: int) -> int:
    """Where, from its table, the field with this number is; 0 where the table has none."""
    start = table - struct.unpack_from("<i", head, table)[0]
    if 4 + 2 * number >= struct.unpack_from("<H", head, start)[0]:
        return 0
    offset: int = struct.unpack_from("<H", head, start + 4 + 2 * number)[0]
    return offset


def _field(head: bytes, table: int, number: int) -> int:
    """Where the table that the field refers to is."""
    place = table + _offset(head, table, number)
    return int(place + struct.unpack_from("<I", head, place)[0])


def _dtype(numpy: Any, text: Any) -> Any:
    if not isinstance(text, str) or not _DTYPE.fullmatch(text):
        raise Malformed("an array of unknown type")
    return numpy.dtype(text)


def _shape(sizes: Any) -> tuple[int, ...]:
    if not isinstance(sizes, list) or len(sizes) > _MAX_DIMENSIONS:
        raise Malformed("an array with no proper shape")
    if not all(type(size) is int and 0 <= size < 2**40 for size in sizes):
        raise Malformed("an array with no proper shape")
    return tuple(sizes)
