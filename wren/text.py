"""How a message to Wren's help desk becomes words, and words become numbers. Everything below is a promise.

**Tokens.** `tokens(text)` is the list of a text's words.

1. They stand in the order of the text, in small letters (`str.lower`), each as often as it stands there.
2. A word is a run of letters and digits. A hyphen or an apostrophe between two of them belongs to the word: "e-mail",
   "don't". A curved apostrophe (U+2019) counts as a straight one. Anything else separates words.
3. Accents are kept. Whether a letter and its accent are written as one character or as two makes no difference.
4. An order number, "W-" or "w-" and five digits, standing as a word of its own, becomes one token, which is the same
   for all order numbers. What that token looks like is left open.
5. Markup is not text. A tag ("<", a letter or "/", and all up to the next ">") separates words and leaves nothing. An
   entity such as "&amp;" stands for its character.
6. A line that begins with ">" is a quotation of an earlier message: it is left out, and nothing else is.
7. A text without words has no tokens. What is no `str` raises a TypeError.
8. Whether an emoji is a token or only separates is left open.

**Features.** `Features(texts, min_texts=2)` learns its columns from texts; `rows(texts)` turns texts into numbers.

1. There is a column for each token that at least `min_texts` of the learned texts hold, however often one of them
   repeats it. `words[j]` names column j. The order of the columns is left open.
2. `rows(texts)` is an array of float32 with a row for each text, in their order, and a column for each word; of no
   texts, an array with no rows. One `str` in place of a list raises a TypeError.
3. A row depends on its own text and on the learned texts: on no other text of the call, and on no call before it.
4. A number is 0 where the text does not hold the word, and above 0 where it does. Tokens without a column, and the
   order of the words, make no difference.
5. The squares of a row's numbers add up to 1, but for rounding. A text without any of the words has a row of zeros.
6. In one row, the word that the text repeats more often has the larger number, if both stand in equally many of the
   learned texts. The word that fewer of the learned texts hold has the larger number, if the text holds both equally
   often. How much larger is left open.
7. Texts are taken apart as `tokens` does it, learned ones and new ones alike.
"""

import html
import math
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

ORDER = "<order>"
"""The token that stands for an order number here. Nobody may rely on it."""

_TAG = re.compile(r"</?[a-zA-Z][^>]*>")
_LETTER = r"[^\W_][\u0300-\u036f]*"  # with those of its accents for which there is no single character
_WORD = re.compile(rf"(?:{_LETTER})+(?:['-](?:{_LETTER})+)*")
_ORDER_NUMBER = re.compile(r"w-[0-9]{5}")


def tokens(text: str) -> list[str]:
    """The words of a text, as promised above; TypeError for anything but a `str`."""
    if not isinstance(text, str):
        raise TypeError(f"tokens takes a str, not a {type(text).__name__}")
    lines = [line for line in text.split("\n") if not line.startswith(">")]
    plain = html.unescape(_TAG.sub(" ", "\n".join(lines))).replace("\u2019", "'")
    found = _WORD.findall(unicodedata.normalize("NFC", plain).lower())
    return [ORDER if _ORDER_NUMBER.fullmatch(word) else word for word in found]


class Features:
    """A column for each word that enough texts hold, and a row of numbers for any text."""

    def __init__(self, texts: Iterable[str], min_texts: int = 2) -> None:
        counts = [Counter(tokens(text)) for text in _list(texts)]
        holding = Counter(word for count in counts for word in count)
        self.words = sorted(word for word, number in holding.items() if number >= min_texts)
        """`words[j]` is what column j stands for."""
        self._weights = {word: 1 + math.log(len(counts) / holding[word]) for word in self.words}

    def rows(self, texts: Iterable[str]) -> NDArray[np.float32]:
        """An array (texts, words) of numbers from 0 to 1; each row has length 1, or is all zeros."""
        listed = _list(texts)
        rows = np.zeros((len(listed), len(self.words)))
        for row, text in zip(rows, listed, strict=True):
            count = Counter(tokens(text))
            row[:] = [count[word] * self._weights[word] for word in self.words]
            row /= np.linalg.norm(row) or 1.0
        return rows.astype(np.float32)


def _list(texts: Iterable[str]) -> list[str]:
    """The texts as a list. A single text is a sequence of texts, too: of its characters, which nobody means."""
    if isinstance(texts, str):
        raise TypeError("a list of texts is needed, not one text: write [text]")
    return list(texts)
