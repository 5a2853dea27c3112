# Properties with hypothesis: little is written down but what holds for all texts.
"""Tests of wren/text.py."""

import unicodedata

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from wren.text import Features, tokens

WORDS = st.sampled_from(["lamp", "late", "blue", "parcel", "zürich", "don't", "e-mail", "42"])
LISTS = st.lists(WORDS, max_size=6)
GAPS = st.sampled_from([" ", ", ", "<br>", "</p> ", "&nbsp;", "\n", "... ", "\n> quoted\n", " & "])
TEXTS = st.lists(LISTS.map(" ".join), min_size=1, max_size=5)
LEARNED = ["lamp late", "lamp blue", "lamp zürich", "late 42", "don't lamp e-mail", "parcel", "blue blue blue"]


@given(st.lists(st.tuples(WORDS, GAPS), max_size=6))
def test_whatever_separates_words_leaves_nothing(pairs):
    text = "".join(word + gap for word, gap in pairs)
    assert tokens(text) == [word for word, _ in pairs]
    assert tokens(text.upper().replace("&NBSP;", "&nbsp;")) == tokens(text)


@given(st.text(alphabet="aéöñ Łßçx'-", max_size=12))
def test_an_accent_is_one_character_or_two(text):
    assert tokens(unicodedata.normalize("NFD", text)) == tokens(unicodedata.normalize("NFC", text))
    assert tokens(text.replace("'", "\u2019")) == tokens(text)
    assert "é" not in text or any("é" in word for word in tokens(text))


@given(st.integers(0, 99_999), st.integers(0, 99_999), st.integers(100_000, 999_999))
def test_order_numbers_have_five_digits(one, other, longer):
    assert tokens(f"W-{one:05} is") == tokens(f"w-{other:05} is")
    assert tokens(f"W-{longer}") == [f"w-{longer}"]


@given(st.one_of(st.none(), st.integers(), st.binary(max_size=3)))
def test_only_texts_have_tokens(what):
    with pytest.raises(TypeError):
        tokens(what)


@given(TEXTS, TEXTS)
def test_the_columns_are_the_words_that_enough_texts_hold(texts, new):
    for least in (1, 2, 3):
        features = Features(texts, min_texts=least)
        held = [set(text.split()) for text in texts]
        assert set(features.words) == {word for one in held for word in one if sum(word in h for h in held) >= least}
        rows = features.rows(new)
        assert rows.dtype == np.float32
        assert rows.shape == (len(new), len(features.words))
        for row, text in zip(rows, new, strict=True):
            assert {word for word, number in zip(features.words, row, strict=True) if number > 0} == set(
                features.words
            ) & set(text.split())


@given(TEXTS)
def test_each_row_is_its_own(texts):
    features = Features(LEARNED, 1)
    rows = features.rows(texts)
    for row, text in zip(rows, texts, strict=True):
        turned = " ".join(reversed(text.split()))
        assert np.allclose(features.rows([turned.upper() + "! strange"])[0], row, atol=1e-6)
        assert np.linalg.norm(row) == pytest.approx(1 if text else 0, abs=1e-5)
    assert features.rows([]).shape == (0, len(features.words))


@given(st.text(max_size=5))
def test_a_text_is_no_list(text):
    with pytest.raises(TypeError):
        Features(LEARNED).rows(text)


@given(WORDS, WORDS, st.integers(1, 4))
def test_rare_and_repeated_words_are_larger(one, other, times):
    assume(one != other)
    features = Features(LEARNED, 1)
    holding = {word: sum(word in text.split() for text in LEARNED) for word in (one, other)}
    assume(all(holding.values()))
    row = dict(zip(features.words, features.rows([" ".join([one] * times + [other])])[0], strict=True))
    if holding[one] == holding[other]:
        assert (row[one] > row[other]) == (times > 1)
    elif times == 1:
        assert (row[one] > row[other]) == (holding[one] < holding[other])
