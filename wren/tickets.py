"""The messages that reach Wren's help desk, with the truth about each of them recorded beside it.

A *conversation* is about one matter: a first message and the follow-ups to it. A customer who waits for an answer
writes again, in other words, quoting, or by pressing the button twice, so that a conversation is also a group of
near-duplicates. The desk links each follow-up to an earlier message of its conversation.

What is known to the shop is in `Ticket.row()`; what only the generator knows is in `Ticket.truth`:

- the *label* is given once for a conversation, by the person who closed it, and stands on each of its messages;
  with probability `TicketMix.label_noise` it is the wrong one;
- `customer` is an account for mail and app, and a new guest's number for each message by form or chat, where nobody
  logs in: one person may have many;
- a few conversations are *word-order cases*: the same words in another order would be of the other category.

Every draw comes from one seed (see `wren.dice`): the same seed gives the same bytes everywhere.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from wren.dice import Dice, cumulate
from wren.letters import Writer, in_fashion
from wren.mix import TicketMix
from wren.phrases import ACTION, CATEGORIES, INFORMATION, INTENTS, NAMES, PRODUCTS, WORD_ORDER

MONDAY = datetime(2026, 3, 2)
"""Where time starts, unless a caller says otherwise. All times are UTC, without a time zone."""

BY_HOUR = (8, 5, 3, 2, 2, 4, 10, 22, 42, 58, 62, 58, 52, 54, 56, 54, 50, 46, 44, 46, 48, 42, 28, 16)
"""How messages spread over the hours of a day, as weights."""

BY_WEEKDAY = (12, 11, 10, 10, 10, 6, 5)
"""How first messages spread over a week that starts on Monday, as weights."""

CHANNELS = ("mail", "app", "form", "chat")
GUEST_CHANNELS = ("form", "chat")
"""Here nobody logs in, and each message has a guest's number of its own."""

COLUMNS = ("id", "time", "customer", "channel", "follows", "text", "label")
"""What the shop can see of a message, in the help desk's order."""

WORD_ORDER_INTENT = "word_order"
"""The intent of conversations whose words, in another order, would be of the other category."""

_CHANNEL_WEIGHTS = cumulate((30, 15, 25, 30))
_OTHER = {ACTION: INFORMATION, INFORMATION: ACTION}
_HOURS = cumulate(BY_HOUR)


@dataclass(frozen=True, slots=True)
class Truth:
    """What only the generator knows of a conversation.

    `conversation` numbers the group of near-duplicates. `intent` is the name of one of `wren.phrases.INTENTS`, or
    `WORD_ORDER_INTENT`. `flipped` says that the label is not the `category`.
    """

    conversation: int
    intent: str
    category: str
    flipped: bool
    product: str
    order: str

    @property
    def label(self) -> str:
        """The category that the desk wrote down."""
        return _OTHER[self.category] if self.flipped else self.category


@dataclass(frozen=True, slots=True)
class Ticket:
    """One message as the help desk has it, and beside that what only the generator knows: `kind` and `truth`.

    `follows` is the `id` of an earlier message of the same conversation, None for the first message. `kind` is
    "first", "again" (the same in other words), "reminder", "quoting" or "twice" (an exact copy).
    """

    id: str
    time: datetime
    customer: str
    channel: str
    follows: str | None
    text: str
    label: str
    kind: str
    truth: Truth

    def row(self) -> dict[str, Any]:
        """The columns the shop can see, in the help desk's order."""
        return {name: getattr(self, name) for name in COLUMNS}


def make_tickets(
    conversations: int,
    days: int,
    seed: int,
    mix: TicketMix | None = None,
    *,
    start: datetime = MONDAY,
    after: Sequence[Ticket] = (),
) -> list[Ticket]:
    """All messages of `days` days from `start`, in order of time, of `conversations` that begin in them.

    Follow-ups that would come later are not there. Ids, order numbers, conversations, accounts and guests are
    numbered on from those of `after`, the messages of an earlier time: its customers return, its orders do not.
    """
    desk = _Desk(days, Dice(seed, len(after)), mix or TicketMix(), start, after)
    drafts = [draft for number in range(conversations) for draft in desk.conversation(number)]
    drafts.sort(key=lambda draft: draft.time)
    for place, draft in enumerate(drafts, start=len(after) + 1):
        draft.id = f"T{place:06d}"
    return [draft.ticket() for draft in drafts]


@dataclass(slots=True)
class _Draft:
    """A message before its place in time is known, and with it its id."""

    time: datetime
    customer: str
    channel: str
    follows: "_Draft | None"
    text: str
    kind: str
    truth: Truth
    id: str = ""

    def ticket(self) -> Ticket:
        follows = self.follows.id if self.follows else None
        truth = self.truth
        return Ticket(
            self.id, self.time, self.customer, self.channel, follows, self.text, truth.label, self.kind, truth
        )


class _Desk:
    """Makes conversations one after the other."""

    def __init__(self, days: int, dice: Dice, mix: TicketMix, start: datetime, after: Sequence[Ticket]) -> None:
        self.days = days
        self.dice = dice
        self.mix = mix
        self.start = start
        self.followups = cumulate(mix.followups)
        self.weekdays = cumulate([BY_WEEKDAY[(start.weekday() + day) % 7] for day in range(days)])
        self.earlier_conversations = 1 + max((ticket.truth.conversation for ticket in after), default=-1)
        self.accounts = _last_number("C", after)
        self.guests = _last_number("G", after)

    def conversation(self, number: int) -> list[_Draft]:
        """The messages of one conversation, in order of time; `number` counts from 0 in these days."""
        dice = self.dice
        times = self.times()
        truth, sentence = self.matter(self.earlier_conversations + number, times[0][0] / self.days)
        account = self.account()
        writer = Writer(dice, self.mix, sentence, truth.product, truth.order, dice.pick(NAMES))
        messages: list[_Draft] = []
        for day, second, copy in times:
            if copy:
                text, kind = messages[-1].text, "twice"
            else:
                text, kind = writer.follow_up(messages[0].text) if messages else (writer.first(), "first")
            same = messages and (copy or dice.chance(0.5))
            channel = messages[-1].channel if same else CHANNELS[dice.weighted(_CHANNEL_WEIGHTS)]
            customer = self.guest() if channel in GUEST_CHANNELS else account
            time = self.start + timedelta(days=day, seconds=second)
            messages.append(_Draft(time, customer, channel, self.earlier(messages), text, kind, truth))
        return messages

    def times(self) -> list[tuple[int, int, bool]]:
        """Day, second of the day, and whether it is a copy sent at once, of each message."""
        dice = self.dice
        day = dice.weighted(self.weekdays)
        times = [(day, self.second(), False)]
        for _ in range(dice.weighted(self.followups)):
            if dice.chance(0.08) and times[-1][1] < 86_000:
                times.append((day, times[-1][1] + dice.between(20, 300), True))
            else:
                day += dice.between(1, self.mix.patience)
                times.append((day, self.second(), False))
        return [time for time in times if time[0] < self.days]

    def second(self) -> int:
        """A second of the day, more likely when people are awake."""
        return self.dice.weighted(_HOURS) * 3600 + self.dice.below(3600)

    def matter(self, number: int, progress: float) -> tuple[Truth, str]:
        """What a conversation is about, and the sentence that says it."""
        dice, mix = self.dice, self.mix
        category = ACTION if dice.chance(mix.action_share) else INFORMATION
        if dice.chance(mix.word_order):
            intent, sentence = WORD_ORDER_INTENT, dice.pick(WORD_ORDER)[CATEGORIES.index(category)]
        else:
            chosen = dice.pick([intent for intent in INTENTS if intent.category == category])
            intent, sentence = chosen.name, in_fashion(chosen.sentences, mix.drift, progress, dice)
        truth = Truth(
            conversation=number,
            intent=intent,
            category=category,
            flipped=dice.chance(mix.label_noise),
            product=in_fashion(PRODUCTS, mix.drift, progress, dice),
            order=f"W-{10_000 + (number * 7_919 + 4_242) % 90_000}",
        )
        return truth, sentence

    def earlier(self, messages: list[_Draft]) -> _Draft | None:
        """The message the desk links the next one to: mostly the last, at times any before."""
        if not messages:
            return None
        return messages[-1] if self.dice.chance(0.8) else self.dice.pick(messages)

    def account(self) -> str:
        """The account of a conversation's customer: one that has written before, or a new one."""
        if self.accounts and self.dice.chance(self.mix.returning):
            return f"C{1 + self.dice.below(self.accounts):05d}"
        self.accounts += 1
        return f"C{self.accounts:05d}"

    def guest(self) -> str:
        """A number for one chat."""
        self.guests += 1
        return f"G{self.guests:05d}"


def _last_number(letter: str, tickets: Sequence[Ticket]) -> int:
    """The highest number of the customers whose name begins with `letter`, 0 where there are none."""
    return max((int(ticket.customer[1:]) for ticket in tickets if ticket.customer[0] == letter), default=0)
