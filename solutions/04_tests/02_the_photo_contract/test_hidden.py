# ruff: noqa: D102  (the docstring of a class is the promise that its one method breaks)
"""What the learner is not given: every form and mode, files that want to be huge, and other broken implementations."""

import dataclasses

import numpy as np
from support import (
    MAX_PIXELS,
    SIDE,
    Right,
    black,
    declared,
    expect_content,
    expect_inputs,
    expect_pixels,
    expect_refused,
    expect_verdicts,
    oblong,
    png,
)

from autograder.examiner import expect, task
from wren.photos import as_stored, make_photos, make_picture, over_white, turn, write

# Of JPEG the mean over all pixels and channels is judged. Over 250 seeds it is off by 2.8 levels at most; pictures that
# are mirrored or upside down by 29 at least.
JPEG_LEVELS = 8


@task("a", points=1)
def test_every_form_and_mode_is_read(candidate, rng):
    """PNG of grey, of a palette with and without a transparent colour, and JPEG, turned or not."""
    for form, mode, cut_out in (
        ("PNG", "L", False),
        ("PNG", "P", False),
        ("PNG", "P", True),
        ("PNG", "RGBA", False),
        ("JPEG", "RGB", False),
        ("JPEG", "L", False),
    ):
        picture = make_picture(60, 90, "dented", int(rng.integers(2**31)), cut_out=cut_out)
        for orientation in (1, 5 if mode == "P" else 6):
            data = write(picture, form=form, mode=mode, orientation=orientation)
            got = candidate.decode(data)
            what = f"{form}, {mode}{', cut out' if cut_out else ''}, orientation {orientation}"
            expect_pixels(got, as_stored(picture, mode), what, within=1 if form == "PNG" else 255)
            off = float(np.abs(got.astype(int) - over_white(as_stored(picture, mode))).mean())
            expect(off <= JPEG_LEVELS, f"the pixels are not what a person sees ({what})", call="decode(data)",
                   got=f"{off:.1f} levels off on the mean", expected=f"at most {JPEG_LEVELS}")  # fmt: skip


@task("a", points=1)
def test_what_claims_to_be_huge_is_refused_undecoded(candidate):
    """One pixel too many is refused, and so is a small file that would need hundreds of megabytes."""
    edge = np.full((1000, 1000, 4), 255, np.uint8)
    expect_pixels(candidate.decode(write(edge, mode="L")), edge, f"exactly {MAX_PIXELS:,} pixels")
    for width, height, data in (
        (1001, 1000, write(np.full((1000, 1001, 4), 255, np.uint8), mode="L")),
        (13000, 12999, black(13000, 12999)),
    ):
        what = f"a file of {len(data) // 1000} kB that claims {width} x {height} pixels"
        said = expect_refused(candidate, data, what)
        expect(str(width) in said and str(height) in said, f"the reason holds the width and the height that the file "
               f"claims, as only one does who has not decoded it first ({what})", call="decode(data)", got=said,
               expected=f"a reason with {width} and {height}")  # fmt: skip
    expect_refused(candidate, png(60_000, 60_000, b""), "a file that claims 60000 x 60000 pixels and has none")


@task("a", points=1)
def test_damage_of_other_kinds_is_refused_too(candidate, rng):
    """Half a JPEG, a damaged byte, and another format are no photos; an orientation that does not exist is none."""
    picture = oblong(rng, wide=True)
    jpeg, whole = write(picture, form="JPEG"), write(picture)
    expect_refused(candidate, jpeg[: len(jpeg) // 2], "the first half of a JPEG file")
    expect_refused(candidate, whole[:30], "a PNG file that ends in its header")
    for share in (0.3, 0.7):
        place = int(share * len(whole))
        hit = whole[:place] + bytes([whole[place] ^ 0x55, whole[place + 1] ^ 0xAA]) + whole[place + 2 :]
        expect_refused(candidate, hit, "a PNG file with two damaged bytes")
    start = whole.index(b"IDAT")
    short = whole[: start - 4] + (100).to_bytes(4) + whole[start:]
    expect_refused(candidate, short, "a PNG file whose pixels say that they are 100 bytes long")
    expect_refused(candidate, b"P6 2 2 255\n" + bytes(range(12)), "a file in another format (PPM)")
    for number in (0, 9):
        got = candidate.decode(write(picture, orientation=number))
        expect_pixels(got, picture, f"PNG, RGB, orientation {number}")


@task("b", points=1)
def test_the_oddest_shapes_fit(candidate, rng):
    """Pictures of one pixel, of one row and of one column have inputs too."""
    aspect = declared(candidate)
    for height, width in ((1, 1), (1, 300), (300, 2), (3, 1000), (64, 64), (65, 63), (7, 5)):
        pixels = np.full((height, width, 3), rng.integers(0, 120, 3), np.uint8)
        got = candidate.fit(pixels)
        call = f"fit(pixels of {height} x {width})"
        expect_inputs(got, (3, SIDE, SIDE), call)
        expect_content(got, pixels, aspect, f"one colour, {height} x {width}", call)
        if aspect == "letterbox" and min(height, width) < max(height, width) / SIDE:
            lines = [int((got < 0.99).any(axis=axes).sum()) for axes in ((0, 2), (0, 1))]
            expect(min(lines) == 1, "the shorter side of a very long picture is 1, and no picture vanishes", call=call,
                   got=f"{lines[0]} rows and {lines[1]} columns", expected="64 and 1")  # fmt: skip


@task("b", points=1)
def test_a_batch_holds_what_each_file_gives_alone(candidate, seed):
    """The inputs of a batch are in order, each as its file alone gives it, and show what customers sent."""
    aspect, photos = declared(candidate), make_photos(12, seed)
    batch = candidate.to_batch([photo.data for photo in photos])
    expect_inputs(batch, (len(photos), 3, SIDE, SIDE), f"to_batch({len(photos)} files)")
    for place, photo in enumerate(photos):
        call = f"to_batch({len(photos)} files)[{place}]"
        what = f"{photo.form}, {photo.mode}, orientation {photo.orientation}"
        expect_content(batch[place], over_white(photo.upright), aspect, what, call)
    for place in (11, 5, 0):
        alone = candidate.to_model_input(photos[place].data)
        expect_inputs(alone, (3, SIDE, SIDE), "to_model_input(data)")
        off = float(np.abs(alone - batch[place]).max())
        expect(off <= 1e-6, "a file alone gives another input than in a batch", call="to_model_input(data)",
               got=f"{off:.3g} off", expected="the same")  # fmt: skip
    expect_inputs(candidate.to_batch([]), (0, 3, SIDE, SIDE), "to_batch([])")


# ---- broken implementations


class NeverMirrored(Right):
    """Each of the eight orientations is obeyed, the four that mirror included."""

    def colours(self, file):
        unmirrored = {2: 1, 4: 3, 5: 6, 7: 8}
        return over_white(turn(file.pixels, unmirrored.get(file.orientation, file.orientation)))


class PaletteKept(Right):
    """The transparent colour of a palette is white as well."""

    def colours(self, file):
        return turn(file.pixels, file.orientation)[..., :3] if file.mode == "P" else file.seen


class StretchedToWhite(Right):
    """A dark picture stays dark: the brightest value of an input is not always 1."""

    def finished(self, square):
        return square / max(square.max(), 0.01)


class NeverEnlarged(Right):
    """A picture that is smaller than the input is scaled up."""

    def sides(self, height, width):
        return (height, width) if max(height, width) < SIDE else super().sides(height, width)

    def cropped(self, pixels):
        small = max(pixels.shape[:2]) < SIDE
        return self.letterboxed(pixels) if small else super().cropped(pixels)


class LooksAtTheBatch(Right):
    """The input for a file does not depend on the other files of its batch."""

    def batch(self, files):
        rows = super().batch(files)
        return rows - (rows.mean() - rows[0].mean()) if len(rows) else rows


class HalfAFileWillDo(Right):
    """A file that ends too early is no photo."""

    def accepted(self, file):
        return super().accepted(dataclasses.replace(file, complete=True) if file else None)


class AnySize(Right):
    """A file that claims more than MAX_PIXELS is no photo."""

    def accepted(self, file):
        return file if file and file.complete else super().accepted(file)


class NothingIsNothing(Right):
    """No files give a batch of shape (0, 3, 64, 64)."""

    def batch(self, files):
        return super().batch(files) if files else np.zeros((0,), np.float32)


class SidesExchanged(Right):
    """Height is height and width is width, for pictures that are not square as well."""

    def sides(self, height, width):
        return super().sides(width, height)

    def cropped(self, pixels):
        height, width, _ = pixels.shape
        return super().cropped(pixels.transpose(1, 0, 2) if height != width else pixels)


@task("c", points=3)
def test_other_broken_ones_are_refused(candidate, rival, seed):
    """check refuses seven of nine others that break the contract."""
    faults = (SidesExchanged, NeverMirrored, PaletteKept, StretchedToWhite, NeverEnlarged, LooksAtTheBatch)
    expect_verdicts(candidate, rival, seed, (*faults, HalfAFileWillDo, AnySize, NothingIsNothing), 7)
