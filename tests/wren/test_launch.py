"""The desk of the launch is `wren.tickets` with some chat messages typed bare, and it knows which."""

import hashlib
from dataclasses import replace

import pytest

from wren.launch import BARE, DAYS, MIX, START, Desk, make_desk, without_punctuation
from wren.phrases import ACTION
from wren.tickets import MONDAY, make_tickets

CONVERSATIONS = 4000


@pytest.fixture(scope="module")
def desk() -> Desk:
    return make_desk(5, CONVERSATIONS)


def within(count: int, trials: int, share: float, sigmas: float = 4.5) -> bool:
    """Whether `count` successes of `trials` are what a chance of `share` gives; false in 7 cases of a million."""
    return abs(count - trials * share) <= sigmas * (trials * share * (1 - share)) ** 0.5


def test_the_same_seed_gives_the_same_desk_for_ever() -> None:
    """Pinned: another digest means that page and exercise tell another story."""
    desk = make_desk(1, 200)
    assert desk == make_desk(1, 200)
    assert desk != make_desk(2, 200)
    told = "\n".join(map(repr, (*desk.tickets, sorted(desk.bare))))
    assert (
        hashlib.sha256(told.encode()).hexdigest() == "4ae2bcab7534d6f619b3187d4ed6c5cba15cc635d90e82171554e9ebb123e8a6"
    )


def test_nothing_but_the_text_of_bare_messages_is_another_one(desk: Desk) -> None:
    plain = make_tickets(CONVERSATIONS, DAYS, 5, MIX)
    for ticket, origin in zip(desk.tickets, plain, strict=True):
        text = without_punctuation(origin.text) if ticket.id in desk.bare else origin.text
        assert ticket == replace(origin, text=text)


def test_one_chat_message_in_five_is_bare_and_no_other(desk: Desk) -> None:
    chat = [ticket for ticket in desk.tickets if ticket.channel == "chat"]
    assert desk.bare <= {ticket.id for ticket in chat}
    assert within(len(desk.bare), len(chat), BARE)
    for wanted in (True, False):  # whatever the message asks for
        part = [ticket for ticket in chat if (ticket.truth.category == ACTION) == wanted]
        assert within(sum(ticket.id in desk.bare for ticket in part), len(part), BARE)
    assert not make_desk(5, 300, bare=0.0).bare


def test_a_bare_text_has_small_letters_and_no_punctuation() -> None:
    assert without_punctuation("Where is it? (W-12345): now, PLEASE! 🙂") == "where is it (w-12345) now please 🙂"
    assert without_punctuation("") == ""


def test_the_later_weeks_follow_the_earlier_ones(desk: Desk) -> None:
    assert (*desk.earlier, *desk.later) == desk.tickets
    assert all(MONDAY <= ticket.time < START for ticket in desk.earlier)
    assert all(ticket.time >= START for ticket in desk.later)
    assert within(len(desk.later), CONVERSATIONS, 0.5)  # both are four whole weeks
    assert all(ticket.follows is None for ticket in desk.tickets)


def test_four_in_ten_ask_for_an_action_and_one_label_in_fifty_is_wrong(desk: Desk) -> None:
    assert within(sum(ticket.truth.category == ACTION for ticket in desk.tickets), CONVERSATIONS, 0.4)
    assert within(sum(ticket.truth.flipped for ticket in desk.tickets), CONVERSATIONS, 0.02)
