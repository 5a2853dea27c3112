"""The memory that the learner's kernels work on. It is here, with the examiner.

Every value a kernel reads was served from here, and every value it writes was sent to here. So what it reads outside
of its tensors, what it leaves unwritten and how many bytes it moves are seen, whatever its own process says.
"""

import math
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from autograder.examiner import expect, expect_equal, expect_type
from autograder.examiner.faults import CandidateFault

SECTOR = 32  # bytes that memory gives or takes at a time
CACHE = 256 * 1024  # bytes; a multiprocessor of an H200 has as much of its own
HELD = 65536  # elements; a multiprocessor has as many 32-bit registers
MOVED = 1.2  # times the bytes that have to be moved
EPS = 1e-5
# What is allowed beside the tolerances below. In float32 the solution uses a third of what it may (20 seeds; GELU, the
# nearest to its bar); in float16 it has to round a float32 right, and uses 0.97 of it.
ROUNDING = {"float32": 2.0**-22, "float16": 2.0**-11}  # of a number; 2**-11 is rounding to the nearest
TINY = 1e-7  # float16 knows nothing between 0 and 6e-8

_ALIGNED = 512  # bytes
_BETWEEN = 2**18  # bytes between two tensors that are no tensor's


@dataclass(eq=False)
class Tensor:
    """One argument: a matrix whose rows are `stride` elements apart, or a vector, kept as a matrix of one row.

    `start` is its place in the memory, in bytes; `written` says which elements a kernel may write and has written.
    """

    name: str
    values: np.ndarray
    start: int
    stride: int
    vector: bool
    written: np.ndarray | None

    @property
    def span(self) -> int:
        """The elements from the first one to the last, those between two rows included."""
        return (self.values.shape[0] - 1) * self.stride + self.values.shape[1]

    @property
    def end(self) -> int:
        """The place after its last element, in bytes."""
        return self.start + self.span * self.values.itemsize

    def layout(self) -> list[Any]:
        """What the harness makes a tensor from."""
        shape, strides = self.values.shape, (self.stride, 1)
        matrix = [list(shape), list(strides)]
        return [self.start, self.values.dtype.name, *([part[1:] for part in matrix] if self.vector else matrix)]

    def element(self, place: int) -> str:
        """The element that many places behind the first one, in words."""
        row, column = divmod(place, self.stride)
        return f"{self.name}[{place}]" if self.vector else f"{self.name}[{row}, {column}]"

    def __str__(self) -> str:
        rows, columns = self.values.shape
        shape = f"({columns},)" if self.vector else f"({rows}, {columns})"
        apart = "" if self.vector or self.stride == columns else f" with rows {self.stride} apart"
        return f"{self.name} {self.values.dtype} {shape}{apart}"


class Cache:
    """Counts the bytes that go between memory and a cache, which forgets what was not used for longest."""

    def __init__(self) -> None:
        self.moved = 0
        self._changed: OrderedDict[int, bool] = OrderedDict()  # by sector, the least recently used first

    def use(self, sectors: Sequence[int], write: bool) -> None:
        """Read or write these sectors."""
        held = self._changed
        for sector in sectors:
            if sector in held:
                held.move_to_end(sector)
            else:
                self.moved += 0 if write else SECTOR
                held[sector] = False
                if len(held) > CACHE // SECTOR:
                    self.moved += SECTOR * held.popitem(last=False)[1]
            held[sector] |= write

    def flush(self) -> int:
        """All bytes moved, when at last what was changed has been written back."""
        self.moved += SECTOR * sum(self._changed.values())
        self._changed.clear()
        return self.moved


@dataclass(eq=False)
class Call:
    """One call of the learner's `function`, whose tensors are `inputs` and then `outputs` (name to shape and dtype).

    The rows of the matrices are `gap` elements apart or more, each matrix's a different number. The outputs hold NaN
    until a kernel writes.
    """

    function: str
    inputs: Mapping[str, np.ndarray]
    outputs: Mapping[str, tuple[tuple[int, ...], str]]
    scalars: Sequence[float] = ()
    gap: int = 0
    cache: Cache = field(default_factory=Cache)

    def __post_init__(self) -> None:
        self._tensors: list[Tensor] = []
        for name, values in self.inputs.items():
            self._place(name, values, None)
        for name, (shape, dtype) in self.outputs.items():
            self._place(name, np.full(shape, np.nan, dtype), np.zeros(shape, dtype=bool))
        self._ends = [tensor.end for tensor in self._tensors]

    def __str__(self) -> str:
        return f"{self.function}({', '.join(map(str, self._tensors))})"

    def run(self, harness: Any, order: int | None = None) -> None:
        """Let kernels write every element of the outputs, and nothing but them.

        The programs run one after the other, or in an order drawn from the seed `order`.
        """
        layout = [tensor.layout() for tensor in self._tensors]
        size = self._ends[-1] + _BETWEEN
        memory = (self._load, self._store, self._add)
        try:
            harness.launch(self.function, size, layout, list(self.scalars), *memory, order)
        except CandidateFault as fault:
            fault.call = str(self)  # the call the learner knows, in place of the harness's
            raise
        for tensor in self._tensors:
            if tensor.written is not None:
                self._expect_written(tensor, tensor.written)

    def bits(self) -> dict[str, bytes]:
        """The outputs as they lie in memory, by name."""
        return {tensor.name: tensor.values.tobytes() for tensor in self._tensors if tensor.written is not None}

    def expect_few_bytes(self) -> None:
        """Fail when more than `MOVED` times the bytes of all tensors went between memory and cache."""
        least = sum(tensor.values.nbytes for tensor in self._tensors)
        times = self.cache.flush() / least
        because = f"{self.function} moves {times:.1f} times the bytes of its tensors, which are {least:,}"
        expect(times <= MOVED, because, call=str(self), got=f"{times:.2f} times", expected=f"at most {MOVED} times")

    def expect_close(self, name: str, expected: np.ndarray, within: np.ndarray | float) -> None:
        """Fail where output `name` is not within `within` of `expected`, naming the worst place.

        What rounding to the output's own type costs is allowed beside it.
        """
        tensor = next(tensor for tensor in self._tensors if tensor.name == name)
        values, wanted = tensor.values.astype(float), np.atleast_2d(expected)
        within = np.broadcast_to(within, wanted.shape) + np.abs(wanted) * ROUNDING[tensor.values.dtype.name]
        off = np.nan_to_num(np.abs(values - wanted) / within, nan=np.inf, posinf=np.inf)
        worst = np.unravel_index(int(np.argmax(off)), off.shape)
        place, wrong = tensor.element(int(worst[0]) * tensor.stride + int(worst[1])), int(np.sum(off > 1))
        value = values[worst]
        because = f"{place} is {value:.7g}, where {wanted[worst]:.7g} is right; {wrong:,} of {off.size:,} are wrong"
        allowed = f"{wanted[worst]:.7g} within {within[worst]:.1g}"
        expect(wrong == 0, because, call=str(self), got=f"{value:.7g}", expected=allowed)

    # ---- what kernels ask

    def _load(self, addresses: Any, dtype: Any, line: Any) -> np.ndarray:
        tensor, rows, columns = self._elements(addresses, "load", line)
        if tensor is None:
            return np.zeros(0, dtype="float32")
        expect_equal(dtype, tensor.values.dtype.name, f"a load takes the elements of {tensor.name} for {dtype!r:.20}")
        self._use(tensor, addresses, write=False)
        return tensor.values[rows, columns]

    def _store(self, addresses: Any, values: Any, line: Any) -> None:
        tensor, rows, columns = self._elements(addresses, "store", line)
        if tensor is None:
            return
        self._expect_output(tensor, values, addresses, line)
        self._use(tensor, addresses, write=True)
        tensor.values[rows, columns] = values
        assert tensor.written is not None
        tensor.written[rows, columns] = True

    def _add(self, addresses: Any, values: Any, line: Any) -> np.ndarray:
        tensor, rows, columns = self._elements(addresses, "atomic_add", line)
        if tensor is None:
            return np.zeros(0, dtype="float32")
        self._expect_output(tensor, values, addresses, line)
        self._use(tensor, addresses, write=False)
        self._use(tensor, addresses, write=True)
        before = tensor.values[rows, columns]
        np.add.at(tensor.values, (rows, columns), values)
        return before

    # ---- what is said against it

    def _elements(self, addresses: Any, what: str, line: Any) -> tuple[Tensor | None, np.ndarray, np.ndarray]:
        """The tensor that all addresses lie in, and the elements' rows and columns; no tensor for no addresses."""
        expect_type(addresses, np.ndarray, "the harness sent no addresses")
        expect(addresses.dtype == np.int64 and addresses.ndim == 1, "the harness sent what are no addresses")
        who = f"a {what} in line {line}" if type(line) is int and line else f"a {what}"
        many = f"{who} takes {addresses.size:,} elements at once; a multiprocessor has {HELD:,} registers"
        expect(addresses.size <= HELD, many, call=str(self))
        if not addresses.size:
            return None, addresses, addresses
        lowest = int(addresses.min())
        at = int(np.searchsorted(self._ends, lowest, side="right"))
        nearest = self._tensors[min(at, len(self._tensors) - 1)]
        if at and lowest < nearest.start:
            nearest = self._tensors[at - 1]  # it lies behind that one's end
        places, odd = np.divmod(addresses - nearest.start, nearest.values.itemsize)
        rows, columns = np.divmod(places, nearest.stride)
        height, width = nearest.values.shape
        outside = (rows < 0) | (rows >= height) | (columns >= width) | (odd != 0)
        if outside.any():
            first = int(np.argmax(outside))
            because = f"{who} reaches outside of {nearest.name}: at {nearest.element(int(places[first]))}"
            if abs(int(places[first])) > nearest.span + _BETWEEN:
                because = f"{who} reaches outside of the tensors it was given"
            expect(False, because, call=str(self), got=f"{outside.sum():,} elements outside", expected=str(nearest))
        return nearest, rows, columns

    def _expect_output(self, tensor: Tensor, values: Any, addresses: Any, line: Any) -> None:
        expect(tensor.written is not None, f"line {line} writes to {tensor.name}, which is an input", call=str(self))
        fits = isinstance(values, np.ndarray) and values.shape == addresses.shape and values.dtype.kind in "biuf"
        expect(fits, "the harness sent values that are none")
        expect_equal(values.dtype.name, tensor.values.dtype.name, f"a store takes {tensor.name} for another type")

    def _expect_written(self, tensor: Tensor, written: np.ndarray) -> None:
        missing = int(np.sum(~written))
        row, column = np.unravel_index(int(np.argmin(written)), written.shape)
        first = tensor.element(int(row) * tensor.stride + int(column))
        because = f"no kernel wrote {missing:,} of the {written.size:,} elements of {tensor.name}; the first is {first}"
        expect(missing == 0, because, call=str(self))

    def _use(self, tensor: Tensor, addresses: np.ndarray, *, write: bool) -> None:
        self.cache.use(np.unique(addresses // SECTOR).tolist(), write)

    def _place(self, name: str, values: np.ndarray, written: np.ndarray | None) -> None:
        count = len(self._tensors)
        after = self._tensors[-1].end + _BETWEEN if count else 0
        vector = values.ndim == 1
        matrix = np.atleast_2d(values).copy()
        stride = matrix.shape[1] + (self.gap + count if self.gap and not vector else 0)
        start = -(-after // _ALIGNED) * _ALIGNED
        written = None if written is None else np.atleast_2d(written)
        self._tensors.append(Tensor(name, matrix, start, stride, vector, written))


# ---- the three functions, called and judged


def floats(rng: np.random.Generator, shape: Any, scale: float = 1.0, around: float = 0.0) -> np.ndarray:
    """Normal random numbers, as float32."""
    return (around + scale * rng.standard_normal(shape)).astype(np.float32)


def gelu(harness: Any, x: np.ndarray, bias: np.ndarray, gap: int = 0) -> Call:
    """out = GELU(x + bias), with the error function and no approximation."""
    call = Call("bias_gelu", {"x": x, "bias": bias}, {"out": (x.shape, x.dtype.name)}, gap=gap)
    value = x.astype(float) + bias
    right = value / 2 * (1 + np.vectorize(math.erf)(value * math.sqrt(0.5)))
    call.run(harness)
    call.expect_close("out", right, 1e-6)
    return call


def softmax(harness: Any, x: np.ndarray, gap: int = 0) -> Call:
    """out = the softmax of each row of x."""
    call = Call("softmax", {"x": x}, {"out": (x.shape, x.dtype.name)}, gap=gap)
    powers = np.exp(x.astype(float) - x.max(axis=1, keepdims=True))
    call.run(harness)
    right = powers / powers.sum(axis=1, keepdims=True)
    call.expect_close("out", right, 1e-5 * right + TINY)
    return call


def layer_norm(harness: Any, inputs: Sequence[np.ndarray], gap: int = 0, order: int | None = None) -> Call:
    """Layer norm of x + residual; `inputs` are x, residual, gamma and beta."""
    x, residual, gamma, beta = (values.astype(float) for values in inputs)
    rows = (len(x),)
    outputs = {"out": (x.shape, inputs[0].dtype.name), "mean": (rows, "float32"), "rstd": (rows, "float32")}
    named = dict(zip(("x", "residual", "gamma", "beta"), inputs, strict=True))
    call = Call("layer_norm", named, outputs, scalars=[EPS], gap=gap)
    call.run(harness, order)
    h = x + residual
    mean, rstd = h.mean(axis=1), 1 / np.sqrt(h.var(axis=1) + EPS)
    unit = np.abs(h).max(axis=1) * ROUNDING["float32"]  # nobody knows a row's mean better than this
    call.expect_close("mean", mean, 4 * unit)
    call.expect_close("rstd", rstd, 1e-5 * rstd)
    right = (h - mean[:, None]) * rstd[:, None] * gamma + beta
    call.expect_close("out", right, 1e-6 + 8 * (unit * rstd)[:, None] * np.abs(gamma) + 1e-5 * np.abs(right))
    return call
