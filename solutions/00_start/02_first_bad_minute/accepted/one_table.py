# Everything is read into tables of SQLite, and the questions are asked in SQL.
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
import sqlite3
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


ZERO = datetime(2000, 1, 1, tzinfo=UTC)


def seconds(text: str) -> float:
    return (datetime.fromisoformat(text) - ZERO).total_seconds()


def tables(lines: list[str]) -> sqlite3.Connection:
    base = sqlite3.connect(":memory:")
    base.executescript("""
        CREATE TABLE received (ticket TEXT PRIMARY KEY, minute TEXT);
        CREATE TABLE attempt (time REAL, worker TEXT, ticket TEXT, failed INTEGER);
        CREATE TABLE reached (number INTEGER, place TEXT, time REAL, UNIQUE (number, place));
    """)
    for line in set(lines):
        words = line.split()
        if words and words[0] == '{"time":':
            row = json.loads(line)
            if row["event"] == "received":
                base.execute("INSERT INTO received VALUES (?, ?)", (row["ticket"], row["time"][11:16]))
        elif len(words) > 4 and words[1] == "change":
            base.execute("INSERT INTO reached VALUES (?, ?, ?)", (int(words[2]), words[4], seconds(words[0])))
        elif len(words) > 4 and words[4] == "attempt":
            row = (seconds(words[0]), words[1], words[3], words[2] == "ERROR")
            base.execute("INSERT INTO attempt VALUES (?, ?, ?, ?)", row)
    base.executescript("""
        CREATE TABLE lost AS SELECT minute, ticket FROM received
            WHERE ticket NOT IN (SELECT ticket FROM attempt WHERE NOT failed);
        CREATE TABLE bad AS SELECT minute FROM received GROUP BY minute
            HAVING 10 * (SELECT COUNT(*) FROM lost WHERE lost.minute = received.minute) >= COUNT(*);
    """)
    return base


def first_bad_minute(lines: list[str]) -> str | None:
    """The first minute, in UTC and such as "07:44", of whose tickets at least a tenth failed; None if there is none.

    A ticket belongs to the minute in which the queue received it. It has failed if nobody answered it.
    """
    return tables(lines).execute("SELECT MIN(minute) FROM bad").fetchone()[0]


def cause(lines: list[str]) -> int | None:
    """The number of the change that did it, None if no minute is bad.

    It is the change that tells the failed attempts from the others: most attempts fail on the workers that it has
    reached, and hardly any elsewhere or before.
    """
    row = (
        tables(lines)
        .execute("""
        SELECT number FROM reached JOIN attempt ON place = worker AND attempt.time >= reached.time
        WHERE (SELECT COUNT(*) FROM bad) GROUP BY number ORDER BY AVG(failed) DESC LIMIT 1
    """)
        .fetchone()
    )
    return row and row[0]


def tickets_hit(lines: list[str]) -> list[str]:
    """The ids of the tickets that failed and were received in the first bad minute or later, each once, in any order.

    No tickets if no minute is bad.
    """
    found = tables(lines).execute("SELECT ticket FROM lost WHERE minute >= (SELECT MIN(minute) FROM bad)")
    return [ticket for (ticket,) in found]


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
