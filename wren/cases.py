"""The help desk's closed cases, one message a row, with what other systems of the shop know about it.

The table is in order, and yet full of what looks like a fault to someone who does not ask why:

- amounts, weights and waits have a long tail; prices repeat, because the price list is short; carriers may be early,
  so that hours are negative;
- the app sells less at a time than the mail; it is used an hour later in the day; the chat is closed at night;
- a few cases come by letter, are about a gift card, or were closed by a temp; Dana and Dina are two people;
- one in a hundred customers presses the button twice; one customer is a reseller and writes often;
- for four days, a stolen list of passwords makes nearly all messages account actions;
- texts hold accents, in both of Unicode's normal forms, emoji and crumbs of HTML;
- one column has one value, since there is one shop.

All of this is truth: nothing in the table is wrong but the slips of the people who closed the cases, four labels in a
hundred (`TicketMix.label_noise`). `wren.damage` breaks it. Every draw comes from one seed (see `wren.dice`).
"""

from datetime import timedelta
from typing import Any

from wren.dice import Dice, cumulate
from wren.mix import TicketMix
from wren.phrases import ACTION, PRODUCTS
from wren.tickets import MONDAY, Ticket, make_tickets

Row = dict[str, Any]

COLUMNS = ("id", "time", "customer", "channel", "product", "text", "order_value", "parcel_kg", "ordered", "hours_late",
           "wait_minutes", "queue", "past_orders", "tag", "priority", "shop", "agent", "closed", "label")  # fmt: skip
"""`order_value` (euros), `parcel_kg` and `ordered` (a date) are None together, where the matter is about no order;
`hours_late` is None where no carrier was sent. `queue` counts the messages that waited when this one came."""

DAYS = 56
MIX = TicketMix(followups=(1.0,), chatter=0.7)
PANIC = TicketMix(followups=(1.0,), chatter=0.7, action_share=0.95)
PANIC_DAYS = 4

AGENTS = ("Ana", "Bea", "Dana", "Dina", "Emil", "Yusuf")
TAGS = ("R1", "R2", "R3", "R4", "R5", "R6")
PRIORITIES = ("low", "normal", "high")
GIFT_CARD = "gift card"

_PRICES = {"Lumo lamp": 39.0, "Röst coffee grinder": 89.0, "Tern backpack": 129.0, "Nøre rain jacket": 149.0,
           "Pico speaker": 59.9, GIFT_CARD: 50.0}  # fmt: skip
_KILOS = dict(zip((*PRODUCTS, GIFT_CARD), (1.1, 2.3, 0.9, 0.6, 0.5, 0.02), strict=True))
_WAIT = {"chat": 12, "app": 20, "form": 30, "mail": 40, "letter": 60}
_AGENTS = cumulate((24, 20, 19, 17, 18.5, 1.5))
_TAGS = (25, 20, 20, 15, 10, 10)
_TAGS_OF = {True: cumulate(_TAGS), False: cumulate(_TAGS[::-1])}
_PRIORITIES_OF = {True: cumulate((3, 5, 4)), False: cumulate((4, 5, 3))}
_STREAM = 21


def make_cases(count: int, seed: int) -> list[Row]:
    """About `count` closed cases of `DAYS` days from `wren.tickets.MONDAY`, in order of arrival: rows of `COLUMNS`.

    Ids are numbered in that order.
    """
    dice = Dice(seed, _STREAM)
    start = MONDAY + timedelta(days=dice.between(7, DAYS - 14))
    usual = make_tickets(count - count // 25, DAYS, seed, MIX)
    panic = make_tickets(count // 25, PANIC_DAYS, seed, PANIC, start=start, after=usual)
    reseller = f"C{1 + dice.below(count // 8):05d}"
    rows = []
    for ticket in (*usual, *panic):
        row = _case(ticket, dice)
        if row["channel"] in ("mail", "app") and dice.chance(0.08):
            row["customer"] = reseller
        rows.append(row)
        if dice.chance(0.008):
            rows.append(again(row, row["time"] + timedelta(seconds=dice.between(5, 60))))
    return numbered(rows)


def again(row: Row, time: Any) -> Row:
    """The same case once more, at another time; its other dates keep their distance."""
    moved = time - row["time"]
    ordered = row["ordered"] and row["ordered"] + timedelta(days=moved.days)
    return {**row, "time": time, "closed": row["closed"] + moved, "ordered": ordered}


def numbered(rows: list[Row]) -> list[Row]:
    """The rows in order of arrival, with ids in that order."""
    rows = sorted(rows, key=lambda row: row["time"])
    return [{**row, "id": f"T{place:06d}"} for place, row in enumerate(rows, start=1)]


def _case(ticket: Ticket, dice: Dice) -> Row:
    """A message and what is known about it, in the order of `COLUMNS`."""
    channel, time = ticket.channel, ticket.time
    if channel == "chat" and not 7 <= time.hour < 22:
        channel = "form"
    if channel == "app" and time.hour < 23:
        time += timedelta(hours=1)
    if dice.chance(0.012):
        channel = "letter"
    product, text = ticket.truth.product, ticket.text
    if dice.chance(0.012):
        product, text = GIFT_CARD, text.replace(product, GIFT_CARD)
    pieces = _pieces(channel, dice)
    days = dice.between(1, 20) * (dice.between(10, 90) if dice.chance(0.03) else 1)
    wait = round(_WAIT[channel] * _tail(dice) * (0.5 + dice.roll()), 1)
    row = {
        "id": "",
        "time": time,
        "customer": ticket.customer,
        "channel": channel,
        "product": product,
        "text": text,
        "order_value": round(_PRICES[product] * pieces, 2),
        "parcel_kg": round(_KILOS[product] * pieces * (1 + 0.2 * dice.roll()) + 0.01, 2),
        "ordered": time.date() - timedelta(days=days),
        "hours_late": _hours_late(dice),
        "wait_minutes": wait,
        "queue": int((3 if 8 <= time.hour < 21 else 0.8) * 6 * dice.roll() * dice.roll()),
        "past_orders": int(2 * dice.roll() * _tail(dice)),
        "tag": TAGS[dice.weighted(_TAGS_OF[ticket.label == ACTION])],
        "priority": PRIORITIES[dice.weighted(_PRIORITIES_OF[ticket.label == ACTION])],
        "shop": "wren",
        "agent": AGENTS[dice.weighted(_AGENTS)],
        "closed": time + timedelta(minutes=int(wait) + dice.between(2, 2000) * (5 if dice.chance(0.05) else 1)),
        "label": ticket.label,
    }
    if dice.chance(0.12):
        row |= {"order_value": None, "parcel_kg": None, "ordered": None}
    return row


def _pieces(channel: str, dice: Dice) -> int:
    """How many were ordered: companies order by mail, and at times very many."""
    if dice.chance(0.01):
        return dice.between(10, 60)
    return 1 if channel == "app" or dice.chance(0.5) else dice.between(2, 4)


def _hours_late(dice: Dice) -> float | None:
    """Hours by which the carrier came late, below 0 where it was early; None where nothing was sent."""
    if dice.chance(0.25):
        return None
    late = 40 * (dice.roll() + dice.roll() + dice.roll()) / 3 - 17
    return round(late + (dice.between(20, 100) if dice.chance(0.02) else 0), 1)


def _tail(dice: Dice) -> float:
    """A factor of 1 or more, now and then very large."""
    factor = 1.0
    while factor < 100 and dice.chance(0.4):
        factor *= 1.2 + 1.3 * dice.roll()
    return factor
