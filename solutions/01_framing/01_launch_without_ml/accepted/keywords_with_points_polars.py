# a: keywords with points for and against. b: Polars. c: by hand.
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
import polars as pl
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
    scores = []
    for text in texts:
        words = " " + re.sub(r"[^a-z]+", " ", text.lower()) + " "
        points = 2.0 * any(word in words for word in _FOR) - 2.0 * any(word in words for word in _AGAINST)
        scores.append(points - 3 * ("?" in text))
    return scores


_FOR = (
    " cancel ", " remove ", " drop one ", " call off ", " send the ", " correct it ", " money back ", " unlock ",
    " pay me ", " paid out ", " give me ", " block it ", " charge ", " change the ", " split ", " close my ", " merge ",
    " end my ", " wipe ", " take the ", " take it off ", " take me off ", " use the voucher ", " redirect ", " switch ",
    " put ", " stop the parcel ", " return one ", " paid back ", " address is wrong ", " never arrives ", " open my ",
)  # fmt: skip
_AGAINST = (
    " how ", " where ", " which ", " who ", " when will ", " until ", " can i ", " do i ", " do you ", " what ",
    " do not cancel ", " would cancel ", " no need to ", " can two ", " explain ",
)  # fmt: skip


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
    table = pl.from_arrow(tickets)
    usual = table.filter(pl.col("time") < start).select(
        act=(pl.col("label") == ACTION).sum() > (pl.col("label") == INFORMATION).sum()
    )["act"][0]
    period = table.filter(
        (pl.col("time") >= start) & (pl.col("time") < end) & pl.col("label").is_not_null()
    ).with_columns(acted=pl.col("score") >= threshold, action=pl.col("label") == ACTION)
    report: Report = {}
    for name in ("all", *CHANNELS):
        part = period if name == "all" else period.filter(pl.col("channel") == name)
        hits = (part["acted"] & part["action"]).sum()
        acted, actions = part["acted"].sum(), part["action"].sum()
        report[name] = {
            "tickets": part.height,
            "precision": hits / acted if acted else None,
            "recall": hits / actions if actions else None,
            "f1": 2 * hits / (acted + actions) if acted + actions else None,
            "cost": wrong_action * (acted - hits) + wrong_information * (actions - hits),
            "baseline": wrong_action * (part.height - actions) if usual else wrong_information * actions,
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
    worst, most = None, 0
    for name in sorted(report):
        entry = report[name]
        if name == "all":
            if entry["tickets"] == 0 or entry["cost"] > entry["baseline"] * (1 - saving):
                return False, "all"
        elif entry["cost"] - entry["baseline"] > most:
            worst, most = name, entry["cost"] - entry["baseline"]
    return worst is None, worst


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
