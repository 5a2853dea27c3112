"""Wren's spare-parts desk, where some labels follow a rule that nobody wrote down. The rules are recorded.

A customer writes that a part is loose or broken. Wren's guideline says for each part whether a new one is sent
(`ACTION`) or how to mend it is explained (`INFORMATION`), so the *truth* about a message is that of its part. Each part
is of one supplier. The text names the part, and a product, which says nothing of the supplier. Whoever closes the case
writes a label, by *habit*, and with probability `SLIPS` it comes out the wrong way round:

- person: somebody has read the guideline the wrong way round, and closes nearly all cases of one supplier,
- screen: since one day early on, the screen for one supplier's cases has its two buttons swapped,
- form: one supplier's cases come nearly all by one channel, and that form has them swapped.

A case that two habits cover is labelled the wrong way round all the same. Each habit is about one supplier, and under a
habit are suppliers of whose parts 65% are replaced; of the others it is 35%. So the labels of all suppliers look the
same. One supplier without a habit has a person who closes nearly all of it as well, and another one a channel: that
alone is no sign. These people close fewer cases of other suppliers than their colleagues do.

The marketplace's *relay* sends some messages again, several times, and closes these copies itself: INFORMATION.

What the shop can see is in `Case.row()`. The last `TEST_DAYS` are the test: what came then has no label yet, except
for the relay's. What only the generator knows is in `Case.category`, `part`, `message` and `habit`, and in
`PartsDesk.habits`. Every draw comes from one seed (see `wren.dice`).
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any, TypeVar

from wren.dice import Dice
from wren.letters import Writer
from wren.mix import TicketMix
from wren.phrases import ACTION, INFORMATION, NAMES, PRODUCTS
from wren.tickets import CHANNELS, MONDAY

Item = TypeVar("Item")

SUPPLIERS = ("Alder", "Brook", "Corvin", "Dahl", "Ember")
PEOPLE = ("Anouk", "Bruno", "Carla", "Deniz", "Eero", "Fenja")
RELAY = "relay"
"""Who closes the copies that the marketplace sends."""

KINDS = ("person", "screen", "form")
COLUMNS = ("id", "time", "supplier", "channel", "by", "text", "label")
"""What the shop can see of a message, in the desk's order."""

DAYS = 70
TEST_DAYS = 14
CUT = MONDAY + timedelta(days=DAYS - TEST_DAYS)
"""The test begins here."""

MESSAGES = 2400
PARTS = 120
"""Parts of each supplier."""

REPLACED = {True: 0.65, False: 0.35}
"""The share of a supplier's parts that are replaced, under a habit and without one."""

NEARLY_ALL = 0.97
SLIPS = 0.03
COPIED = 0.06
COPIES = (3, 8)
"""The fewest and the most copies of a message that the relay sends again."""

_SINCE = (1, 3)  # the days on which a screen may have changed
_STREAM = 24
_OTHER = {ACTION: INFORMATION, INFORMATION: ACTION}
_WHERE = ("side", "back", "top", "under", "inner", "outer", "left", "right", "front", "base", "neck", "head", "end",
          "mid", "cross", "upper", "lower", "door", "foot", "hand", "heel", "arm", "wall", "hip")  # fmt: skip
_WHAT = ("strap", "lid", "clip", "seal", "hinge", "screw", "ring", "plate", "knob", "hook", "spring", "cap", "pin",
         "cord", "sleeve", "bolt", "guard", "rail", "latch", "cover", "grip", "wheel", "tube", "pad",
         "bracket")  # fmt: skip
_SENTENCES = (
    "The {part} of my {{product}} came off.",
    "The {part} on the {{product}} is loose.",
    "My {{product}} has a broken {part}.",
    "The {{product}} came without a {part}.",
    "The {part} of the {{product}} does not fit.",
    "It is the {part} of the {{product}}, it rattles.",
)


@dataclass(frozen=True, slots=True)
class Habit:
    """A rule by which labels come out the wrong way round. `kind` is one of `KINDS`.

    A person's holds for all that they close. That of a screen or a form holds for one `supplier`, `since` a time or in
    one `channel`.
    """

    kind: str
    supplier: str
    by: str | None = None
    since: datetime | None = None
    channel: str | None = None

    def covers(self, supplier: str, channel: str, by: str, time: datetime) -> bool:
        """Whether a case is labelled by this habit."""
        if self.by is not None:
            return by == self.by
        late = self.since is None or time >= self.since
        return supplier == self.supplier and late and self.channel in (None, channel)


@dataclass(frozen=True, slots=True)
class Case:
    """One message as the desk has it, and beside that what only the generator knows.

    `label` is None for a message of the test. `category` is the truth, the same for all rows of one `message`, the
    number of which counts in the order in which messages came. `habit` is the kind of the rule that `label` follows,
    RELAY for a copy, None where there is none.
    """

    id: str
    time: datetime
    supplier: str
    channel: str
    by: str
    text: str
    label: str | None
    category: str
    part: str
    message: int
    habit: str | None

    def row(self) -> dict[str, Any]:
        """The columns the shop can see, in the desk's order."""
        return {name: getattr(self, name) for name in COLUMNS}


@dataclass(frozen=True)
class PartsDesk:
    """All rows in order of time, and the habits that labelled them."""

    cases: tuple[Case, ...]
    habits: tuple[Habit, ...]

    @cached_property
    def test(self) -> tuple[Case, ...]:
        """The messages that came from `CUT` on, without copies."""
        return tuple(case for case in self.cases if case.label is None)

    @cached_property
    def train(self) -> tuple[Case, ...]:
        """The messages that came before `CUT`, without copies."""
        return tuple(case for case in self.cases if case.label is not None and case.habit != RELAY)

    def rows(self) -> list[dict[str, Any]]:
        """What the shop can see."""
        return [case.row() for case in self.cases]


def make_parts_desk(seed: int, messages: int = MESSAGES, *, habits: int = 2) -> PartsDesk:
    """The desk of this seed: so many messages in `DAYS` days, with their copies, under 0 to 3 habits."""
    return _Desk(Dice(seed, _STREAM), habits).run(messages)


class _Desk:
    """Draws who does what, then makes one message after the other."""

    def __init__(self, dice: Dice, habits: int) -> None:
        self.dice = dice
        suppliers, kinds = _shuffled(SUPPLIERS, dice), _shuffled(KINDS, dice)[:habits]
        people = _shuffled(PEOPLE, dice)
        names = _shuffled([where + what for where in _WHERE for what in _WHAT], dice)
        under = zip(kinds, suppliers, strict=False)  # the first suppliers, as many as there are habits
        self.habits = tuple(self.habit(kind, supplier, people[0]) for kind, supplier in under)
        self.parts = {supplier: names[at * PARTS : (at + 1) * PARTS] for at, supplier in enumerate(suppliers)}
        self.truth = {
            part: ACTION if dice.chance(REPLACED[at < habits]) else INFORMATION
            for at, supplier in enumerate(suppliers)
            for part in self.parts[supplier]
        }
        self.closers = {habit.supplier: habit.by for habit in self.habits if habit.by} | {suppliers[-1]: people[1]}
        self.free = [person for person in people if person not in self.closers.values()]
        self.forms = {habit.supplier: habit.channel for habit in self.habits if habit.channel}
        self.forms[suppliers[-2]] = dice.pick(CHANNELS)

    def habit(self, kind: str, supplier: str, person: str) -> Habit:
        """A habit of this kind."""
        dice = self.dice
        if kind == "person":
            return Habit(kind, supplier, by=person)
        if kind == "screen":
            return Habit(kind, supplier, since=MONDAY + timedelta(days=dice.between(*_SINCE)))
        return Habit(kind, supplier, channel=dice.pick(CHANNELS))

    def run(self, messages: int) -> PartsDesk:
        """All rows, numbered in order of time."""
        drafts = sorted((self.message(number) for number in range(messages)), key=lambda case: case.time)
        drafts = [replace(case, message=number) for number, case in enumerate(drafts)]
        drafts += [copy for case in drafts if self.dice.chance(COPIED) for copy in self.copies(case)]
        drafts = sorted((case for case in drafts if case.time < MONDAY + timedelta(days=DAYS)), key=lambda c: c.time)
        cases = (replace(case, id=f"T{place:06d}") for place, case in enumerate(drafts, start=1))
        return PartsDesk(tuple(cases), self.habits)

    def message(self, number: int) -> Case:
        """A message and its label, before its place among the others is known."""
        dice = self.dice
        time = MONDAY + timedelta(days=dice.below(DAYS), seconds=dice.below(86_400))
        supplier = dice.pick(SUPPLIERS)
        part = dice.pick(self.parts[supplier])
        order = f"W-{10_000 + (number * 7_919 + 4_242) % 90_000}"
        sentence = dice.pick(_SENTENCES).format(part=part)
        text = Writer(dice, TicketMix(), sentence, dice.pick(PRODUCTS), order, dice.pick(NAMES)).first()
        channel = self.mostly(self.forms.get(supplier), CHANNELS)
        by = self.mostly(self.closers.get(supplier), PEOPLE if dice.chance(0.5) else self.free)
        habit = next((habit.kind for habit in self.habits if habit.covers(supplier, channel, by, time)), None)
        truth = self.truth[part]
        label = _OTHER[truth] if dice.chance(SLIPS) != (habit is not None) else truth
        shown = label if time < CUT else None
        return Case("", time, supplier, channel, by, text, shown, truth, part, 0, habit)

    def mostly(self, usual: str | None, all_: Sequence[str]) -> str:
        """The usual one nearly always, if there is one; else any."""
        return usual if usual is not None and self.dice.chance(NEARLY_ALL) else self.dice.pick(all_)

    def copies(self, original: Case) -> list[Case]:
        """What the relay sends of a message: its words, at times in capitals or in small letters."""
        dice = self.dice
        copies = []
        for _ in range(dice.between(*COPIES)):
            text = dice.pick((original.text, original.text.upper(), original.text.lower()))
            time = original.time + timedelta(minutes=dice.between(5, 48 * 60))
            copies.append(replace(original, time=time, by=RELAY, text=text, label=INFORMATION, habit=RELAY))
        return copies


def _shuffled(items: Sequence[Item], dice: Dice) -> list[Item]:
    """The items in an order that is drawn."""
    left = list(items)
    return [left.pop(dice.below(len(left))) for _ in items]
