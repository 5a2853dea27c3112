"""What is true of the policies in hundreds of shops, and what they do with few tickets.

A note at each statistical bar says what was measured: over 205 grades of the solution, 116 of the accepted one with
Wilson's interval and Platt's curve, 40 of the one with the bootstrap and isotonic regression, 30 of the one with the
fixed sequence. None of them failed; the probabilities of that are binomial tails at the measured share of shops.
"""

from collections.abc import Iterator
from dataclasses import asdict
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
from support import band_of, destinations, threshold_of, tickets

from autograder.examiner import expect, expect_at_least, expect_at_most, expect_equal, expect_raises, task
from wren.arrivals import DAY, diurnal
from wren.scores import Prices, Shop, Tickets

SHOPS = 200
BROKEN = 20
HARD_SHOPS = 300
LUCKY = 30
COVERAGE = 0.6
PRICED_SHOPS = 60
DEARER = 1.05
DEARER_WHEN_BUSY = 1.1
OVERLOAD = 1.15
OVERLOADED = 6


class Promise(NamedTuple):
    """A shop in which an accuracy is promised, and the validation tickets there are."""

    shop: Shop
    target: float
    tickets: Tickets


class Priced(NamedTuple):
    """A shop with its prices and validation tickets; from now on the share `live_share` are actions."""

    shop: Shop
    live_share: float
    prices: Prices
    tickets: Tickets


class Busy(NamedTuple):
    """A priced shop with last week's arrivals by hour, and how many tickets people answer in an hour."""

    priced: Priced
    arrivals: np.ndarray
    capacity: float


def some_shop(rng: np.random.Generator, signal: tuple[float, float], misleading: tuple[float, float]) -> Shop:
    """A shop whose model makes too much of what it reads, by a factor of 1.3 to 3.8."""
    return Shop(
        share=rng.uniform(0.35, 0.65), features=int(rng.integers(4, 9)), correlation=rng.uniform(0.1, 0.4),
        signal=rng.uniform(*signal), misleading=rng.uniform(*misleading),
    )  # fmt: skip


def changed(share: float, factor: float) -> float:
    """The share of actions when their odds are `factor` times what they were."""
    odds = share / (1 - share) * factor
    return odds / (1 + odds)


def reachable(rng: np.random.Generator, shops: int, sizes: tuple[int, ...]) -> Iterator[Promise]:
    """Shops in which 40% to 90% of the tickets could be decided alone."""
    made = 0
    while made < shops:
        target, shop = float(rng.choice([0.9, 0.95])), some_shop(rng, (1.2, 2.0), (0.0, 0.02))
        best = shop.best_threshold(target)
        if best is not None and 0.4 <= shop.coverage(best) <= 0.9:
            yield Promise(shop, target, shop.tickets(sizes[made % len(sizes)], rng))
            made += 1


def out_of_reach(rng: np.random.Generator, shops: int, sizes: tuple[int, ...]) -> Iterator[Promise]:
    """Shops in which the accuracy stays just below the target, however high the threshold."""
    for number in range(shops):
        target = float(rng.choice([0.9, 0.95]))
        shop = some_shop(rng, (2.0, 3.0), (1 - target + 0.0005, 1 - target + 0.002))
        yield Promise(shop, target, shop.tickets(sizes[number % len(sizes)], rng))


def priced(rng: np.random.Generator, shops: int, size: int) -> Iterator[Priced]:
    """Shops in which the odds of an action change by a factor of 3 to 6, and people are worth asking."""
    made = 0
    while made < shops:
        shop = some_shop(rng, (1.0, 1.6), (0.0, 0.02))
        prices = Prices(rng.uniform(20, 60), rng.uniform(5, 15), rng.uniform(1, 3))
        live_share = changed(shop.share, rng.uniform(3, 6) ** rng.choice([-1, 1]))
        if 0.08 <= shop.people(shop.best_band(live_share, prices), live_share) <= 0.6:
            yield Priced(shop, live_share, prices, shop.tickets(size, rng))
            made += 1


@lru_cache(maxsize=1)
def busy_shops(seed: int) -> tuple[Busy, ...]:
    """Shops whose people can take 0.3 to 0.6 of what the cheapest band would send them in the busiest hour.

    From now on at least a quarter more goes to people than the mix of the validation tickets would send.
    """
    rng, shops = np.random.default_rng([seed, 12]), []
    while len(shops) < PRICED_SHOPS:
        shop = some_shop(rng, (1.0, 1.6), (0.0, 0.02))
        prices = Prices(rng.uniform(60, 150), rng.uniform(3, 8), rng.uniform(0.3, 1))
        live_share = changed(shop.share, rng.uniform(4, 8))
        most = shop.people(shop.best_band(live_share, prices), live_share) * rng.uniform(0.3, 0.6)
        band = shop.best_band(live_share, prices, most)
        if most < 0.08 or shop.people(band, live_share) < 1.25 * shop.people(band, shop.share):
            continue
        hours = diurnal(rng, rng.uniform(1000, 3000), days=7) // (DAY / 24)
        arrivals = np.bincount(hours.astype(int), minlength=7 * 24)
        one = Priced(shop, live_share, prices, shop.tickets(4000, rng))
        shops.append(Busy(one, arrivals, most * float(arrivals.max())))
    return tuple(shops)


# The contract allows 5%, the bar is twice that: a policy that breaks exactly 5% of its promises fails one grade in 860.
# The solution breaks 0.04%, the accepted ones 0.03% to 0.5%: fewer than 1e-20 of their grades fail. A hundred tickets
# without a bound break 42%, the tuned test 24%: in 25 grades each, never fewer than 39 of 200 shops.
@task("a", points=2)
def test_promises_are_kept(candidate, rng):
    """In at most 20 of 200 shops the true accuracy is below what was promised."""
    broken = []
    for shop, target, sample in reachable(rng, SHOPS, (60, 200, 500, 1000, 2000)):
        threshold = threshold_of(candidate.guaranteed_threshold(sample.confidence, sample.right, target))
        if threshold is not None and shop.accuracy(threshold) < target:
            broken.append((len(sample.score), threshold, shop, target, sample))
    if len(broken) > BROKEN:
        size, threshold, shop, target, sample = min(broken, key=lambda case: case[0])
        decided = sample.confidence >= threshold
        expect(
            False,
            f"of {SHOPS} shops, {len(broken)} got less than the promised accuracy on what was decided alone "
            f"(bar: {BROKEN}). The smallest: {int(sample.right[decided].sum())} of {int(decided.sum())} validation "
            f"tickets right from your threshold {threshold:.4f} on, {target:.0%} promised, "
            f"{shop.accuracy(threshold):.1%} in truth",
            call=f"guaranteed_threshold(<{size} tickets>, target={target})",
            got=f"{len(broken)} broken promises", expected=f"at most {BROKEN}: twice what risk=0.05 allows",
        )  # fmt: skip


# The solution promises in 0.9% of these shops, Wilson and the bootstrap in 0.8% and 2.2%. The fixed sequence, which
# uses the risk up, does in 4.4%: 1 of 75 000 of its grades fails. One bound for many looks: 25%, never fewer than 66
# shops.
@task("a", points=1)
def test_nothing_is_promised_where_no_threshold_holds(candidate, rng):
    """Of 300 shops that are a little too hard for any threshold, at most 30 get one."""
    promised = []
    for shop, target, sample in out_of_reach(rng, HARD_SHOPS, (1000, 2000)):
        threshold = threshold_of(candidate.guaranteed_threshold(sample.confidence, sample.right, target))
        if threshold is not None:
            promised.append((len(sample.score), threshold, shop, target, sample))
    if len(promised) > LUCKY:
        size, threshold, shop, target, sample = min(promised, key=lambda case: case[0])
        decided = sample.confidence >= threshold
        expect(
            False,
            f"of {HARD_SHOPS} shops in which no threshold keeps the promise, {len(promised)} got one (bar: {LUCKY}). "
            f"The smallest: {int(sample.right[decided].sum())} of {int(decided.sum())} validation tickets right from "
            f"your threshold {threshold:.4f} on, {target:.0%} promised; in truth {1 - shop.misleading:.2%} is the most "
            "that any threshold gives. Whoever looks at many finds a lucky one",
            call=f"guaranteed_threshold(<{size} tickets>, target={target})",
            got=f"{len(promised)} promises", expected=f"at most {LUCKY}: twice what risk=0.05 allows",
        )  # fmt: skip


# The solution's median is 0.81, from 0.75 to 0.84 in all grades; 18% of its shops are below the bar, and it would take
# half of them: 1e-12 of the grades. The accepted ones: 0.80 to 0.83, the lowest 0.74. Hoeffding's bound has 0.00.
@task("a", points=1)
def test_what_can_be_decided_is_decided(candidate, rng):
    """With 1000 tickets or more, the median shop decides at least 0.6 of what it could."""
    reached = []
    for shop, target, sample in reachable(rng, SHOPS // 2, (1000, 2000, 4000)):
        threshold = threshold_of(candidate.guaranteed_threshold(sample.confidence, sample.right, target))
        best = shop.best_threshold(target)
        coverage = 0.0 if threshold is None else shop.coverage(threshold)
        reached.append(coverage / shop.coverage(best))
    nothing = sum(share == 0 for share in reached)
    expect_at_least(
        float(np.median(reached)), COVERAGE,
        because=f"in the median of {len(reached)} shops you decide {np.median(reached):.2f} of the tickets that could "
        f"be decided with the promise kept (bar: {COVERAGE}); in {nothing} shops you decide none. So much caution is "
        "paid for in people's hours",
    )  # fmt: skip


@task("a", points=1)
def test_equal_confidences_stand_or_fall_together(candidate):
    """Tickets with the same confidence are decided together, in whatever order they come."""
    confidence = np.concatenate([np.full(400, 0.99), np.full(800, 0.97), np.full(400, 0.6)])
    right = np.concatenate([np.full(400, True), np.arange(800) < 500, np.arange(400) % 2 == 0])
    for order in (slice(None), slice(None, None, -1)):
        got = threshold_of(candidate.guaranteed_threshold(confidence[order], right[order], 0.9))
        expect(
            got is None or got > 0.97,
            f"800 tickets have confidence 0.97 and 500 of them are right; with the threshold {got} all 800 are decided",
            got=got, expected="None, or a threshold above 0.97",
        )  # fmt: skip


@task("a", points=1)
def test_few_tickets_promise_nothing(candidate):
    """No ticket, one, or three with one confidence are answered, with None."""
    for count in (0, 1, 3):
        confidence, right = np.full(count, 0.9), np.full(count, True)
        got = threshold_of(candidate.guaranteed_threshold(confidence, right, 0.95))
        expect(got is None, f"{count} right answers of {count} promise nothing", got=got, expected="None")


# A median of 60 shops fails when half of them are dearer than 1.05. Of the solution's 10% are, as of the isotonic
# ones, of Platt's 5%: fewer than 1e-13 of the grades. The solution's median is 1.012, at most 1.020. With the mix of
# validation it is 1.35, with scores for chances 1.73: in 25 grades each, never below 1.30.
@task("b", points=2)
def test_the_cost_is_close_to_the_lowest_there_is(candidate, rng):
    """In the median shop a ticket costs at most 1.05 times what it costs with the best band of all."""
    cases = []
    for one in priced(rng, PRICED_SHOPS, 2000):
        sample = one.tickets
        band = band_of(candidate.cheapest_band(sample.score, sample.action, one.live_share, **asdict(one.prices)))
        cases.append((one, band, one.shop.best_band(one.live_share, one.prices)))
    expect_cheap(cases, DEARER)


@task("b", points=1)
def test_one_kind_of_ticket_is_not_enough(candidate):
    """Without a validation ticket of either label there is nothing to weigh: ValueError."""
    for count, value in ((0, True), (40, True), (40, False)):
        score, action = np.linspace(0.1, 0.9, count), np.full(count, value)
        labels = "no tickets" if not count else f"{count} tickets, all with the label {value}"
        expect_raises(
            "ValueError",
            lambda score=score, action=action: candidate.cheapest_band(
                score, action, 0.5, wrong_action=20, wrong_information=10, person=1
            ),
            because=f"{labels}: nothing is known about the other label, and a band would be a guess",
        )


# 4000 tickets tell the share for people to about 4%. One of the solution's 12 300 shops was over, none of the accepted
# ones' 11 160. With the mean hour all 60 are over, with the mix of validation at least 59, in 12 grades each.
@task("c", points=1)
def test_the_queue_fits_in_nine_shops_of_ten(candidate, seed):
    """In at least 54 of 60 shops, 1.15 times the capacity is enough for the busiest hour's tickets."""
    over = []
    for one in busy_shops(seed):
        band = busy_band(candidate, one)
        load = one.priced.shop.people(band, one.priced.live_share) * float(one.arrivals.max())
        if load > OVERLOAD * one.capacity:
            over.append((load / one.capacity, load, one, band))
    if len(over) > OVERLOADED:
        factor, load, one, band = max(over, key=lambda case: case[0])
        shop, live_share, _, _ = one.priced
        expect(
            False,
            f"in {len(over)} of {PRICED_SHOPS} shops the busiest hour brings people more than {OVERLOAD:g} times what "
            f"they can answer (bar: {OVERLOADED}). The worst: {load:.0f} tickets where they answer {one.capacity:.0f}. "
            f"Of {one.arrivals.max()} tickets in that hour ({one.arrivals.mean():.0f} in the mean hour), your band "
            f"({band[0]:.4g}, {band[1]:.4g}) takes {shop.people(band, live_share):.1%} at live_share={live_share:.2f} "
            f"and {shop.people(band, shop.share):.1%} at the mix of validation",
            call="capacity_band(<4000 tickets>, ...)",
            got=f"{factor:.2f} times the capacity", expected=f"at most {OVERLOAD:g} times in 54 shops",
        )  # fmt: skip


# The solution's median is 1.01, at most 1.018; that of isotonic regression, whose steps are coarse, 1.05, at most
# 1.071: 5e-8 of its grades fail. Giving up the high scores first has 1.9.
@task("c", points=1)
def test_the_people_there_are_are_well_used(candidate, seed):
    """In the median shop a ticket costs at most 1.1 times what the best band that fits costs."""
    cases = []
    for one in busy_shops(seed):
        shop, live_share, prices, _ = one.priced
        best = shop.best_band(live_share, prices, one.capacity / float(one.arrivals.max()))
        cases.append((one.priced, busy_band(candidate, one), best))
    expect_cheap(cases, DEARER_WHEN_BUSY)


@task("c", points=1)
def test_without_people_the_model_decides_all(candidate):
    """With capacity 0 nobody is asked, and one threshold separates the answers."""
    groups = ((0.2, 500, 25), (0.6, 500, 300), (0.8, 500, 400))
    score, action = tickets(*groups)
    prices = {"wrong_action": 20, "wrong_information": 10, "person": 1}
    got = band_of(candidate.capacity_band(score, action, float(action.mean()), np.array([1, 2]), 0, **prices))
    expect_equal(
        destinations(got, *groups),
        {0.2: "information", 0.6: "information", 0.8: "action"},
        because="nobody is there. Of 500 tickets with score 0.6, 300 were actions: as information they cost 6 a "
        f"ticket, as actions 8. Your band is {got}",
    )


def busy_band(candidate: Any, one: Busy) -> tuple[float, float]:
    """The learner's band for a busy shop."""
    _, live_share, prices, sample = one.priced
    data = (sample.score, sample.action, live_share, one.arrivals, one.capacity)
    return band_of(candidate.capacity_band(*data, **asdict(prices)))


def expect_cheap(cases: list[tuple[Priced, tuple[float, float], tuple[float, float]]], bar: float) -> None:
    """In the median case, (shop, band, best band), the band costs at most `bar` times what the best one does."""
    costs = [tuple(one.shop.cost(band, one.live_share, one.prices) for band in bands) for one, *bands in cases]
    ratios = [cost / least for cost, least in costs]
    middle = int(np.argsort(ratios)[len(ratios) // 2])
    (shop, live_share, prices, _), band, best = cases[middle]
    paid, least = costs[middle]
    expect_at_most(
        float(np.median(ratios)), bar, unit="times the lowest cost",
        because=f"in the median of {len(ratios)} shops a ticket costs {np.median(ratios):.2f} times the least possible "
        f"(bar: {bar:g}). One like that: {shop.share:.0%} actions in validation, {live_share:.0%} from now on; wrong "
        f"action {prices.wrong_action:.0f}, wrong information {prices.wrong_information:.0f}, person "
        f"{prices.person:.1f}: your band ({band[0]:.4g}, {band[1]:.4g}) costs {paid:.2f} a ticket, "
        f"({best[0]:.4g}, {best[1]:.4g}) would cost {least:.2f}",
    )  # fmt: skip
