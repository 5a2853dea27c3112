"""What a repaired split has to do. The worlds are the examiner's own, new for each grade."""

from statistics import fmean
from typing import NamedTuple

from support import WORLDS, expect_share, sides, twins, world

from autograder.examiner import expect, expect_equal, task
from wren.backtest import Scores, World, backtest

BAR = 8.0
"""The largest mean gap in points.

Mean and standard deviation of the gap over ten worlds, in 250 grades:

    the solution                       +0.3   2.6       drawn at random            +22.2   1.3
    the newest conversations           +0.1   2.4       same texts together        +21.6   1.3
    by order number, a quarter         +0.3   2.7       grouped one step back      +19.0   1.5
    a third of the conversations       +0.3   2.0       by customer                +17.5   1.6
    the solution, an eighth in test    +0.3   3.2       by time                    +16.9   1.7

So a right split is beyond the bar once in 400 grades, and once in 80 with a small test. Up to DOUBT it is measured
again over 30 worlds, where the deviations are smaller by the root of three: it fails once in 150,000 grades, with a
small test once in 5,000. The closest wrong one, by time, passes less than once in a million.
"""

DOUBT = 12.0
"""A mean gap between BAR and this is measured again over three times the worlds."""


@task("a", points=1)
def test_every_row_is_on_one_side_once(candidate, seed):
    """Each row is in train or in test, once, and no other row is."""
    rows = world(seed, 0).rows
    sides(rows, candidate.split(rows))


@task("a", points=1)
def test_a_tenth_to_a_half_is_in_the_test(candidate, seed):
    """The test holds a tenth to a half of the rows."""
    rows = world(seed, 1).rows
    _, test = sides(rows, candidate.split(rows))
    expect_share(rows, test)


@task("a", points=4)
def test_the_test_says_what_next_week_says(candidate, seed):
    """Over ten worlds, the test's accuracy and next week's differ by at most 8 points in the mean."""
    measured = [_measure(candidate, world(seed, number)) for number in range(WORLDS)]
    if BAR < abs(_gap(measured)) <= DOUBT:
        measured += [_measure(candidate, world(seed, number)) for number in range(WORLDS, 3 * WORLDS)]
    gap = _gap(measured)
    offline, live = fmean(m.scores.offline for m in measured), fmean(m.scores.live for m in measured)
    many = "many" if gap > 0 else "few"
    says = f"the test says {offline:.0%}, next week says {live:.0%}: {abs(gap):.0f} points too {many}"
    pair, texts = twins(world(seed, 0), measured[0].train, measured[0].test)
    expect(abs(gap) <= BAR, f"{says}. {pair}" if pair else says, call=f"split(rows) in {len(measured)} worlds",
           got=texts or f"a gap of {gap:+.1f} points", expected=f"a gap of at most {BAR:g} points")  # fmt: skip


class Measured(NamedTuple):
    """What a split made of one world: the ids on either side, and what the model trained on one of them scored."""

    train: list[str]
    test: list[str]
    scores: Scores


def _measure(candidate, shop: World) -> Measured:
    train, test = sides(shop.rows, candidate.split(shop.rows))
    expect_share(shop.rows, test)
    return Measured(train, test, backtest(shop, train, test))


def _gap(measured: list[Measured]) -> float:
    return fmean(m.scores.gap for m in measured)


@task("a", points=1)
def test_the_split_is_the_same_tomorrow(candidate, seed):
    """The same rows give the same split, also in another process."""
    rows = world(seed, 0).rows[:300]
    today = sides(rows, candidate.split(rows))
    again = sides(rows, candidate.split(rows))
    expect(sorted(again[1]) == sorted(today[1]), "two calls with the same rows gave two different tests")
    candidate.restart()
    tomorrow = sides(rows, candidate.split(rows))
    expect_equal(
        sorted(tomorrow[1]), sorted(today[1]),
        because="another process made another test of the same rows: does a set of strings or hash() decide?",
    )  # fmt: skip
