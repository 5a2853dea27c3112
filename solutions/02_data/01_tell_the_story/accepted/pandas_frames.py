# pandas: ends that repeat, logarithms by channel, crosstabs, equal gaps, hours of the day turned against each other.
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

import difflib
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
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


def sentinels(frame: pd.DataFrame) -> Iterator[Finding]:
    for column in NUMBERS:
        low, high = frame[column].quantile([0.15, 0.85])
        often = frame[column].value_counts()
        for end in (frame[column].min(), frame[column].max()):
            if often[end] > 0.015 * len(frame) and not low - 2 * (high - low) <= end <= high + 2 * (high - low):
                yield Finding(column, "sentinel", why=f"{end:g} in {often[end]} rows")


def units(frame: pd.DataFrame) -> Iterator[Finding]:
    for column in ("order_value", "parcel_kg", "wait_minutes", "past_orders", "queue"):
        positive = frame[frame[column] > 0]
        size = np.log10(positive[column]).groupby(positive["channel"]).mean()
        size = size[positive["channel"].value_counts().loc[size.index] > 100]
        if size.max() - size.median() > 0.9:
            yield Finding(column, "unit mix")


def typos(frame: pd.DataFrame) -> Iterator[Finding]:
    for column in CATEGORIES:
        share = frame[column].value_counts(normalize=True)
        common = {name.lower(): name for name in share.index[share > 0.06]}
        for name in share.index[share < 0.06]:
            if difflib.get_close_matches(name.lower().strip(), common, cutoff=0.74):
                yield Finding(column, "category typo")


def leaks(frame: pd.DataFrame) -> Iterator[Finding]:
    for column in frame.columns.drop(["label", "id", "text", "customer", "time", "closed"]):
        kinds = frame[column] if column in CATEGORIES else frame[column].isna()
        if pd.crosstab(kinds, frame["label"]).max(axis=1).sum() > 0.85 * len(frame):
            yield Finding(column, "leaky column")


def doubles(frame: pd.DataFrame) -> Iterator[Finding]:
    tidy = frame.assign(text=frame["text"].str.lower().str.replace(r"[\W_]", "", regex=True))
    gap = tidy.groupby(["customer", "text"])["time"].diff()
    if (gap <= pd.Timedelta(minutes=1)).mean() > 0.025:
        yield Finding("text", "duplicates")


def robots(frame: pd.DataFrame) -> Iterator[Finding]:
    for _, times in frame.groupby("customer")["time"]:
        if len(times) > 25:
            gaps = times.diff().dt.total_seconds()
            if ((gaps - gaps.median()).abs() < 61).mean() > 0.5:
                yield Finding("customer", "bots")
                return


def damaged(frame: pd.DataFrame) -> Iterator[Finding]:
    if frame["text"].str.contains("Ã.|â€|ðŸ|Ì", regex=True).mean() > 0.01:
        yield Finding("text", "encoding damage")


def shifted(frame: pd.DataFrame) -> Iterator[Finding]:
    for channel in ("mail", "app", "form", "chat"):
        ours = frame["time"].dt.hour[frame["channel"] == channel].to_numpy()
        theirs = frame["time"].dt.hour[frame["channel"] != channel].to_numpy()
        angle = [np.angle(np.exp(2j * np.pi * h / 24).mean()) * 24 / (2 * np.pi) for h in (ours, theirs)]
        if 4 < (angle[1] - angle[0]) % 24 < 12:
            yield Finding("time", "time-zone shift")


def impossible(frame: pd.DataFrame) -> Iterator[Finding]:
    ordered = pd.to_datetime(frame["ordered"])
    if ((ordered > frame["time"]) | (ordered < pd.Timestamp("1990-01-01"))).mean() > 0.005:
        yield Finding("ordered", "impossible date")
    if (frame["closed"] < frame["time"]).mean() > 0.005:
        yield Finding("closed", "impossible date")


def dead(frame: pd.DataFrame) -> Iterator[Finding]:
    for column in NUMBERS:
        alive = frame.index[frame[column] != frame[column].iloc[-1]]
        if len(alive) and alive[-1] < 0.9 * len(frame):
            first = frame["time"].iloc[alive[-1] + 1].date()
            yield Finding(column, "constant since", (first, frame["time"].max().date()))


def flips(frame: pd.DataFrame) -> Iterator[Finding]:
    against = frame["text"].str.contains("?", regex=False) == (frame["label"] == "ACCOUNT_ACTION")
    share = against.groupby(frame["time"].dt.date).mean()
    days = share.index[(share > 0.5) & (against.groupby(frame["time"].dt.date).size() > 8)]
    if len(days) > 1:
        yield Finding("label", "label flips", (min(days), max(days)))


# ---- the three tasks


def values(cases: pa.Table) -> Iterable[Finding]:
    """Task a. Sentinels, mixes of units, typos in categories, and leaky columns."""
    frame = cases.to_pandas()
    return [*sentinels(frame), *units(frame), *typos(frame), *leaks(frame)]


def rows(cases: pa.Table) -> Iterable[Finding]:
    """Task b. Texts cut off (given), duplicates, bots, and texts with damaged encoding."""
    frame = cases.to_pandas()
    return [*truncation(cases), *doubles(frame), *robots(frame), *damaged(frame)]


def times(cases: pa.Table) -> Iterable[Finding]:
    """Task c. Shifted time zones, impossible dates, feeds that have died, and bursts of flipped labels."""
    frame = cases.to_pandas()
    return [*shifted(frame), *impossible(frame), *dead(frame), *flips(frame)]


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
