"""Runs the learner's kernels in Triton's interpreter, on memory that the examiner holds.

The tensors over here are NaN throughout. Only their addresses count: each load asks the examiner for what stands
there, and each store is sent to it. So it serves what is read and keeps what is written, and nothing recorded in
this process is ever evidence.
"""

import contextlib
import os
import random
import sys
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import torch
from triton.runtime import interpreter

MODULE = "fused"
_DTYPES = {"float32": torch.float32, "float16": torch.float16}


def launch(
    function: str,
    size: int,
    tensors: list[Any],
    scalars: list[float],
    load: Callable[..., Any],
    store: Callable[..., Any],
    add: Callable[..., Any],
    order: int | None,
) -> None:
    """Call `function` of the learner's with these tensors, each [start in bytes, dtype, shape, strides].

    `size` is that of the memory they lie in, in bytes. `load(addresses, dtype, line)`, `store(addresses, values,
    line)` and `add(addresses, values, line)` ask the examiner; addresses are in bytes from the memory's start. A
    kernel's programs run in an order drawn from the seed `order`, or one after the other.
    """
    memory = torch.full((size,), 0xFF, dtype=torch.uint8)
    arguments = [
        memory.view(_DTYPES[dtype]).as_strided(shape, strides, start // _DTYPES[dtype].itemsize)
        for start, dtype, shape, strides in tensors
    ]
    wire = _Wire(memory.data_ptr(), load, store, add)
    with _replaced(interpreter, "_interpreter", wire), _ordered(order):
        try:
            getattr(sys.modules[MODULE], function)(*arguments, *scalars)
        except interpreter.InterpreterError as error:
            raise _cause(error) from None


class _Wire:
    """Stands where the interpreter's compiled part stood; what touches no memory is passed on to that part."""

    def __init__(self, base: int, load: Callable[..., Any], store: Callable[..., Any], add: Callable[..., Any]) -> None:
        self._compiled = interpreter._interpreter
        self._base = base
        self._load, self._store, self._add = load, store, add

    def __getattr__(self, name: str) -> Any:
        return getattr(self._compiled, name)

    def load(self, pointers: Any, mask: Any, other: Any, dtype: Any) -> Any:
        """What stands at the pointers where `mask` holds, and `other` elsewhere."""
        chosen, addresses = self._addresses(pointers, mask)
        result = np.broadcast_to(other, pointers.shape).astype(dtype)
        result[chosen] = self._load(addresses, result.dtype.name, _line())
        return result

    def store(self, pointers: Any, values: Any, mask: Any) -> None:
        """Put the values to the pointers where `mask` holds."""
        chosen, addresses = self._addresses(pointers, mask)
        self._store(addresses, np.broadcast_to(values, pointers.shape)[chosen], _line())

    def atomic_rmw(self, operation: Any, pointers: Any, values: Any, mask: Any, order: Any) -> Any:
        """Add to what stands at the pointers where `mask` holds; what stood there before."""
        if operation not in (self.RMW_OP.ADD, self.RMW_OP.FADD):
            raise RuntimeError("of the atomic operations only atomic_add can be judged")
        chosen, addresses = self._addresses(pointers, mask)
        values = np.broadcast_to(values, pointers.shape)
        before = np.zeros_like(values)
        before[chosen] = self._add(addresses, values[chosen], _line())
        return before

    def atomic_cas(self, *arguments: Any) -> Any:
        """Refused: a lock makes the programs take turns."""
        raise RuntimeError("of the atomic operations only atomic_add can be judged")

    def _addresses(self, pointers: Any, mask: Any) -> tuple[Any, Any]:
        chosen = np.broadcast_to(mask, pointers.shape)
        return chosen, pointers[chosen].astype("int64") - self._base


@contextlib.contextmanager
def _replaced(owner: Any, name: str, value: Any) -> Iterator[None]:
    before = getattr(owner, name)
    setattr(owner, name, value)
    try:
        yield
    finally:
        setattr(owner, name, before)


@contextlib.contextmanager
def _ordered(seed: int | None) -> Iterator[None]:
    """Give the programs of each launch their places in an order drawn from `seed`."""
    if seed is None:
        yield
        return
    builder = interpreter.interpreter_builder
    in_turn, places = builder.set_grid_idx, []

    def set_grid_idx(x: int, y: int, z: int) -> None:
        _, height, depth = builder.grid_dim
        number = (x * height + y) * depth + z
        if number == 0:  # a launch begins
            places[:] = range(builder.grid_dim[0] * height * depth)
            random.Random(seed).shuffle(places)
        rest, z = divmod(places[number], depth)
        in_turn(*divmod(rest, height), z)

    with _replaced(builder, "set_grid_idx", set_grid_idx):
        yield


def _cause(error: BaseException) -> BaseException:
    """What the learner's kernel raised, without the interpreter's wrapping."""
    while isinstance(error, interpreter.InterpreterError) and error.__cause__:
        error = error.__cause__
    return error


def _line() -> int:
    """The line of the learner's file that is under way, for messages; 0 when there is none."""
    frame: Any = sys._getframe(1)
    while frame and os.path.basename(frame.f_code.co_filename) != f"{MODULE}.py":
        frame = frame.f_back
    return frame.f_lineno if frame else 0
