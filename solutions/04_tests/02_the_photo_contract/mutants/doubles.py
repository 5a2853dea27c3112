# must fail test_an_input_is_float32_from_0_to_1 with "float32 and nothing else"
# You let NumPy choose the type. It chooses float64, and ONNX Runtime refuses it at the first request.
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

import functools
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
    ### BEGIN SOLUTION a: the pixels as a person sees them, or BadPhoto (about 20 lines)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # our own bound is far lower
            image = Image.open(BytesIO(data), formats=("PNG", "JPEG"))
    except Exception as error:
        raise BadPhoto("this is no PNG or JPEG file that can be read") from error
    if image.width * image.height > MAX_PIXELS:
        raise BadPhoto(f"the picture has {image.width} x {image.height} pixels; {MAX_PIXELS:,} are the most")
    try:
        image = ImageOps.exif_transpose(image).convert("RGBA")
    except Exception as error:  # a damaged file raises OSError, SyntaxError, ValueError, zlib's own and others
        raise BadPhoto("the file is damaged, or ends too early") from error
    paper = Image.new("RGBA", image.size, "white")
    return np.array(Image.alpha_composite(paper, image).convert("RGB"))
    ### END SOLUTION


def fit(pixels):
    """The `input` for `pixels`, uint8 of shape (height, width, 3), of at least 1 by 1 and at most MAX_PIXELS.

    They belong to the caller and are left as they are. The array that is returned is a new one each time.
    """
    ### BEGIN SOLUTION b: to 64 by 64 without stretching, channels first, float32 from 0 to 1 (about 10 lines)
    height, width = pixels.shape[:2]
    scale = SIDE / max(height, width)
    rows, columns = (max(1, round(side * scale)) for side in (height, width))
    scaled = Image.fromarray(pixels).resize((columns, rows), Image.Resampling.BILINEAR)
    square = Image.new("RGB", (SIDE, SIDE), "white")
    square.paste(scaled, ((SIDE - columns) // 2, (SIDE - rows) // 2))
    return (np.asarray(square) / 255).transpose(2, 0, 1)
    ### END SOLUTION


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


def _patches():
    """A picture that is wider than high, in which nothing is white, and nothing symmetric."""
    patches = np.random.default_rng(4).integers(0, 200, (6, 5, 4), np.uint8)
    patches[..., 3] = 255
    return patches.repeat(12, 0).repeat(30, 1)


@functools.cache
def _photos_and_means():
    """Files on which a broken promise shows, and the means of their inputs' blocks."""
    wide = _patches()
    holes = wide.copy()
    holes[24:, 60:] = 0
    forms = [("PNG", "L"), ("PNG", "P"), ("PNG", "RGBA"), ("JPEG", "RGB"), ("JPEG", "L")]
    photos = [write(wide, orientation=orientation) for orientation in range(1, 9)]
    photos += [write(turn(wide, 6)), write(wide[::4, ::4]), write(wide[:, :72])]
    photos += [write(picture, form=form, mode=mode) for picture in (wide, holes) for form, mode in forms]
    photos += [photo.data for photo in make_photos(10, seed=4)]
    return photos, blocks(to_batch(photos))


@functools.cache
def _no_photos():
    """Bytes that nobody may take for a photo."""
    cut = [write(_patches())[:-80], write(_patches(), form="JPEG")[:-500]]
    return [b"", b"no photo", b"GIF89a" + bytes(20), write(np.full((1000, 1001, 4), 255, np.uint8)), *cut]


def check(prepare: Callable[[Sequence[bytes]], np.ndarray]):
    """Raise an AssertionError unless `prepare` does what `to_batch` promises, with your ASPECT.

    `prepare(photos)` takes a list of bytes, as `to_batch` does, and is somebody's own way to keep the contract, or to
    break it. It raises a ValueError where a file is no photo (BadPhoto is one). One call takes at most 100 files, and
    all calls together 1000 files and 10 MB.

    `write` makes a file of any picture, in any form, mode and orientation; `make_photos(count, seed)` makes files such
    as customers send. What you expect of them you may take from your own `to_batch`, or from `Photo.upright`.
    """
    ### BEGIN SOLUTION c: photos on which a broken promise shows, and what has to be true of the answer (about 40 lines)
    photos, right = _photos_and_means()
    answer = prepare(photos)
    assert isinstance(answer, np.ndarray), "the answer is no array"
    assert answer.dtype == np.float32, f"the type is {answer.dtype}"
    assert answer.shape == (len(photos), 3, SIDE, SIDE), f"the shape is {answer.shape}"
    off = np.abs(blocks(answer) - right).max(axis=(1, 2, 3))
    assert off.max() <= CLOSE, f"photo {off.argmax()} is off by {off.max():.2f}"
    for place in range(0, len(photos), 5):
        assert np.array_equal(prepare(photos[place : place + 1])[0], answer[place]), "alone it is another"
    assert np.shape(prepare([])) == (0, 3, SIDE, SIDE), "no photos make no empty batch"
    for bad in _no_photos():
        try:
            prepare([photos[0], bad])
        except ValueError:
            continue
        raise AssertionError(f"{len(bad)} bytes that are no photo were taken for one")
    ### END SOLUTION


if __name__ == "__main__":
    for photo in make_photos(5, seed=1):
        pixels, seen = decode(photo.data), over_white(photo.upright)
        off = np.abs(pixels.astype(int) - seen).max() if pixels.shape == seen.shape else "all"
        print(f"{photo.form:4} {photo.mode:4} orientation {photo.orientation}: {pixels.shape}, off by {off}")
    print(to_batch([photo.data for photo in make_photos(5, seed=1)]).shape)
    check(to_batch)
    print("to_batch keeps the contract, says check")
