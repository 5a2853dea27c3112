"""`wren.text` keeps the promises at its top, and so does every rewrite of it."""

import unicodedata
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wren.rewrites import Original, Rewrite, Style
from wren.text import ORDER, Features, tokens
from wren.tickets import make_tickets

TICKETS = [ticket.text for ticket in make_tickets(200, 14, seed=4)]
STYLES = [
    Style(),
    Style(order="#order"),
    Style(emoji=True),
    Style(columns="backwards"),
    Style(columns="as they come"),
    Style(repeats=0.3, rarity=2.5),
    Style(repeats=2.0, rarity=0.4),
]
RIGHT = [Original(Style()), *map(Rewrite, STYLES)]
LEARNED = [
    "the lamp is broken",
    "the lamp is late",
    "the blue parcel is late",
    "where is the blue parcel with the lamp",
]
PIECES = st.sampled_from(
    [
        "W-12345",
        "w-99999",
        "<br>",
        "</p>",
        "&amp;",
        "&nbsp;",
        "\n> ",
        "\n",
        "'",
        "\u2019",
        "-",
        "e\u0301",
        "É",
        "🙂",
        "don't",
    ]
)
MESSAGES = st.lists(st.one_of(st.text(max_size=8), PIECES), max_size=8).map("".join)


@pytest.fixture(params=RIGHT, ids=lambda one: f"{type(one).__name__} {one.style.opens}")
def right(request):
    return request.param


def number(implementation, learned, word, text):
    return implementation.rows(learned, [text])[0][list(learned.words).index(word)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Late, LATE: my e-mail!", ["late", "late", "my", "e-mail"]),
        ("don't don\u2019t 'so' - so-", ["don't", "don't", "so", "so"]),
        ("Zürich e\u0301clair x\u0302y", ["zürich", "éclair", "x\u0302y"]),
        ("lamp<br>late</p> 5 < 6 > 4 <3", ["lamp", "late", "5", "6", "4", "3"]),
        ("R&amp;D &nbsp;don&#39;t", ["r", "d", "don't"]),
        ("before\n> quoted\nbelow > it", ["before", "below", "it"]),
        ("W-123456 XW-12345 W-12345-x", ["w-123456", "xw-12345", "w-12345-x"]),
        ("... <br>", []),
        ("a_b", ["a", "b"]),
    ],
)
def test_tokens(right, text, expected):
    assert right.tokens(text) == expected


def test_all_order_numbers_are_one_token(right):
    first, second = right.tokens("(W-12345)"), right.tokens("w-99999.")
    assert first == second
    assert len(first) == 1


@pytest.mark.parametrize("what", [None, 3, b"lamp", ["lamp"]])
def test_what_is_no_text_is_refused(right, what):
    with pytest.raises(TypeError):
        right.tokens(what)
    with pytest.raises(TypeError):
        right.rows(right.learn(LEARNED), [what])


def test_a_column_for_each_word_that_enough_texts_hold(right):
    assert set(right.learn(LEARNED).words) == {"the", "is", "lamp", "late", "blue", "parcel"}
    assert set(right.learn(LEARNED, 3).words) == {"the", "is", "lamp"}
    assert set(right.learn(["lamp lamp", "late"], 2).words) == set()


def test_rows_have_length_one_or_are_zeros(right):
    rows = right.rows(right.learn(LEARNED), ["the late lamp", "strange words", "", "blue blue"])
    assert rows.dtype == np.float32
    assert np.linalg.norm(rows, axis=1) == pytest.approx([1, 0, 0, 1])
    assert right.rows(right.learn(LEARNED), []).shape == (0, 6)
    assert right.rows(right.learn([]), ["lamp"]).shape == (1, 0)


def test_a_row_depends_on_its_own_text_alone(right):
    learned = right.learn(TICKETS)
    rows = right.rows(learned, TICKETS[:40])
    for row, text in zip(rows, TICKETS, strict=False):
        assert np.array_equal(right.rows(learned, [text])[0], row)


def test_repeated_and_rare_words_weigh_more(right):
    learned = right.learn(LEARNED)
    assert number(right, learned, "parcel", "parcel blue parcel") > number(right, learned, "blue", "parcel blue parcel")
    assert number(right, learned, "late", "the late") > number(right, learned, "lamp", "the late") == 0
    assert number(right, learned, "late", "lamp late") > number(right, learned, "lamp", "lamp late") > 0
    assert np.array_equal(right.rows(learned, ["lamp the late"]), right.rows(learned, ["late the lamp"]))


def test_one_text_is_no_list_of_texts():
    for action in (lambda: Features("lamp"), lambda: Features(LEARNED).rows("lamp")):
        with pytest.raises(TypeError, match="write \\[text\\]"):
            action()


@settings(derandomize=True, database=None, deadline=None)
@given(MESSAGES)
def test_the_rewrite_is_the_original(text):
    assert Rewrite(Style()).tokens(text) == tokens(text)


@settings(derandomize=True, database=None, deadline=None)
@given(MESSAGES)
def test_an_accent_may_be_a_character_of_its_own(text):
    assert tokens(unicodedata.normalize("NFD", text)) == tokens(unicodedata.normalize("NFC", text))


@pytest.mark.parametrize("style", STYLES, ids=repr)
def test_styles_differ_in_nothing_but_what_is_left_open(style):
    """Order numbers as in wren.text, emoji taken out, columns put in order: what is left is the same."""
    plain = replace(style, order=ORDER)
    for text in TICKETS:
        found = [word for word in Rewrite(plain).tokens(text) if word == ORDER or any(map(str.isalnum, word))]
        assert found == tokens(text)
    learned, ours = Rewrite(plain).learn(TICKETS), Features(TICKETS)
    assert {word for word in learned.words if word == ORDER or any(map(str.isalnum, word))} == set(ours.words)


def test_rows_of_the_rewrite_are_those_of_the_original():
    rewrite = Rewrite(Style())
    learned, features = rewrite.learn(TICKETS), Features(TICKETS)
    assert learned.words == features.words
    assert np.allclose(rewrite.rows(learned, TICKETS), features.rows(TICKETS), rtol=0, atol=1e-7)
