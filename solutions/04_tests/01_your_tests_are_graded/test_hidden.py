# ruff: noqa: D102  (the docstring of a class is the promise that its one method breaks)
"""What you are not given: other broken implementations of the same contract."""

from collections import Counter

import pytest
from support import Campaign

from autograder.examiner import task
from wren.rewrites import ORDER_NUMBER, TAG, Rewrite

# ---- tokens


class CurvedApostrophe(Rewrite):
    """A curved apostrophe counts as a straight one (tokens, 2)."""

    def spelled(self, text):
        return super().spelled(text.replace("\u2019", " "))


class OnceEach(Rewrite):
    """A word stands among the tokens as often as it stands in the text (tokens, 1)."""

    def found(self, text):
        return list(dict.fromkeys(super().found(text)))


class EntitiesAsWords(Rewrite):
    """An entity stands for its character (tokens, 5)."""

    def plain(self, text):
        return TAG.sub(" ", text)


class LongNumbers(Rewrite):
    """An order number has five digits (tokens, 4)."""

    def named(self, word):
        return super().named(word[:7] if ORDER_NUMBER.match(word) else word)


class NothingIsEmpty(Rewrite):
    """What is no str raises a TypeError (tokens, 7)."""

    def tokens(self, text):
        return [] if text is None else super().tokens(text)


# ---- rows


class BufferNotCleared(Rewrite):
    """A row depends on no call before it (features, 3)."""

    def __init__(self, style):
        super().__init__(style)
        self.buffer = Counter()

    def counted(self, learned, text):
        self.buffer |= super().counted(learned, text)
        return self.buffer


class NoTextsNoColumns(Rewrite):
    """Of no texts, the array has no rows, and a column for each word (features, 2)."""

    def rows(self, learned, texts):
        rows = super().rows(learned, texts)
        return rows if texts else rows[:, :0].reshape(0)


class OneTextForAList(Rewrite):
    """One str in place of a list raises a TypeError (features, 2)."""

    def listed(self, texts):
        return list(texts)


class UnknownIsFirst(Rewrite):
    """Tokens without a column make no difference (features, 4)."""

    def counted(self, learned, text):
        found = super().counted(learned, text).elements()
        return Counter(word if word in learned.words else learned.words[0] for word in found if learned.words)


class SumOfOne(Rewrite):
    """The squares of a row's numbers add up to 1 (features, 5)."""

    def scale(self, row):
        row /= row.sum() or 1.0


# ---- weights


class MoreThan(Rewrite):
    """A token that exactly `min_texts` of the learned texts hold has a column (features, 1)."""

    def enough(self, number, min_texts):
        return number > min_texts


class AlwaysTwo(Rewrite):
    """There is a column for each token that at least `min_texts` of the learned texts hold (features, 1)."""

    def enough(self, number, min_texts):
        return number >= 2


class CommonIsLarge(Rewrite):
    """The word that fewer of the learned texts hold has the larger number (features, 6)."""

    def rarity(self, learned, word):
        return 1 / super().rarity(learned, word)


class FirstWordTwice(Rewrite):
    """The order of a text's words makes no difference (features, 4)."""

    def counted(self, learned, text):
        found = self.tokens(text)
        return Counter([*found, *found[:1]])


FAULTS = {
    "a": (CurvedApostrophe, OnceEach, EntitiesAsWords, LongNumbers, NothingIsEmpty),
    "b": (BufferNotCleared, NoTextsNoColumns, OneTextForAList, UnknownIsFirst, SumOfOne),
    "c": (MoreThan, AlwaysTwo, CommonIsLarge, FirstWordTwice),
}


# ---- checks


@pytest.fixture(scope="module")
def runs():
    """The suite's runs on the right implementations and on those above; all checks judge the same ones."""
    return Campaign(FAULTS)


@task("a", points=2)
def test_other_broken_tokenisers_are_found(runs, harness, seed):
    """Your tests find four of five other broken tokenisers."""
    runs.hold(harness, seed, "a").expect_found("a", 4)


@task("b", points=2)
def test_other_broken_rows_are_found(runs, harness, seed):
    """Your tests find four of five other broken ways to make rows."""
    runs.hold(harness, seed, "b").expect_found("b", 4)


@task("c", points=2)
def test_other_broken_weights_are_found(runs, harness, seed):
    """Your tests find three of four other broken ways to weigh words."""
    runs.hold(harness, seed, "c").expect_found("c", 3)
