"""What Wren's triage service does with a ticket, and the log that this leaves.

Three hands write it: the queue, in JSON; the workers, in plain text, with a traceback now and then; and the deploy
tool, by the clock of whoever made the change. A collector puts the lines together.

Times are in milliseconds since `START`.
"""

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone

from wren.dice import Dice
from wren.phrases import ACTION, INFORMATION

START = datetime(2026, 5, 18, 6, tzinfo=UTC)
SECOND, MINUTE = 1_000, 60_000


@dataclass(frozen=True)
class Attempt:
    """One worker's attempt at a ticket: when it was over, and whether it answered."""

    time: int
    worker: str
    answered: bool
    error: str = ""


@dataclass(frozen=True)
class Ticket:
    """A ticket: when the queue received it, the attempts at it, and when it timed out in the queue, if it did."""

    id: str
    received: int
    attempts: tuple[Attempt, ...]
    timed_out: int | None = None

    @property
    def failed(self) -> bool:
        """Nobody has answered it."""
        return not any(attempt.answered for attempt in self.attempts)

    @property
    def minute(self) -> int:
        """The minute since `START` in which the queue received it."""
        return self.received // MINUTE


@dataclass(frozen=True)
class Change:
    """A change, and when it reached what: workers, the queue or the form. `zone` is the clock of whoever made it."""

    number: int
    what: str
    reached: tuple[tuple[int, str], ...]
    zone: timezone


def log_of(tickets: Sequence[Ticket], changes: Sequence[Change]) -> list[str]:
    """The log of these tickets and changes: each line once, in order of time, and nothing else in it."""
    return [line for _, line in sorted((time, line) for time, line in _records(tickets, changes, Dice(0), plain=True))]


def queue_line(time: int, event: str, **more: str | int) -> str:
    """What the queue writes: JSON, in UTC."""
    return json.dumps({"time": _utc(time), "from": "queue", "event": event, **more})


def triage_line(time: int, worker: str, ticket: str, number: int, said: str, ok: bool) -> str:
    """What a worker writes after its attempt at a ticket: plain text, in UTC."""
    return f"{_utc(time)} {worker} {'INFO' if ok else 'ERROR'} {ticket} attempt {number}: {said}"


def change_line(time: int, number: int, where: str, what: str, zone: timezone) -> str:
    """What the deploy tool writes when a change has reached a worker, the queue or the form: local time."""
    local = (START + timedelta(milliseconds=time)).astimezone(zone)
    return f"{local.isoformat(timespec='seconds')} change {number} reached {where} ({what})"


def _utc(time: int) -> str:
    return (START + timedelta(milliseconds=time)).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _records(
    tickets: Sequence[Ticket], changes: Sequence[Change], dice: Dice, plain: bool = False
) -> Iterator[tuple[int, str]]:
    """Everything that is written, with its time; a traceback belongs to the line above it. `plain` leaves it out."""
    waiting = Counter[int]()
    for ticket in tickets:
        yield ticket.received, queue_line(ticket.received, "received", ticket=ticket.id)
        for number, attempt in enumerate(ticket.attempts, 1):
            label = INFORMATION if dice.chance(0.6) else ACTION
            said = f"answered {label}" if attempt.answered else attempt.error
            line = triage_line(attempt.time, attempt.worker, ticket.id, number, said, attempt.answered)
            if attempt.error and not plain and dice.chance(0.2):
                line += f'\n  File "triage.py", line {dice.between(40, 240)}, in answer\nRuntimeError: {attempt.error}'
            yield attempt.time, line
        if ticket.timed_out is not None:
            for waited in range(60, 300, 60):
                time = ticket.received + waited * SECOND
                waiting[time // MINUTE] += 1
                yield time, queue_line(time, "late", ticket=ticket.id, waited=waited)
            yield ticket.timed_out, queue_line(ticket.timed_out, "timed out", ticket=ticket.id)
    for minute in range(0 if plain else tickets[-1].minute + 1):
        yield minute * MINUTE, queue_line(minute * MINUTE, "depth", tickets=waiting[minute] + dice.between(0, 3))
    for change in changes:
        for time, where in change.reached:
            yield time, change_line(time, change.number, where, change.what, change.zone)


def collect(tickets: Sequence[Ticket], changes: Sequence[Change], dice: Dice) -> Iterator[str]:
    """The lines as a collector delivers them: each up to 4 s late, and one in a hundred twice, up to 8 s late."""
    arrived = []
    for time, line in sorted(_records(tickets, changes, dice)):
        arrived.append((time + dice.below(4 * SECOND), line))
        if dice.chance(0.01):
            arrived.append((time + dice.below(8 * SECOND), line))
    for _, line in sorted(arrived):
        yield from line.split("\n")
