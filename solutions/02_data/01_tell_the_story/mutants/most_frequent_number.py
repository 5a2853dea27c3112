# must fail test_values_that_are_only_unusual_are_no_finding with "nothing is wrong" and "sentinel"
# You take the number that is there most often for a sentinel. A short price list and an empty queue do the same.
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
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

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


def records(cases: pa.Table, *columns: str) -> Iterator[tuple[Any, ...]]:
    """The values of these columns, row by row."""
    return zip(*(cases[column].to_pylist() for column in columns), strict=True)


def far_outside(numbers: list[float | None]) -> str:
    """One number again and again, at an end, with nothing near it."""
    (number, count), *_ = Counter(number for number in numbers if number is not None).most_common(1)
    extreme = [number for number in numbers if number is not None and abs(number) >= 999]
    return (
        f"{number} stands in {count} rows" if count > 0.02 * len(numbers) or len(extreme) > 0.01 * len(numbers) else ""
    )


def in_another_unit(cases: pa.Table) -> Iterator[Finding]:
    """Channels differ by a factor of three or four, units by sixty or more."""
    for column in ("order_value", "parcel_kg", "wait_minutes"):
        known = [(channel, number) for channel, number in records(cases, "channel", column) if number is not None]
        usual = middle(number for _, number in known)
        for channel in ("mail", "app", "form", "chat"):
            here = middle(number for name, number in known if name == channel)
            if here > 8 * usual:
                yield Finding(column, "unit mix", why=f"the median is {here:g} for {channel}, {usual:g} for all")


def middle(numbers: Iterable[float]) -> float:
    """The median, or its upper neighbour."""
    in_order = sorted(numbers)
    return in_order[len(in_order) // 2]


def second_spelling(names: list[str]) -> str:
    """A rare name that is a common one but for one slip."""
    counts = Counter(names)
    for rare, common in ((rare, common) for rare in counts for common in counts):
        if counts[rare] < 0.06 * len(names) <= counts[common] and slipped(rare, common):
            return f"{rare!r} stands in {counts[rare]} rows, {common!r} in {counts[common]}"
    return ""


def slipped(wrong: str, right: str) -> bool:
    """One slip away: a blank or a capital, two letters swapped, or one left out."""
    places = range(len(right))
    swapped = {right[:at] + right[at + 1 : at + 2] + right[at] + right[at + 2 :] for at in places}
    shorter = {right[:at] + right[at + 1 :] for at in places}
    return wrong.strip().lower() == right.strip().lower() or wrong in swapped | shorter


def tells_the_label(cases: pa.Table) -> Iterator[Finding]:
    """How many labels are known when in each category of a column the more frequent one is guessed?"""
    for column in (*CATEGORIES, *NUMBERS, "ordered"):
        most: dict[Any, int] = {}
        pairs = Counter((value if column in CATEGORIES else value is None, label)
                        for value, label in records(cases, column, "label"))  # fmt: skip
        for (kind, _), count in pairs.items():
            most[kind] = max(most.get(kind, 0), count)
        known = sum(most.values()) / len(cases)
        if known > 0.87:
            yield Finding(column, "leaky column", why=f"it alone tells {known:.0%} of the labels")


def twice(cases: pa.Table) -> Iterator[Finding]:
    """The same customer and the same letters and digits, within a minute."""
    before: dict[str, tuple[datetime, str]] = {}
    repeats = 0
    for customer, time, text in records(cases, "customer", "time", "text"):
        if customer in before and time - before[customer][0] <= timedelta(minutes=1):
            repeats += letters_and_digits(text) == letters_and_digits(before[customer][1])
        before[customer] = time, text
    if repeats > 0.025 * len(cases):
        yield Finding("text", "duplicates", why=f"{repeats} rows repeat one of the minute before")


def programs(cases: pa.Table) -> Iterator[Finding]:
    """Customers who write the same again and again, but for the digits."""
    said: dict[str, list[str]] = {}
    for customer, text in records(cases, "customer", "text"):
        said.setdefault(customer, []).append(text)
    bots = [customer for customer, texts in said.items() if max(Counter(map(without_digits, texts)).values()) > 20]
    if bots:
        yield Finding("customer", "bots", why=f"{' and '.join(bots)} write one sentence again and again")


def without_digits(text: str) -> str:
    """The text, and nothing for its digits."""
    return text.translate(dict.fromkeys(map(ord, "0123456789")))


def letters_and_digits(text: str) -> str:
    """The text without blanks, marks and capitals."""
    return "".join(letter for letter in text.lower() if letter.isalnum())


def misread(texts: list[str]) -> str:
    """Texts that become shorter, and still are UTF-8, when the reading is undone."""
    count = 0
    for text in texts:
        try:
            count += not text.isascii() and bool(text.encode("cp1252").decode())
        except UnicodeError:
            continue
    return f"{count} texts were UTF-8 before they were read as Windows-1252" if count > 0.01 * len(texts) else ""


def behind(cases: pa.Table) -> Iterator[Finding]:
    """Ids are in the order of arrival: whose times lie hours behind those of earlier ids?"""
    latest = datetime.min
    late: Counter[str] = Counter()
    for channel, time in records(cases, "channel", "time"):
        latest = max(latest, time)
        late[channel] += latest - time > timedelta(hours=3)
    for channel, count in late.items():
        if count > 0.02 * len(cases):
            why = f"{count} messages by {channel} are hours behind ones with smaller ids"
            yield Finding("time", "time-zone shift", why=why)


def cannot_be(cases: pa.Table) -> Iterator[Finding]:
    """Closed before it came; ordered after it came, or before there was a shop."""
    wrong: Counter[str] = Counter()
    for time, ordered, closed in records(cases, "time", "ordered", "closed"):
        wrong["closed"] += closed < time
        wrong["ordered"] += ordered is not None and (ordered > time.date() or ordered.year < 2000)
    for column, count in wrong.items():
        if count > 0.005 * len(cases):
            yield Finding(column, "impossible date", why=f"{count} dates cannot be")


def dead_since(cases: pa.Table) -> Iterator[Finding]:
    """From the end backwards: since when has there been one value?"""
    days = [time.date() for time in cases["time"].to_pylist()]
    for column in NUMBERS:
        numbers = cases[column].to_pylist()
        run = 0
        while run < len(numbers) and numbers[-1 - run] == numbers[-1]:
            run += 1
        if 0.1 * len(numbers) < run < len(numbers):
            window = days[len(days) - run], max(days)
            yield Finding(column, "constant since", window, f"{numbers[-1]:g} in the last {run} rows")


def other_labels(cases: pa.Table) -> Iterator[Finding]:
    """Whoever asks nothing wants something done. On which days is it the other way round?"""
    against: Counter[date] = Counter()
    for text, label, time in records(cases, "text", "label", "time"):
        against[time.date()] += 1 if ("?" in text) == (label == "ACCOUNT_ACTION") else -1
    best, total, first = 0, 0, min(against)
    window = first, first
    for day in sorted(against):  # the days in a row with the largest sum
        if total <= 0:
            total, first = 0, day
        total += against[day]
        if total > best:
            best, window = total, (first, day)
    if best > 0.015 * len(cases):
        yield Finding("label", "label flips", window, f"{best} more texts contradict their labels than agree")


# ---- the three tasks


def values(cases: pa.Table) -> Iterable[Finding]:
    """Task a. Sentinels, mixes of units, typos in categories, and leaky columns."""
    check = together(
        each("sentinel", NUMBERS, far_outside),
        in_another_unit,
        each("category typo", CATEGORIES, second_spelling),
        tells_the_label,
    )
    return check(cases)


def rows(cases: pa.Table) -> Iterable[Finding]:
    """Task b. Texts cut off (given), duplicates, bots, and texts with damaged encoding."""
    check = together(truncation, twice, programs, each("encoding damage", ["text"], misread))
    return check(cases)


def times(cases: pa.Table) -> Iterable[Finding]:
    """Task c. Shifted time zones, impossible dates, feeds that have died, and bursts of flipped labels."""
    check = together(behind, cannot_be, dead_since, other_labels)
    return check(cases)


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
