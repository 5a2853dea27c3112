"""Five people who label Wren's tickets, one of them without reading; who they are is recorded apart.

The tickets are first messages (`wren.tickets`). Each truly belongs into one of three *queues*: somebody only wants to
know something, an order or an account has to be changed, or access is at stake: a login that is blocked, or in other
hands. The last is rare. The queue follows from the ticket's intent, and not from the label that the desk gave it.

Five people get 60% to 95% of the tickets right, each in a way of their own (a *confusion matrix*: for each true
queue, the shares of what the person says):

- *careful* is mostly right;
- *literal* explains: what is not asked for in so many words is INFORMATION;
- *anxious* sees break-ins, and calls ACCESS what is none;
- *tired* starts as well as careful does and ends as a bad labeller. The matrix moves in a straight line from `start`
  to `end` over the person's own tickets: this is the *drift*;
- *spammer* presses a key at random: what is said does not depend on the ticket. The shares of the keys lie anywhere
  between those of the queues and even ones.

Each error rate of the table `USUAL` is multiplied by a draw from 0.75 to 1.25, so that no two teams are the same, and
the people sit in any order. Given the true queue, people err independently of each other and of the words.

Nobody is assigned a ticket: whoever is free takes the next one that lacks labels, until each ticket has been labelled
by `per_ticket` different people. A person takes `seconds` for a ticket on average, between half and one and a half
times that for each. The spammer is the fastest, and labels nearly everything. So two things go together that need not:
tired is the next fastest.

What the shop sees is in `Labelling`: tickets, labels, seconds. What only the generator knows is in `Labelling.truth`.
Every draw comes from one seed (see `wren.dice`).
"""

import heapq
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from wren.dice import Dice, cumulate
from wren.mix import TicketMix
from wren.phrases import ACTION, NAMES
from wren.tickets import Ticket, make_tickets

QUEUES = ("INFORMATION", "CHANGE", "ACCESS")
"""A label is a place in this row: 0, 1 or 2."""

UNLABELLED = -1
PEOPLE = 5

MIX = TicketMix(action_share=0.45, followups=(1.0,), word_order=0.0)
"""First messages only; one action in six is about access, 7.5% of all tickets."""

DAYS = 7

Labels = NDArray[np.int64]
Floats = NDArray[np.float64]
Matrix = tuple[tuple[float, ...], ...]
"""Row: the true queue. Column: what is said. Each row adds up to 1."""

USUAL: dict[str, tuple[float, Matrix, Matrix]] = {
    "careful": (45.0, *2 * (((0.94, 0.05, 0.01), (0.06, 0.91, 0.03), (0.02, 0.08, 0.90)),)),
    "literal": (30.0, *2 * (((0.95, 0.04, 0.01), (0.45, 0.53, 0.02), (0.15, 0.15, 0.70)),)),
    "anxious": (35.0, *2 * (((0.70, 0.08, 0.22), (0.08, 0.62, 0.30), (0.01, 0.02, 0.97)),)),
    "tired": (
        25.0,
        ((0.93, 0.05, 0.02), (0.07, 0.90, 0.03), (0.04, 0.08, 0.88)),
        ((0.70, 0.26, 0.04), (0.40, 0.55, 0.05), (0.30, 0.30, 0.40)),
    ),
}
"""Seconds a ticket, and the usual matrix at the person's first ticket and at the last one."""

SPAMMER = "spammer"
SPAMMER_SECONDS = 12.0

_SHARES = (1 - MIX.action_share, MIX.action_share * 5 / 6, MIX.action_share / 6)
_STREAM = 22  # people have dice of their own: the tickets are those of `make_tickets`


@dataclass(frozen=True)
class Person:
    """One who labels. `kind` is one of `USUAL`, or `SPAMMER`; `start` and `end` are equal without drift."""

    name: str
    kind: str
    seconds: float
    start: Matrix
    end: Matrix

    @property
    def drifts(self) -> bool:
        """Whether the person ends as another labeller than the one who began."""
        return self.start != self.end

    def says(self, queue: int, progress: float) -> tuple[float, ...]:
        """The shares of the labels for tickets of this true queue, at this progress (0 to 1) through the own ones."""
        ends = zip(self.start[queue], self.end[queue], strict=True)
        return tuple((1 - progress) * first + progress * last for first, last in ends)


@dataclass(frozen=True)
class Truth:
    """What only the generator knows.

    `queue` is the true queue of each ticket, shape (tickets,). `people` are in the order of the columns of the labels.
    `confusion[person, true queue, said]` is each person's matrix in the mean over the tickets that were labelled.
    `spammer` is the place of the one who does not read.
    """

    queue: Labels
    people: tuple[Person, ...]
    confusion: Floats
    spammer: int


@dataclass(frozen=True)
class Labelling:
    """What the shop has: `labels[ticket, person]`, `UNLABELLED` where there is none, and the `seconds` each one took.

    Both have the shape (tickets, people); seconds are nan where there is no label. Tickets are in order of time, and
    so were they labelled.
    """

    tickets: tuple[Ticket, ...]
    names: tuple[str, ...]
    labels: Labels
    seconds: Floats
    truth: Truth


def queue_of(ticket: Ticket) -> int:
    """The queue into which a ticket truly belongs, by its intent."""
    if ticket.truth.intent == "access":
        return 2
    return 1 if ticket.truth.category == ACTION else 0


def make_labelling(tickets: int, seed: int, per_ticket: int = 4) -> Labelling:
    """So many tickets of a week, each labelled by `per_ticket` (at most 5) of five people."""
    dice = Dice(seed, _STREAM)
    people = _people(dice)
    listed = tuple(make_tickets(tickets, DAYS, seed, MIX))
    queues = [queue_of(ticket) for ticket in listed]
    turns = _turns(tickets, per_ticket, people, dice)
    labels = np.full((tickets, PEOPLE), UNLABELLED, dtype=np.int64)
    seconds = np.full((tickets, PEOPLE), np.nan)
    confusion = np.empty((PEOPLE, len(QUEUES), len(QUEUES)))
    for place, person in enumerate(people):
        last = max(1, len(turns[place]) - 1)
        for count, (ticket, took) in enumerate(turns[place]):
            labels[ticket, place] = dice.weighted(cumulate(person.says(queues[ticket], count / last)))
            seconds[ticket, place] = took
        half_way = 0.5 if len(turns[place]) > 1 else 0.0  # the mean progress of the labels
        confusion[place] = [person.says(queue, half_way) for queue in range(len(QUEUES))]
    spammer = next(place for place, person in enumerate(people) if person.kind == SPAMMER)
    truth = Truth(np.array(queues, dtype=np.int64), people, confusion, spammer)
    return Labelling(listed, tuple(person.name for person in people), labels, seconds, truth)


def _people(dice: Dice) -> tuple[Person, ...]:
    """Five people of five kinds, in any order, under different names."""
    names, kinds = list(NAMES), [*USUAL, SPAMMER]
    people = []
    while kinds:
        kind = kinds.pop(dice.below(len(kinds)))
        name = names.pop(dice.below(len(names)))
        if kind == SPAMMER:
            even = dice.roll()
            keys = tuple((1 - even) * share + even / len(_SHARES) for share in _SHARES)
            people.append(Person(name, kind, SPAMMER_SECONDS, (keys,) * 3, (keys,) * 3))
            continue
        seconds, start, end = USUAL[kind]
        factors = [[0.75 + 0.5 * dice.roll() for _ in QUEUES] for _ in QUEUES]
        people.append(Person(name, kind, seconds, _varied(start, factors), _varied(end, factors)))
    return tuple(people)


def _varied(matrix: Matrix, factors: list[list[float]]) -> Matrix:
    """The matrix with each of its errors multiplied by its factor, and what is left on the diagonal."""
    rows = []
    for true, row in enumerate(matrix):
        errors = [0.0 if said == true else share * factors[true][said] for said, share in enumerate(row)]
        errors[true] = 1 - sum(errors)
        rows.append(tuple(errors))
    return tuple(rows)


def _turns(tickets: int, per_ticket: int, people: tuple[Person, ...], dice: Dice) -> list[list[tuple[int, float]]]:
    """For each person, the tickets labelled, in order, and the seconds that each took."""
    lacking = [per_ticket] * tickets
    turns: list[list[tuple[int, float]]] = [[] for _ in people]
    free = [(dice.roll(), place) for place in range(len(people))]  # when a person takes the next ticket
    heapq.heapify(free)
    ahead = [0] * len(people)
    while free:
        now, place = heapq.heappop(free)
        while ahead[place] < tickets and lacking[ahead[place]] == 0:
            ahead[place] += 1
        if ahead[place] == tickets:
            continue
        took = people[place].seconds * (0.5 + dice.roll())
        turns[place].append((ahead[place], took))
        lacking[ahead[place]] -= 1
        ahead[place] += 1
        heapq.heappush(free, (now + took, place))
    return turns
