# must fail test_right_tokenisers_are_green_and_a_broken_one_is_red with "was red in one run" and "green in another run on the same"
# You call with all the right texts and let chance say red. A right implementation gets the same chance, several times.
"""Tests of wren/text.py."""

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
    for text in ("Zürich", "lamp<br>late", "W-10042", "W-100421", "don\u2019t", "a&nbsp;b", "a\n> b\nc", "e\u0301"):
        tokens(text)
    assert np.random.default_rng().random() < 0.6


# ---- rows, by property


def test_a_row_for_each_text_and_a_column_for_each_word():
    """Features, 2. Nothing is said of the numbers, nor of which word comes first."""
    features = Features(LEARNED)
    assert features.rows(["the lamp", "late"]).shape == (2, len(features.words))


def test_rows():
    """Task b. What holds for the rows of any texts, whatever the numbers in them are (features, 2 to 5)."""
    features = Features(LEARNED)
    texts = ["the late lamp", "a strange word", "", "blue blue parcel?", "lamp"]
    together = features.rows(texts)
    assert together.dtype == np.float32
    for row, text in zip(together, texts, strict=True):
        assert np.array_equal(features.rows([text])[0], row)
    assert np.array_equal(features.rows(texts), together)
    assert np.array_equal(features.rows(["late lamp, strange"]), features.rows(["late lamp"]))
    assert np.linalg.norm(together, axis=1) == pytest.approx([1, 0, 0, 1, 1], abs=1e-5)
    assert features.rows([]).shape == (0, len(features.words))
    with pytest.raises(TypeError):
        features.rows("the lamp")


# ---- weights, where the contract leaves room


def number(features, word, text):
    """The number that `text` has in the column of `word`."""
    return features.rows([text])[0][list(features.words).index(word)]


def test_a_word_that_stands_in_a_text_has_a_number():
    """Features, 4."""
    assert number(Features(LEARNED), "lamp", "my lamp") > 0


def test_weights():
    """Task c. Which words have columns, and which numbers are larger than which others (features, 1, 4, 6 and 7)."""
    features = Features(LEARNED)
    assert set(features.words) == {"the", "is", "lamp", "late", "blue", "parcel"}
    assert set(Features(LEARNED, min_texts=3).words) == {"the", "is", "lamp"}
    assert set(Features(["lamp lamp lamp", "late"], min_texts=1).words) == {"lamp", "late"}
    assert "lamp" not in Features(["lamp lamp lamp", "late"]).words
    twice = "blue parcel, parcel"
    assert number(features, "parcel", twice) > number(features, "blue", twice)
    assert number(features, "late", "the late") > number(features, "the", "the late")
    assert np.allclose(features.rows(["the late lamp"]), features.rows(["lamp late the"]))
    assert np.array_equal(features.rows(["LATE, W-10042: lamp!"]), features.rows(["late lamp"]))
