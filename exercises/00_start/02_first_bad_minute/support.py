"""What the checks of this exercise share: mornings, logs made by hand, and what is wrong with an answer."""

from collections import Counter
from datetime import timedelta, timezone
from functools import lru_cache
from typing import Any

from autograder.examiner import expect
from wren.incident import Morning, clock, make_morning
from wren.service_log import MINUTE, SECOND, START, Attempt, Change, Ticket

MORNINGS = 6
LOCAL = timezone(timedelta(hours=2))


@lru_cache(maxsize=2 * MORNINGS)
def morning(seed: int, number: int, quiet: bool = False) -> Morning:
    """One of the mornings of a grade; a quiet one is the same without the change that did it."""
    made = make_morning(100 * seed + number)
    return make_morning(100 * seed + number, without=made.truth.cause) if quiet else made


# ---- logs made by hand


def at(time: str) -> int:
    """A time such as "07:41:05", as `wren.service_log` counts it."""
    hours, minutes, seconds = map(int, time.split(":"))
    return ((hours - START.hour) * 3600 + minutes * 60 + seconds) * SECOND


def ticket(number: int, received: str, tries: str = "1+", timed_out: bool = False) -> Ticket:
    """A ticket; `tries` "2- 5+" are a failed attempt of worker 2 and, five seconds later, an answer of worker 5."""
    start = at(received)
    made = []
    for place, (worker, sign) in enumerate(tries.split(), 1):
        error = "" if sign == "+" else "label 2 is unknown"
        made.append(Attempt(start + 5 * SECOND * place, f"triage-{worker}", not error, error))
    return Ticket(f"T{number:06d}", start, tuple(made), start + 300 * SECOND if timed_out else None)


def tickets(first: int, minute: str, count: int, failed: int, lost: str = "1- 2- 3-", kept: str = "1+") -> list[Ticket]:
    """`count` tickets received in a minute such as "07:41", from id `first` on: `failed` of them are `lost`."""
    return [ticket(first + n, f"{minute}:{2 * n:02d}", lost if n < failed else kept) for n in range(count)]


def change(number: int, what: str, *reached: str) -> Change:
    """A change that reached its places, such as "07:41:05 triage-2", by the local clock two hours ahead of UTC."""
    return Change(number, what, tuple((at(one.split()[0]), one.split()[1]) for one in reached), LOCAL)


# ---- what is wrong with an answer


def expect_minute(got: Any, expected: str | None, tickets: tuple[Ticket, ...]) -> None:
    """A minute such as "07:44", or None; with what became of the tickets of that minute."""
    good = got is None or (isinstance(got, str) and len(got) == 5 and got[2] == ":")
    expect(good, "a minute is a text such as '07:44', or None", got=got, expected="'07:44', or None")
    if got == expected:
        return
    received = Counter(clock(one.minute) for one in tickets)
    failed = Counter(clock(one.minute) for one in tickets if one.failed)
    if expected is None:
        because = f"no minute is bad: of the {received[got]} tickets received at {got}, {failed[got]} failed"
    elif got is None or got > expected:
        because = f"of the {received[expected]} tickets received at {expected}, {failed[expected]} had failed already"
    else:
        because = f"of the {received[got]} tickets received at {got}, {failed[got]} failed: too few for a bad minute"
        rescued = [t for t in tickets if clock(t.minute) == got and not t.failed and not t.attempts[0].answered]
        if rescued:
            because += f". {rescued[0].id} was answered at attempt {len(rescued[0].attempts)}"
    expect(False, because, call="first_bad_minute(lines)", got=got, expected=expected)


def expect_cause(got: Any, made: Morning) -> None:
    """The number of the change that did it; with what a wrong one leaves unexplained."""
    whole = got is None or (isinstance(got, int) and not isinstance(got, bool))
    expect(whole, "a cause is the number of a change, or None", got=got, expected="431, or None")
    if got == made.truth.cause:
        return
    expect(False, _unexplained(got, made), call="cause(lines)", got=got, expected=made.truth.cause)


def _unexplained(got: int | None, made: Morning) -> str:
    """Why `got` is no cause."""
    first_bad = made.truth.first_bad
    if first_bad is None:
        return "no minute is bad, and there is nothing to explain"
    if got is None:
        return f"{first_bad} is a bad minute: something did it"
    found = [change for change in made.changes if change.number == got]
    if not found:
        return "no change in the log has that number"
    since = {where: time for time, where in found[0].reached}
    tried = [attempt for ticket in made.tickets for attempt in ticket.attempts]
    there = [one for one in tried if one.worker in since and one.time >= since[one.worker]]
    lost = sum(not one.answered for one in there)
    elsewhere = sum(not one.answered for one in tried) - lost
    places = ", ".join(since)
    if not there:
        return f"change {got} reached {places}, where nothing is tried; {elsewhere} attempts failed elsewhere or before"
    came = clock(min(since.values()) // MINUTE)
    late = f"change {got} came at {came}, after the first bad minute, {first_bad}. " if came > first_bad else ""
    return (
        f"{late}Where change {got} was in force, from {came} on, {lost} of {len(there)} attempts failed; {elsewhere} "
        "more failed where it was not"
    )


def expect_hit(got: Any, made: Morning) -> None:
    """The ids of the tickets that were hit, each once; with one that is wrong."""
    listed = isinstance(got, list | tuple | set | frozenset) and all(isinstance(one, str) for one in got)
    expect(listed, "tickets_hit(lines) has to return a list of ids", got=got, expected="['T004211', ...]")
    first, hit = made.truth.first_bad, made.truth.hit
    known = {ticket.id: ticket for ticket in made.tickets}
    for id, times in sorted(Counter(got).items()):
        expect(times == 1, f"{id} is named {times} times: a ticket has several lines, and was lost once",
               call="tickets_hit(lines)", got=f"{len(got)} ids", expected=f"{len(hit)} ids, each once")  # fmt: skip
    wrong = sorted(set(got) - hit)
    if wrong:
        one = known.get(wrong[0])
        why = "is the id of no ticket" if one is None else f"was received at {clock(one.minute)}, and "
        if one is not None and not one.failed:
            why += "was answered in the end"
        elif one is not None:
            why += f"the first bad minute is {first}" if first else "no minute is bad"
        expect(False, f"{wrong[0]} {why}; {len(wrong)} ids in your list are of tickets that were not hit",
               call="tickets_hit(lines)", got=f"{len(got)} ids", expected=f"{len(hit)} ids")  # fmt: skip
    missing = sorted(hit - set(got))
    if missing:
        one = known[missing[0]]
        story = "timed out in the queue" if one.timed_out is not None else f"failed at {len(one.attempts)} attempts"
        tried = "" if one.attempts else " without an attempt"
        expect(False, f"{one.id} of {clock(one.minute)} {story}{tried} and is missing, one of {len(missing)}",
               call="tickets_hit(lines)", got=f"{len(got)} ids", expected=f"{len(hit)} ids")  # fmt: skip
