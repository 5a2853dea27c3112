# must fail test_every_message_gets_a_score with "each message has one score"
# You leave out messages that hold no word. From there on each score belongs to another message.
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
    return [0.0 if _QUESTION.search(text) else 1.0 for text in texts if text.strip()]


_QUESTION = re.compile(
    r"\?|\b(how|where|when|which|who|why|what (day|is|does|happens)|do (i|you)|does|is (the|there|it|this|a)|will|"
    r"can (the|i|two)|do not)\b",
    re.IGNORECASE,
)


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
    rows = query(
        """
        WITH before AS (
            SELECT count(*) FILTER (label = $action) > count(*) FILTER (label = $information) AS acts
            FROM tickets WHERE time < $start
        ), judged AS (
            SELECT channel, score >= $threshold AS acted, label = $action AS action, acts
            FROM tickets CROSS JOIN before WHERE time >= $start AND time < $end AND label IS NOT NULL
        ), counted AS (
            SELECT
                slices.name,
                count(action) AS tickets,
                count(*) FILTER (acted AND action) AS hits,
                count(*) FILTER (acted AND NOT action) AS false_actions,
                count(*) FILTER (NOT acted AND action) AS missed,
                count(*) FILTER (acts AND NOT action) AS always,
                count(*) FILTER (NOT acts AND action) AS never
            FROM (SELECT unnest($slices) AS name) AS slices
            LEFT JOIN judged ON slices.name = 'all' OR slices.name = judged.channel
            GROUP BY slices.name
        )
        SELECT
            name,
            tickets,
            hits / nullif(hits + false_actions, 0) AS precision,
            hits / nullif(hits + missed, 0) AS recall,
            2 * hits / nullif(2 * hits + false_actions + missed, 0) AS f1,
            $wrong_action * false_actions + $wrong_information * missed AS cost,
            $wrong_action * always + $wrong_information * never AS baseline
        FROM counted
        """,
        tickets,
        start=start,
        end=end,
        threshold=threshold,
        wrong_action=float(wrong_action),
        wrong_information=float(wrong_information),
        action=ACTION,
        information=INFORMATION,
        slices=["all", *CHANNELS],
    )
    return {row.pop("name"): row for row in rows}


# ---- the decision


def decide(report: Report, saving: float = 0.2) -> tuple[bool, str | None]:
    """Task c. Whether to launch, and what stops it: (True, None), or (False, the name of an entry of the report).

    A rule is launched when it costs at most (1 - saving) times its baseline over all, and in no channel more than that
    channel's baseline. "all" stops it when the first condition fails, or when not a single ticket was measured. Else
    the channel stops it that loses most money against its baseline; the first in the alphabet where several lose the
    same. `report` is what `measure` returns, its entries in any order; its channels may be others than CHANNELS.
    """
    total = report["all"]
    if total["tickets"] == 0 or total["cost"] > (1 - saving) * total["baseline"]:
        return False, "all"
    loss = {name: entry["cost"] - entry["baseline"] for name, entry in report.items() if name != "all"}
    worst = max(sorted(loss), key=loss.__getitem__)
    return (False, worst) if loss[worst] > 0 else (True, None)


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
