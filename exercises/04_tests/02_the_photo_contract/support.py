"""What the checks share: pictures and files, what a right input is, and the implementations that `check` is run on."""

import struct
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from autograder.examiner import CheckFailed, Injected, LearnerRaised, expect, expect_raises
from wren.photos import KINDS, make_picture, over_white, turn

SIDE = 64
ASPECTS = ("letterbox", "crop")
MAX_PIXELS = 1_000_000
CLOSE = 0.08
"""The bar for the mean of a block of 16 by 16.

Over 250 seeds, five pictures each and both ways to make them square, no right one differed from `Right` by more than
0.062: Pillow's six filters, NumPy's nearest, bilinear without antialiasing as torch and OpenCV have it, `ImageOps.pad`
and `fit`, sides rounded down, the larger bar first. On the pair of `oblong` pictures the wrong ones differed by 0.142
at least: stretched, mirrored, turned, transposed, BGR, black bars, sides exchanged, cut at a corner, not as declared.
"""

MOST_AT_ONCE, MOST_FILES, MOST_BYTES = 100, 1000, 10_000_000
_TOO_MUCH = "the docstring of check says what one call of prepare takes"


# ---- pictures


def oblong(rng: np.random.Generator, *, wide: bool) -> NDArray[np.uint8]:
    """A parcel half as high as it is wide, or the other way; RGBA, opaque."""
    sides = int(rng.integers(60, 100)), int(rng.integers(120, 200))
    height, width = sides if wide else sides[::-1]
    return make_picture(height, width, KINDS[rng.integers(len(KINDS))], int(rng.integers(2**31)))


def declared(candidate: Any) -> str:
    """The candidate's ASPECT."""
    aspect = candidate.fetch("ASPECT")
    good = isinstance(aspect, str) and aspect in ASPECTS
    expect(good, "ASPECT has to declare one of two ways", got=aspect, expected=" or ".join(map(repr, ASPECTS)))
    return str(aspect)


# ---- files that are none


def png(width: int, height: int, data: bytes) -> bytes:
    """A PNG file of mode RGB that claims this size and holds this compressed data."""
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", head), (b"IDAT", data), (b"IEND", b""))
    parts = (
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body)) for kind, body in chunks
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def black(width: int, height: int) -> bytes:
    """A whole PNG file of black pixels, of any size, made without holding them: a decompression bomb."""
    left = (3 * width + 1) * height
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    block = packer.compress(bytes(1 << 20)) + packer.flush(zlib.Z_FULL_FLUSH)  # stands for itself: may be repeated
    rest = packer.compress(bytes(left % (1 << 20))) + packer.flush()
    check = struct.pack(">HH", left % 65521, 1)  # Adler's sum over zeros
    return png(width, height, b"\x78\xda" + block * (left >> 20) + rest + check)


def expect_refused(candidate: Any, data: bytes, what: str) -> str:
    """`decode` raises BadPhoto for these bytes, with a reason; the reason is returned."""
    raised = expect_raises("BadPhoto", lambda: candidate.decode(data), because=f"{what} is no photo: BadPhoto is right")
    enough = len(str(raised.message).split()) >= 2
    expect(enough, f"the customer who sent {what} is told nothing: a reason has two words at least",
           call="decode(data)", got=repr(raised.message)[:120], expected="BadPhoto with a reason")  # fmt: skip
    return str(raised.message)


# ---- answers


def expect_pixels(got: Any, picture: NDArray[np.uint8], what: str, within: int = 1) -> None:
    """What `decode` returned is what a person sees of the picture; at most `within` levels off anywhere."""
    seen = over_white(picture)
    good = isinstance(got, np.ndarray) and got.dtype == np.uint8 and got.ndim == 3
    expect(good, f"decode has to return an array of uint8 with three dimensions ({what})", call="decode(data)",
           got=_kind(got), expected=f"uint8 of shape {seen.shape}")  # fmt: skip
    expect(got.shape == seen.shape, f"the array has another shape than what a person sees ({what})",
           call="decode(data)", got=got.shape, expected=seen.shape)  # fmt: skip
    off = np.abs(got.astype(int) - seen).max(axis=2)
    if off.max() > within:
        row, column = (int(place) for place in np.unravel_index(off.argmax(), off.shape))
        wrong = f"{(off > within).mean():.0%} of the pixels are not what a person sees ({what})"
        expect(False, wrong, call="decode(data)", got=f"{got[row, column].tolist()} in row {row}, column {column}",
               expected=seen[row, column].tolist())  # fmt: skip


def expect_inputs(got: Any, shape: tuple[int, ...], call: str) -> None:
    """An array of float32 of that shape, with values from 0 to 1."""
    good = isinstance(got, np.ndarray)
    expect(good and got.shape == shape, f"the answer has to be an array of shape {shape}", call=call, got=_kind(got),
           expected=f"shape {shape}")  # fmt: skip
    expect(got.dtype == np.float32, "the model takes float32 and nothing else", call=call, got=_kind(got),
           expected="float32")  # fmt: skip
    if got.size:
        low, high = float(got.min()), float(got.max())
        # NaN compares false. The smallest excess is a float's rounding; a filter that overshoots has to be cut off.
        expect(low >= -1e-6 and high <= 1 + 1e-6, "values of an input lie from 0 to 1", call=call,
               got=f"{low:.6g} to {high:.6g}", expected="0 to 1")  # fmt: skip


def expect_content(got: NDArray[Any], pixels: NDArray[np.uint8], aspect: str, what: str, call: str) -> None:
    """The blocks of one input are those of the picture; else the one that is furthest off."""
    mine, right = blocks(got), blocks(Right(aspect).fit(pixels))
    off = np.abs(mine - right)
    if off.max() > CLOSE:
        channel, row, column = (int(place) for place in np.unravel_index(off.argmax(), off.shape))
        where = f"rows {16 * row} to {16 * row + 15}, columns {16 * column} to {16 * column + 15}"
        wrong = f"{where} of channel {channel} do not show what is there in the picture ({what}, {aspect})"
        expect(False, wrong, call=call, got=f"{mine[channel, row, column]:.3f} on the mean",
               expected=f"{right[channel, row, column]:.3f}, give or take {CLOSE}")  # fmt: skip


def blocks(inputs: NDArray[Any]) -> NDArray[Any]:
    """The means of the blocks of 16 by 16."""
    means: NDArray[Any] = inputs.reshape(*inputs.shape[:-2], 4, 16, 4, 16).mean(axis=(-3, -1))
    return means


def _kind(got: Any) -> str:
    return f"{got.dtype} of shape {got.shape}" if isinstance(got, np.ndarray) else repr(got)[:100]


# ---- implementations of the contract


@dataclass(frozen=True)
class Stored:
    """What is in a file: `pixels` as RGBA, not turned. `inputs` are what implementations have made of it."""

    pixels: NDArray[np.uint8]
    mode: str
    orientation: int
    complete: bool
    inputs: dict[Any, NDArray[Any]] = field(default_factory=dict)

    @cached_property
    def seen(self) -> NDArray[np.uint8]:
        """What a person sees: red, green and blue, upright, on white."""
        return over_white(turn(self.pixels, self.orientation))


@dataclass(frozen=True)
class Right:
    """Keeps the contract; subclasses break one promise each, and their docstring is that promise.

    `scaling` is one of Pillow's filters, which the contract leaves open.
    """

    aspect: str
    scaling: str = "HAMMING"

    def batch(self, files: Sequence[Stored | None]) -> NDArray[Any]:
        """The answer for these files; Injected where one is no photo."""
        rows = [self.known(self.accepted(file)) for file in files]
        return np.array(rows, np.float32).reshape(-1, 3, SIDE, SIDE)

    def accepted(self, file: Stored | None) -> Stored:
        """The file; Injected when it is no photo."""
        if file is None or not file.complete or file.pixels.shape[0] * file.pixels.shape[1] > MAX_PIXELS:
            raise Injected("ValueError", "this file is no photo")
        return file

    def known(self, file: Stored) -> NDArray[Any]:
        """The input for one file, which is made once."""
        if self not in file.inputs:
            file.inputs[self] = self.row(file)
        return file.inputs[self]

    def row(self, file: Stored) -> NDArray[Any]:
        """The input for one file."""
        return self.fit(self.colours(file))

    def colours(self, file: Stored) -> NDArray[np.uint8]:
        """The pixels of one file, as a person sees them."""
        return file.seen

    def fit(self, pixels: NDArray[np.uint8]) -> NDArray[Any]:
        """The input for upright pixels."""
        square = self.cropped(pixels) if self.aspect == "crop" else self.letterboxed(pixels)
        return self.finished(square / 255).transpose(2, 0, 1).astype(np.float32)

    def cropped(self, pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """The square in the middle, scaled."""
        height, width, _ = pixels.shape
        side = min(height, width)
        top, left = (height - side) // 2, (width - side) // 2
        return self.scaled(pixels[top : top + side, left : left + side], SIDE, SIDE)

    def letterboxed(self, pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """All of it, scaled, on a white square."""
        rows, columns = self.sides(*pixels.shape[:2])
        square = np.full((SIDE, SIDE, 3), 255, np.uint8)
        top, left = (SIDE - rows) // 2, (SIDE - columns) // 2
        square[top : top + rows, left : left + columns] = self.scaled(pixels, rows, columns)
        return square

    def sides(self, height: int, width: int) -> tuple[int, int]:
        """Rows and columns of a letterboxed picture."""
        longer = max(height, width)
        return max(1, round(SIDE * height / longer)), max(1, round(SIDE * width / longer))

    def scaled(self, pixels: NDArray[np.uint8], rows: int, columns: int) -> NDArray[np.uint8]:
        """The picture in that many rows and columns."""
        picture = Image.fromarray(np.ascontiguousarray(pixels))
        return np.asarray(picture.resize((columns, rows), Image.Resampling[self.scaling]))

    def finished(self, square: NDArray[np.float64]) -> NDArray[np.float64]:
        """What is done to the values from 0 to 1 at the end."""
        return square


# ---- runs of the learner's check


@dataclass
class Served:
    """One implementation during one run of `check`; `wrong` counts the answers that a right one would not give."""

    mine: Right
    read: Any
    right: Right = field(init=False)
    wrong: int = 0
    files: int = 0
    size: int = 0

    def __post_init__(self) -> None:
        self.right = Right(self.mine.aspect, self.mine.scaling)

    def prepare(self, photos: Any) -> Any:
        """The answer to one call of the learner's check."""
        good = isinstance(photos, list | tuple) and all(isinstance(data, bytes | bytearray) for data in photos)
        if not good:
            raise Injected("TypeError", f"{_TOO_MUCH}: a list of bytes")
        self.files += len(photos)
        self.size += sum(map(len, photos))
        if len(photos) > MOST_AT_ONCE or self.files > MOST_FILES or self.size > MOST_BYTES:
            raise Injected("MemoryError", f"{_TOO_MUCH}, and all calls")
        stored = self.read([bytes(data) for data in photos])
        mine, right = (_answer(side, stored) for side in (self.mine, self.right))
        self.wrong += not _alike(mine, right)
        if isinstance(mine, Injected):
            raise mine
        return mine


def _answer(side: Right, stored: list[Stored | None]) -> NDArray[Any] | Injected:
    try:
        return side.batch(stored)
    except Injected as refused:
        return refused


def _alike(mine: Any, right: Any) -> bool:
    if isinstance(mine, Injected) or isinstance(right, Injected):
        return isinstance(mine, Injected) and isinstance(right, Injected)
    return mine.shape == right.shape and mine.dtype == right.dtype and bool(np.abs(mine - right).max(initial=0) < 1e-5)


class Reader:
    """Reads files in a process where no code of the learner's is; a file that comes again is not read again."""

    def __init__(self, rival: Any) -> None:
        self._rival = rival
        self._known: dict[bytes, Stored | None] = {}

    def __call__(self, photos: list[bytes]) -> list[Stored | None]:
        """What is stored in each file."""
        new = [data for data in dict.fromkeys(photos) if data not in self._known]
        for data, found in zip(new, self._rival.read(new) if new else [], strict=True):
            self._known[data] = Stored(**found) if found else None
        return [self._known[data] for data in photos]


@dataclass(frozen=True)
class Run:
    """What one run of `check` said, "" for nothing, and how many answers it got that were wrong."""

    said: str
    wrong: int

    @property
    def found(self) -> bool:
        """Refused, and not without a reason."""
        return bool(self.said and self.wrong)


def run_check(candidate: Any, mine: Right, reader: Reader) -> Run:
    """Let the learner's `check` judge one implementation."""
    served = Served(mine, reader)
    try:
        got = candidate.check(served.prepare)
    except LearnerRaised as raised:
        if raised.is_a("NotImplementedError"):
            raise  # a hole
        if raised.message.startswith(_TOO_MUCH):
            raise CheckFailed(raised.message, call="check(prepare)", got=raised.type_name) from None
        return Run(f"{raised.type_name}: {raised.message}"[:200], served.wrong)
    expect(got is None, "check(prepare) says no by raising; it returns nothing", call="check(prepare)", got=got,
           expected="None")  # fmt: skip
    return Run("", served.wrong)


def expect_verdicts(candidate: Any, rival: Any, seed: int, faults: Sequence[type[Right]], bar: int) -> None:
    """`check` passes what keeps the contract, each time, and refuses at least `bar` of the broken ones.

    Whether it passed is the word of the learner's process, and it is not told which one it has. One that makes all the
    right calls and refuses with any chance whatever passes once in 2000 grades at most: the three right ones come
    twice, and of the broken ones that were refused two come again.
    """
    aspect, reader = declared(candidate), Reader(rival)
    rng = np.random.default_rng([seed, len(faults)])
    rights = [Right(aspect, scaling) for scaling in ("HAMMING", "BICUBIC", "BOX")]
    broken = [fault(aspect, ("HAMMING", "BICUBIC")[rng.integers(2)]) for fault in faults]
    runs: dict[Right, list[Run]] = {one: [] for one in (*rights, *broken)}

    def go(ones: list[Right]) -> None:
        for place in rng.permutation(len(ones)):
            run = run_check(candidate, ones[place], reader)
            runs[ones[place]].append(run)
            because = (
                f"check refused a right one, which scales by {ones[place].scaling.lower()} where you may scale in "
                "another way. If it was compared with your own to_batch: is that right on these files?"
            )
            expect(ones[place] in broken or not run.said, because, call="check(prepare)", got=run.said,
                   expected="nothing is raised")  # fmt: skip

    go([*rights, *broken])
    candidate.restart(fresh=False)  # whatever `check` remembers, it has seen none of them now
    found = [one for one in broken if runs[one][0].found]
    go([*rights, *(found[place] for place in rng.permutation(len(found))[:2])])
    for one in found:
        steady = all(run.found for run in runs[one])
        expect(steady, "check refused a broken one, and passed the same one in another process", call="check(prepare)",
               got=runs[one][0].said, expected="the same each time")  # fmt: skip
    missed = [(one, runs[one][0]) for one in broken if one not in found]
    if len(broken) - len(missed) < bar:
        one, run = missed[0]
        how = f"{run.wrong} answers were wrong, and check minded none" if run.wrong else "no call showed it"
        how = "refused, but for no reason: each answer was right" if run.said and not run.wrong else how
        promise = " ".join((type(one).__doc__ or "").split())
        count = len(broken) - len(missed)
        expect(False, f"{count} of {len(broken)} broken ones were refused. This was broken, and it passed: {promise}",
               call="check(prepare)", got=how, expected=f"at least {bar} of {len(broken)} refused")  # fmt: skip
