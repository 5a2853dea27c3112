"""Other ways to keep the promises of `wren.text`, in steps that can be overridden one by one.

A test of `wren.text` that is red on one of these asks for more than is promised. A `Rewrite` with one step overridden
is a broken implementation whose difference from a right one is known.
"""

import html
import math
import re
import unicodedata
from collections import Counter
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

import wren.text

TAG = re.compile(r"</?[a-zA-Z][^>]*>")
ORDER_NUMBER = re.compile(r"w-[0-9]{5}")
_LETTER = r"[^\W_][\u0300-\u036f]*"
_WORD = re.compile(rf"(?:{_LETTER})+(?:['-](?:{_LETTER})+)*")
_WORD_OR_EMOJI = re.compile(rf"{_WORD.pattern}|[\U0001f300-\U0001faff]")


@dataclass(frozen=True)
class Style:
    """What an implementation makes of all that is left open; as it stands, what `wren.text` makes of it.

    `order` is the token of an order number; `emoji` says that each emoji is a token; `columns` stand in the order of
    the "alphabet", "backwards", or "as they come". Before its row is scaled, the number of a word that the text holds
    `count` times, and `holding` of `texts` learned texts hold, is count ** repeats * (1 + ln(texts / holding)) **
    rarity. `opens` says in words in what the style differs from `wren.text`.
    """

    order: str = wren.text.ORDER
    emoji: bool = False
    columns: str = "alphabet"
    repeats: float = 1.0
    rarity: float = 1.0
    opens: str = ""


@dataclass(frozen=True)
class Learned:
    """What is kept of the learned texts: the columns, how many texts hold each word, and how many texts there were."""

    words: list[str]
    holding: Counter[str]
    texts: int


class Rewrite:
    """A right implementation of what `wren.text` promises, with the choices of its style.

    Each method is a step. `tokens` uses the first five, `learn` and `rows` the rest. TypeError as promised.
    """

    def __init__(self, style: Style) -> None:
        self.style = style

    def tokens(self, text: Any) -> list[str]:
        """The words of a text."""
        if not isinstance(text, str):
            raise TypeError("a text is a str")
        plain = self.plain("\n".join(self.own_lines(text.split("\n"))))
        return [self.named(word) for word in self.found(self.spelled(plain))]

    def own_lines(self, lines: list[str]) -> list[str]:
        """The lines that are no quotation."""
        return [line for line in lines if not line.startswith(">")]

    def plain(self, text: str) -> str:
        """The text without markup."""
        return html.unescape(TAG.sub(" ", text))

    def spelled(self, text: str) -> str:
        """The text in small letters, with one spelling for each of them."""
        return unicodedata.normalize("NFC", text.replace("\u2019", "'")).lower()

    def found(self, text: str) -> list[str]:
        """The words that stand in the text."""
        return (_WORD_OR_EMOJI if self.style.emoji else _WORD).findall(text)

    def named(self, word: str) -> str:
        """The token that a word becomes."""
        return self.style.order if ORDER_NUMBER.fullmatch(word) else word

    def learn(self, texts: Any, min_texts: int = 2) -> Learned:
        """What `Features(texts, min_texts)` keeps."""
        listed = self.listed(texts)
        holding = self.held(listed)
        words = [word for word in holding if self.enough(holding[word], min_texts)]
        if self.style.columns != "as they come":
            words.sort(reverse=self.style.columns == "backwards")
        return Learned(words, holding, len(listed))

    def listed(self, texts: Any) -> list[str]:
        """The texts, once it is certain that they are a list."""
        if not isinstance(texts, list):
            raise TypeError("texts are a list")
        return texts

    def held(self, texts: list[str]) -> Counter[str]:
        """How many of the texts hold each word."""
        return Counter(word for text in texts for word in dict.fromkeys(self.tokens(text)))

    def enough(self, number: int, min_texts: int) -> bool:
        """Whether a word that so many texts hold gets a column."""
        return number >= min_texts

    def rows(self, learned: Learned, texts: Any) -> NDArray[Any]:
        """An array (texts, words), as `Features.rows` gives it."""
        listed = self.listed(texts)
        column = {word: place for place, word in enumerate(learned.words)}
        table = np.zeros((len(listed), len(learned.words)))
        for row, text in zip(table, listed, strict=True):
            for word, count in self.counted(learned, text).items():
                if word in column:
                    row[column[word]] = self.number(learned, word, count)
            self.scale(row)
        return table.astype(np.float32)

    def counted(self, learned: Learned, text: str) -> Counter[str]:
        """How often each word stands in the text."""
        return Counter(self.tokens(text))

    def number(self, learned: Learned, word: str, count: int) -> float:
        """What a word that stands `count` times in a text is worth, before the row is scaled."""
        return float(count**self.style.repeats * self.rarity(learned, word) ** self.style.rarity)

    def rarity(self, learned: Learned, word: str) -> float:
        """From 1, for a word that all learned texts hold, upwards."""
        return 1 + math.log(learned.texts / learned.holding[word])

    def scale(self, row: NDArray[np.float64]) -> None:
        """Give the row length 1, in place, unless it is all zeros."""
        row /= np.linalg.norm(row) or 1.0


class Original(Rewrite):
    """`wren.text` itself, with the interface of the others; its style is the one that `Style()` describes."""

    def tokens(self, text: Any) -> list[str]:
        """See `wren.text.tokens`."""
        return wren.text.tokens(text)

    def learn(self, texts: Any, min_texts: int = 2) -> Any:
        """See `wren.text.Features`."""
        return wren.text.Features(texts, min_texts)

    def rows(self, learned: Any, texts: Any) -> NDArray[Any]:
        """See `wren.text.Features.rows`."""
        rows: NDArray[Any] = learned.rows(texts)
        return rows
