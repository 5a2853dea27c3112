# a: a short list of decisions, taken from the top. b: plain Python over the rows, no SQL. c: one sorted list.
"""A rule in the place of a model: what it answers, what that costs, and whether to launch it. Run me: python launch.py

A ticket is a customer's first message. It asks for an account action or for information, and the desk writes that down
as its `label` when the case is closed. The rule gives each message a *score*; where the score is at least a threshold,
Wren changes the account, and otherwise it sends an explanation.

Tickets come as an Arrow table with the columns
    id       "T000042", different for each ticket
    time     timestamp of its arrival
    channel  "app", "chat", "form" or "mail"
    score    float, what the rule said
    label    "ACCOUNT_ACTION" or "INFORMATION", null as long as the case is open
"""

import re
from collections import Counter
from datetime import datetime
from typing import Any

import duckdb
import pyarrow as pa

ACTION, INFORMATION = "ACCOUNT_ACTION", "INFORMATION"
CHANNELS = ("app", "chat", "form", "mail")
THRESHOLD = 1.0

Report = dict[str, dict[str, Any]]


# ---- the rule


def score(texts: list[str]) -> list[float]:
    """Task a. One number for each message, in their order: 1 or more books an account action, less explains.

    No training, no data: whatever you know about the messages stands in your code. `texts` may be empty, and a
    message may be. An action booked by mistake costs 40, an explanation sent by mistake 8.
    """
    return [next((points for pattern, points in _DECISIONS if pattern.search(text)), 0.0) for text in texts]


_DECISIONS = [
    (re.compile(r"\?"), 0.0),
    (re.compile(r"\bdo not\b|\bno need to book\b|it is not a new", re.IGNORECASE), 0.0),
    (re.compile(r"^[^.,!:;]*$"), 0.0),  # typed without any punctuation: only an explanation is cheap enough
    (re.compile(r"."), 1.0),
]


# ---- what it costs


def query(sql: str, tickets: pa.Table, **values: Any) -> list[dict[str, Any]]:
    """Run `sql` in DuckDB, where `tickets` is a table, and return its rows; `$name` in the text is values["name"]."""
    with duckdb.connect() as desk:
        desk.register("tickets", tickets)
        answer = desk.execute(sql, values)
        names = [column[0] for column in answer.description]
        return [dict(zip(names, row, strict=True)) for row in answer.fetchall()]


def open_cases(tickets: pa.Table, before: datetime) -> dict[str, int]:
    """How many cases of each channel arrived before that moment and are still open; a channel may have none."""
    rows = query(
        """
        WITH waiting AS (SELECT channel, id FROM tickets WHERE time < $before AND label IS NULL)
        SELECT channels.name, count(waiting.id) AS cases
        FROM (SELECT unnest($channels) AS name) AS channels LEFT JOIN waiting ON waiting.channel = channels.name
        GROUP BY channels.name
        """,
        tickets,
        before=before,
        channels=list(CHANNELS),
    )
    return {row["name"]: row["cases"] for row in rows}


def measure(
    tickets: pa.Table,
    start: datetime,
    end: datetime,
    threshold: float,
    *,
    wrong_action: float,
    wrong_information: float,
) -> Report:
    """Task b. What the rule did from `start` on and before `end`: one entry for "all" and one for each of CHANNELS.

    Each entry is a dictionary of
        tickets    how many closed cases arrived with start <= time < end; open ones count nowhere
        precision  of the tickets that were answered as actions, the share labelled so
        recall     of the tickets labelled as actions, the share that was answered so
        f1         2 * hits / (2 * hits + false actions + missed actions), a hit being an action answered as one
        cost       `wrong_action` for each false action and `wrong_information` for each missed one, added up
        baseline   the cost of giving each of these tickets one answer: the label most frequent among all tickets that
                   arrived before `start`, whatever their channel; INFORMATION where the two are equally frequent

    Conventions: a score of exactly `threshold` is an action. A ratio whose denominator is 0 is None. All tickets of a
    period count alike, whatever day they came on. A channel without a ticket has an entry: no tickets, no cost.
    """
    rows = tickets.to_pylist()
    before = Counter(row["label"] for row in rows if row["time"] < start)
    usual = ACTION if before[ACTION] > before[INFORMATION] else INFORMATION
    report: Report = {}
    for name in ("all", *CHANNELS):
        counts = Counter(
            (row["score"] >= threshold, row["label"] == ACTION)
            for row in rows
            if start <= row["time"] < end and row["label"] is not None and name in ("all", row["channel"])
        )
        hits, false, missed = counts[True, True], counts[True, False], counts[False, True]
        actions = hits + missed
        others = sum(counts.values()) - actions
        report[name] = {
            "tickets": actions + others,
            "precision": hits / (hits + false) if hits + false else None,
            "recall": hits / actions if actions else None,
            "f1": hits / (hits + (false + missed) / 2) if actions + false else None,
            "cost": wrong_action * false + wrong_information * missed,
            "baseline": wrong_action * others if usual == ACTION else wrong_information * actions,
        }
    return report


# ---- the decision


def decide(report: Report, saving: float = 0.2) -> tuple[bool, str | None]:
    """Task c. Whether to launch, and what stops it: (True, None), or (False, the name of an entry of the report).

    A rule is launched when it costs at most (1 - saving) times its baseline over all, and in no channel more than that
    channel's baseline. "all" stops it when the first condition fails, or when not a single ticket was measured. Else
    the channel stops it that loses most money against its baseline; the first in the alphabet where several lose the
    same. `report` is what `measure` returns, its entries in any order; its channels may be others than CHANNELS.
    """
    total = report["all"]
    if not total["tickets"] or total["cost"] > (1 - saving) * total["baseline"]:
        return False, "all"
    gains = sorted((entry["baseline"] - entry["cost"], name) for name, entry in report.items() if name != "all")
    return (False, gains[0][1]) if gains and gains[0][0] < 0 else (True, None)


def main() -> None:
    """Your rule on Wren's messages: its mistakes in the earlier four weeks, and what the four weeks after them cost."""
    from wren.launch import PRICES, START, make_desk

    weeks = make_desk(seed=1).tickets
    for ticket in weeks[:12]:
        print(f"{ticket.channel:4}  {ticket.label:14}  {ticket.text!r}")
    try:
        scores = score([ticket.text for ticket in weeks])
        rows = [
            {"id": t.id, "time": t.time, "channel": t.channel, "score": float(points), "label": t.label}
            for t, points in zip(weeks, scores, strict=True)
        ]
        booked = [t for t, row in zip(weeks, rows, strict=True) if row["score"] >= THRESHOLD and t.time < START]
        false = [ticket for ticket in booked if ticket.label == INFORMATION]
        print(f"\n{len(false)} accounts changed by mistake in the earlier weeks. Some of them:")
        for ticket in false[:: len(false) // 8 + 1]:
            print(f"{ticket.channel:4}  {ticket.text!r}")
        prices = {"wrong_action": PRICES.wrong_action, "wrong_information": PRICES.wrong_information}
        later = measure(pa.Table.from_pylist(rows), START, datetime.max, THRESHOLD, **prices)
        print("\nThe later weeks:")
        for name, entry in later.items():
            print(f"{name:4}  {entry}")
        print("launch, and what stops it:", decide(later))
    except NotImplementedError as todo:
        print(f"not written yet ({todo})")


if __name__ == "__main__":
    main()
