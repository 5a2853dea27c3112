"""Tests of wren/text.py, whose promises stand at the top of that file. Run me: pytest test_text.py

Write as many tests as you like, in any form that pytest runs: plain functions, classes, `parametrize`, doctests,
hypothesis. Whatever is red here stops a release, so nothing may be red that keeps the promises.
"""

import unicodedata

import numpy as np
import pytest

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
    raise NotImplementedError("4.1, task a: for each promise, a text that shows whether it is kept (about 15 lines)")


# ---- rows, by property


def test_a_row_for_each_text_and_a_column_for_each_word():
    """Features, 2. Nothing is said of the numbers, nor of which word comes first."""
    features = Features(LEARNED)
    assert features.rows(["the lamp", "late"]).shape == (2, len(features.words))


def test_rows():
    """Task b. What holds for the rows of any texts, whatever the numbers in them are (features, 2 to 5)."""
    raise NotImplementedError("4.1, task b: call `rows` with several texts, strange ones too, and compare calls (about 15 lines)")


# ---- weights, where the contract leaves room


def number(features, word, text):
    """The number that `text` has in the column of `word`."""
    return features.rows([text])[0][list(features.words).index(word)]


def test_a_word_that_stands_in_a_text_has_a_number():
    """Features, 4."""
    assert number(Features(LEARNED), "lamp", "my lamp") > 0


def test_weights():
    """Task c. Which words have columns, and which numbers are larger than which others (features, 1, 4, 6 and 7)."""
    raise NotImplementedError("4.1, task c: compare numbers with each other, none with a number of yours (about 12 lines)")
