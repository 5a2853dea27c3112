"""The ticket generator has the statistics it promises, and the same seed gives the same bytes."""

import hashlib
import os
import re
import subprocess
import sys
import unicodedata
from collections import Counter, defaultdict
from dataclasses import fields, replace
from datetime import timedelta
from itertools import pairwise

import pytest

from wren.mix import TicketMix
from wren.phrases import ACTION, CATEGORIES, INTENTS, PRODUCTS, WORD_ORDER
from wren.tickets import COLUMNS, GUEST_CHANNELS, MONDAY, WORD_ORDER_INTENT, Ticket, Truth, make_tickets
from wren.triage import likeness, words

BUSY = TicketMix(label_noise=0.1, followups=(0.1, 0.3, 0.3, 0.2, 0.1))
CONVERSATIONS = 2000
DAYS = 28


@pytest.fixture(scope="module")
def tickets() -> list[Ticket]:
    return make_tickets(CONVERSATIONS, DAYS, seed=5, mix=BUSY)


@pytest.fixture(scope="module")
def groups(tickets: list[Ticket]) -> dict[int, list[Ticket]]:
    found: dict[int, list[Ticket]] = defaultdict(list)
    for ticket in tickets:
        found[ticket.truth.conversation].append(ticket)
    return found


def digest(tickets: list[Ticket]) -> str:
    return hashlib.sha256("\n".join(map(repr, tickets)).encode()).hexdigest()


def within(count: int, trials: int, share: float, sigmas: float = 4.5) -> bool:
    """Whether `count` successes of `trials` are what a chance of `share` gives; false in 7 cases of a million."""
    return abs(count - trials * share) <= sigmas * (trials * share * (1 - share)) ** 0.5


# ---- determinism


def test_the_same_seed_gives_the_same_bytes_for_ever() -> None:
    """Pinned: another digest means that every seed of the course tells another story."""
    assert digest(make_tickets(200, 14, seed=1)) == "58543dce2417c812c7bacb6df8de1bbf3af26e6ab7b7c46cafc23fc103ab5b41"


@pytest.mark.parametrize("salt", ["0", "77"])
def test_another_process_with_another_hash_salt_makes_the_same_tickets(salt: str) -> None:
    script = (
        "import hashlib; from wren.tickets import make_tickets;"
        "print(hashlib.sha256('\\n'.join(map(repr, make_tickets(50, 7, seed=3))).encode()).hexdigest())"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        env=os.environ | {"PYTHONHASHSEED": salt},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == digest(make_tickets(50, 7, seed=3))


def test_another_seed_gives_other_tickets() -> None:
    assert digest(make_tickets(50, 7, seed=1)) != digest(make_tickets(50, 7, seed=2))


# ---- what the shop sees, and what it does not


def test_a_row_holds_what_the_shop_can_see_and_nothing_of_the_truth(tickets: list[Ticket]) -> None:
    row = tickets[0].row()
    assert tuple(row) == COLUMNS
    hidden = {field.name for field in fields(Truth)} | {"kind", "truth"}
    assert not hidden & row.keys()


def test_messages_come_in_order_of_time_and_ids_follow_it(tickets: list[Ticket]) -> None:
    assert all(before.time <= after.time and before.id < after.id for before, after in pairwise(tickets))
    assert len({ticket.id for ticket in tickets}) == len(tickets)
    assert tickets[0].time >= MONDAY
    assert tickets[-1].time < MONDAY + timedelta(days=DAYS)


def test_each_message_names_its_order_and_no_other(tickets: list[Ticket]) -> None:
    for ticket in tickets:
        assert {f"W-{number}" for number in re.findall(r"\d{5}", ticket.text)} == {ticket.truth.order}


def test_no_two_conversations_share_an_order(groups: dict[int, list[Ticket]]) -> None:
    assert len({group[0].truth.order for group in groups.values()}) == len(groups) == CONVERSATIONS


def test_there_are_five_products_of_equal_share(groups: dict[int, list[Ticket]]) -> None:
    shares = Counter(group[0].truth.product for group in groups.values())
    assert set(shares) == set(PRODUCTS)
    assert all(within(count, CONVERSATIONS, 1 / 5) for count in shares.values())


# ---- labels


def test_the_categories_are_as_balanced_as_the_mix_says(groups: dict[int, list[Ticket]]) -> None:
    actions = sum(group[0].truth.category == ACTION for group in groups.values())
    assert within(actions, CONVERSATIONS, BUSY.action_share)
    rare = make_tickets(1000, 7, seed=8, mix=replace(BUSY, action_share=0.2, followups=(1.0,)))
    assert within(sum(ticket.truth.category == ACTION for ticket in rare), 1000, 0.2)


def test_labels_are_wrong_at_the_rate_of_the_mix_and_only_where_the_truth_says_so(
    groups: dict[int, list[Ticket]],
) -> None:
    flipped = sum(group[0].truth.flipped for group in groups.values())
    assert within(flipped, CONVERSATIONS, BUSY.label_noise)
    for group in groups.values():
        assert {ticket.label for ticket in group} <= set(CATEGORIES)
        assert {(ticket.label != ticket.truth.category) for ticket in group} == {group[0].truth.flipped}


def test_an_intent_belongs_to_one_category(tickets: list[Ticket]) -> None:
    category = {intent.name: intent.category for intent in INTENTS}
    plain = [ticket.truth for ticket in tickets if ticket.truth.intent != WORD_ORDER_INTENT]
    assert all(truth.category == category[truth.intent] for truth in plain)
    assert {truth.intent for truth in plain} == set(category)


def test_word_order_decides_in_the_share_of_conversations_that_the_mix_says(groups: dict[int, list[Ticket]]) -> None:
    cases = [group[0] for group in groups.values() if group[0].truth.intent == WORD_ORDER_INTENT]
    assert within(len(cases), CONVERSATIONS, BUSY.word_order)
    assert {case.truth.category for case in cases} == set(CATEGORIES)


def test_a_word_order_pair_has_the_same_words() -> None:
    for action, information in WORD_ORDER:
        assert sorted(re.findall(r"\w+", action.lower())) == sorted(re.findall(r"\w+", information.lower()))


# ---- conversations


def test_conversations_have_the_sizes_of_the_mix() -> None:
    patient = replace(BUSY, patience=1)
    early = Counter(ticket.truth.conversation for ticket in make_tickets(1500, 60, seed=4, mix=patient))
    # Who begins in the last days has no time to write again, so a few of the longer ones are cut short.
    sizes = Counter(early.values())
    for followups, share in enumerate(BUSY.followups):
        assert abs(sizes[followups + 1] / 1500 - share) < 0.05
    assert max(sizes) == len(BUSY.followups)


def test_a_follow_up_follows_an_earlier_message_of_its_conversation(groups: dict[int, list[Ticket]]) -> None:
    for group in groups.values():
        assert group[0].follows is None
        for place, ticket in enumerate(group[1:], start=1):
            assert ticket.follows in {before.id for before in group[:place]}


def test_some_follow_ups_form_chains_and_some_do_not(groups: dict[int, list[Ticket]]) -> None:
    third = [group[2].follows == group[1].id for group in groups.values() if len(group) > 2]
    assert 0.8 < sum(third) / len(third) < 1


def test_messages_of_one_conversation_are_nearly_the_same_and_others_are_not(groups: dict[int, list[Ticket]]) -> None:
    long = [group for group in groups.values() if len(group) > 1]
    inside = [likeness(words(group[0].text), words(group[1].text)) for group in long]
    across = [likeness(words(one[0].text), words(other[0].text)) for one, other in pairwise(long)]
    assert sum(inside) / len(inside) > 0.4
    assert sum(across) / len(across) < 0.15


def test_few_near_duplicates_are_copies(groups: dict[int, list[Ticket]]) -> None:
    later = [(ticket, group) for group in groups.values() for ticket in group[1:]]
    copies = [ticket for ticket, group in later if ticket.text in {t.text for t in group if t.id < ticket.id}]
    assert 0.04 < len(copies) / len(later) < 0.15
    assert all(ticket.text.count("\n> ") for ticket, _ in later if ticket.kind == "quoting")


def test_all_kinds_of_messages_occur(tickets: list[Ticket]) -> None:
    assert set(Counter(ticket.kind for ticket in tickets)) == {"first", "again", "reminder", "quoting", "twice"}


# ---- customers and time


def test_nobody_logs_in_by_form_or_chat(tickets: list[Ticket]) -> None:
    for ticket in tickets:
        assert (ticket.customer[0] == "G") == (ticket.channel in GUEST_CHANNELS)
    guests = Counter(ticket.customer for ticket in tickets if ticket.customer[0] == "G")
    assert set(guests.values()) == {1}


def test_a_customer_is_no_conversation(tickets: list[Ticket], groups: dict[int, list[Ticket]]) -> None:
    """Customers come back with other matters, and one matter comes under several customers."""
    matters = defaultdict(set)
    for ticket in tickets:
        matters[ticket.customer].add(ticket.truth.conversation)
    accounts = [found for customer, found in matters.items() if customer[0] == "C"]
    assert 0.1 < sum(len(found) > 1 for found in accounts) / len(accounts) < 0.5
    long = [group for group in groups.values() if len(group) > 2]
    assert sum(len({ticket.customer for ticket in group}) > 1 for group in long) / len(long) > 0.7


def test_more_is_written_by_day_than_by_night_and_less_at_weekends(tickets: list[Ticket]) -> None:
    hours = Counter(ticket.time.hour for ticket in tickets)
    assert sum(hours[hour] for hour in range(9, 17)) > 5 * sum(hours[hour] for hour in range(6))
    days = Counter(ticket.time.weekday() for ticket in tickets if ticket.follows is None)
    assert days[0] > 1.5 * days[6]


def test_a_later_time_goes_on_where_the_earlier_one_ended() -> None:
    history = make_tickets(100, 7, seed=2, mix=BUSY)
    later = make_tickets(100, 7, seed=2, mix=BUSY, start=MONDAY + timedelta(days=7), after=history)
    assert later[0].time >= MONDAY + timedelta(days=7)
    assert history[-1].id < later[0].id
    assert not {t.truth.order for t in history} & {t.truth.order for t in later}
    assert not {t.customer for t in history if t.customer[0] == "G"} & {t.customer for t in later}
    assert {t.customer for t in history} & {t.customer for t in later}
    assert {t.text for t in history[:50]} != {t.text for t in later[:50]}


# ---- texts


def test_texts_come_in_both_unicode_normal_forms(tickets: list[Ticket]) -> None:
    composed = [ticket for ticket in tickets if unicodedata.normalize("NFC", ticket.text) == ticket.text]
    accented = [ticket for ticket in tickets if unicodedata.normalize("NFD", ticket.text) != ticket.text]
    others = [ticket for ticket in tickets if unicodedata.normalize("NFC", ticket.text) != ticket.text]
    assert len(composed) > 0.8 * len(tickets)
    assert len(accented) > 0.3 * len(tickets)
    assert 0.03 < len(others) / len(tickets) < 0.2


@pytest.mark.parametrize(
    ("knob", "pattern"),
    [
        ("emoji", r"[\U0001F300-\U0001FAFF]$"),
        ("crumbs", r"&nbsp;|<br/?>|&amp;|<p></p>|&#39;"),
    ],
)
def test_noise_comes_at_the_rate_of_the_mix(knob: str, pattern: str) -> None:
    first_only = TicketMix(followups=(1.0,), crumbs=0.0, emoji=0.0)
    clean = make_tickets(500, 7, seed=6, mix=first_only)
    assert not any(re.search(pattern, ticket.text) for ticket in clean)
    noisy = make_tickets(500, 7, seed=6, mix=replace(first_only, **{knob: 0.3}))
    assert within(sum(bool(re.search(pattern, ticket.text)) for ticket in noisy), 500, 0.3)


def test_odd_case_comes_at_the_rate_of_the_mix() -> None:
    first_only = TicketMix(followups=(1.0,), odd_case=0.4, decomposed=0.0, typos=0.0)
    texts = [ticket.text for ticket in make_tickets(500, 7, seed=6, mix=first_only)]
    odd = [text for text in texts if text.isupper() or text.islower() or text[0].islower()]
    assert within(len(odd), 500, 0.4)


def test_typos_make_the_vocabulary_grow() -> None:
    first_only = TicketMix(followups=(1.0,), typos=0.0)
    sizes = []
    for typos in (0.0, 0.1):
        texts = [ticket.text for ticket in make_tickets(500, 7, seed=6, mix=replace(first_only, typos=typos))]
        sizes.append(len(frozenset.union(*map(words, texts))))
    assert sizes[1] > 1.4 * sizes[0]


# ---- drift


def test_without_drift_old_and_new_ways_of_writing_are_alike(tickets: list[Ticket]) -> None:
    assert abs(new_share(tickets[:1000]) - new_share(tickets[-1000:])) < 0.1


def test_drift_moves_wording_and_products_over_the_days() -> None:
    moved = make_tickets(CONVERSATIONS, DAYS, seed=5, mix=replace(BUSY, drift=1.0, followups=(1.0,)))
    early, late = moved[:200], moved[-200:]
    assert new_share(early) < 0.1 < 0.55 < new_share(late)
    assert overlap(early) > 3 * overlap(late)


def new_share(tickets: list[Ticket]) -> float:
    """The share of messages about the two products at odd places."""
    return sum(ticket.truth.product in PRODUCTS[1::2] for ticket in tickets) / len(tickets)


def overlap(tickets: list[Ticket]) -> float:
    """The share of cancellations that use one of the old sentences."""
    old = re.compile("by mistake|before it leaves|double order", re.IGNORECASE)
    about = [ticket.text for ticket in tickets if ticket.truth.intent == "cancel"]
    return sum(bool(old.search(text)) for text in about) / len(about)
