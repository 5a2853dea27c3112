"""The log of the shop window has the statistics it promises, and its two times and its copies are what they say.

Each bound on something drawn is one that a right generator leaves in fewer than one run of a thousand; the seeds are
fixed, so a run repeats itself.
"""

import hashlib
import math
from datetime import datetime

import numpy as np
import pytest

from wren.clicks import BOT_CLICKS, EXAMINED, PLACES, SLOTS, VIEW_MS, ClickMix, Impressions, make_impressions

DAYS = 20


@pytest.fixture(scope="module")
def log() -> Impressions:
    return make_impressions(DAYS, seed=1)


def near(seen: float, chances: np.ndarray) -> bool:
    """Whether a share of clicks is one that independent draws with these chances give in 999 of 1000 runs."""
    spread = math.sqrt(float((chances * (1 - chances)).sum())) / len(chances)
    return abs(seen - chances.mean()) <= 3.3 * spread


def by_page(log: Impressions) -> Impressions:
    """The same rows, page by page."""
    return log.take(np.lexsort((log.position, log.page)))


def test_one_seed_gives_the_same_bytes_everywhere():
    log = make_impressions(3, seed=5, mix=ClickMix(pages=50, twice=0.1))
    digest = hashlib.sha256(b"".join(getattr(log, name).tobytes() for name in log.__dataclass_fields__))
    assert digest.hexdigest()[:16] == "26f707cad7ae78d6"
    assert not np.array_equal(log.item, make_impressions(3, seed=6, mix=ClickMix(pages=50, twice=0.1)).item)


def test_rows_are_pages_of_ten_in_order_of_time(log):
    assert len(log) == DAYS * ClickMix().pages * SLOTS
    assert np.all(np.diff(log.time.astype(np.int64)) >= 0)
    pages = by_page(log)
    assert np.array_equal(pages.position, np.tile(np.arange(1, SLOTS + 1), len(log) // SLOTS))
    for name in ("page", "arrived", "customer", "query"):
        values = getattr(pages, name).reshape(-1, SLOTS)
        assert np.all(values == values[:, :1])
    assert all(len(set(page)) == SLOTS for page in pages.item.reshape(-1, SLOTS))
    views = np.diff(pages.time.astype(np.int64).reshape(-1, SLOTS))
    assert views.min() >= 0
    assert views.max() < 2 * VIEW_MS


def test_every_event_is_there_once_unless_pages_are_sent_twice(log):
    assert len(np.unique(log.event)) == len(log)
    assert len(np.unique(log.page)) == len(log) // SLOTS
    twice = make_impressions(DAYS, seed=1, mix=ClickMix(twice=0.05))
    names, first = np.unique(twice.event, return_index=True)
    assert len(names) == len(log)
    assert near(len(twice) / len(names) - 1, np.full(len(names) // SLOTS, 0.05))
    copies = twice.take(np.setdiff1d(np.arange(len(twice)), first))
    originals = twice.take(first[np.searchsorted(names, copies.event)])
    assert np.array_equal(copies.item, originals.item)
    assert np.array_equal(copies.time, originals.time)


def test_the_first_day_is_the_given_one():
    log = make_impressions(2, seed=3, start=datetime(2026, 5, 4))
    assert log.time.min() >= np.datetime64("2026-05-04")
    assert log.time.max() < np.datetime64("2026-05-06")


def test_position_bias_is_the_known_one(log):
    people = log.take(~log.bot)
    for position in range(1, SLOTS + 1):
        rows = people.take(people.position == position)
        assert np.all(rows.examined == EXAMINED[position - 1])
        assert near(rows.clicked.mean(), rows.examined * rows.relevance)
    assert 0.02 <= people.relevance.min() < people.relevance.max() <= 0.62


def test_bots_click_wherever_an_item_stands(log):
    bots = log.take(log.bot)
    assert 0.005 < len(bots) / len(log) < 0.03
    for rows in (bots.take(bots.position == 1), bots.take(bots.position == SLOTS)):
        assert near(rows.clicked.mean(), np.full(len(rows), BOT_CLICKS))


def test_few_pages_arrive_late_and_none_too_late(log):
    delay = (log.arrived - log.time).astype(np.int64)
    assert delay.min() >= 0
    assert delay.max() < ClickMix().delay * 86_400_000 + SLOTS * VIEW_MS
    pages = by_page(log)
    late = ((pages.arrived - pages.time).astype(np.int64) >= 2000 + SLOTS * VIEW_MS)[::SLOTS]
    assert near(late.mean(), np.full(len(late), ClickMix().late))
    assert np.all(np.diff(log.by_arrival().arrived.astype(np.int64)) >= 0)


def test_queries_are_zipf_and_new_items_come(log):
    shown = np.bincount(by_page(log).query[::SLOTS])
    weights = 1 / np.arange(1, len(shown) + 1)
    assert near(shown[0] / shown.sum(), np.full(shown.sum(), weights[0] / weights.sum()))
    places = ClickMix().queries * PLACES
    new = log.item >= places
    assert np.all(log.item % places // PLACES == log.query)
    half = len(log) // 2
    assert new[:half].mean() < 0.2 < 0.3 < new[half:].mean() < 0.5
    assert np.all(np.bincount(log.item, log.price) % np.maximum(np.bincount(log.item), 1) == 0)  # one price an item
