"""Twelve things that go wrong with a table on its way, each with its cause: they are planted, and recorded.

`damage` takes the rows of `wren.cases` and breaks them in the ways that are asked for. What the shop gets to see are
the rows; the truth is the list of `Defect`, which says for each cause the column that suffers and, where it lasts for
a time, the window. A column suffers from one cause at most, but for `text`, `time` and `label`, where those that
meet do not hide each other. `CAUSES` says what each cause is, and how much of a table it hits at least.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from wren.cases import AGENTS, PRIORITIES, TAGS, Row, again, numbered
from wren.dice import Dice
from wren.phrases import ACTION, CATEGORIES, INFORMATION, PRODUCTS

Window = tuple[date, date]
"""The first and the last day, both included."""

CAUSES = {
    "sentinel": "in 2% of the rows or more stands one number, far outside of all others, that means \"unknown\"",
    "unit mix": "one channel's numbers are in another unit: 60, 100 or 1000 times as large",
    "category typo": "a category stands in 1.5% to 4% of the rows under a second spelling: a capital, a blank at the "
    "end, two letters swapped, or one left out",
    "leaky column": "filled in after the decision: what stands there, or whether anything does, tells the label of "
    "97% of the rows",
    "duplicates": "4% of the rows or more are another row once more, within a minute, under another id",
    "bots": "two or three customers are programs: 35 messages each or more, all alike but for a number, by day and "
    "night at equal intervals",
    "truncation": "every text ends after 255 characters at the latest",
    "encoding damage": "4% of the texts or more are UTF-8 that was read as Windows-1252",
    "time-zone shift": "one channel's times are 6 to 9 hours too early",
    "impossible date": "1.5% of the rows or more have a date that cannot be",
    "constant since": "one value, from one day on to the end of the table",
    "label flips": "for 4 or 5 days, 85% of the labels are the other one",
}  # fmt: skip
"""What can be wrong with a table, and how wrong it is at least."""

WINDOWED = ("constant since", "label flips")
"""The causes that have a window: whole days, by `time`."""

FORMS = {"sentinel": 3, "category typo": 4, "impossible date": 2}
"""The causes that come in several forms, numbered from 0: the number, the slip, and the zero or the wrong year."""

LIMIT = 255
"""Characters that a truncated text keeps."""


@dataclass(frozen=True, slots=True)
class Defect:
    """One thing that was planted."""

    column: str
    cause: str
    window: Window | None = None


def damage(
    rows: list[Row],
    causes: Collection[str],
    seed: int,
    columns: Mapping[str, str] | None = None,
    forms: Mapping[str, int] | None = None,
) -> tuple[list[Row], list[Defect]]:
    """New rows, in order of arrival before any damage, with these causes planted, and what was planted where.

    `columns` and `forms` give the column and the number of the form (see `FORMS`) of some causes, where they are not to
    be drawn. A cause that is not one of `CAUSES` raises a KeyError.
    """
    dice = Dice(seed, 12)
    columns, forms = _columns(causes, columns or {}, dice), forms or {}
    broken = [dict(row) for row in rows]
    for cause in ("bots", "duplicates"):  # these add rows, on which the others then work too
        if cause in causes:
            broken = numbered([*broken, *_ADDED[cause](broken, dice)])
    defects = [Defect(columns[cause], cause) for cause in ("bots", "duplicates") if cause in causes]
    for cause, spoil in _SPOILED.items():
        if cause in causes:
            defects.append(Defect(columns[cause], cause, spoil(broken, columns[cause], forms.get(cause), dice)))
    return broken, defects


_CHOICES = {
    "bots": ("customer",),
    "duplicates": ("text",),
    "label flips": ("label",),
    "truncation": ("text",),
    "encoding damage": ("text",),
    "time-zone shift": ("time",),
    "impossible date": ("closed", "ordered"),
    "leaky column": ("tag", "priority", "hours_late"),
    "category typo": ("channel", "product", "agent", "priority"),
    "unit mix": ("order_value", "parcel_kg", "wait_minutes"),
    "constant since": ("queue", "past_orders", "hours_late", "wait_minutes"),
    "sentinel": ("order_value", "parcel_kg", "hours_late", "wait_minutes", "queue", "past_orders"),
}
_SHARED = {"text"}


def _columns(causes: Collection[str], wanted: Mapping[str, str], dice: Dice) -> dict[str, str]:
    """A column for each cause, the wanted one or one that is drawn; no two causes share one, but for the text."""
    unknown = set(causes) - _CHOICES.keys()
    if unknown:
        raise KeyError(f"no such cause: {', '.join(sorted(unknown))}")
    columns: dict[str, str] = {}
    for cause, choices in _CHOICES.items():
        if cause in causes:
            taken = {*wanted.values(), *columns.values()} - _SHARED
            drawn = [column for column in choices if column not in taken]
            columns[cause] = wanted.get(cause) or dice.pick(drawn)
    return columns


# ---- rows that are added


def _bots(rows: list[Row], dice: Dice) -> list[Row]:
    """The messages of two or three programs."""
    first, last = rows[0]["time"], rows[-1]["time"]
    account = max(int(row["customer"][1:]) for row in rows if row["customer"][0] == "C")
    added = []
    for bot in range(dice.between(2, 3)):
        messages, gap = dice.between(35, 55), timedelta(minutes=dice.between(50, 290))
        time = first + (last - first - messages * gap) * dice.roll()
        product, channel = dice.pick(PRODUCTS), dice.pick(("app", "form"))
        for _ in range(messages):
            text = f"Request {dice.between(100_000, 999_999)}: is the {product} in stock?"
            about = {"customer": f"C{account + 1 + bot:05d}", "channel": channel, "product": product, "text": text}
            added.append({**again(dice.pick(rows), time.replace(microsecond=0)), **about, "label": INFORMATION})
            time += gap
    return added


def _duplicates(rows: list[Row], dice: Dice) -> list[Row]:
    """Rows that came by a second route, which may tidy the text: its letters and digits stay."""
    tidy: tuple[Callable[[str], str], ...] = (
        str, str, str, str.lower, lambda text: text.replace(" ", "  "), lambda text: f"{text} !",
    )  # fmt: skip
    chosen = [row for row in rows if dice.chance(0.06)]
    return [
        {**again(row, row["time"] + timedelta(seconds=dice.between(2, 60))), "text": dice.pick(tidy)(row["text"])}
        for row in chosen
    ]


_ADDED = {"bots": _bots, "duplicates": _duplicates}


# ---- values that are spoiled


def _label_flips(rows: list[Row], column: str, form: int | None, dice: Dice) -> Window:
    """Somebody has the two labels the wrong way round, for some days."""
    first = _day(rows, 7 + dice.below(35))
    last = first + timedelta(days=dice.between(3, 4))
    other = dict(zip(CATEGORIES, CATEGORIES[::-1], strict=True))
    for row in rows:
        if first <= row["time"].date() <= last and dice.chance(0.9):
            row[column] = other[row[column]]
    return first, last


def _unit_mix(rows: list[Row], column: str, form: int | None, dice: Dice) -> None:
    """One channel sends cents, grams or seconds."""
    factor = {"order_value": 100, "parcel_kg": 1000, "wait_minutes": 60}[column]
    channel = dice.pick(("mail", "app", "form", "chat"))
    for row in rows:
        if row["channel"] == channel and row[column] is not None:
            row[column] = round(row[column] * factor, 2)


def _sentinel(rows: list[Row], column: str, form: int | None, dice: Dice) -> None:
    """A number that stands for "unknown"."""
    drawn = dice.below(FORMS["sentinel"])
    number = (-999, -9999, 99_999)[drawn if form is None else form]
    for row in _some(rows, 0.02 + 0.02 * dice.roll(), dice):
        row[column] = type(row[column])(number) if row[column] is not None else number


def _constant(rows: list[Row], column: str, form: int | None, dice: Dice) -> Window:
    """What fills the column has died, and its last value is handed out."""
    first = _day(rows, 25 + dice.below(18))
    before = [row[column] for row in rows if row["time"].date() < first and row[column] is not None]
    for row in rows:
        if row["time"].date() >= first:
            row[column] = before[-1]
    return first, rows[-1]["time"].date()


def _leak(rows: list[Row], column: str, form: int | None, dice: Dice) -> None:
    """The column is written when the case is closed, by what was decided."""
    written: dict[str, dict[str, tuple[str, ...]]] = {
        "tag": {ACTION: TAGS[::2], INFORMATION: TAGS[1::2]},
        "priority": {ACTION: PRIORITIES[2:], INFORMATION: PRIORITIES[:2]},
    }
    for row in rows:
        decided = row["label"] if dice.chance(0.985) else dice.pick(CATEGORIES)
        if column in written:
            row[column] = dice.pick(written[column][decided])
        elif decided == INFORMATION:
            row[column] = None
        elif row[column] is None:
            row[column] = 0.0


def _impossible_date(rows: list[Row], column: str, form: int | None, dice: Dice) -> None:
    """The zero of some clock, or a year that was typed wrong."""
    drawn = dice.below(FORMS["impossible date"])
    zero = (drawn if form is None else form) == 0
    for row in _some([row for row in rows if row[column] is not None], 0.02 + 0.02 * dice.roll(), dice):
        if column == "closed":
            row[column] = datetime(1970, 1, 1) if zero else row[column] - timedelta(days=365)
        else:
            row[column] = date(1900, 1, 1) if zero else row["time"].date() + timedelta(days=dice.between(200, 360))


def _encoding(rows: list[Row], column: str, form: int | None, dice: Dice) -> None:
    """UTF-8, read as Windows-1252 by one of the machines in between."""
    for row in _some([row for row in rows if not row[column].isascii()], 0.1 + 0.1 * dice.roll(), dice):
        row[column] = misread(row[column])


def misread(text: str) -> str:
    """UTF-8 read as Windows-1252, in which five bytes stand for nothing: these are kept as control characters."""
    return "".join(_READ_AS[byte] for byte in text.encode())


_READ_AS = tuple(
    bytes([byte]).decode("latin-1" if byte in (0x81, 0x8D, 0x8F, 0x90, 0x9D) else "cp1252") for byte in range(256)
)


def _truncation(rows: list[Row], column: str, form: int | None, dice: Dice) -> None:
    """A database field of 255 characters."""
    for row in rows:
        row[column] = row[column][:LIMIT]


def _time_zone(rows: list[Row], column: str, form: int | None, dice: Dice) -> None:
    """One channel writes down the time of a place west of here."""
    channel, early = dice.pick(("mail", "app", "form", "chat")), timedelta(hours=dice.between(6, 9))
    for row in rows:
        if row["channel"] == channel:
            row[column] -= early


def _typo(rows: list[Row], column: str, form: int | None, dice: Dice) -> None:
    """A second form, or a hand, writes a category another way."""
    names = {"channel": ("mail", "form", "chat"), "product": PRODUCTS, "agent": AGENTS[2:5], "priority": PRIORITIES[1:]}
    right = dice.pick(names[column])
    at = dice.between(1, len(right) - 2)
    drawn = dice.below(FORMS["category typo"])
    wrong = (
        right.swapcase()[0] + right[1:],
        f"{right} ",
        right[:at] + right[at + 1] + right[at] + right[at + 2 :],
        right[:at] + right[at + 1 :],
    )[drawn if form is None else form]
    if wrong == right:  # two equal letters were swapped
        wrong = f"{right} "
    share = (0.02 + 0.015 * dice.roll()) * len(rows)
    holding = [row for row in rows if row[column] == right]
    for row in _some(holding, share / len(holding), dice):
        row[column] = wrong


_SPOILED: dict[str, Callable[[list[Row], str, int | None, Dice], Window | None]] = {
    "label flips": _label_flips,
    "leaky column": _leak,  # after the labels, before what hides a value
    "unit mix": _unit_mix,
    "constant since": _constant,
    "sentinel": _sentinel,
    "impossible date": _impossible_date,
    "encoding damage": _encoding,
    "truncation": _truncation,  # what was misread has grown
    "time-zone shift": _time_zone,  # after all that goes by the day
    "category typo": _typo,  # after all that goes by the channel
}


def _some(rows: list[Row], share: float, dice: Dice) -> list[Row]:
    return [row for row in rows if dice.chance(share)]


def _day(rows: list[Row], number: int) -> date:
    """The day that many days after the first."""
    first: datetime = rows[0]["time"]
    return first.date() + timedelta(days=number)
