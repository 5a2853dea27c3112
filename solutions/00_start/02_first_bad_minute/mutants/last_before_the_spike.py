# must fail test_the_cause_is_where_attempts_fail with "after the first bad minute"
# You looked for the last change before the worst minute. The worst minute comes when the queue is full, which is long
# after the beginning, and by then others have changed something too.
"""The log of a morning at Wren's triage service. Run me: python incident.py writes one to incident.log.

A ticket waits in the queue until one of six workers, triage-1 to triage-6, takes it. When an attempt fails, whichever
worker is free tries again, three times at most. There are four kinds of lines:

    {"time": "2026-05-18T07:44:05.120Z", "from": "queue", "event": "received", "ticket": "T004211"}
        The queue has received a ticket. Its other events are "late", "timed out" and, without a ticket, "depth".
    2026-05-18T07:44:06.020Z triage-3 ERROR T004211 attempt 1: label 2 is unknown
        A worker's attempt has failed. With INFO in place of ERROR it has answered the ticket.
    2026-05-18T09:44:10+02:00 change 431 reached triage-3 (features 12)
        From now on the change is in force there: on a worker, "queue" or "form". A change reaches each place once.
    RuntimeError: label 2 is unknown
        A line without a time is a piece of a traceback.

A line may come some seconds late, and so out of order, or twice. The log holds all lines of the tickets in it, down to
the last. Z is UTC; +02:00 is a local clock, two hours ahead of it.
"""

import json
import re
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

ATTEMPT = re.compile(r"(\S+Z) (triage-\d) (INFO|ERROR) (T\d+) attempt")


class Attempt(NamedTuple):
    """One worker's attempt at a ticket, and whether it answered it."""

    time: datetime
    worker: str
    ticket: str
    answered: bool


def attempts(lines: list[str]) -> list[Attempt]:
    """All attempts, one for each line about one, in the order of the lines."""
    found = []
    for line in lines:
        match = ATTEMPT.match(line)
        if match:
            time, worker, level, ticket = match.groups()
            found.append(Attempt(datetime.fromisoformat(time), worker, ticket, level == "INFO"))
    return found


CHANGE = re.compile(r"(\S+) change (\d+) reached (\S+)")


def tickets(lines: list[str]) -> tuple[dict[str, str], set[str]]:
    """The minute in which each ticket was received, by its id, and those of them that nobody answered."""
    minutes = {}
    for line in lines:
        if line.startswith("{"):
            row = json.loads(line)
            if row["event"] == "received":
                minutes[row["ticket"]] = f"{datetime.fromisoformat(row['time']):%H:%M}"
    return minutes, minutes.keys() - {attempt.ticket for attempt in attempts(lines) if attempt.answered}


def first_bad_minute(lines: list[str]) -> str | None:
    """The first minute, in UTC and such as "07:44", of whose tickets at least a tenth failed; None if there is none.

    A ticket belongs to the minute in which the queue received it. It has failed if nobody answered it.
    """
    minutes, failed = tickets(lines)
    received = Counter(minutes.values())
    lost = Counter(minutes[ticket] for ticket in failed)
    return min((minute for minute in received if 10 * lost[minute] >= received[minute]), default=None)


def cause(lines: list[str]) -> int | None:
    """The number of the change that did it, None if no minute is bad.

    It is the change that tells the failed attempts from the others: most attempts fail on the workers that it has
    reached, and hardly any elsewhere or before.
    """
    first = first_bad_minute(lines)
    if first is None:
        return None
    since: dict[int, dict[str, datetime]] = {}
    for match in filter(None, map(CHANGE.match, lines)):
        since.setdefault(int(match[2]), {})[match[3]] = datetime.fromisoformat(match[1])

    minutes, failed = tickets(lines)
    worst = Counter(minutes[ticket] for ticket in failed).most_common(1)[0][0]
    begun = {number: min(f"{t.astimezone(UTC):%H:%M}" for t in reached.values()) for number, reached in since.items()}
    return max((number for number in begun if begun[number] <= worst), key=lambda number: begun[number])


def tickets_hit(lines: list[str]) -> list[str]:
    """The ids of the tickets that failed and were received in the first bad minute or later, each once, in any order.

    No tickets if no minute is bad.
    """
    first = first_bad_minute(lines)
    minutes, failed = tickets(lines)
    return sorted(ticket for ticket in failed if first is not None and minutes[ticket] >= first)


def main() -> None:
    """Write the log of one morning to a file, and print what the three functions say of it."""
    from wren.incident import make_morning

    lines = list(make_morning(seed=2).lines)
    Path("incident.log").write_text("\n".join(lines) + "\n", encoding="utf-8")
    print(f"{len(lines)} lines are in incident.log")
    for function in (first_bad_minute, cause, tickets_hit):
        try:
            answer = function(lines)
            print(f"{function.__name__:16} {f'{len(answer)} tickets' if isinstance(answer, list) else answer}")
        except NotImplementedError as todo:
            print(f"{function.__name__:16} not written yet ({todo})")


if __name__ == "__main__":
    main()
