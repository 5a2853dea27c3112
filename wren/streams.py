"""What is known at the moment a ticket comes: reports of feeds, the customer's tickets so far, and how long it took.

A *feed* reports how something stands, such as the carrier's delay. What it says holds until it says something else.
The shop keeps a row for each report, in the order in which they arrived, and that is not the order of their times:

- some reports arrive late, up to `FeedMix.late_by` seconds after the time they are about,
- a report may be corrected: the correction bears the same time and arrives after it,
- a feed may report that it does not know (the state is NaN); from then on the state is unknown.

*Contacts* are tickets as a customer and a second, in no order. One partner writes a large share of them, some people
press the button twice in one second, and some programs write again exactly a week later.

*Handling* is how many minutes tickets took, beside what was known of them. Two of its columns are the time at which a
ticket was sent and the time at which it was received, which differ by `slack` seconds: they are nearly the same column.

What only the generator knows stands beside the rows: the states that held (`Feed.at`), what was earlier
(`Contacts.history`), the weights that made the minutes (`Handling.weights`). It is noted while the past is made, in
order of time, and not computed from the rows.

Every draw comes from one seed and is made from uniform doubles by comparing, multiplying and rounding down (see
`wren.dice`): the same seed gives the same arrays everywhere.
"""

from bisect import bisect_right
from collections import defaultdict, deque
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

START = 1_772_409_600
"""Monday, 2 March 2026, 00:00 UTC, in seconds since 1970."""

WEEK = 7 * 86_400
"""Seconds."""

PARTNER = 1
"""The number of the customer that writes more than all others."""

HANDLING = ("constant", "sent", "received", "delay", "load", "earlier")
"""The columns of `Handling.columns`: 1, two times (s since `START`), minutes, a share, a count."""


@dataclass(frozen=True)
class FeedMix:
    """How untidy a feed is: `mean_gap` seconds between two reports; the shares of the reports that do not know
    (`silent`), of those that replace an earlier one of the same time (`corrected`), and of those that arrive up to
    `late_by` seconds late (`late`)."""

    mean_gap: float = 15.0
    silent: float = 0.05
    corrected: float = 0.1
    late: float = 0.1
    late_by: float = 600.0


@dataclass(frozen=True)
class Feed:
    """Reports in order of arrival: `times` (s since 1970, whole milliseconds) and `states`, both of shape (reports,).

    What only the generator knows: `changes`, the times of all reports in increasing order, each once, and `held`, the
    state from each of them on; both of shape (changes,).
    """

    times: Floats
    states: Floats
    changes: tuple[float, ...]
    held: tuple[float, ...]

    def at(self, events: Sequence[float] | Floats) -> Floats:
        """The state that was last reported for the time of each event, or NaN; shape (events,).

        A report about the very time of an event counts. An event with the time NaN has no past.
        """
        past = [0 if event != event else bisect_right(self.changes, event) for event in map(float, events)]
        return np.array([self.held[count - 1] if count else np.nan for count in past], np.float64)


@dataclass(frozen=True)
class Contacts:
    """Tickets in no order: `customers` (a number) and `times` (s since 1970), integers of shape (tickets,).

    What only the generator knows is `history`, of shape (tickets, 3): how many tickets the customer had sent in
    earlier seconds, how many of these in the `WEEK` before (exactly a week ago included), and the seconds since the
    last of them, NaN where there is none.
    """

    customers: Ints
    times: Ints
    history: Floats


@dataclass(frozen=True)
class Handling:
    """Tickets as numbers: `columns` of shape (tickets, 6), named in `HANDLING`, and `minutes` of shape (tickets,).

    What only the generator knows is `weights`, of shape (6,): minutes = columns @ weights + noise, and the noise is
    uniform between -`noise` and `noise`.
    """

    columns: Floats
    minutes: Floats
    weights: Floats
    noise: float


def make_feed(changes: int, seed: int, mix: FeedMix | None = None, *, number: int = 0) -> Feed:
    """A feed whose state is reported at that many different times; `number` tells several feeds of one seed apart."""
    mix = mix or FeedMix()
    rng = _generator(seed, 71, number)
    gaps = 1 + np.floor(rng.random(changes) * 2000 * mix.mean_gap).astype(np.int64)
    moments = START * 1000 + np.cumsum(gaps)
    held = np.floor(rng.random(changes) * 90)
    held[rng.random(changes) < mix.silent] = np.nan
    wrong = np.flatnonzero(rng.random(changes) < mix.corrected)
    mistaken = np.floor(rng.random(len(wrong)) * 90)

    late = rng.random(changes) < mix.late
    arrived = moments + np.floor(rng.random(changes) * np.where(late, 1000 * mix.late_by, 1.0))
    first = moments[wrong] + np.floor(rng.random(len(wrong)) * (arrived[wrong] - moments[wrong]))
    order = np.argsort(np.concatenate([first, arrived]), kind="stable")  # at one moment, what is wrong comes first
    times = np.concatenate([moments[wrong], moments])[order] / 1000.0
    states = np.concatenate([mistaken, held])[order]
    return Feed(times, states, tuple((moments / 1000.0).tolist()), tuple(held.tolist()))


def make_events(count: int, feeds: Sequence[Feed], seed: int, *, on_report: float = 0.1) -> Floats:
    """The times (s since 1970) of that many events, in no order, spread over the time of the feeds and a little more.

    The share `on_report` of them bears the very time of a report, since the report set them off.
    """
    rng = _generator(seed, 72)
    changes = np.concatenate([feed.changes for feed in feeds]) if feeds else np.empty(0)
    last = changes.max() if len(changes) else START + 3600.0
    length = (last - START) * 1.02 + 1
    times: Floats = START + np.floor(rng.random(count) * length * 1000) / 1000.0
    if len(changes):
        tied = rng.random(count) < on_report
        times[tied] = changes[np.floor(rng.random(int(tied.sum())) * len(changes)).astype(np.int64)]
    return times


def make_contacts(
    count: int,
    seed: int,
    *,
    days: int = 90,
    customers: int = 2000,
    partner: float = 0.4,
    twice: float = 0.05,
    weekly: float = 0.05,
) -> Contacts:
    """That many tickets of `days` days, the share `partner` of them from `PARTNER`.

    The share `twice` is in the same second as another ticket of the same customer, the share `weekly` exactly a week
    after one.
    """
    rng = _generator(seed, 73)
    who = np.where(rng.random(count) < partner, PARTNER, 2 + np.floor(rng.random(count) * customers).astype(np.int64))
    when = START + np.floor(rng.random(count) * days * 86_400).astype(np.int64)
    like = np.floor(rng.random(count) * np.arange(count)).astype(np.int64)  # an earlier draw, to be like it
    kind = rng.random(count)
    for place in np.flatnonzero(kind < twice + weekly):
        who[place] = who[like[place]]
        when[place] = when[like[place]] + (0 if kind[place] < twice else WEEK)
    history = np.empty((count, 3))
    past: dict[int, _Past] = defaultdict(_Past)
    for place in np.argsort(when, kind="stable").tolist():
        history[place] = past[int(who[place])].note(int(when[place]))
    return Contacts(who, when, history)


class _Past:
    """What one customer has sent, as time goes by."""

    def __init__(self) -> None:
        self.count = 0
        self.last: int | None = None
        self.week: deque[int] = deque()
        self.now: list[int] = []  # of the second that is under way

    def note(self, second: int) -> tuple[float, float, float]:
        """What is earlier than a ticket of this second; the seconds never go back."""
        if self.now and self.now[-1] < second:
            self.count += len(self.now)
            self.last = self.now[-1]
            self.week.extend(self.now)
            self.now = []
        while self.week and self.week[0] < second - WEEK:
            self.week.popleft()
        self.now.append(second)
        gap = np.nan if self.last is None else float(second - self.last)
        return float(self.count), float(len(self.week)), gap


def make_handling(tickets: int, seed: int, *, slack: float = 0.002, noise: float = 0.5) -> Handling:
    """Minutes of that many tickets of one month; between sent and received lie up to 2 `slack` seconds."""
    rng = _generator(seed, 74)
    sent = np.floor(rng.random(tickets) * 30 * 86_400_000) / 1000.0
    received = sent + rng.random(tickets) * 2 * slack
    delay = np.floor(rng.random(tickets) * 90)
    load = rng.random(tickets)
    earlier = np.floor(rng.random(tickets) ** 3 * 20)
    columns = np.column_stack([np.ones(tickets), sent, received, delay, load, earlier])
    slow = (1 + rng.random()) / slack  # minutes for a second on the way: whoever has a bad line needs more time
    weights = np.array([4 + rng.random(), 1e-6 - slow, slow, 0.1, 3 + rng.random(), 0.5])
    slowed = slow * (received - sent)
    rest = weights[0] + 1e-6 * sent + columns[:, 3:] @ weights[3:]
    minutes = slowed + rest + noise * (2 * rng.random(tickets) - 1)
    return Handling(columns, minutes, weights, noise)


def _generator(*seed: int) -> np.random.Generator:
    return np.random.Generator(np.random.PCG64(seed))
