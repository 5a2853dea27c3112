"""Feeds, contacts and minutes: what is told of them as the truth is what their rows say."""

import math

import numpy as np
import pytest

from wren.streams import (
    HANDLING,
    PARTNER,
    START,
    WEEK,
    FeedMix,
    make_contacts,
    make_events,
    make_feed,
    make_handling,
)

SEEDS = range(20)
UNTIDY = FeedMix(silent=0.2, corrected=0.4, late=0.4)


def last_reported(times: list[float], states: list[float], event: float) -> float:
    """By the definition: of the reports up to the event the latest, of several of one time the last row."""
    newest, last = -math.inf, math.nan
    for time, state in zip(times, states, strict=True):
        if newest <= time <= event:
            newest, last = time, state
    return last


@pytest.mark.parametrize("seed", SEEDS)
def test_the_state_that_held_is_the_one_that_was_last_reported(seed: int) -> None:
    feed = make_feed(120, seed, UNTIDY)
    events = np.append(make_events(80, [feed], seed, on_report=0.3), [START - 1.0, np.nan])
    rows = [last_reported(feed.times.tolist(), feed.states.tolist(), event) for event in events.tolist()]
    assert np.array_equal(feed.at(events), rows, equal_nan=True)


def test_a_feed_is_as_untidy_as_was_asked_for() -> None:
    feed = make_feed(20_000, 1, UNTIDY)
    assert len(feed.changes) == len(feed.held) == 20_000
    assert len(feed.times) - 20_000 == pytest.approx(8000, abs=250)  # a second report of the same time
    assert np.isnan(feed.held).mean() == pytest.approx(0.2, abs=0.02)
    assert np.mean(np.diff(feed.changes)) == pytest.approx(UNTIDY.mean_gap, rel=0.03)
    assert np.mean(np.diff(feed.times) < 0) > 0.1
    latest = np.maximum.accumulate(feed.times)
    assert 0 < np.max(latest - feed.times) <= UNTIDY.late_by


def test_a_tidy_feed_is_in_order_of_time() -> None:
    feed = make_feed(500, 1, FeedMix(silent=0, corrected=0, late=0))
    assert feed.times.tolist() == list(feed.changes)
    assert np.all(np.diff(feed.times) > 0)
    assert feed.states.tolist() == list(feed.held)


def test_a_feed_may_be_empty() -> None:
    feed = make_feed(0, 1)
    assert len(feed.times) == len(feed.states) == 0
    assert np.isnan(feed.at([0.0, START + 5.0])).all()
    assert len(make_events(3, [feed], 1)) == len(make_events(3, [], 1)) == 3


def test_feeds_of_one_seed_differ_by_their_number_and_not_otherwise() -> None:
    assert np.array_equal(make_feed(50, 3).times, make_feed(50, 3).times)
    assert make_feed(50, 3, number=1).changes != make_feed(50, 3).changes


def test_some_events_bear_the_time_of_a_report() -> None:
    feeds = [make_feed(2000, 1), make_feed(2000, 1, number=1)]
    known = set(feeds[0].changes) | set(feeds[1].changes)
    shared = [event in known for event in make_events(4000, feeds, 1, on_report=0.25).tolist()]
    assert np.mean(shared) == pytest.approx(0.25, abs=0.03)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_history_is_that_of_the_rows(seed: int) -> None:
    contacts = make_contacts(150, seed, customers=30, twice=0.1, weekly=0.1)
    for row, (who, when) in enumerate(zip(contacts.customers, contacts.times, strict=True)):
        earlier = contacts.times[(contacts.customers == who) & (contacts.times < when)]
        gap = float(when - earlier.max()) if len(earlier) else math.nan
        expected = [len(earlier), np.sum(earlier >= when - WEEK), gap]
        assert np.array_equal(contacts.history[row], expected, equal_nan=True)


def test_contacts_hold_a_partner_doubles_and_weeks() -> None:
    contacts = make_contacts(5000, 2, customers=300, partner=0.5)
    assert np.mean(contacts.customers == PARTNER) == pytest.approx(0.5, abs=0.03)
    pairs = set(zip(contacts.customers.tolist(), contacts.times.tolist(), strict=True))
    assert len(pairs) < 4900
    assert sum((who, when - WEEK) in pairs for who, when in pairs) > 100
    assert make_contacts(0, 2).history.shape == (0, 3)


@pytest.mark.parametrize("slack", [0.002, 0.5])
def test_minutes_are_made_by_the_weights(slack: float) -> None:
    month = make_handling(400, 5, slack=slack, noise=0.25)
    assert month.columns.shape == (400, len(HANDLING))
    apart = month.columns[:, 2] - month.columns[:, 1]
    assert 0 <= apart.min() < apart.max() <= 2 * slack + 1e-9
    slow = month.weights[2] * apart  # the two large weights nearly cancel: their sum is taken before the product
    others = month.columns[:, [0, 3, 4, 5]] @ month.weights[[0, 3, 4, 5]]
    rest = month.minutes - slow - others - (month.weights[1] + month.weights[2]) * month.columns[:, 1]
    assert np.max(np.abs(rest)) <= 0.25 + 1e-6
    assert np.std(rest) == pytest.approx(0.25 / math.sqrt(3), rel=0.1)


def test_the_same_seed_makes_the_same_arrays() -> None:
    first, second = (make_contacts(40, 9) for _ in range(2))
    assert np.array_equal(first.customers, second.customers)
    assert np.array_equal(first.times, second.times)
    assert np.array_equal(make_handling(20, 9).minutes, make_handling(20, 9).minutes)
    assert not np.array_equal(make_handling(20, 9).minutes, make_handling(20, 8).minutes)
