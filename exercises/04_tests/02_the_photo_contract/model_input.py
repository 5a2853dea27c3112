"""From the file of a photo to the array that Wren's damage model takes. Run me: python model_input.py

The contract:

    file    PNG or JPEG, of mode L, RGB, RGBA or P, of at most MAX_PIXELS; its EXIF data may say how to turn it
    pixels  uint8 of shape (height, width, 3): red, green and blue of what a person sees who lays the upright picture
            on white paper; rows from the top
    input   float32 of shape (3, 64, 64): channel, row, column; red is channel 0; 0.0 is black and 1.0 is white
    aspect  an oblong picture is never stretched; ASPECT declares which of two ways makes it square:
            "letterbox": all of it, scaled until its longer side is 64, in the middle, and white beside it. The shorter
                         side is rounded, and is 1 at least; of two unequal bars the smaller is on top or on the left.
            "crop":      the square in its middle, scaled to 64 by 64; what is beyond it is lost
    scaling pictures smaller than the input are scaled up. How is left open: the means of an input's blocks of 16 by 16
            differ by at most CLOSE between all usual ways
"""

import warnings
from collections.abc import Callable, Sequence
from io import BytesIO

import numpy as np
from PIL import Image, ImageOps

from wren.photos import make_photos, over_white, turn, write

SIDE = 64
MAX_PIXELS = 1_000_000  # width times height: the form in the app sends no more
ASPECT = "letterbox"  # or "crop": choose one, and keep to it
CLOSE = 0.08


class BadPhoto(ValueError):
    """A file that is no photo, with the reason in words: the customer is going to read them."""


def decode(data):
    """The `pixels` of a file, as the contract at the top has them.

    `data` are bytes. BadPhoto, with a reason of two words at least, for everything else: nothing at all, other
    formats than PNG and JPEG, a file that ends too early or is damaged, and too many pixels. Too many is what a file
    *claims*, before any pixel has been decoded; the reason then holds the width and the height that it claims.

    The orientation is EXIF's, from 1 to 8; `wren.photos.turn` shows what each means. Without one, or with another
    number, the picture is upright.
    """
    raise NotImplementedError("4.2, task a: the pixels as a person sees them, or BadPhoto (about 20 lines)")


def fit(pixels):
    """The `input` for `pixels`, uint8 of shape (height, width, 3), of at least 1 by 1 and at most MAX_PIXELS.

    They belong to the caller and are left as they are. The array that is returned is a new one each time.
    """
    raise NotImplementedError("4.2, task b: to 64 by 64 without stretching, channels first, float32 from 0 to 1 (about 10 lines)")


def to_model_input(data):
    """The input for the bytes of one file; BadPhoto where it is none."""
    return fit(decode(data))


def to_batch(photos):
    """An input for each file, in order: float32 of shape (n, 3, 64, 64); n may be 0.

    Each row is what `to_model_input` makes of that file alone. BadPhoto where a file is none.
    """
    inputs = np.empty((len(photos), 3, SIDE, SIDE), np.float32)
    for place, data in enumerate(photos):
        inputs[place] = to_model_input(data)
    return inputs


def blocks(inputs):
    """The means of the blocks of 16 by 16: float32 of shape (..., 3, 64, 64) becomes (..., 3, 4, 4)."""
    means = np.asarray(inputs).reshape(*np.shape(inputs)[:-2], 4, 16, 4, 16)
    return means.mean(axis=(-3, -1))


def check(prepare: Callable[[Sequence[bytes]], np.ndarray]):
    """Raise an AssertionError unless `prepare` does what `to_batch` promises, with your ASPECT.

    `prepare(photos)` takes a list of bytes, as `to_batch` does, and is somebody's own way to keep the contract, or to
    break it. It raises a ValueError where a file is no photo (BadPhoto is one). One call takes at most 100 files, and
    all calls together 1000 files and 10 MB.

    `write` makes a file of any picture, in any form, mode and orientation; `make_photos(count, seed)` makes files such
    as customers send. What you expect of them you may take from your own `to_batch`, or from `Photo.upright`.
    """
    raise NotImplementedError("4.2, task c: photos on which a broken promise shows, and what has to be true of the answer (about 40 lines)")


if __name__ == "__main__":
    for photo in make_photos(5, seed=1):
        pixels, seen = decode(photo.data), over_white(photo.upright)
        off = np.abs(pixels.astype(int) - seen).max() if pixels.shape == seen.shape else "all"
        print(f"{photo.form:4} {photo.mode:4} orientation {photo.orientation}: {pixels.shape}, off by {off}")
    print(to_batch([photo.data for photo in make_photos(5, seed=1)]).shape)
    check(to_batch)
    print("to_batch keeps the contract, says check")
