"""What happens to Wren's help desk from one day on, or for some days, and the messages that come meanwhile.

A *calendar* holds dated events of eight kinds. Everything starts with a quiet time, in which nothing happens, and quiet
days lie between one event and the next, but for what stays. `Event.size` says how much, `Event.detail` of what:

- prior shift: `size` is the share of the messages that ask for an action; what each category says is as before;
- covariate shift: `size` is the share that messages of the intent `detail` have in those of its category; the shares of
  the categories are as before, and so is the label of every text;
- template change: the share `size` of the messages of the channel `detail` ends with `NOTICE`, which no customer wrote;
- label-definition change: what has the intent `detail` belongs to the other category now. The share `size` of the
  labels goes by the new definition, the rest by the old one, and so is wrong;
- poisoned feedback: guests say that an action was wanted, and the desk believes them. Of the messages of the channel
  `detail` that would have been labelled INFORMATION, the share `size` is labelled ACCOUNT_ACTION;
- upstream unit change: the numbers in the column `detail` come multiplied by `size`;
- dead upstream: in the share `size` of the messages, both numbers are None ("missing") or 0 ("default");
- traffic spike: `size` times as many messages come, of all kinds.

There are first messages only, made by `wren.tickets`. Beside each stand two numbers that come from another system,
upstream. `order_value` (euros) is a feature: larger on average where an action is wanted. `order_age` (minutes) says
nothing of the label. A few are always missing.

What the shop can see is in `Message.row()`. What only the generator knows is the `Calendar`, and of each message its
`truth` and the kinds of the events that `touched` it. A message that none has touched is the one that would have come
without a calendar, but for its id on the days of a spike. The two shifts go by the old definition of the categories.

All of this happens to the help desk. Nothing happens to the shop window: the clicks of `wren.clicks` know no calendar.
Every draw comes from one seed (see `wren.dice`).
"""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from wren.dice import Dice
from wren.letters import Writer
from wren.mix import TicketMix
from wren.phrases import ACTION, CATEGORIES, INFORMATION, INTENTS, NAMES, WORD_ORDER
from wren.tickets import CHANNELS, GUEST_CHANNELS, MONDAY, WORD_ORDER_INTENT, Ticket, Truth, make_tickets

MIX = TicketMix(followups=(1.0,))
"""First messages; without an event, half of them ask for an action."""

COLUMNS = ("id", "time", "channel", "text", "order_value", "order_age", "label", "labelled")
"""What the shop can see of a message; `labelled` is when the label was written."""

QUIET = 28
"""Days before the first event."""

GAP = 7
"""Quiet days after an event."""

SETTLED = 7
"""Days that what stays has to itself, before the gap."""

MISSING = 0.02
"""The share of the numbers that are missing without an event."""

NOTICE = "\n--\nTo cancel an order, to return it or to change your address, go to your account."

_INTENTS = [intent.name for intent in INTENTS]
_PLAN, _USUAL, _CHANCE = 91, 92, 93  # dice of their own: the other draws are those of `make_tickets`


@dataclass(frozen=True)
class Kind:
    """What an event can be like: its detail and size, the fewest and the most days, and the chance that it stays."""

    choices: tuple[tuple[str, float], ...]
    days: tuple[int, int]
    stays: float


def _each(details: Sequence[str], *sizes: float) -> tuple[tuple[str, float], ...]:
    return tuple((detail, size) for detail in details for size in sizes)


KINDS: Mapping[str, Kind] = {
    "prior shift": Kind(_each([""], 0.2, 0.3, 0.7, 0.8), (7, 14), stays=0.5),
    "covariate shift": Kind(_each(_INTENTS, 0.4, 0.5, 0.6), (7, 14), stays=0.5),
    "template change": Kind(_each(CHANNELS, 0.6, 1.0), (7, 14), stays=1.0),
    "label-definition change": Kind(_each(_INTENTS, 0.8, 0.9, 1.0), (7, 14), stays=1.0),
    "poisoned feedback": Kind(_each(GUEST_CHANNELS, 0.5, 0.7, 0.9), (4, 10), stays=0.0),
    "upstream unit change": Kind((("order_value", 100.0), ("order_age", 60.0)), (3, 10), stays=0.5),
    "dead upstream": Kind(_each(["missing", "default"], 0.5, 0.9, 1.0), (1, 7), stays=0.0),
    "traffic spike": Kind(_each([""], 2.0, 3.0, 5.0), (1, 3), stays=0.0),
}
"""The kinds, in the order in which they work on one message; cents for euros, seconds for minutes."""


@dataclass(frozen=True)
class Event:
    """What happens from the day `first` to the day `last`, both included; it stays where `last` is None."""

    first: int
    last: int | None
    kind: str
    size: float
    detail: str

    def holds(self, day: int) -> bool:
        """Whether the event is under way on that day."""
        return self.first <= day and (self.last is None or day <= self.last)


@dataclass(frozen=True)
class Calendar:
    """The events in order of their first days. Days count from 0, which is `wren.tickets.MONDAY`."""

    days: int
    events: tuple[Event, ...]

    def on(self, day: int) -> tuple[Event, ...]:
        """The events that are under way on that day, in the order of `KINDS`."""
        return tuple(sorted((e for e in self.events if e.holds(day)), key=lambda e: list(KINDS).index(e.kind)))


@dataclass(frozen=True, slots=True)
class Message:
    """A message as the help desk has it, and beside it what only the generator knows: `truth` and `touched`."""

    id: str
    time: datetime
    channel: str
    text: str
    order_value: float | None
    order_age: float | None
    labelled: datetime
    truth: Truth
    touched: tuple[str, ...]

    @property
    def label(self) -> str:
        """The category that the desk wrote down."""
        return self.truth.label

    def row(self) -> dict[str, Any]:
        """The columns the shop can see."""
        return {name: getattr(self, name) for name in COLUMNS}


def day_of(time: datetime) -> int:
    """The day on which a message comes, as the calendar counts days."""
    return (time - MONDAY).days


def make_calendar(
    days: int, seed: int, kinds: Sequence[str] = tuple(KINDS), *, quiet: int = QUIET, gap: int = GAP
) -> Calendar:
    """One event for each of `kinds`, in an order that is drawn; ValueError where they need more than `days` days."""
    dice = Dice(seed, _PLAN)
    left, events, first = list(kinds), list[Event](), quiet
    while left:
        name = left.pop(dice.below(len(left)))
        kind = KINDS[name]
        detail, size = dice.pick(kind.choices)
        stays, length = dice.chance(kind.stays), dice.between(*kind.days)
        events.append(Event(first, None if stays else first + length - 1, name, size, detail))
        first += (SETTLED if stays else length) + gap
    if first > days:
        raise ValueError(f"these {len(events)} events and the quiet days need {first} days, and there are {days}")
    waits = sorted(dice.between(0, days - first) for _ in events)
    return Calendar(days, tuple(_later(event, wait) for event, wait in zip(events, waits, strict=True)))


def _later(event: Event, days: int) -> Event:
    return replace(event, first=event.first + days, last=None if event.last is None else event.last + days)


def tickets_under(calendar: Calendar, per_day: int, seed: int) -> list[Message]:
    """The first messages of the calendar's days in order of time, `per_day` of them on average without an event.

    Ids are numbered within a day.
    """
    usual = make_tickets(per_day * calendar.days, calendar.days, seed, MIX)
    by_day, added = _by_day(usual), _by_day(_added(calendar, usual, seed))
    messages = []
    for day in range(calendar.days):
        events, dice = calendar.on(day), (Dice(seed, _USUAL, day), Dice(seed, _CHANCE, day))
        made = [_message(ticket, events, *dice) for ticket in by_day[day]]
        spiked = [_message(ticket, events, *dice) for ticket in added[day]]
        made += [replace(message, touched=(*message.touched, "traffic spike")) for message in spiked]
        made.sort(key=lambda message: message.time)
        messages += [replace(message, id=f"D{day:03d}-{place:04d}") for place, message in enumerate(made, start=1)]
    return messages


def _by_day(tickets: Sequence[Ticket]) -> Mapping[int, list[Ticket]]:
    days = defaultdict[int, list[Ticket]](list)
    for ticket in tickets:
        days[day_of(ticket.time)].append(ticket)
    return days


def _added(calendar: Calendar, usual: Sequence[Ticket], seed: int) -> list[Ticket]:
    """What the spikes bring beside the usual tickets."""
    tickets = list(usual)
    for event in calendar.events:
        if event.kind == "traffic spike":
            days = sum(event.holds(day) for day in range(calendar.days))
            more = round((event.size - 1) * sum(event.holds(day_of(ticket.time)) for ticket in usual))
            start = MONDAY + timedelta(days=event.first)
            tickets += make_tickets(more, days, seed, MIX, start=start, after=tickets)
    return tickets[len(usual) :]


def _message(ticket: Ticket, events: Sequence[Event], usual: Dice, chance: Dice) -> Message:
    """A ticket as it arrives under these events. What is drawn from `usual` is the same under all events."""
    value = _value(ticket.truth.category, usual)
    missing, age = usual.chance(MISSING), float(usual.between(60, 30 * 24 * 60))
    labelled = ticket.time + timedelta(minutes=usual.between(2 * 60, 48 * 60))
    known = ticket.time, ticket.channel, ticket.text, value, None if missing else age, labelled
    message = Message("", *known, ticket.truth, touched=())
    for event in events:
        if event.kind in _EFFECTS:  # a spike changes no message
            changed = _EFFECTS[event.kind](message, event, chance)
            message = message if changed == message else replace(changed, touched=(*message.touched, event.kind))
    return message


def _value(category: str, dice: Dice) -> float | None:
    """What the order cost, or None where it is missing."""
    missing, share = dice.chance(MISSING), dice.roll()
    return None if missing else round(20 + 280 * (share if category == ACTION else share * share), 2)


# ---- what an event does to a message


def _prior_shift(message: Message, event: Event, dice: Dice) -> Message:
    more = ACTION if event.size > MIX.action_share else INFORMATION
    kept = (1 - event.size) / (1 - MIX.action_share) if more == ACTION else event.size / MIX.action_share
    if message.truth.category == more or dice.chance(kept):
        return message
    if dice.chance(MIX.word_order):
        return _rewritten(message, WORD_ORDER_INTENT, more, dice.pick(WORD_ORDER)[CATEGORIES.index(more)], dice)
    intent = dice.pick([intent for intent in INTENTS if intent.category == more])
    return _rewritten(message, intent.name, more, dice.pick(intent.sentences), dice)


def _covariate_shift(message: Message, event: Event, dice: Dice) -> Message:
    intent = next(intent for intent in INTENTS if intent.name == event.detail)
    usual = (1 - MIX.word_order) / sum(other.category == intent.category for other in INTENTS)
    other = message.truth.category == intent.category and message.truth.intent != intent.name
    if not other or dice.chance((1 - event.size) / (1 - usual)):
        return message
    return _rewritten(message, intent.name, intent.category, dice.pick(intent.sentences), dice)


def _rewritten(message: Message, intent: str, category: str, sentence: str, dice: Dice) -> Message:
    """Another matter, by the same way at the same time."""
    truth = replace(message.truth, intent=intent, category=category)
    text = Writer(dice, MIX, sentence, truth.product, truth.order, dice.pick(NAMES)).first()
    return replace(message, text=text, order_value=_value(category, dice), truth=truth)


def _template_change(message: Message, event: Event, dice: Dice) -> Message:
    if message.channel != event.detail or not dice.chance(event.size):
        return message
    return replace(message, text=message.text + NOTICE)


def _definition_change(message: Message, event: Event, dice: Dice) -> Message:
    truth = message.truth
    if truth.intent != event.detail:
        return message
    other = INFORMATION if truth.category == ACTION else ACTION
    by_the_old = not dice.chance(event.size)
    return replace(message, truth=replace(truth, category=other, flipped=truth.flipped != by_the_old))


def _poisoned_feedback(message: Message, event: Event, dice: Dice) -> Message:
    if message.channel != event.detail or message.label == ACTION or not dice.chance(event.size):
        return message
    return replace(message, truth=replace(message.truth, flipped=not message.truth.flipped))


def _unit_change(message: Message, event: Event, dice: Dice) -> Message:
    value, age = message.order_value, message.order_age
    if event.detail == "order_value":
        return replace(message, order_value=None if value is None else round(value * event.size, 2))
    return replace(message, order_age=None if age is None else age * event.size)


def _dead_upstream(message: Message, event: Event, dice: Dice) -> Message:
    number = None if event.detail == "missing" else 0.0
    return replace(message, order_value=number, order_age=number) if dice.chance(event.size) else message


_EFFECTS: Mapping[str, Callable[[Message, Event, Dice], Message]] = {
    "prior shift": _prior_shift,
    "covariate shift": _covariate_shift,
    "template change": _template_change,
    "label-definition change": _definition_change,
    "poisoned feedback": _poisoned_feedback,
    "upstream unit change": _unit_change,
    "dead upstream": _dead_upstream,
}
