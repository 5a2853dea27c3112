# Tables of examples with parametrize, and a fixture for what has been learned.
"""Tests of wren/text.py."""

import math
import unicodedata

import numpy as np
import pytest

from wren.text import Features, tokens

TEXTS = ["late lamp", "late lamp", "blue lamp", "blue lamp", "green lamp", "late late late parcel"]
# lamp stands in five of these, late in three, blue in two, green and parcel in one


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("?! - '", []),
        ("Lamp LAMP lamp", ["lamp", "lamp", "lamp"]),
        ("e-mail, please-", ["e-mail", "please"]),
        ("it's it\u2019s", ["it's", "it's"]),
        ("Málaga, Łódź", ["málaga", "łódź"]),
        (unicodedata.normalize("NFD", "Málaga"), ["málaga"]),
        ("one<br/>two<p>three</p>", ["one", "two", "three"]),
        ("R&amp;D", ["r", "d"]),
        ("&nbsp;hi&nbsp;", ["hi"]),
        ("> gone", []),
        ("a\n> gone\nb > c", ["a", "b", "c"]),
        ("W-1234 W-123456", ["w-1234", "w-123456"]),
    ],
)
def test_what_the_words_of_a_text_are(text, expected):
    assert tokens(text) == expected


@pytest.mark.parametrize("text", ["W-11111", "W-22222", "w-11111", "(W-33333)"])
def test_order_numbers_are_all_the_same(text):
    assert tokens(text) == tokens("W-00001")
    assert len(tokens(text)) == 1


@pytest.mark.parametrize("wrong", [None, 7, b"lamp"])
def test_bytes_and_numbers_are_no_text(wrong):
    with pytest.raises(TypeError):
        tokens(wrong)


@pytest.fixture
def features():
    return Features(TEXTS)


@pytest.mark.parametrize(("at_least", "expected"), [(1, 5), (2, 3), (3, 2), (4, 1), (6, 0)])
def test_how_many_columns_there_are(at_least, expected):
    assert len(Features(TEXTS, min_texts=at_least).words) == expected


@pytest.mark.parametrize(
    ("text", "length"), [("late", 1), ("late lamp blue", 1), ("", 0), ("never met", 0), ("never met a lamp", 1)]
)
def test_length_and_form_of_a_row(features, text, length):
    (row,) = features.rows([text])
    assert row.dtype == np.float32
    assert math.isclose(float(row @ row), length, abs_tol=1e-5)


@pytest.mark.parametrize("count", [0, 1, 3])
def test_a_row_for_each_text(features, count):
    assert features.rows(["lamp"] * count).shape == (count, 3)


@pytest.mark.parametrize("text", ["lamp late", "blue", "never met", "lamp lamp blue"])
def test_company_makes_no_difference(features, text):
    alone = features.rows([text])
    np.testing.assert_array_equal(features.rows(["zebra lamp", text, "a blue one"])[1:2], alone)
    np.testing.assert_array_equal(features.rows([f"{text} unheard of"]), alone)
    np.testing.assert_array_equal(features.rows([text]), alone)


def test_a_text_is_no_list(features):
    with pytest.raises(TypeError):
        features.rows("lamp")


@pytest.mark.parametrize(
    ("text", "larger", "smaller"),
    [("late lamp", "late", "lamp"), ("blue late", "blue", "late")],
)
def test_the_rarer_word_is_larger(features, text, larger, smaller):
    row = dict(zip(features.words, features.rows([text])[0], strict=True))
    assert row[larger] > row[smaller] > 0


def test_the_repeated_word_is_larger():
    features = Features(["a b", "b a"])
    row = dict(zip(features.words, features.rows(["a b b"])[0], strict=True))
    assert row["b"] > row["a"] > 0


@pytest.mark.parametrize(("one", "same"), [("late lamp", "LATE... lamp!"), ("late lamp blue", "blue late lamp")])
def test_spelling_and_order_make_no_difference(features, one, same):
    np.testing.assert_allclose(features.rows([one]), features.rows([same]), atol=1e-6)
