"""Photos of parcels as customers send them, with the truth about each of them recorded beside it.

A *photo* is a file, and the bytes of it are all that the shop has. What only the generator knows is the `kind` of
damage, how the file was written (`form`, `mode`, `orientation`), and `upright`, the picture as a person sees it. Files
are as phones and tools make them:

- A phone stores the pixels as its sensor lay in the hand, and writes into the file's EXIF data how to turn them:
  `orientation`, a number from 1 to 8. `turn` obeys it.
- A tool that cuts a parcel out leaves the rest transparent (mode RGBA, or P with a transparent colour), and under what
  is transparent stands black, which nobody was meant to see.
- A scanner knows grey only (L), and an old tool writes a palette and numbers into it (P).

Each parcel has a white label with a red mark at its upper left, and grey tape right of the middle: no way of turning or
mirroring it, and no exchange of colours, leaves it as it is.

Pictures are made of uniform doubles by comparing, multiplying and rounding down (see `wren.dice`): the same seed gives
the same pictures everywhere. The bytes of the files are up to Pillow, which this module needs.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from wren.dice import Dice

KINDS = ("whole", "dented", "torn", "soaked")
"""What may have become of a parcel."""

FORMS = (("JPEG", "RGB"), ("JPEG", "L"), ("PNG", "RGB"), ("PNG", "L"), ("PNG", "RGBA"), ("PNG", "P"))
"""The file formats and, in each, the modes in which pixels are stored."""

ORIENTATION = 0x0112
"""EXIF's number for the tag that says how to turn a picture."""

SMALLEST, LARGEST = 40, 200
"""Bounds of a photo's height and width in pixels, both included."""

Picture = NDArray[np.uint8]
"""Red, green, blue and alpha of each pixel, of shape (height, width, 4); rows from the top, columns from the left."""

_FLOOR = ((96, 104, 112), (150, 140, 128), (70, 92, 78))
_BOX = ((176, 128, 76), (158, 106, 58), (190, 146, 96))
_STEP = 51  # between two levels of a colour in a palette of 6 * 6 * 6
_CLEAR = 216  # the palette's transparent colour
_TURNED_BACK = {6: 8, 8: 6}  # all other orientations undo themselves


@dataclass(frozen=True)
class Photo:
    """One file, `data`, and beside it what only the generator knows; `upright` has the shape (height, width, 4)."""

    data: bytes
    kind: str
    form: str
    mode: str
    orientation: int
    upright: Picture


def make_photos(count: int, seed: int) -> list[Photo]:
    """`count` photos; kinds, forms, modes, orientations and sizes are drawn independently of each other."""
    return [_photo(number, seed) for number in range(count)]


def make_picture(height: int, width: int, kind: str, seed: int, *, cut_out: bool = False) -> Picture:
    """A parcel of that kind, upright, of shape (height, width, 4); with `cut_out`, what is beside it is transparent."""
    dice, noise = Dice(seed, 71), np.random.Generator(np.random.PCG64((seed, 72)))
    y = (np.arange(height)[:, None] + 0.5) / height
    x = (np.arange(width)[None, :] + 0.5) / width
    picture = np.empty((height, width, 4))
    picture[..., :3] = np.array(dice.pick(_FLOOR)) * (1.15 - 0.4 * y)[..., None]
    picture[..., 3] = 255
    top, left = 0.06 + 0.1 * dice.roll(), 0.06 + 0.1 * dice.roll()
    bottom, right = 0.96 - 0.1 * dice.roll(), 0.96 - 0.1 * dice.roll()
    v, u = (y - top) / (bottom - top), (x - left) / (right - left)  # from 0 to 1 over the parcel
    box = (v >= 0) & (v < 1) & (u >= 0) & (u < 1)
    picture[box, :3] = (np.array(dice.pick(_BOX)) * (1.1 - 0.25 * u)[..., None] * np.ones((height, 1, 1)))[box]
    for where, colour in _parts(u, v, kind, dice):
        picture[where & box, :3] = colour
    picture[..., :3] += (noise.random((height, width, 1)) - 0.5) * 16
    if cut_out:
        shadow = ~box & (v >= 0.1) & (v < 1.05) & (u >= 0.1) & (u < 1.05)
        picture[~box] = 0
        picture[shadow, 3] = 96
    return np.floor(np.clip(picture, 0, 255)).astype(np.uint8)


def turn(picture: NDArray[Any], orientation: int) -> NDArray[Any]:
    """Stored pixels, of shape (height, width, ...), as a reader who obeys the orientation shows them."""
    match orientation:
        case 2:
            return picture[:, ::-1]
        case 3:
            return picture[::-1, ::-1]
        case 4:
            return picture[::-1]
        case 5:
            return picture.swapaxes(0, 1)
        case 6:
            return np.rot90(picture, -1)
        case 7:
            return picture[::-1, ::-1].swapaxes(0, 1)
        case 8:
            return np.rot90(picture, 1)
        case _:
            return picture


def as_stored(picture: Picture, mode: str) -> Picture:
    """What is left of an upright picture in that mode: grey in L, 6 levels of each colour in P, opaque without alpha.

    Alpha stays in RGBA; in P a pixel is transparent or not.
    """
    left = picture.copy()
    if mode == "L":
        weights = np.array([299, 587, 114])
        left[..., :3] = (picture[..., :3].astype(np.int64) @ weights // 1000)[..., None]
    if mode == "P":
        left[..., :3] = (picture[..., :3].astype(np.int64) + _STEP // 2) // _STEP * _STEP
        clear = picture[..., 3] < 128
        left[clear], left[~clear, 3] = 0, 255
    if mode in ("L", "RGB"):
        left[..., 3] = 255
    return left


def write(picture: Picture, *, form: str = "PNG", mode: str = "RGB", orientation: int = 1) -> bytes:
    """The file in which an upright picture is stored, turned so that who obeys `orientation` sees it upright.

    An orientation of 1 is not written down. JPEG changes the pixels a little; PNG keeps `as_stored(picture, mode)`.
    """
    stored = np.ascontiguousarray(turn(as_stored(picture, mode), _TURNED_BACK.get(orientation, orientation)))
    options: dict[str, Any] = {"quality": 92, "subsampling": 0} if form == "JPEG" else {}
    if orientation != 1:
        exif = Image.Exif()
        exif[ORIENTATION] = orientation
        options["exif"] = exif
    file = BytesIO()
    if mode == "P":
        image, options["transparency"] = _with_palette(stored), _CLEAR
        if not (stored[..., 3] == 0).any():
            del options["transparency"]
    else:
        image = Image.fromarray(stored).convert(mode)
    image.save(file, form, **options)
    return file.getvalue()


def over_white(picture: Picture) -> Picture:
    """What a person sees of a picture on white paper: uint8 of shape (height, width, 3), rounded."""
    alpha = picture[..., 3:].astype(np.uint16)
    seen = picture[..., :3] * alpha + 255 * (255 - alpha)  # at most 255 * 255: all of it fits into 16 bits
    return ((seen + 127) // 255).astype(np.uint8)


def _photo(number: int, seed: int) -> Photo:
    dice = Dice(seed, 70, number)
    kind, (form, mode), orientation = dice.pick(KINDS), dice.pick(FORMS), dice.between(1, 8)
    height, width = dice.between(SMALLEST, LARGEST), dice.between(SMALLEST, LARGEST)
    cut_out = mode == "RGBA" or (mode == "P" and dice.chance(0.5))
    picture = make_picture(height, width, kind, dice.below(2**31), cut_out=cut_out)
    data = write(picture, form=form, mode=mode, orientation=orientation)
    return Photo(data, kind, form, mode, orientation, as_stored(picture, mode))


def _parts(
    u: NDArray[np.float64], v: NDArray[np.float64], kind: str, dice: Dice
) -> Iterator[tuple[NDArray[np.bool_], tuple[int, int, int]]]:
    """Where on the parcel (`u` to the right, `v` down) each part lies, and its colour; later parts cover earlier."""
    yield (u > 0.62) & (u < 0.74) & (v > -1), (120, 120, 124)  # tape
    level, place = 0.55 + 0.15 * dice.roll(), 0.1 * dice.roll()
    if kind == "soaked":
        yield (v > level) & (u > -1), (52, 58, 92)
    if kind == "dented":
        yield (u - 0.9 + place) ** 2 + (v - 0.1 - place) ** 2 < 0.1, (62, 40, 22)
    if kind == "torn":
        yield abs(u - v + place) + 3 * abs(u + v - 1.5) < 0.5, (248, 214, 84)
    yield (u > 0.05) & (u < 0.45) & (v > 0.05) & (v < 0.40), (245, 245, 245)  # label
    yield (u > 0.05) & (u < 0.22) & (v > 0.05) & (v < 0.40), (214, 24, 30)  # the mark on it


def _with_palette(stored: Picture) -> Image.Image:
    """An image of numbers of colours, for pixels that have 6 levels of each."""
    level = stored[..., :3].astype(np.int64) // _STEP
    number = level @ np.array([36, 6, 1])
    number[stored[..., 3] == 0] = _CLEAR
    image = Image.fromarray(number.astype(np.uint8)).convert("P")
    cube = [_STEP * level for number in range(_CLEAR) for level in (number // 36, number // 6 % 6, number % 6)]
    image.putpalette([*cube, 0, 0, 0])
    return image
