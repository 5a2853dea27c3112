"""Runs beside the learner's code: calls of `fit` on parts of one array. In a process of its own it reads files."""

from io import BytesIO

import numpy as np
from PIL import Image, ImageFile

FORMATS = ("PNG", "JPEG")
MOST_PIXELS = 4_000_000


def fit_windows(pixels, windows):
    """`fit` of parts of one array, which are views of it, and then the array as it is afterwards.

    A window is (top, bottom, left, right).
    """
    import model_input

    inputs = [model_input.fit(pixels[top:bottom, left:right]) for top, bottom, left, right in windows]
    return inputs, pixels


def read(photos):
    """For each file what is stored in it, or None where it is no PNG or JPEG, or claims more than MOST_PIXELS.

    `pixels` are red, green, blue and alpha, not turned; `complete` says whether all of them were there.
    """
    return [_read(bytes(data)) for data in photos]


def _read(data):
    for complete in (True, False):
        ImageFile.LOAD_TRUNCATED_IMAGES = not complete
        try:
            image = Image.open(BytesIO(data), formats=FORMATS)
            if image.width * image.height > MOST_PIXELS:
                return None
            orientation = image.getexif().get(0x0112, 1)
            pixels = np.array(image.convert("RGBA"))
        except Exception:
            continue
        orientation = orientation if type(orientation) is int else 1
        return {"pixels": pixels, "mode": image.mode, "orientation": orientation, "complete": complete}
    return None
