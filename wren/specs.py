"""Design documents for Wren's triage, as colleagues hand them in, each with a record of what is impossible in it.

A spec is a dictionary of plain data with the sections brief, announcement, model, desk, parts, front, flows, stores,
training, metrics, kill and plan; exercise 1.3 says what the words in them mean. All numbers in it are whole.

The truth is `Draft.faults`. A draft begins sound, with slack of 0 in about half of the places, so that a number which
just fits is common (`wren.sound_specs`). Then faults are planted (`wren.spec_faults.PLANTS`), each of which breaks one
rule, mostly by 1.
The one rule that needs a queue is kept or broken by a margin: a sound roster has half as many people again as there is
work in each hour, and its 95th percentile of waits is some 15 minutes; that of a planted one is 180 or more, and the
announcement, which says 40 to 60, lies between the two.

Every draw but the tickets comes from `wren.dice`.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from wren.arrivals import diurnal
from wren.dice import Dice
from wren.sound_specs import Spec, make_sound_spec
from wren.spec_faults import PLANTS

Ticket = tuple[int, int]

BRIEF: Spec = {
    "tickets": 600,
    "minutes": 8,
    "hours": 56,
    "gb": 400,
    "quiet": [22, 6],
    "days": 60,
    "accuracy": {
        "rule": {25: 80, 50: 86, 75: 90},
        "words": {25: 91, 50: 95, 75: 97},
        "deep": {25: 93, 50: 96, 75: 98},
    },
    "asked": {"wait": 45, "alone": 50, "accuracy": 94, "ms": 500, "down": 90, "forgotten": 90},
}
"""What Wren gives and asks, for the design of the exercise. Half of its 600 tickets a day are 40 hours of work."""

_STREAM = 13
_DAYS = 2


@dataclass(frozen=True)
class Draft:
    """A colleague's spec, some days of tickets as `make_tickets` has them, and what is impossible: code -> why."""

    spec: Spec
    tickets: list[Ticket]
    faults: Mapping[str, str]


def make_tickets(seed: int, per_day: int, days: int = 7) -> list[Ticket]:
    """Tickets in order of time: the minute of arrival since Monday 0:00, and the rank.

    Of `rank` percent of all tickets the model is less sure than of this one, so that those with a rank below 30 are
    the 30% that it is least sure of. Every day has the same wave, with its top at 14 o'clock.
    """
    rng = np.random.default_rng(seed)
    minutes = (diurnal(rng, per_day, days) // 60).astype(int).tolist()
    return list(zip(minutes, rng.integers(0, 100, len(minutes)).tolist(), strict=True))


def make_draft(seed: int, *plants: str) -> Draft:
    """The draft of this seed, with these faults of `PLANTS` in it; ValueError when two of them break the same rule."""
    dice = Dice(seed, _STREAM)
    spec = make_sound_spec(dice)
    faults = {plant.partition(":")[0]: PLANTS[plant](spec, dice) for plant in PLANTS if plant in plants}
    if len(faults) < len(plants):
        raise ValueError(f"two of {plants} break the same rule")
    if "cycle" in faults:  # where parts wait in a circle, no chain is the slowest
        faults.pop("promise", None)
    return Draft(spec, make_tickets(seed, spec["brief"]["tickets"], _DAYS), faults)
