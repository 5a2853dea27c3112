"""What the shop window showed and what was clicked, with the truth about each of it recorded beside it.

A customer asks for a *page*: a query, and `SLOTS` items in an order. Each item on it is one *impression*, a row.
The shop's first ranker made the pages: a query has a list of places, and a page shows the places from some point of
the list on, mostly from its top. Each place holds one item until, on some day, a new one replaces it.

A person clicks an item when they examine its position and find it relevant, and the two do not depend on each other:
the chance is `examined * relevance`. Position 1 is always examined, position p in one of p pages, so that what stands
on top is clicked more whatever it is (position bias). A *bot* clicks six of ten items wherever they stand.

An event has two times: `time`, when the item came into view (one after the other, 0.7 s each), and `arrived`, when the
shop heard of the page: mostly some seconds later, but a phone that was offline sends its page up to `ClickMix.delay`
days later. Some pages are sent twice, with the
same event ids.

Every draw comes from one seed and is made from uniform doubles by comparing, multiplying and rounding down (see
`wren.dice`): the same seed gives the same arrays everywhere.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wren.tickets import BY_HOUR, BY_WEEKDAY, MONDAY

SLOTS = 10
"""Items on a page; positions count from 1."""

PLACES = 25
"""Places in a query's list."""

EXAMINED = 1 / np.arange(1, SLOTS + 1)
"""The chance that a person examines each position; shape (SLOTS,)."""

BOT_CLICKS = 0.6
"""The chance that a bot clicks an item."""

DAY_MS = 86_400_000
HOUR_MS = 3_600_000
VIEW_MS = 700
"""How long (ms) a person looks at one item."""

_TASTES = 4


@dataclass(frozen=True)
class ClickMix:
    """How large the shop is and how untidy its log.

    `pages` are shown a day, on average over a week. The share `bots` of the customers are programs. The share `late`
    of the pages arrives up to `delay` days late, and the share `twice` a second time, within a day.
    """

    pages: int = 400
    customers: int = 3000
    queries: int = 40
    bots: float = 0.01
    late: float = 0.01
    delay: float = 10.0
    twice: float = 0.0


@dataclass(frozen=True)
class Impressions:
    """Rows of the log, in order of `time`, each array of shape (rows,).

    What the shop can see: `event` and `page` (32 hexadecimal digits as ASCII), `time` and `arrived` (datetime64[ms],
    UTC), `customer`, `query`, `item`, `position` (from 1), `price` (cents), `clicked`. What only the generator knows:
    `relevance` (the chance of a click once examined), `examined` (the chance of being examined) and `bot`.
    """

    event: NDArray[np.bytes_]
    page: NDArray[np.bytes_]
    time: NDArray[np.datetime64]
    arrived: NDArray[np.datetime64]
    customer: NDArray[np.int32]
    query: NDArray[np.int32]
    item: NDArray[np.int32]
    position: NDArray[np.int8]
    price: NDArray[np.int32]
    clicked: NDArray[np.bool_]
    relevance: NDArray[np.float64]
    examined: NDArray[np.float64]
    bot: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.time)

    def take(self, rows: NDArray[Any]) -> "Impressions":
        """Those rows, by index or by mask."""
        return Impressions(*(getattr(self, name)[rows] for name in self.__dataclass_fields__))

    def by_arrival(self) -> "Impressions":
        """The same rows in the order in which the shop heard of them."""
        return self.take(np.argsort(self.arrived, kind="stable"))


def make_impressions(days: int, seed: int, mix: ClickMix | None = None, *, start: datetime = MONDAY) -> Impressions:
    """All impressions of `days` days from `start` (a midnight), those that arrive after the last day included."""
    mix = mix or ClickMix()
    rng = np.random.Generator(np.random.PCG64((seed, 51)))
    pages = _make_pages(days, rng, mix, start)
    shop = _make_shop(days, rng, mix)
    rows = np.repeat(np.arange(len(pages.ms)), SLOTS)
    position = np.tile(np.arange(1, SLOTS + 1), len(pages.ms))
    customer, query = pages.customer[rows], pages.query[rows]
    place = query * PLACES + (pages.first[rows] + position - 1) % PLACES
    item = place + shop.places * (pages.ms[rows] // DAY_MS >= shop.replaced[place])
    relevance = shop.relevance(customer, item)
    examined = EXAMINED[position - 1]
    bot = customer < round(mix.bots * mix.customers)
    clicked = rng.random(len(rows)) < np.where(bot, BOT_CLICKS, examined * relevance)
    seen = pages.ms[rows] + np.floor((position - 1 + rng.random(len(rows))) * VIEW_MS).astype(np.int64)
    zero = np.datetime64(start, "ms")
    once = Impressions(
        event=_names(rng, len(rows)),
        page=_names(rng, len(pages.ms))[rows],
        time=zero + seen.astype("timedelta64[ms]"),
        arrived=zero + pages.arrived[rows].astype("timedelta64[ms]"),
        customer=customer.astype(np.int32),
        query=query.astype(np.int32),
        item=item.astype(np.int32),
        position=position.astype(np.int8),
        price=shop.price[item].astype(np.int32),
        clicked=clicked,
        relevance=relevance,
        examined=examined,
        bot=bot,
    )
    log = _sent_twice(once, rng, mix) if mix.twice else once
    return log.take(np.argsort(log.time, kind="stable"))


@dataclass(frozen=True)
class _Pages:
    """Pages in order of time: ms since the start, ms of arrival, customer, query, place of the first item."""

    ms: NDArray[np.int64]
    arrived: NDArray[np.int64]
    customer: NDArray[np.int64]
    query: NDArray[np.int64]
    first: NDArray[np.int64]


@dataclass(frozen=True)
class _Shop:
    """What does not change from page to page; items number the places once, and once more for the replacements."""

    places: int
    replaced: NDArray[np.int64]
    price: NDArray[np.int64]
    quality: NDArray[np.float64]
    taste: NDArray[np.float64]
    likes: NDArray[np.float64]

    def relevance(self, customer: NDArray[np.int64], item: NDArray[np.int64]) -> NDArray[np.float64]:
        """The chance of a click once examined, from 0.02 to 0.62."""
        match = np.zeros(len(item))
        for trait in range(_TASTES):  # one by one: the order of a sum decides its last bit
            match += self.taste[trait, customer] * self.likes[trait, item]
        return 0.02 + 0.6 * self.quality[item] * (match / _TASTES)


def _make_shop(days: int, rng: np.random.Generator, mix: ClickMix) -> _Shop:
    places = mix.queries * PLACES
    return _Shop(
        places=places,
        replaced=np.floor(rng.random(places) * 2 * days).astype(np.int64),  # half of them within these days
        price=(200 + np.floor(rng.random(2 * places) ** 2 * 20_000)).astype(np.int64),
        quality=rng.random(2 * places),
        taste=rng.random((_TASTES, mix.customers)),
        likes=rng.random((_TASTES, 2 * places)),
    )


def _make_pages(days: int, rng: np.random.Generator, mix: ClickMix, start: datetime) -> _Pages:
    """Day and hour follow the shop's week; customers and queries are Zipf distributed."""
    count = mix.pages * days
    weekday = np.array([BY_WEEKDAY[(start.weekday() + day) % 7] for day in range(days)])
    day, hour = _draw(rng, weekday, count), _draw(rng, np.array(BY_HOUR), count)
    minute = np.floor(rng.random(count) * (HOUR_MS - SLOTS * VIEW_MS)).astype(np.int64)  # no page ends after midnight
    ms = np.sort(day * DAY_MS + hour * HOUR_MS + minute)
    late = rng.random(count) < mix.late
    delay = np.floor(rng.random(count) * np.where(late, mix.delay * DAY_MS, 2000.0)).astype(np.int64)
    # The customers with the lowest numbers are the bots: they are no busier than anybody else.
    customer = (_draw(rng, 1 / np.arange(10, mix.customers + 10), count) * 7919 + 4242) % mix.customers
    query = _draw(rng, 1 / np.arange(1, mix.queries + 1), count)
    first = np.floor(PLACES * rng.random(count) ** 2).astype(np.int64)
    return _Pages(ms, ms + SLOTS * VIEW_MS + delay, customer, query, first)


def _draw(rng: np.random.Generator, weights: NDArray[Any], count: int) -> NDArray[np.int64]:
    """`count` indices, each with a chance in proportion to its weight."""
    sums = np.cumsum(weights)
    drawn: NDArray[np.int64] = np.searchsorted(sums, rng.random(count) * sums[-1], side="right")
    return np.minimum(drawn, len(sums) - 1)


def _names(rng: np.random.Generator, count: int) -> NDArray[np.bytes_]:
    """`count` random names of 32 hexadecimal digits."""
    raw = rng.bit_generator.random_raw(2 * count).astype("<u8").tobytes()
    return np.frombuffer(raw.hex().encode(), dtype="S32")


def _sent_twice(once: Impressions, rng: np.random.Generator, mix: ClickMix) -> Impressions:
    """The same rows and beside them, for some pages, their copies, which arrive within a day after the first."""
    pages = len(once) // SLOTS
    again = np.repeat(rng.random(pages) < mix.twice, SLOTS)
    later = np.repeat(np.floor(rng.random(pages) * DAY_MS).astype("timedelta64[ms]"), SLOTS)
    rows = np.concatenate([np.arange(len(once)), np.flatnonzero(again)])
    copied = np.arange(len(rows)) >= len(once)
    both = once.take(rows)
    arrived = np.where(copied, both.arrived + later[rows], both.arrived)
    fields = {name: getattr(both, name) for name in once.__dataclass_fields__} | {"arrived": arrived}
    return Impressions(**fields)
