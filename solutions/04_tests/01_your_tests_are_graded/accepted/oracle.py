# A slow second implementation, compared on the shop's own tickets wherever the contract leaves no choice; unittest.
# ruff: noqa: PT009, PT027  (unittest's assertions are what it is about)
"""Tests of wren/text.py."""

import html
import unicodedata
import unittest
from collections import Counter

import numpy as np

from wren.text import Features, tokens
from wren.tickets import make_tickets

TICKETS = [ticket.text for ticket in make_tickets(40, 14, seed=41)]
STRANGE = [
    "one<br>two</p>three &amp; R&amp;D",
    "a\n> gone\nb > c",
    "don\u2019t e-mail - me' 'so'",
    unicodedata.normalize("NFD", "Łódź Plzeň Győr café"),
    "W-123456 and W-12345 and w-54321 and W-1",
    "late LATE late",
    "",
    "...",
]


def without_tags(text):
    """Character by character, because the thing tested surely does it with a pattern."""
    out, at = "", 0
    while at < len(text):
        name = text[at + 1 : at + 3].lstrip("/")
        end = text.find(">", at)
        if text[at] == "<" and name and name[0].isascii() and name[0].isalpha() and end > 0:
            out, at = out + " ", end + 1
        else:
            out, at = out + text[at], at + 1
    return out


def words(text):
    """The words, with all order numbers as None."""
    own = "\n".join(line for line in text.split("\n") if line[:1] != ">")
    plain = unicodedata.normalize("NFC", html.unescape(without_tags(own))).replace("\u2019", "'").lower()
    joined = ""
    for at, character in enumerate(plain):
        inside = 0 < at < len(plain) - 1 and plain[at - 1].isalnum() and plain[at + 1].isalnum()
        joined += character if character.isalnum() or (character in "'-" and inside) else " "
    found = joined.split()
    return [None if len(w) == 7 and w[:2] == "w-" and w[2:].isdigit() else w for w in found]


def comparable(found):
    """What tokens gave, with the token of order numbers as None, and without emoji."""
    (order,) = tokens("W-00001")
    kept = [word for word in found if word == order or any(map(str.isalnum, word))]
    return [None if word == order else word for word in kept]


class TokensAgree(unittest.TestCase):
    def test_on_tickets(self):
        for text in [*TICKETS, *STRANGE]:
            with self.subTest(text=text):
                self.assertEqual(comparable(tokens(text)), words(text))

    def test_order_numbers_are_one_token(self):
        self.assertEqual(tokens("W-00001"), tokens("w-77777"))

    def test_none(self):
        self.assertRaises(TypeError, tokens, None)


class FeaturesAgree(unittest.TestCase):
    def setUp(self):
        self.texts = [" ".join(filter(None, words(text))) for text in TICKETS]
        self.held = Counter(word for text in self.texts for word in set(text.split()))

    def test_columns(self):
        for least in (1, 2, 3):
            expected = {word for word, count in self.held.items() if count >= least}
            self.assertEqual(set(Features(self.texts, least).words), expected)

    def test_rows(self):
        features = Features(self.texts)
        texts = [*self.texts[10:0:-1], "", "qwertz", "late late late lamp"]
        rows = features.rows(texts)
        self.assertEqual(rows.dtype, np.float32)
        for row, text in zip(rows, texts, strict=True):
            count = Counter(word for word in text.split() if self.held[word] >= 2)
            value = dict(zip(features.words, row.tolist(), strict=True))
            self.assertEqual({word for word in value if value[word] > 0}, set(count))
            self.assertAlmostEqual(float(row @ row), 1.0 if count else 0.0, places=5)
            for one in count:
                for other in count:
                    if count[one] == count[other] and self.held[one] < self.held[other]:
                        self.assertGreater(value[one], value[other])
                    if count[one] > count[other] and self.held[one] == self.held[other]:
                        self.assertGreater(value[one], value[other])
            turned = " ".join(reversed(text.upper().split())) + "!"
            np.testing.assert_allclose(features.rows([turned])[0], row, atol=1e-6)

    def test_no_texts_and_one(self):
        features = Features(self.texts)
        self.assertEqual(features.rows([]).shape, (0, len(features.words)))
        self.assertRaises(TypeError, features.rows, "late")
