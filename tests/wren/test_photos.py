"""Photos have the statistics that they promise, and a reader who obeys the contract sees the picture on record."""

import hashlib
import math
from collections import Counter
from io import BytesIO

import numpy as np
import pytest
from PIL import Image, ImageOps

from wren.photos import (
    FORMS,
    KINDS,
    LARGEST,
    SMALLEST,
    Photo,
    as_stored,
    make_photos,
    make_picture,
    over_white,
    turn,
    write,
)

COUNT = 400


@pytest.fixture(scope="module")
def photos() -> list[Photo]:
    return make_photos(COUNT, seed=1)


def seen_by_pillow(data: bytes) -> np.ndarray:
    """What a viewer shows on white, as Pillow understands the file."""
    image = ImageOps.exif_transpose(Image.open(BytesIO(data))).convert("RGBA")
    return np.asarray(Image.alpha_composite(Image.new("RGBA", image.size, "white"), image).convert("RGB"))


def test_one_seed_gives_the_same_pictures_everywhere():
    digest = hashlib.sha256()
    for photo in make_photos(12, seed=5):
        digest.update(f"{photo.kind} {photo.form} {photo.mode} {photo.orientation} {photo.upright.shape}".encode())
        digest.update(photo.upright.tobytes())
    assert digest.hexdigest()[:16] == "d526448625a82e42"
    one, other = (make_photos(1, seed=seed)[0].upright for seed in (5, 6))
    assert not np.array_equal(one, other)


def test_fewer_photos_are_the_first_of_more():
    assert [photo.data for photo in make_photos(3, seed=8)] == [photo.data for photo in make_photos(9, seed=8)[:3]]


def test_a_viewer_shows_the_upright_picture(photos):
    for photo in photos[:120]:
        shown, truth = seen_by_pillow(photo.data), over_white(photo.upright)
        assert shown.shape == truth.shape
        off = np.abs(shown.astype(int) - truth)
        assert off.max() <= 1 if photo.form == "PNG" else off.mean() < 9


def test_a_file_is_what_is_on_record(photos):
    for photo in photos[:120]:
        image = Image.open(BytesIO(photo.data))
        assert (image.format, image.mode) == (photo.form, photo.mode)
        assert image.getexif().get(0x0112, 1) == photo.orientation
        height, width, _ = photo.upright.shape
        assert image.size == ((height, width) if photo.orientation > 4 else (width, height))
        assert SMALLEST <= min(height, width) <= max(height, width) <= LARGEST


@pytest.mark.parametrize(
    ("values", "of"),
    [(KINDS, "kind"), (range(1, 9), "orientation"), (FORMS, "stored")],
    ids=["kinds", "orientations", "forms and modes"],
)
def test_everything_is_drawn_evenly(photos, values, of):
    drawn = Counter((photo.form, photo.mode) if of == "stored" else getattr(photo, of) for photo in photos)
    assert set(drawn) == set(values)
    share = 1 / len(values)
    for count in drawn.values():  # 4 standard deviations: fewer than one run of a thousand, with fixed seeds
        assert abs(count - COUNT * share) <= 4 * math.sqrt(COUNT * share * (1 - share))


def test_turning_and_writing_undo_each_other():
    picture = make_picture(50, 80, "torn", seed=3)
    for orientation in range(1, 9):
        assert np.array_equal(seen_by_pillow(write(picture, orientation=orientation)), picture[..., :3])
    assert np.array_equal(turn(turn(picture, 6), 8), picture)
    assert np.array_equal(turn(picture, 0), picture)


@pytest.mark.parametrize("kind", KINDS)
def test_no_turning_and_no_exchange_leaves_a_picture_as_it_is(kind):
    for seed in range(20):
        picture = make_picture(60, 60, kind, seed)[..., :3].astype(int)
        others = [turn(picture, orientation) for orientation in range(2, 9)]
        others += [picture[..., order] for order in ([2, 1, 0], [1, 0, 2], [0, 2, 1])]
        assert min(np.abs(picture - other).mean() for other in others) > 5


def test_under_what_is_cut_out_stands_black():
    picture = make_picture(90, 70, "whole", seed=2, cut_out=True)
    alpha = picture[..., 3]
    assert set(np.unique(alpha)) == {0, 96, 255}
    assert not picture[alpha < 255, :3].any()
    assert (over_white(picture)[alpha == 0] == 255).all()
    assert (over_white(picture)[alpha == 96] == 255 - 96).all()
    palette = as_stored(picture, "P")
    assert set(np.unique(palette[..., 3])) == {0, 255}
    assert not (palette[..., :3] % 51).any()


def test_modes_without_alpha_are_opaque_and_grey_is_grey():
    picture = make_picture(60, 60, "soaked", seed=4, cut_out=True)
    assert (as_stored(picture, "RGB")[..., 3] == 255).all()
    grey = as_stored(picture, "L")
    assert (grey[..., 3] == 255).all()
    assert np.array_equal(grey[..., 0], grey[..., 2])
    assert np.array_equal(as_stored(picture, "RGBA"), picture)
