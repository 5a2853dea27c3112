"""Wren's help desk as the evaluation of a triage model meets it: two weeks of messages, and the week after.

The model is asked once in a conversation, when its first message arrives; a follow-up goes to the person who has
the case. So what counts is the accuracy on the *first* messages of next week. The export that the model is trained
and tested on holds every message. Whether the test tells what next week will tell depends on how it is split.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cached_property
from typing import Any

from wren.mix import TicketMix
from wren.tickets import MONDAY, Ticket, make_tickets
from wren.triage import Example, Triage, likeness, train, words

MIX = TicketMix(
    label_noise=0.11,
    followups=(0.03, 0.07, 0.2, 0.3, 0.2, 0.1, 0.1),
    patience=2,
    word_order=0.1,
    chatter=0.5,
)
"""People who write until somebody answers, and a desk that closes one case in nine under the wrong label."""

DAYS = 14
CONVERSATIONS = 190
NEW_CONVERSATIONS = 150


@dataclass(frozen=True)
class World:
    """The messages of `DAYS` days, in order of time, and the first messages of the week after."""

    history: tuple[Ticket, ...]
    next_week: tuple[Ticket, ...]

    @cached_property
    def rows(self) -> list[dict[str, Any]]:
        """The history as the shop can see it: one dictionary for a message, keyed by `wren.tickets.COLUMNS`."""
        return [ticket.row() for ticket in self.history]

    @cached_property
    def tickets(self) -> Mapping[str, Ticket]:
        """The history by id."""
        return {ticket.id: ticket for ticket in self.history}

    @cached_property
    def examples(self) -> Mapping[str, Example]:
        """Words and label of each message of the history, by id."""
        return {ticket.id: (words(ticket.text), ticket.label) for ticket in self.history}

    @cached_property
    def new_examples(self) -> list[Example]:
        """Words and label of the first messages of next week."""
        return [(words(ticket.text), ticket.label) for ticket in self.next_week]

    def train(self, ids: Iterable[str]) -> Triage:
        """The model trained on these messages of the history."""
        return train(self.examples[id] for id in ids)


@dataclass(frozen=True)
class Scores:
    """The accuracy of one model on the test and on next week's first messages, from 0 to 1."""

    offline: float
    live: float

    @property
    def gap(self) -> float:
        """By how much the test says too much, in points (hundredths)."""
        return 100 * (self.offline - self.live)


@dataclass(frozen=True)
class Pair:
    """Two messages of one conversation on either side of a split, and how alike their words are, from 0 to 1."""

    train: Ticket
    test: Ticket
    likeness: float


def make_world(seed: int, mix: TicketMix = MIX) -> World:
    """The world of this seed: `CONVERSATIONS` begin in its two weeks, `NEW_CONVERSATIONS` in the week after."""
    history = make_tickets(CONVERSATIONS, DAYS, seed, mix)
    first_only = replace(mix, followups=(1.0,))
    monday = MONDAY + timedelta(days=DAYS)
    next_week = make_tickets(NEW_CONVERSATIONS, 7, seed, first_only, start=monday, after=history)
    return World(tuple(history), tuple(next_week))


def backtest(world: World, train_ids: Iterable[str], test_ids: Iterable[str]) -> Scores:
    """Train on the one part of the history, and ask the model about the other part and about next week."""
    model = world.train(train_ids)
    return Scores(model.accuracy(world.examples[id] for id in test_ids), model.accuracy(world.new_examples))


def pairs_across(world: World, train_ids: Iterable[str], test_ids: Iterable[str]) -> list[Pair]:
    """For each conversation that is on both sides, its most alike pair of messages that are not the same text.

    Copies are shown only where a conversation has nothing else to show. The most alike pairs come first.
    """
    sides: dict[int, tuple[list[Ticket], list[Ticket]]] = defaultdict(lambda: ([], []))
    for side, ids in enumerate((train_ids, test_ids)):
        for id in ids:
            ticket = world.tickets[id]
            sides[ticket.truth.conversation][side].append(ticket)
    found = [
        max((_pair(world, left, right) for left in both[0] for right in both[1]), key=_rank)
        for both in sides.values()
        if both[0] and both[1]
    ]
    return sorted(found, key=_rank, reverse=True)


def _pair(world: World, left: Ticket, right: Ticket) -> Pair:
    return Pair(left, right, likeness(world.examples[left.id][0], world.examples[right.id][0]))


def _rank(pair: Pair) -> tuple[bool, float, str]:
    return pair.train.text != pair.test.text, pair.likeness, pair.test.id
