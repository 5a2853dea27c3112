# must fail test_right_tokenisers_are_green_and_a_broken_one_is_red with "0 of 5 broken ones were found" and "no assertion minded"
# Your tests call everything and compare nothing. Every line of the tokeniser runs, a coverage tool says 100%, and the
# only fault they can find is a crash.
"""Tests of wren/text.py."""

import unicodedata

from wren.text import Features, tokens

LEARNED = [
    "the lamp is broken",
    "the lamp is late",
    "the blue parcel is late",
    "where is the blue parcel with the lamp",
]
"""All four hold "the" and "is"; three hold "lamp"; two hold "late", "blue" and "parcel"; one holds each of the rest."""


# ---- tokens, by example


def test_words_are_in_small_letters():
    """Tokens, 1 and 2."""
    assert tokens("The LAMP is broken!") == ["the", "lamp", "is", "broken"]


def test_tokens():
    """Task a. An example or two for each promise about tokens."""
    for text in ("Zürich", unicodedata.normalize("NFD", "Zürich"), "lamp<br>late", "W-10042", "a\n> b\nc", "..."):
        tokens(text)


# ---- rows, by property


def test_a_row_for_each_text_and_a_column_for_each_word():
    """Features, 2. Nothing is said of the numbers, nor of which word comes first."""
    features = Features(LEARNED)
    assert features.rows(["the lamp", "late"]).shape == (2, len(features.words))


def test_rows():
    """Task b. What holds for the rows of any texts, whatever the numbers in them are (features, 2 to 5)."""
    features = Features(LEARNED)
    features.rows(["the lamp", "", "blue"])


# ---- weights, where the contract leaves room


def number(features, word, text):
    """The number that `text` has in the column of `word`."""
    return features.rows([text])[0][list(features.words).index(word)]


def test_a_word_that_stands_in_a_text_has_a_number():
    """Features, 4."""
    assert number(Features(LEARNED), "lamp", "my lamp") > 0


def test_weights():
    """Task c. Which words have columns, and which numbers are larger than which others (features, 1, 4, 6 and 7)."""
    Features(LEARNED).rows(["blue parcel, parcel"])
