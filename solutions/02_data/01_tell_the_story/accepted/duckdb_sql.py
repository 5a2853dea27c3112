# SQL in DuckDB: ranks and windows, edit distance, gaps between rows; the texts' odd bytes in Python.
"""What is wrong with a table of the help desk, and why. Run me: python story.py [FILE]

A row is a closed case. The columns:

    id            "T000042", numbered in the order of arrival: the rows are in that order, too
    time          when the message came (UTC)
    customer      an account "C00017", or a guest's number "G00123", new for each message
    channel       mail, app, form, chat; now and then a letter
    product       what it is about, as the agent filed it
    text          what the customer wrote
    order_value   euros; order_value, parcel_kg and ordered are null where no order is meant
    parcel_kg     kilograms
    ordered       date of the order, before the day of the message
    hours_late    of the carrier, below 0 where it was early; null where nothing was sent
    wait_minutes  until the first answer
    queue         how many messages waited when this one came
    past_orders   of this customer
    tag           R1 to R6, set by a robot that has read the text
    priority      low, normal, high
    shop          the same everywhere
    agent         who closed the case: Ana, Bea, Dana, Dina and Emil; for a few, a temp
    closed        when the case was closed: after `time`
    label         ACCOUNT_ACTION or INFORMATION

What may be wrong, a cause for each of the three tasks' findings. Everything else that is odd in a table is true.

a   sentinel          a number column: in 2% of the rows or more stands one number, such as -999, far outside of all
                      others, that means "unknown"
    unit mix          order_value, parcel_kg or wait_minutes: the numbers of one channel are in another unit, 60, 100
                      or 1000 times as large. (Channels differ by a factor of 4 without that)
    category typo     a category column: in 1.5% to 4% of the rows a category stands under a second spelling: with
                      another first letter (small or capital), a blank at the end, two letters swapped, or one left out
    leaky column      any column but label that is filled in after the decision: the category that stands there, or
                      whether there is a value, tells the label of 97% of the rows. Before, none tells more than 75%
b   truncation        text: every text ends after 255 characters at the latest (this check is given)
    duplicates        text: 4% of the rows or more are another row once more: the same customer, up to a minute later,
                      under another id; of the text, letters and digits are the same. (One
                      customer in a hundred presses the button twice)
    bots              customer: two or three customers are programs. Each sends 35 messages or more that are alike but
                      for a number, by day and night at equal intervals. (A reseller writes as often)
    encoding damage   text: 4% of the texts or more are UTF-8 that was read as Windows-1252, such as "cafÃ©"
c   time-zone shift   time: the times of one channel are 6 to 9 hours too early
    impossible date   ordered or closed: 1.5% of the rows or more have a date that cannot be
    constant since    a number column: one value from one day on, to the end. Window: that day, the last day
    label flips       label: on 4 or 5 days in a row, 85% of the labels are the other one. Window: first and last day
"""

import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong: its column, its cause (one of the list), the days it lasted, and what you saw.

    `window` is the first and the last day, both included, for the causes that have one, else None. `why` is for the
    people who read the report: numbers, not judged.
    """

    column: str
    cause: str
    window: tuple[date, date] | None = None
    why: str = ""


# ---- a small language for checks

Check = Callable[[pa.Table], Iterable[Finding]]
"""A check looks at a table and says what it finds."""


def together(*checks: Check) -> Check:
    """Checks as one check."""

    def all_of_them(cases: pa.Table) -> Iterator[Finding]:
        for check in checks:
            yield from check(cases)

    return all_of_them


def each(cause: str, columns: Sequence[str], look: Callable[[list[Any]], str]) -> Check:
    """A check of each of these columns by itself: `look` takes its values and says what it saw, or "" if all is well.

    Where `look` says something, that is a finding with this cause.
    """

    def look_at_each(cases: pa.Table) -> Iterator[Finding]:
        for column in columns:
            why = look(cases[column].to_pylist())
            if why:
                yield Finding(column, cause, why=why)

    return look_at_each


def profile(file: Path, check: Check) -> list[Finding]:
    """What a check finds in a Parquet file. The examiner calls it with `values`, `rows` and `times` below."""
    return list(check(pq.read_table(file)))


# ---- a check that is done

NUMBERS = ("order_value", "parcel_kg", "hours_late", "wait_minutes", "queue", "past_orders")
CATEGORIES = ("channel", "product", "tag", "priority", "shop", "agent")


def cut_off(texts: list[str]) -> str:
    """Long texts thin out towards the longest. Where they were cut off, a pile stands at the end."""
    lengths = Counter(map(len, texts))
    longest = max(lengths)
    if lengths[longest] < 0.02 * len(texts):
        return ""
    return f"{lengths[longest]} texts have {longest} characters, none has more"


truncation = each("truncation", ["text"], cut_off)


def ask(cases: pa.Table, query: str) -> list[tuple[Any, ...]]:
    return duckdb.sql(query).fetchall()


def far_numbers(cases: pa.Table) -> Iterator[Finding]:
    for column in NUMBERS:
        found = ask(
            cases,
            f"""
            WITH known AS (SELECT {column}::DOUBLE AS v, count(*) AS n FROM cases WHERE {column} IS NOT NULL GROUP BY 1),
                 near AS (SELECT *, v - lag(v) OVER (ORDER BY v) AS before, lead(v) OVER (ORDER BY v) - v AS after FROM known)
            SELECT v FROM near WHERE n > {0.012 * len(cases)} AND abs(v) >= 999
               AND (before IS NULL AND after > 900 OR after IS NULL AND before > 900)""",
        )
        if found:
            yield Finding(column, "sentinel", why=f"{found[0][0]}")


def units(cases: pa.Table) -> Iterator[Finding]:
    for column in ("order_value", "parcel_kg", "wait_minutes"):
        ratio = ask(
            cases,
            f"""
            WITH m AS (SELECT channel, median({column}) AS m FROM cases GROUP BY channel HAVING count(*) > 100)
            SELECT max(m) / median(m) FROM m""",
        )[0][0]
        if ratio > 10:
            yield Finding(column, "unit mix", why=f"{ratio}")


def spellings(cases: pa.Table) -> Iterator[Finding]:
    for column in CATEGORIES:
        found = ask(
            cases,
            f"""
            WITH c AS (SELECT {column} AS name, count(*) AS n FROM cases GROUP BY 1)
            SELECT r.name, k.name FROM c r, c k WHERE r.n < {0.05 * len(cases)} AND k.n > {0.07 * len(cases)}
              AND (damerau_levenshtein(r.name, k.name) <= 1 OR lower(trim(r.name)) = lower(k.name))""",
        )
        if found:
            yield Finding(column, "category typo", why=f"{found[0]}")


def leaks(cases: pa.Table) -> Iterator[Finding]:
    for column in (*CATEGORIES, *NUMBERS):
        kind = column if column in CATEGORIES else f"{column} IS NULL"
        known = ask(
            cases,
            f"""
            WITH c AS (SELECT {kind} AS kind, count(*) FILTER (label = 'INFORMATION') AS i, count(*) AS n FROM cases GROUP BY 1)
            SELECT sum(greatest(i, n - i)) FROM c""",
        )[0][0]
        if known > 0.9 * len(cases):
            yield Finding(column, "leaky column", why=f"{known} of {len(cases)}")


def doubles(cases: pa.Table) -> Iterator[Finding]:
    (count,) = ask(
        cases,
        r"""
        WITH c AS (SELECT customer, time, regexp_replace(lower(text), '[^\p{L}\p{N}]', '', 'g') AS t FROM cases)
        SELECT count(*) FROM (SELECT time - lag(time) OVER (PARTITION BY customer, t ORDER BY time) AS gap FROM c)
        WHERE gap <= INTERVAL 60 SECONDS""",
    )[0]
    if count > 0.025 * len(cases):
        yield Finding("text", "duplicates", why=f"{count}")


def robots(cases: pa.Table) -> Iterator[Finding]:
    found = ask(
        cases,
        """
        SELECT customer FROM cases GROUP BY customer
        HAVING count(*) > 25 AND count(DISTINCT regexp_replace(text, '[0-9]', '', 'g')) < count(*) / 4
           AND avg((hour(time) < 7)::INT) > 0.1""",
    )
    if found:
        yield Finding("customer", "bots", why=f"{found}")


def garbled(cases: pa.Table) -> Iterator[Finding]:
    signs = [bytes([lead, 0xA9]).decode("cp1252") for lead in (0xC3, 0xC2)]
    count = sum("Ã" in text or "ðŸ" in text or "â€" in text or signs[1] in text for text in cases["text"].to_pylist())
    if count > 0.02 * len(cases):
        yield Finding("text", "encoding damage", why=f"{count}")


def early(cases: pa.Table) -> Iterator[Finding]:
    found = ask(
        cases,
        """
        WITH c AS (SELECT channel, time, median(epoch(time)) OVER (ORDER BY id ROWS BETWEEN 40 PRECEDING AND 40 FOLLOWING) AS m
                   FROM cases)
        SELECT channel FROM c GROUP BY channel HAVING count(*) > 60 AND median(m - epoch(time)) > 3 * 3600""",
    )
    if found:
        yield Finding("time", "time-zone shift", why=f"{found}")


def dates(cases: pa.Table) -> Iterator[Finding]:
    wrong = {"ordered": "ordered > time::DATE OR ordered < DATE '1990-01-01'", "closed": "closed < time"}
    for column, condition in wrong.items():
        (count,) = ask(cases, f"SELECT count(*) FROM cases WHERE {condition}")[0]
        if count > 0.006 * len(cases):
            yield Finding(column, "impossible date", why=f"{count}")


def stopped(cases: pa.Table) -> Iterator[Finding]:
    for column in NUMBERS:
        found = ask(
            cases,
            f"""
            WITH d AS (SELECT time::DATE AS day, count(DISTINCT coalesce({column}, -1e9)) AS kinds, count(*) AS n
                       FROM cases GROUP BY 1),
                 moved AS (SELECT max(day) AS day FROM d WHERE kinds > 1 AND n > 3)
            SELECT moved.day + 1, (SELECT max(day) FROM d) FROM moved""",
        )
        first, last = found[0]
        if (last - first).days > 8:
            yield Finding(column, "constant since", (first, last))


def swapped(cases: pa.Table) -> Iterator[Finding]:
    days = ask(
        cases,
        """
        SELECT time::DATE FROM cases GROUP BY 1
        HAVING count(*) > 6 AND avg((contains(text, '?') = (label = 'ACCOUNT_ACTION'))::INT) > 0.55 ORDER BY 1""",
    )
    if len(days) > 1:
        yield Finding("label", "label flips", (days[0][0], days[-1][0]))


# ---- the three tasks


def values(cases: pa.Table) -> Iterable[Finding]:
    """Task a. Sentinels, mixes of units, typos in categories, and leaky columns."""
    return [*far_numbers(cases), *units(cases), *spellings(cases), *leaks(cases)]


def rows(cases: pa.Table) -> Iterable[Finding]:
    """Task b. Texts cut off (given), duplicates, bots, and texts with damaged encoding."""
    return [*truncation(cases), *doubles(cases), *robots(cases), *garbled(cases)]


def times(cases: pa.Table) -> Iterable[Finding]:
    """Task c. Shifted time zones, impossible dates, feeds that have died, and bursts of flipped labels."""
    return [*early(cases), *dates(cases), *stopped(cases), *swapped(cases)]


def main() -> None:
    """Tell the story of a file, or of a table of Wren's with something of everything."""
    from wren.cases import make_cases
    from wren.damage import CAUSES, damage

    if len(sys.argv) > 1:
        file = Path(sys.argv[1])
    else:
        file = Path("tickets.parquet")
        broken, planted = damage(make_cases(2000, seed=1), CAUSES, seed=1)
        pq.write_table(pa.Table.from_pylist(broken), file)
        print(f"in {file} were planted:", *planted, "and found:", sep="\n")
    for check in (values, rows, times):
        try:
            for finding in profile(file, check):
                lasted = " to ".join(map(str, finding.window or ()))
                print(f"{finding.column:12} {finding.cause:16} {lasted} {finding.why}")
        except NotImplementedError as hole:
            print(hole)


if __name__ == "__main__":
    main()
