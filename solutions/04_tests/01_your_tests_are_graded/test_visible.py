# ruff: noqa: D102  (the docstring of a class is the promise that its one method breaks)
"""What you are given: broken implementations of the contract in wren/text.py. Each breaks the promise it is headed by.

Your tests are run once on each of them and on the right ones, in an order that is drawn anew. A broken one counts as
found if the tests are red on it and one of the answers they got was wrong.
"""

import itertools
import re
import unicodedata
from collections import Counter

import numpy as np
import pytest
from support import Campaign

from autograder.examiner import task
from wren.rewrites import TAG, Learned, Rewrite

# ---- tokens


class Unaccented(Rewrite):
    """Accents are kept (tokens, 3)."""

    def spelled(self, text):
        apart = unicodedata.normalize("NFD", super().spelled(text))
        return re.sub(r"[\u0300-\u036f]", "", apart)


class TwoSpellings(Rewrite):
    """It makes no difference whether a letter and its accent are one character or two (tokens, 3)."""

    def spelled(self, text):
        return text.replace("\u2019", "'").lower()


class GluedByTags(Rewrite):
    """A tag separates words (tokens, 5)."""

    def plain(self, text):
        return super().plain(TAG.sub("", text))


class OrdersTellTheLabel(Rewrite):
    """The token of an order number is the same for all order numbers (tokens, 4)."""

    def named(self, word):
        return word


class LostBelowTheQuote(Rewrite):
    """A line that begins with ">" is left out, and nothing else is (tokens, 6)."""

    def own_lines(self, lines):
        return list(itertools.takewhile(lambda line: not line.startswith(">"), lines))


# ---- rows


class LooksAtTheBatch(Rewrite):
    """A row depends on no other text of the call (features, 3)."""

    def rows(self, learned, texts):
        here = self.held(self.listed(texts)) | Counter(learned.words)
        return super().rows(Learned(learned.words, here, max(len(texts), 1)), texts)


class NothingByNothing(Rewrite):
    """A text without any of the words has a row of zeros (features, 5)."""

    def scale(self, row):
        with np.errstate(invalid="ignore"):
            row /= np.linalg.norm(row)


class NeverMetTheWord(Rewrite):
    """Tokens without a column make no difference (features, 4)."""

    def counted(self, learned, text):
        count = super().counted(learned, text)
        return Counter({learned.words[learned.words.index(word)]: number for word, number in count.items()})


class Doubles(Rewrite):
    """The array is of float32 (features, 2)."""

    def rows(self, learned, texts):
        return super().rows(learned, texts).astype(np.float64)


class SortedTexts(Rewrite):
    """The rows stand in the order of the texts (features, 2)."""

    def rows(self, learned, texts):
        return super().rows(learned, sorted(self.listed(texts)))


# ---- weights


class OnceIsEnough(Rewrite):
    """The word that the text repeats more often has the larger number (features, 6)."""

    def number(self, learned, word, count):
        return super().number(learned, word, min(count, 1))


class AllWordsAlike(Rewrite):
    """The word that fewer of the learned texts hold has the larger number (features, 6)."""

    def rarity(self, learned, word):
        return 1.0


class RepeatsCountAsTexts(Rewrite):
    """Of the learned texts, one that repeats a word counts once for its column (features, 1)."""

    def held(self, texts):
        return Counter(word for text in texts for word in self.tokens(text))


class AnotherTokeniser(Rewrite):
    """New texts are taken apart as `tokens` does it (features, 7)."""

    def counted(self, learned, text):
        return Counter(text.lower().split())


FAULTS = {
    "a": (Unaccented, TwoSpellings, GluedByTags, OrdersTellTheLabel, LostBelowTheQuote),
    "b": (LooksAtTheBatch, NothingByNothing, NeverMetTheWord, Doubles, SortedTexts),
    "c": (OnceIsEnough, AllWordsAlike, RepeatsCountAsTexts, AnotherTokeniser),
}


# ---- checks


@pytest.fixture(scope="module")
def runs():
    """The suite's runs on the right implementations and on those above; all checks judge the same ones."""
    return Campaign(FAULTS)


@task("a", points=1)
def test_right_tokenisers_are_green_and_a_broken_one_is_red(runs, harness, seed):
    """Your tests are green on every right tokeniser, each time, and they find one of five broken ones."""
    runs.hold(harness, seed, "a").expect_found("a", 1)


@task("a", points=2)
def test_broken_tokenisers_are_found(runs, harness, seed):
    """Your tests find four of five broken tokenisers."""
    runs.hold(harness, seed, "a").expect_found("a", 4)


@task("b", points=1)
def test_right_rows_are_green_and_broken_ones_are_red(runs, harness, seed):
    """Your tests are green on every right way to make rows, each time, and they find one of five broken ones."""
    runs.hold(harness, seed, "b").expect_found("b", 1)


@task("b", points=2)
def test_broken_rows_are_found(runs, harness, seed):
    """Your tests find four of five broken ways to make rows."""
    runs.hold(harness, seed, "b").expect_found("b", 4)


@task("c", points=1)
def test_right_weights_are_green_and_broken_ones_are_red(runs, harness, seed):
    """Your tests are green on every right way to weigh words, each time, and they find one of four broken ones."""
    runs.hold(harness, seed, "c").expect_found("c", 1)


@task("c", points=2)
def test_broken_weights_are_found(runs, harness, seed):
    """Your tests find three of four broken ways to weigh words."""
    runs.hold(harness, seed, "c").expect_found("c", 3)
