# ruff: noqa: D102  (the docstring of a class is the promise that its one method breaks)
"""What decode, fit and check have to do, on pictures of parcels that no turning and no exchange leaves as they are."""

import numpy as np
from support import (
    SIDE,
    Right,
    declared,
    expect_content,
    expect_inputs,
    expect_pixels,
    expect_refused,
    expect_verdicts,
    oblong,
)

from autograder.examiner import expect, expect_equal, task
from wren.photos import as_stored, make_picture, over_white, turn, write


@task("a", points=1)
def test_a_file_becomes_the_pixels_that_are_in_it(candidate, rng):
    """The pixels of a PNG are uint8 of shape (height, width, 3): rows from the top, red first."""
    picture = oblong(rng, wide=True)
    expect_pixels(candidate.decode(write(picture)), picture, "PNG, RGB, no orientation")


@task("a", points=2)
def test_every_orientation_is_upright(candidate, rng):
    """All eight orientations of one oblong picture give the same pixels."""
    picture = oblong(rng, wide=True)
    for orientation in range(1, 9):
        got = candidate.decode(write(picture, orientation=orientation))
        expect_pixels(got, picture, f"PNG, RGB, orientation {orientation}")


@task("a", points=1)
def test_what_is_transparent_is_white(candidate, rng):
    """A transparent pixel is white whatever colour is stored in it, and half a shadow is half white; palettes too."""
    picture = make_picture(70, 110, "torn", int(rng.integers(2**31)), cut_out=True)
    for mode in ("RGBA", "P"):
        got = candidate.decode(write(picture, mode=mode))
        expect_pixels(got, as_stored(picture, mode), f"PNG, {mode}, cut out")


@task("a", points=1)
def test_what_is_no_photo_is_refused_in_words(candidate, rng):
    """Nothing at all, text, and a file that ends too early: BadPhoto, each with a reason."""
    picture = oblong(rng, wide=False)
    expect_refused(candidate, b"", "an empty file")
    expect_refused(candidate, b"please see the photo attached", "a file of text")
    whole = write(picture)
    expect_refused(candidate, whole[: len(whole) // 2], "the first half of a PNG file")


@task("b", points=1)
def test_an_input_is_float32_from_0_to_1(candidate):
    """An input has the type and shape that the model takes; black is 0, white is 1, and a fifth of white is 0.2."""
    declared(candidate)
    for level, name in ((0, "black"), (51, "dark grey"), (255, "white")):
        call = f"fit({name})"
        got = candidate.fit(np.full((SIDE, SIDE, 3), level, np.uint8))
        expect_inputs(got, (3, SIDE, SIDE), call)
        off = float(np.abs(got - level / 255).max())
        expect(off < 1e-6, "black is 0.0, white is 1.0, and a dark picture stays dark", call=call,
               got=f"{got.min():.6g} to {got.max():.6g}", expected=f"{level / 255}")  # fmt: skip


@task("b", points=2)
def test_an_input_shows_the_picture(candidate, rng):
    """Colours and directions stay, nothing is stretched, and what is small is scaled up: all is as ASPECT declares."""
    aspect = declared(candidate)
    small = make_picture(24, 36, "soaked", int(rng.integers(2**31)))
    pictures = (oblong(rng, wide=True), "wider than high"), (oblong(rng, wide=False), "higher than wide")
    for picture, what in (*pictures, (small, "24 high and 36 wide: smaller than the input")):
        pixels = picture[..., :3]
        got = candidate.fit(pixels)
        expect_inputs(got, (3, SIDE, SIDE), "fit(pixels)")
        expect_content(got, pixels, aspect, what, "fit(pixels)")


@task("b", points=1)
def test_the_callers_pixels_stay_as_they_were(candidate, harness, rng):
    """Windows of one array are fitted one after the other; the array is left as it was, and so is each answer."""
    aspect = declared(candidate)
    pixels = oblong(rng, wide=True)[..., :3]
    height, width, _ = pixels.shape
    windows = [(0, height, 0, width - 20), (0, height - 10, 15, width), (10, height, 0, width - 20)]
    answer = harness.fit_windows(pixels, windows)
    good = isinstance(answer, list | tuple) and len(answer) == 2
    expect(good and isinstance(answer[0], list) and len(answer[0]) == len(windows), "three windows have three inputs",
           got=answer)  # fmt: skip
    expect_equal(answer[1], pixels, because="fit changed the array that it was given: it belongs to the caller")
    for got, (top, bottom, left, right) in zip(answer[0], windows, strict=True):
        expect_inputs(got, (3, SIDE, SIDE), "fit(pixels[window])")
        window = pixels[top:bottom, left:right]
        expect_content(got, window, aspect, "a window of a larger array, after others", "fit(pixels[window])")


# ---- broken implementations


class BlueFirst(Right):
    """Red is channel 0, and blue is channel 2."""

    def colours(self, file):
        return file.seen[..., ::-1]


class AsTheSensorLay(Right):
    """The picture is upright, whatever its orientation."""

    def colours(self, file):
        return over_white(file.pixels)


class DividedTwice(Right):
    """White is 1.0."""

    def finished(self, square):
        return square / 255


class NoAlpha(Right):
    """What is transparent is white."""

    def colours(self, file):
        return turn(file.pixels, file.orientation)[..., :3]


class Stretched(Right):
    """An oblong picture is not stretched."""

    def sides(self, height, width):
        return SIDE, SIDE

    def cropped(self, pixels):
        return self.scaled(pixels, SIDE, SIDE)


class Doubles(Right):
    """The batch is of float32."""

    def batch(self, files):
        return super().batch(files).astype(np.float64)


@task("c", points=3)
def test_right_ones_pass_and_broken_ones_are_refused(candidate, rival, seed):
    """check passes everything that keeps the contract, and refuses five of six that break it."""
    faults = (BlueFirst, AsTheSensorLay, DividedTwice, NoAlpha, Stretched, Doubles)
    expect_verdicts(candidate, rival, seed, faults, 5)
