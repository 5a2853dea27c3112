"""Each event has the size that the calendar says, on its days; on all other days nothing has happened."""

import hashlib
from collections.abc import Callable
from dataclasses import fields
from functools import cache
from statistics import fmean

import pytest

from wren.calendar import (
    COLUMNS,
    GAP,
    KINDS,
    MISSING,
    MIX,
    NOTICE,
    QUIET,
    Calendar,
    Event,
    Message,
    day_of,
    make_calendar,
    tickets_under,
)
from wren.phrases import ACTION, INFORMATION, INTENTS
from wren.tickets import MONDAY, Truth, make_tickets

SEEDS = range(4)
DAYS, FIRST, LAST = 8, 2, 6
PER_DAY = 120


@cache
def under(seed: int, kind: str = "", size: float = 1.0, detail: str = "", last: int | None = LAST) -> list[Message]:
    """The messages under one event; without a kind, under none."""
    events = (Event(FIRST, last, kind, size, detail),) if kind else ()
    return tickets_under(Calendar(DAYS, events), PER_DAY, seed)


def quiet(seed: int) -> list[Message]:
    return under(seed)


def during(messages: list[Message]) -> list[Message]:
    return [message for message in messages if FIRST <= day_of(message.time) <= LAST]


def outside(messages: list[Message]) -> list[Message]:
    return [message for message in messages if not FIRST <= day_of(message.time) <= LAST]


def pooled(kind: str, size: float, detail: str = "") -> list[Message]:
    """The messages of an event's days, under several seeds."""
    return [message for seed in SEEDS for message in during(under(seed, kind, size, detail))]


def before() -> list[Message]:
    """The messages that would have come on these days."""
    return [message for seed in SEEDS for message in during(quiet(seed))]


def close(messages: list[Message], holds: Callable[[Message], bool], share: float, sigmas: float = 4.5) -> bool:
    """Whether a share of the messages is what chance gives; false in 7 cases of a million."""
    assert len(messages) > 50
    found = sum(map(holds, messages))
    return abs(found - len(messages) * share) <= sigmas * (len(messages) * share * (1 - share)) ** 0.5


def is_action(message: Message) -> bool:
    return message.truth.category == ACTION


def digest(messages: list[Message]) -> str:
    return hashlib.sha256("\n".join(map(repr, messages)).encode()).hexdigest()


# ---- the calendar


@pytest.mark.parametrize("seed", range(50))
def test_a_calendar_has_one_event_of_each_kind_and_quiet_days_between(seed: int) -> None:
    calendar = make_calendar(200, seed)
    assert sorted(event.kind for event in calendar.events) == sorted(KINDS)
    assert calendar.events[0].first >= QUIET
    free = QUIET
    for event in calendar.events:
        kind = KINDS[event.kind]
        assert event.first >= free
        assert (event.detail, event.size) in kind.choices
        if event.last is not None:
            assert kind.days[0] <= event.last - event.first + 1 <= kind.days[1]
        free = (event.first if event.last is None else event.last) + 1 + GAP
    assert free <= calendar.days


def test_events_stay_as_often_as_their_kind_says_and_any_may_come_first() -> None:
    calendars = [make_calendar(200, seed) for seed in range(300)]
    for name, kind in KINDS.items():
        stay = sum(event.last is None for calendar in calendars for event in calendar.events if event.kind == name)
        assert abs(stay / 300 - kind.stays) < 0.13  # 4.5 sigmas
        assert sum(calendar.events[0].kind == name for calendar in calendars) > 15


def test_days_that_are_left_over_lie_anywhere() -> None:
    firsts = [make_calendar(200, seed, ["dead upstream"]).events[0].first for seed in range(200)]
    assert min(firsts) < QUIET + 10
    assert max(firsts) > 180


def test_kinds_may_be_chosen_and_must_fit() -> None:
    kinds = ["dead upstream", "dead upstream", "prior shift"]
    assert sorted(event.kind for event in make_calendar(100, 1, kinds).events) == kinds
    assert make_calendar(100, 1, ()).events == ()
    assert make_calendar(30, 1, ["traffic spike"], quiet=3, gap=1).events[0].first >= 3
    with pytest.raises(ValueError, match="there are 60"):
        make_calendar(60, 1)


def test_an_event_is_on_from_its_first_day_to_its_last() -> None:
    some = Event(3, 5, "dead upstream", 1.0, "missing")
    stays = Event(4, None, "prior shift", 0.2, "")
    calendar = Calendar(9, (some, stays))
    assert [len(calendar.on(day)) for day in range(9)] == [0, 0, 0, 1, 2, 2, 1, 1, 1]
    assert calendar.on(4) == (stays, some)  # the order of KINDS


# ---- the same bytes


def test_the_same_seed_gives_the_same_bytes_for_ever() -> None:
    """Pinned: another digest means that every calendar of the course tells another story."""
    calendar = make_calendar(170, 1)
    messages = tickets_under(calendar, 5, 1)
    assert digest(messages) == digest(tickets_under(make_calendar(170, 1), 5, 1))
    assert digest(messages) == "9d9f514b2617af6f770abdca654032f30eb55580a37d61e5edf54662ba847c9f"
    assert digest(messages) != digest(tickets_under(calendar, 5, 2))
    assert calendar != make_calendar(170, 2)


# ---- what the shop sees, and what comes without an event


def test_a_row_holds_what_the_shop_can_see_and_nothing_of_the_truth() -> None:
    message = quiet(0)[0]
    assert tuple(message.row()) == COLUMNS
    hidden = {field.name for field in fields(Truth)} | {"truth", "touched"}
    assert not hidden & message.row().keys()


def test_messages_come_in_order_with_ids_of_their_day() -> None:
    messages = under(1, "traffic spike", 3.0)
    assert [m.time for m in messages] == sorted(m.time for m in messages)
    assert len({m.id for m in messages}) == len(messages)
    assert [m.id for m in messages] == sorted(m.id for m in messages)
    assert all(m.id.startswith(f"D{day_of(m.time):03d}-") for m in messages)
    assert messages[0].time >= MONDAY
    assert all(120 <= (m.labelled - m.time).total_seconds() / 60 <= 2880 for m in messages)


@pytest.mark.parametrize("seed", SEEDS)
def test_without_events_the_messages_are_those_of_make_tickets(seed: int) -> None:
    tickets = make_tickets(DAYS * PER_DAY, DAYS, seed, MIX)
    told = [(m.time, m.channel, m.text, m.label, m.truth) for m in quiet(seed)]
    assert told == [(t.time, t.channel, t.text, t.label, t.truth) for t in tickets]


def test_a_few_numbers_are_missing_and_only_the_value_tells_the_category() -> None:
    messages = [message for seed in SEEDS for message in quiet(seed)]
    assert close(messages, lambda m: m.order_value is None, MISSING)
    assert close(messages, lambda m: m.order_age is None, MISSING)
    value = {c: [m.order_value for m in messages if is_action(m) is c and m.order_value] for c in (True, False)}
    age = {c: [m.order_age for m in messages if is_action(m) is c and m.order_age] for c in (True, False)}
    assert fmean(value[True]) == pytest.approx(20 + 280 / 2, rel=0.04)
    assert fmean(value[False]) == pytest.approx(20 + 280 / 3, rel=0.04)
    assert fmean(age[True]) == pytest.approx(fmean(age[False]), rel=0.06)


SIZES = [
    ("prior shift", 0.2, ""),
    ("covariate shift", 0.5, "where"),
    ("template change", 0.6, "mail"),
    ("label-definition change", 0.9, "returns"),
    ("poisoned feedback", 0.7, "chat"),
    ("upstream unit change", 100.0, "order_value"),
    ("dead upstream", 0.9, "missing"),
    ("traffic spike", 3.0, ""),
]


@pytest.mark.parametrize(("kind", "size", "detail"), SIZES)
def test_days_outside_of_an_event_are_as_without_a_calendar(kind: str, size: float, detail: str) -> None:
    for seed in (0, 1):
        messages = under(seed, kind, size, detail)
        assert outside(messages) == outside(quiet(seed))
        assert during(messages) != during(quiet(seed))
        assert {kind for message in messages for kind in message.touched} == {kind}


@pytest.mark.parametrize(("kind", "size", "detail"), SIZES)
def test_a_message_that_was_not_touched_is_as_without_a_calendar(kind: str, size: float, detail: str) -> None:
    known = {message.truth.conversation: message for message in quiet(2)}
    for message in under(2, kind, size, detail):
        usual = known.get(message.truth.conversation)
        if not message.touched:
            assert usual is not None
            assert {**message.row(), "id": ""} == {**usual.row(), "id": ""}
            assert message.truth == usual.truth
        else:
            assert usual is None or message.row() != usual.row() or message.truth != usual.truth


@pytest.mark.parametrize(("kind", "size", "detail"), SIZES)
def test_an_event_without_a_last_day_stays(kind: str, size: float, detail: str) -> None:
    messages = under(3, kind, size, detail, last=None)
    assert {day_of(m.time) for m in messages if m.touched} >= {FIRST, LAST + 1, DAYS - 1}
    assert all(day_of(m.time) >= FIRST for m in messages if m.touched)


# ---- the size of each kind


@pytest.mark.parametrize("size", [0.2, 0.3, 0.7, 0.8])
def test_a_prior_shift_sets_the_share_of_actions_and_keeps_what_each_category_says(size: float) -> None:
    shifted = pooled("prior shift", size)
    assert close(before(), is_action, 0.5)
    assert close(shifted, is_action, size)
    for category in (ACTION, INFORMATION):
        of = [message for message in shifted if message.truth.category == category]
        for intent in (intent.name for intent in INTENTS if intent.category == category):
            assert close(of, lambda m, intent=intent: m.truth.intent == intent, 0.95 / 6)
        assert close(of, lambda m: m.truth.intent == "word_order", 0.05)
        assert close(of, lambda m: m.truth.flipped, MIX.label_noise)
        values = [m.order_value for m in of if m.order_value is not None]
        assert fmean(values) == pytest.approx(160 if category == ACTION else 20 + 280 / 3, rel=0.12)


@pytest.mark.parametrize(("intent", "category", "size"), [("where", INFORMATION, 0.4), ("refund", ACTION, 0.6)])
def test_a_covariate_shift_sets_the_share_of_an_intent_and_keeps_the_labels(
    intent: str, category: str, size: float
) -> None:
    shifted = pooled("covariate shift", size, intent)
    assert close(shifted, is_action, 0.5)
    assert close([m for m in shifted if m.truth.category == category], lambda m: m.truth.intent == intent, size)
    others = [m for m in shifted if m.truth.category == category and m.truth.intent != intent]
    assert close(others, lambda m: m.truth.intent == "word_order", 0.05 / (1 - 0.95 / 6))
    assert [m.truth.category for m in shifted] == [m.truth.category for m in before()]
    assert [m.label for m in shifted] == [m.label for m in before()]


@pytest.mark.parametrize(("channel", "size"), [("mail", 0.6), ("app", 1.0)])
def test_a_template_change_adds_the_notice_to_one_channel(channel: str, size: float) -> None:
    changed = pooled("template change", size, channel)
    assert close([m for m in changed if m.channel == channel], lambda m: m.text.endswith(NOTICE), size)
    assert not any(NOTICE in m.text for m in changed if m.channel != channel)
    assert [m.text.removesuffix(NOTICE) for m in changed] == [m.text for m in before()]


@pytest.mark.parametrize(("intent", "size"), [("returns", 0.8), ("payment", 1.0)])
def test_a_label_definition_change_moves_an_intent_and_part_of_the_labels(intent: str, size: float) -> None:
    changed = pooled("label-definition change", size, intent)
    assert [m.text for m in changed] == [m.text for m in before()]
    for message, usual in zip(changed, before(), strict=True):
        assert (message.truth.category != usual.truth.category) == (message.truth.intent == intent)
    by_the_new = size * (1 - MIX.label_noise) + (1 - size) * MIX.label_noise
    about = [message for message in changed if message.truth.intent == intent]
    assert close(about, lambda m: m.label == m.truth.category, by_the_new)
    assert close([m for m in changed if m.truth.intent != intent], lambda m: m.truth.flipped, MIX.label_noise)


@pytest.mark.parametrize(("channel", "size"), [("chat", 0.5), ("form", 0.9)])
def test_poisoned_feedback_makes_labels_of_a_channel_actions(channel: str, size: float) -> None:
    poisoned = pooled("poisoned feedback", size, channel)
    assert [m.text for m in poisoned] == [m.text for m in before()]
    there = [
        m for m, usual in zip(poisoned, before(), strict=True) if m.channel == channel and usual.label == INFORMATION
    ]
    assert close(there, lambda m: m.label == ACTION, size)
    same = [(m, u) for m, u in zip(poisoned, before(), strict=True) if m.channel != channel or u.label == ACTION]
    assert all(m.label == u.label for m, u in same)
    assert [is_action(m) for m in poisoned] == [is_action(m) for m in before()]


@pytest.mark.parametrize(("column", "size"), [("order_value", 100.0), ("order_age", 60.0)])
def test_a_unit_change_multiplies_one_column(column: str, size: float) -> None:
    other = "order_age" if column == "order_value" else "order_value"
    for message, usual in zip(pooled("upstream unit change", size, column), before(), strict=True):
        number = getattr(usual, column)
        assert getattr(message, column) == (None if number is None else pytest.approx(size * number))
        assert getattr(message, other) == getattr(usual, other)
        assert (message.text, message.truth) == (usual.text, usual.truth)


@pytest.mark.parametrize(("detail", "number"), [("missing", None), ("default", 0.0)])
@pytest.mark.parametrize("size", [0.5, 1.0])
def test_a_dead_upstream_takes_both_numbers(detail: str, number: float | None, size: float) -> None:
    dead = pooled("dead upstream", size, detail)
    usual_share = MISSING**2 if detail == "missing" else 0.0
    assert close(dead, lambda m: (m.order_value, m.order_age) == (number, number), size + (1 - size) * usual_share)
    assert [(m.text, m.truth) for m in dead] == [(m.text, m.truth) for m in before()]


@pytest.mark.parametrize("size", [2.0, 3.0])
def test_a_spike_multiplies_the_messages_and_nothing_else(size: float) -> None:
    spiked, usual = pooled("traffic spike", size), before()
    assert len(spiked) == pytest.approx(size * len(usual), abs=len(SEEDS))
    assert sum(m.touched == ("traffic spike",) for m in spiked) == len(spiked) - len(usual)
    assert close(spiked, is_action, 0.5)
    assert close(spiked, lambda m: m.truth.flipped, MIX.label_noise)
    assert len({(m.truth.order, m.time) for m in spiked}) == len(spiked)
    for seed in SEEDS:
        orders = [message.truth.order for message in under(seed, "traffic spike", size)]
        assert len(set(orders)) == len(orders)


def test_events_meet_on_one_message() -> None:
    events = (
        Event(FIRST, None, "label-definition change", 1.0, "returns"),
        Event(FIRST, LAST, "prior shift", 0.2, ""),
        Event(FIRST, LAST, "traffic spike", 2.0, ""),
        Event(FIRST, LAST, "upstream unit change", 100.0, "order_value"),
    )
    met = during(tickets_under(Calendar(DAYS, events), PER_DAY, 1))
    assert max(len(message.touched) for message in met) == 4
    asked = {intent.name: intent.category for intent in INTENTS}
    plain = [message for message in met if message.truth.intent in asked]
    assert close(plain, lambda m: asked[m.truth.intent] == ACTION, 0.2)  # by the old definition
    assert all(is_action(m) for m in plain if m.truth.intent == "returns")
