"""The help desk's table as an evaluation finds it: the desk's messages, and copies that another system put beside them.

A *matter* is what one customer wants at one time. In the table it leaves

- the desk's messages about it, each with the number of its conversation;
- at times a second conversation: the customer pressed the button twice, the desk opened two cases, and the
  follow-ups went to either of them;
- copies by the marketplace, which passes messages on: without a conversation, under a customer's number of its own,
  with some words of its own before or after the text. A copy may be passed on again, with more such words.

Each first message of a second conversation is `alike` the first message of the first one, and each copy is `alike`
what it is a copy of. Messages of different matters are never `alike`. So the messages of one matter are what hangs
together by conversations and by likeness, and the same is true of all messages up to any time: a later message is
added to a matter, and never joins two.

The label of a conversation is written some hours after its last message, at `labelled`; a copy has label and time
of its original. What the shop can see of a message is in `Message.row()`. Every draw comes from one seed (see
`wren.dice`).
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wren.dice import Dice
from wren.mix import TicketMix
from wren.tickets import Ticket, make_tickets
from wren.triage import Words, words

MIX = TicketMix(followups=(0.35, 0.3, 0.2, 0.1, 0.05), patience=2, word_order=0.0, drift=1.0)
"""Customers who write two or three times; products and wording go out of fashion."""

COLUMNS = ("id", "time", "customer", "conversation", "text", "label", "labelled")
"""What the shop can see of a message."""

RETURNING = 0.85
"""The chance that a matter is one of a customer who has written about another one before."""

PRESSED_TWICE = 0.15
COPIED = 0.15
COPIED_AGAIN = 0.5

_MARKS = (("via marketplace:\n", ""), ("", "\n-- passed on by Parcelhub"))


@dataclass(frozen=True, slots=True)
class Message:
    """One row of the table, and what only the generator knows of it: `kind`, `matter`, `opened` and `ended`.

    `kind` is "desk", "pressed twice" (it opened the second conversation), "copy" or "copy of a copy". The matter opened
    with its first message and ended when its last message had come and its last label was written. Times are UTC.
    """

    id: str
    time: datetime
    customer: str
    conversation: str | None
    text: str
    label: str
    labelled: datetime
    kind: str
    matter: int
    opened: datetime
    ended: datetime

    def row(self) -> dict[str, Any]:
        """The columns the shop can see."""
        return {name: getattr(self, name) for name in COLUMNS}


def alike(some: Words, others: Words) -> bool:
    """Four fifths of all the words of two messages stand in both; a message without words is like no other."""
    return bool(some) and 5 * len(some & others) >= 4 * len(some | others)


def make_export(matters: int, days: int, seed: int) -> list[Message]:
    """The table of `days` days from `wren.tickets.MONDAY`, in order of time, of about `matters` matters.

    A matter whose words are like those of an earlier one is left out.
    """
    dice = Dice(seed, 25)
    by_matter: dict[int, list[Ticket]] = defaultdict(list)
    for ticket in make_tickets(matters, days, seed, MIX):
        by_matter[ticket.truth.conversation].append(ticket)
    drafts = [draft for number in sorted(by_matter) for draft in _matter(by_matter[number], dice)]
    strangers = _strangers(drafts)
    drafts = sorted((draft for draft in drafts if draft.matter in strangers), key=lambda draft: draft.time)
    return _numbered(drafts, dice)


@dataclass(slots=True)
class _Draft:
    """A message before it is known which matters there are; `conversation` is 0 or 1 within its matter, or None."""

    time: datetime
    conversation: int | None
    text: str
    label: str
    labelled: datetime
    kind: str
    matter: int


def _matter(tickets: Sequence[Ticket], dice: Dice) -> list[_Draft]:
    """All messages about one matter, from its tickets in order of time."""
    matter, label = tickets[0].truth.conversation, tickets[0].label
    opened = tickets[0].time + timedelta(seconds=dice.between(20, 300)) if dice.chance(PRESSED_TWICE) else None
    desk = []
    for ticket in tickets:
        second = opened is not None and ticket.time > opened and dice.chance(0.5)
        desk.append(_Draft(ticket.time, int(second), ticket.text, label, ticket.time, "desk", matter))
    if opened is not None:
        desk.append(_Draft(opened, 1, tickets[0].text, label, opened, "pressed twice", matter))
    for conversation in (0, 1):
        last = max((draft.time for draft in desk if draft.conversation == conversation), default=None)
        delay = timedelta(minutes=dice.between(60, 48 * 60))
        for draft in desk:
            if last is not None and draft.conversation == conversation:
                draft.labelled = last + delay
    return [*desk, *(copy for draft in desk if dice.chance(COPIED) for copy in _copies(draft, dice))]


def _copies(original: _Draft, dice: Dice) -> list[_Draft]:
    """What the marketplace makes of a message: a copy, and at times a copy of that."""
    copies: list[_Draft] = []
    source = original
    for kind, (before, after) in zip(("copy", "copy of a copy"), _MARKS, strict=True):
        text = f"{before}{source.text}{after}"
        if not alike(words(text), words(source.text)):
            text = source.text
        time = source.time + timedelta(minutes=dice.between(5, 20 * 60))
        copies.append(_Draft(time, None, text, original.label, original.labelled, kind, original.matter))
        if not dice.chance(COPIED_AGAIN):
            break
        source = copies[-1]
    return copies


def _strangers(drafts: Sequence[_Draft]) -> set[int]:
    """The matters that are left when each one goes that has a message like one of an earlier matter that stays."""
    pairs = {(drafts[at].matter, drafts[other].matter) for at, other in alike_pairs(draft.text for draft in drafts)}
    earlier: dict[int, set[int]] = defaultdict(set)
    for pair in pairs:
        earlier[max(pair)].add(min(pair))
    kept: set[int] = set()
    for matter in sorted({draft.matter for draft in drafts}):
        if not (earlier[matter] - {matter}) & kept:
            kept.add(matter)
    return kept


def alike_pairs(texts: Iterable[str]) -> list[tuple[int, int]]:
    """The places, the smaller one first, of all pairs of texts that are `alike`."""
    sets = [words(text) for text in texts]
    column = {word: place for place, word in enumerate(sorted(set().union(*sets)))}
    table: NDArray[np.float32] = np.zeros((len(sets), len(column)), np.float32)
    for row, members in zip(table, sets, strict=True):
        row[[column[word] for word in members]] = 1
    both = table @ table.T  # counts below 2**24 are exact in float32
    sizes = both.diagonal()
    either = sizes[:, None] + sizes[None, :] - both
    left, right = np.nonzero(np.triu((5 * both >= 4 * either) & (both > 0), k=1))
    return list(zip(left.tolist(), right.tolist(), strict=True))


def _numbered(drafts: Sequence[_Draft], dice: Dice) -> list[Message]:
    """Ids and numbers for drafts in order of time; the numbers of conversations say nothing of their order."""
    customers: dict[int, str] = {}
    known = 0
    conversations: dict[tuple[int, int], str] = {}
    desk = copies = 0
    opened: dict[int, datetime] = {}
    ended: dict[int, datetime] = {}
    for draft in drafts:
        opened.setdefault(draft.matter, draft.time)
        ended[draft.matter] = max(ended.get(draft.matter, draft.time), draft.time, draft.labelled)
    messages = []
    for draft in drafts:
        if draft.matter not in customers:
            returns = known and dice.chance(RETURNING)
            known += not returns
            customers[draft.matter] = f"C{1 + dice.below(known):05d}" if returns else f"C{known:05d}"
        if draft.conversation is None:
            copies += 1
            id, customer, conversation = f"M{copies:05d}", f"M{dice.below(90_000):05d}", None
        else:
            desk += 1
            key = (draft.matter, draft.conversation)
            number = 10_000 + (len(conversations) * 48_271 + 4_242) % 90_000
            conversation = conversations.setdefault(key, f"K{number}")
            id, customer = f"T{desk:06d}", customers[draft.matter]
        matter = draft.matter
        messages.append(
            Message(id, draft.time, customer, conversation, draft.text, draft.label, draft.labelled, draft.kind, matter,
                    opened[matter], ended[matter])
        )  # fmt: skip
    return messages
