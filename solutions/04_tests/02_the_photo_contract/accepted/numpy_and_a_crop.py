# A centre crop; the pixels are turned and laid on white with NumPy, and the nearest ones are taken; examples by hand.
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

from collections.abc import Callable, Sequence
from io import BytesIO

import numpy as np
from PIL import Image

from wren.photos import make_photos, over_white, turn, write

SIDE = 64
MAX_PIXELS = 1_000_000  # width times height: the form in the app sends no more
ASPECT = "crop"  # or "crop": choose one, and keep to it
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
    try:
        image = Image.open(BytesIO(data), formats=["JPEG", "PNG"])
    except Image.DecompressionBombError as error:
        raise BadPhoto("far too many pixels") from error
    except (OSError, SyntaxError, ValueError) as error:
        raise BadPhoto(f"not readable: {error}") from error
    width, height = image.size
    if width * height > MAX_PIXELS:
        raise BadPhoto(f"{width} times {height} pixels are too many")
    try:
        pixels = np.asarray(image.convert("RGBA"))
        orientation = image.getexif().get(274, 1)
    except Exception as error:
        raise BadPhoto(f"not readable: {error}") from error
    alpha = pixels[..., 3:] / 255
    seen = np.rint(pixels[..., :3] * alpha + 255 * (1 - alpha)).astype(np.uint8)
    return turn(seen, orientation if orientation in range(1, 9) else 1)


def fit(pixels):
    """The `input` for `pixels`, uint8 of shape (height, width, 3), of at least 1 by 1 and at most MAX_PIXELS.

    They belong to the caller and are left as they are. The array that is returned is a new one each time.
    """
    height, width, _ = pixels.shape
    side = min(height, width)
    places = ((np.arange(SIDE) + 0.5) * side / SIDE).astype(int)
    rows, columns = places + (height - side) // 2, places + (width - side) // 2
    return np.moveaxis(pixels[rows][:, columns], 2, 0).astype(np.float32) / np.float32(255)


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


def _mean(square):
    """The blocks of a square picture, for sides that are multiples of 4."""
    parts = len(square) // 2
    quarters = square[..., :3].reshape(2, parts, 2, parts, 3).mean(axis=(1, 3)) / 255
    return quarters.transpose(2, 0, 1)


def _near(row, quarters):
    """The four quarters of an input, in all channels."""
    assert np.abs(np.asarray(row).reshape(3, 2, 32, 2, 32).mean(axis=(2, 4)) - quarters).max() <= 0.04


def check(prepare: Callable[[Sequence[bytes]], np.ndarray]):
    """Raise an AssertionError unless `prepare` does what `to_batch` promises, with your ASPECT.

    `prepare(photos)` takes a list of bytes, as `to_batch` does, and is somebody's own way to keep the contract, or to
    break it. It raises a ValueError where a file is no photo (BadPhoto is one). One call takes at most 100 files, and
    all calls together 1000 files and 10 MB.

    `write` makes a file of any picture, in any form, mode and orientation; `make_photos(count, seed)` makes files such
    as customers send. What you expect of them you may take from your own `to_batch`, or from `Photo.upright`.
    """
    red_left = np.zeros((60, 60, 4), np.uint8)
    red_left[:, :30, 0], red_left[..., 3] = 200, 255
    for orientation in range(1, 9):  # square: only the turning matters
        expected = _mean(red_left)
        _near(prepare([write(red_left, orientation=orientation)])[0], expected)
    wide = np.zeros((30, 90, 4), np.uint8)
    wide[..., 3] = 255
    wide[:, :30, 2], wide[:, 60:, 1], wide[:, 30:45, 0] = 250, 250, 120
    tall = turn(wide, 6)
    for middle, picture in ((wide[:, 30:60], wide), (tall[30:60], tall)):
        _near(prepare([write(picture)])[0], _mean(middle))
        _near(prepare([write(picture, orientation=8)])[0], _mean(middle))
    hole = red_left.copy()
    hole[:30, 30:, 3] = 0
    white = red_left.copy()
    white[:30, 30:] = 255
    for mode in ("RGBA", "P"):
        _near(prepare([write(hole, mode=mode)])[0], _mean(white))
    dark, light = red_left // 2 * 2, np.full((50, 50, 4), 90, np.uint8)
    light[..., 3] = 255
    both = prepare([write(dark), write(light)])
    assert both.dtype == np.float32
    assert both.shape == (2, 3, SIDE, SIDE)
    for row, data in zip(both, (write(dark), write(light)), strict=True):
        assert np.abs(prepare([data])[0] - row).max() < 1e-6
    assert abs(both[1].mean() - 90 / 255) < 0.01
    assert prepare([]).shape == (0, 3, SIDE, SIDE)
    cut = write(wide)
    for data in (b"", b"x" * 50, cut[: len(cut) // 2], cut[:-30], write(np.zeros((1001, 1000, 4), np.uint8))):
        refused = False
        try:
            prepare([data])
        except ValueError:
            refused = True
        assert refused


if __name__ == "__main__":
    for photo in make_photos(5, seed=1):
        pixels, seen = decode(photo.data), over_white(photo.upright)
        off = np.abs(pixels.astype(int) - seen).max() if pixels.shape == seen.shape else "all"
        print(f"{photo.form:4} {photo.mode:4} orientation {photo.orientation}: {pixels.shape}, off by {off}")
    print(to_batch([photo.data for photo in make_photos(5, seed=1)]).shape)
    check(to_batch)
    print("to_batch keeps the contract, says check")
