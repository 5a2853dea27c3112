"""What happens to a text between a customer's head and the help desk's table."""

import unicodedata

from wren.dice import Dice
from wren.phrases import EMOJI

_NEIGHBOURS = {
    "a": "s", "b": "v", "c": "x", "d": "s", "e": "r", "f": "g", "g": "h", "h": "j", "i": "o", "j": "k", "k": "l",
    "l": "k", "m": "n", "n": "m", "o": "p", "p": "o", "q": "w", "r": "e", "s": "d", "t": "z", "u": "i", "v": "c",
    "w": "e", "x": "c", "y": "t", "z": "u",
}  # fmt: skip

_CRUMBS = ("&nbsp;", "<br>", "<br/>", "&amp;", "<p></p>", "&#39;")


def misspell(text: str, mistakes: int, dice: Dice) -> str:
    """The text with up to `mistakes` slips of the finger. Short words, numbers and order numbers are spared."""
    words = text.split(" ")
    for _ in range(mistakes):
        place = dice.below(len(words))
        if len(words[place]) > 3 and words[place].isalpha():
            words[place] = _slip(words[place], dice)
    return " ".join(words)


def _slip(word: str, dice: Dice) -> str:
    """The word with one letter after the first dropped, doubled, swapped with the next, or hit beside."""
    at = dice.between(1, len(word) - 2)
    kind = dice.below(4)
    if kind == 0:
        return word[:at] + word[at + 1 :]
    if kind == 1:
        return word[:at] + word[at] + word[at:]
    if kind == 2:
        return word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    return word[:at] + _NEIGHBOURS.get(word[at], word[at]) + word[at + 1 :]


def change_case(text: str, dice: Dice) -> str:
    """The text in small letters (a phone), in capitals (anger), or in the wrong ones (caps lock)."""
    kind = dice.below(4)
    if kind == 0:
        return text.upper()
    return text.swapcase() if kind == 1 else text.lower()


def add_emoji(text: str, dice: Dice) -> str:
    """The text with one to three of the same emoji at its end."""
    return f"{text} {dice.pick(EMOJI) * dice.between(1, 3)}"


def add_crumbs(text: str, dice: Dice) -> str:
    """The text as a mail program's HTML leaves it: a crumb of markup or two between the words."""
    words = text.split(" ")
    for _ in range(dice.between(1, 2)):
        words.insert(dice.between(1, len(words)), dice.pick(_CRUMBS))
    return " ".join(words)


def decompose(text: str) -> str:
    """The text in Unicode's normal form D, as some phones send it: an accent is a character of its own."""
    return unicodedata.normalize("NFD", text)


def quote(text: str) -> str:
    """The text as a mail program quotes it below an answer."""
    return "\n".join(f"> {line}" for line in text.split("\n"))
