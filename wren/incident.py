"""A morning of Wren's triage service as its log tells it, and what truly happened.

Tickets wait in a queue until one of six workers takes them. An attempt that fails is repeated, up to `ATTEMPTS`
times, by whichever worker is free. Six to eight changes are made during the morning. One of them breaks the workers
that it reaches, one after the other; as long as there are enough others, a ticket is answered at its second or third
attempt, and so the tickets fail later than the attempts. The retries then jam the queue, and tickets time out there.

What else there is, and is not the cause: a change that reached five workers, slowly, long before, in every other
morning the same five; one to the form; up to two that reach some workers, one of which the cause never reaches, in the
hour before the first bad minute; another like these in the minute before it; one to the queue, and one to three
workers, just before the time-outs; a minute in which many first attempts fail and all tickets are answered; single
tickets that nobody can answer.

`wren.service_log` says what a ticket and a change are, and writes the lines.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta, timezone

from wren.dice import Dice
from wren.service_log import MINUTE, SECOND, START, Attempt, Change, Ticket, collect

WORKERS = tuple(f"triage-{number}" for number in range(1, 7))
ATTEMPTS = 3
TIME_OUT = 300_000
"""How long a ticket may wait in the queue."""

SICK = 0.97
"""The share of attempts that fail on a worker that the cause has reached."""

HEALTHY = 0.015
"""The share of attempts that fail elsewhere."""

SHARE = 0.1
"""A minute is bad when at least this share of the tickets received in it failed."""

_ZONES = ((2, 0), (5, 30), (-4, 0))
_CHANGES = ("model 118", "features 12", "triage 4.18", "tokenizer 3", "labels 7", "python 3.13.5", "limits 2", "logs 9")
_ERRORS = ("no vector of 96 numbers", "label 2 is unknown", "input has no field 'lang'", "model file is empty")


@dataclass(frozen=True)
class Truth:
    """What happened. `first_bad` is a minute in UTC such as "07:41"; `hit` are the tickets that failed from then on.

    The other changes: `before` is the last one before the first bad minute, `loudest` the one to the queue, where the
    time-outs are, and `latest` the last of all.
    """

    first_bad: str | None
    cause: int | None
    hit: frozenset[str]
    before: int
    loudest: int
    latest: int


@dataclass(frozen=True)
class Morning:
    """The log of a morning, its lines nearly in order of time; and the tickets, the changes and the truth behind it."""

    lines: tuple[str, ...]
    tickets: tuple[Ticket, ...]
    changes: tuple[Change, ...]
    truth: Truth


def make_morning(seed: int, without: int | None = None) -> Morning:
    """The morning of this seed; `without` the change of that number, as if nobody had made it.

    There are 2,700 to 3,600 tickets and 8,000 to 11,500 lines. All tickets in the log have come to an end. Without its
    cause, the morning has no bad minute.
    """
    for draw in range(1_000):
        plan = _draw_plan(Dice(seed, draw))
        tickets = _simulate(plan, Dice(seed, draw, 1), sick=True)
        first_bad = first_bad_minute(tickets)
        if first_bad is not None and _is_clear(plan, first_bad):
            break
    else:
        raise AssertionError(f"seed {seed} gives no morning whose cause is clear")
    dice = Dice(seed, draw, 2)
    cause, *others = _changes(plan, first_bad, dice)
    if without == cause.number:
        tickets, first_bad = _simulate(plan, Dice(seed, draw, 1), sick=False), None
    changes = tuple(change for change in sorted([cause, *others], key=lambda c: c.number) if change.number != without)
    hit = {t.id for t in tickets if t.failed and first_bad is not None and t.minute >= first_bad}
    guilty = None if first_bad is None else cause.number
    decoys = [change.number for change in others[:3]]
    truth = Truth(None if first_bad is None else clock(first_bad), guilty, frozenset(hit), *decoys)
    return Morning(tuple(collect(tickets, changes, dice)), tickets, changes, truth)


def first_bad_minute(tickets: Sequence[Ticket]) -> int | None:
    """The first minute since `START` of whose tickets at least `SHARE` failed; None if there is none."""
    received = Counter(ticket.minute for ticket in tickets)
    failed = Counter(ticket.minute for ticket in tickets if ticket.failed)
    return min((minute for minute in received if failed[minute] >= SHARE * received[minute]), default=None)


def clock(minute: int) -> str:
    """A minute since `START` as the clock shows it in UTC, such as "07:41"."""
    return f"{START + timedelta(minutes=minute):%H:%M}"


# ---- what happens


@dataclass(frozen=True)
class _Plan:
    """When the cause reaches which worker; the minutes of the stumble, the jam and the end; what is written."""

    reached: tuple[tuple[int, str], ...]
    spared: str
    stumble: int
    jam: int
    end: int
    error: str
    first_id: int


def _draw_plan(dice: Dice) -> _Plan:
    workers = sorted(WORKERS, key=lambda _: dice.roll())
    at, reached = dice.between(80 * MINUTE, 95 * MINUTE), []
    for worker in workers[:-1]:
        reached.append((at, worker))
        at += dice.between(5 * MINUTE, 8 * MINUTE)
    jam = reached[-1][0] // MINUTE + dice.between(3, 6)
    return _Plan(tuple(reached), workers[-1], dice.between(35, 65), jam, jam + dice.between(30, 36),
                 dice.pick(_ERRORS), dice.between(1_000, 9_000))  # fmt: skip


def _is_clear(plan: _Plan, first_bad: int) -> bool:
    """The first bad minute lies between the second worker and the jam, and no worker falls just before it."""
    start = first_bad * MINUTE
    just_before = any(start - MINUTE <= time < start for time, _ in plan.reached)
    return plan.reached[1][0] < start and first_bad <= plan.jam - 8 and not just_before


def _simulate(plan: _Plan, dice: Dice, sick: bool) -> tuple[Ticket, ...]:
    """What becomes of each ticket; if not `sick`, the cause was never made."""
    tickets: list[Ticket] = []
    for minute in range(plan.end):
        received = sorted(minute * MINUTE + dice.below(MINUTE) for _ in range(dice.between(17, 27)))
        hopeless = dice.pick(received) if minute * MINUTE < plan.reached[0][0] and dice.chance(0.1) else None
        waits = 0.02 * (minute - plan.jam) if sick and minute > plan.jam else 0.0
        for time in received:
            id = f"T{plan.first_id + len(tickets):06d}"
            if dice.chance(min(waits, 0.6)):
                tickets.append(_times_out(plan, dice, id, time))
            else:
                tickets.append(Ticket(id, time, _attempts(plan, dice, time, sick, time == hopeless)))
    return tuple(tickets)


def _attempts(plan: _Plan, dice: Dice, received: int, sick: bool, hopeless: bool) -> tuple[Attempt, ...]:
    """The attempts at a ticket that a worker takes in time."""
    time, attempts = received, list[Attempt]()
    stumbles = received // MINUTE == plan.stumble
    broken = {worker: reach for reach, worker in plan.reached} if sick else {}
    while len(attempts) < ATTEMPTS and not (attempts and attempts[-1].answered):
        time += dice.between(80, 1_500) if not attempts else dice.between(2 * SECOND, 9 * SECOND)
        worker = dice.pick(WORKERS)
        if hopeless:
            error = "no text is left"
        elif worker in broken and time >= broken[worker] and dice.chance(SICK):
            error = plan.error
        elif dice.chance(0.7 if stumbles and not attempts else HEALTHY):
            error = "no answer from the model in 2 s"
        else:
            error = ""
        attempts.append(Attempt(time, worker, not error, error))
    return tuple(attempts)


def _times_out(plan: _Plan, dice: Dice, id: str, received: int) -> Ticket:
    """A ticket that waits too long: untried, tried once on a broken worker, or in a worker's hands all the while."""
    gone, roll = received + TIME_OUT + dice.below(SECOND), dice.roll()
    if roll < 0.6:
        return Ticket(id, received, (), gone)
    if roll < 0.9:
        first = received + dice.between(5 * SECOND, 50 * SECOND)
        broken = [worker for time, worker in plan.reached if time <= first]
        return Ticket(id, received, (Attempt(first, dice.pick(broken), False, plan.error),), gone)
    late = gone + dice.between(2 * SECOND, 20 * SECOND)
    return Ticket(id, received, (Attempt(late, plan.spared, True),), gone)


def _changes(plan: _Plan, first_bad: int, dice: Dice) -> list[Change]:
    """The cause, the three others of `Truth`, an early one to five workers, one to the form, and up to two more."""
    what = sorted(_CHANGES, key=lambda _: dice.roll())
    early, bad, jam = dice.between(8, 20) * MINUTE, first_bad * MINUTE, plan.jam * MINUTE
    struck = [worker for _, worker in plan.reached]
    reached = [
        plan.reached,
        _roll_out(bad - dice.between(20, 50) * SECOND, 7 * SECOND, (plan.spared, struck[1])),
        ((jam + dice.between(60, 150) * SECOND, "queue"),),
        _roll_out(jam + dice.between(170, 280) * SECOND, 7 * SECOND, (struck[3], plan.spared, struck[0])),
        ((early, WORKERS[0]),),  # it goes on below
        ((dice.between(25 * MINUTE, jam), "form"),),
    ]
    for _ in range(dice.between(0, 2)):
        some = [plan.spared, *sorted(struck, key=lambda _: dice.roll())[: dice.between(1, 3)]]
        begin = dice.between(60 * MINUTE, bad - 3 * MINUTE)
        reached.append(_roll_out(begin, dice.between(10 * SECOND, 6 * MINUTE), some))
    names = [what[0], what[1], "queue 2.9", what[2], what[3], "form 7.2", *what[4:]]
    first = dice.between(300, 800)
    by_time = sorted(range(len(reached)), key=lambda at: reached[at][0][0])
    numbers = {at: first + place for place, at in enumerate(by_time)}
    zones = [timezone(timedelta(hours=h, minutes=m)) for h, m in (dice.pick(_ZONES) for _ in reached)]
    five = struck if dice.chance(0.5) else sorted(WORKERS, key=lambda _: dice.roll())[:5]
    reached[4] = _roll_out(early, dice.between(3 * MINUTE, 9 * MINUTE), five)
    return [Change(numbers[at], names[at], reached[at], zones[at]) for at in range(len(reached))]


def _roll_out(begin: int, pause: int, workers: Sequence[str]) -> tuple[tuple[int, str], ...]:
    return tuple((begin + pause * number, worker) for number, worker in enumerate(workers))
