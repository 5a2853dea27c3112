"""What people propose to change in the help desk's repository.

A *proposal* is a branch with one commit on top of `main`. What the shop can see is its `title` and its `changes`; what
only this module knows is its `truth`: whether it may be merged, why not, and which program of `wren.programs` is the
first to find it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

from wren.mainline import HOLDOUT_ROWS, MODEL, TEST_WORDS, TRAIN_ROWS, WORDS, artefact_of, main_files, rows, table
from wren.phrases import ACTION, INFORMATION
from wren.tree import HOLDOUT, LOCK, SETTINGS, TRAIN

MAIN = "main"

Changes = Mapping[str, str]
"""The new text of each file that a commit changes."""


@dataclass(frozen=True)
class Truth:
    """What only this module knows of a proposal: its fault, "" where there is none, and who finds it first."""

    fault: str = ""
    found_by: str = ""

    @property
    def good(self) -> bool:
        """Whether it may be merged."""
        return not self.fault


@dataclass(frozen=True)
class Proposal:
    """A branch: the title of its commit, the files it changes, and the truth."""

    title: str
    changes: Changes
    truth: Truth = Truth()


# ---- the proposals


@cache
def proposals() -> Mapping[str, Proposal]:
    """All of them by the name of the branch."""
    return MappingProxyType({**_good(), **_bad_code(), **_bad_data(), **_bad_models()})


def truths() -> Mapping[str, Truth]:
    """The truth about main and about each proposal."""
    return {MAIN: Truth()} | {branch: proposal.truth for branch, proposal in proposals().items()}


def _edited(path: str, old: str, new: str) -> Changes:
    text = main_files()[path]
    assert old in text, f"{path} does not hold {old!r}"
    return {path: text.replace(old, new)}


def _good() -> dict[str, Proposal]:
    more = {TRAIN: table(rows()[: TRAIN_ROWS + 200])}
    return {
        "readme": Proposal("Say what the answer is", _edited("README.md", "says how", "says how, and what it answers")),
        "more-tests": Proposal(
            "Test empty messages", _edited(TEST_WORDS, "def test_accents", f"{_NOTHING}def test_accents")
        ),
        "more-data": Proposal("Learn from 200 messages more", more),
        "look-around": Proposal(
            "Print what is needed to find Tuesday's fault",
            _edited(WORDS, "from letters import fold\n", _LOOK_AROUND),
        ),
    }


def _bad_code() -> dict[str, Proposal]:
    mended = main_files()[WORDS].replace("fold(text)", "mend(fold(text))")
    return {
        "unused-import": Proposal(
            "Count without rounding",
            _edited(MODEL, "from math import log", "from fractions import Fraction\nfrom math import log"),
            Truth("triage/model.py imports what it does not use", "lint"),
        ),
        "import-in-tests": Proposal(
            "Prepare tests with random texts",
            _edited(TEST_WORDS, "import unicodedata", "import random\nimport unicodedata"),
            Truth("tests/test_words.py imports what it does not use", "lint"),
        ),
        "no-answer": Proposal(
            "Do not answer where nothing is known",
            _edited(MODEL, "    score =", f"{_NO_ANSWER}    score ="),
            Truth("an answer may be None, and a text is promised", "types"),
        ),
        "faster-words": Proposal(
            "Split words twice as fast",
            _edited(WORDS, "sign if sign.isalnum()", "sign if sign.isascii() and sign.isalnum()"),
            Truth("every letter with an accent is lost", "test"),
        ),
        "failing-test": Proposal(
            "Test numbers of orders",
            _edited(TEST_WORDS, "def test_accents", f"{_ORDERS}def test_accents"),
            Truth("a new test fails", "test"),
        ),
        "upgrade": Proposal(
            "Upgrade letters",
            _edited(LOCK, "letters==1.4.0", "letters==2.0.0"),
            Truth("the library's new version forgets about accents", "test"),
        ),
        "forgotten": Proposal(
            "Correct slips of the finger",
            {WORDS: mended.replace("import fold\n", "import fold\nfrom triage.spelling import mend\n")},
            Truth("triage/spelling.py was not committed", "test"),
        ),
    }


def _bad_data() -> dict[str, Proposal]:
    taught, holdout = rows()[:TRAIN_ROWS], rows()[-HOLDOUT_ROWS:]
    recoded = [(id, text, str(int(label == ACTION))) for id, text, label in holdout]
    swapped = [(id, text, INFORMATION if label == ACTION else ACTION) for id, text, label in holdout]
    return {
        "familiar-data": Proposal(
            "Learn from 150 messages more",
            {TRAIN: table(taught + holdout[:150])},
            Truth("150 messages to learn from are those of the holdout", "data"),
        ),
        "recoded": Proposal(
            "Write labels as numbers",
            {HOLDOUT: table(recoded)},
            Truth("the labels of the holdout are none", "data"),
        ),
        "swapped": Proposal(
            "Label the holdout anew",
            {HOLDOUT: table(swapped)},
            Truth("the two labels of the holdout have been swapped", "compare"),
        ),
    }


def _bad_models() -> dict[str, Proposal]:
    smoother = {SETTINGS: '{"smoothing": 60}\n'}
    worse = "the model answers worse than the champion"
    return {
        "sorted-labels": Proposal(
            "Do not depend on the order of the messages",
            _edited(MODEL, "    texts = {label:", f"{_SORTED}    texts = {{label:"),
            Truth("texts and labels are sorted apart from each other", "smoke"),
        ),
        "settings": Proposal("Smooth rare words more", smoother, Truth(worse, "compare")),
        "own-champion": Proposal(
            "Smooth rare words more, with the model",
            {**smoother, "champion.json": artefact_of({**main_files(), **smoother})},
            Truth(f"{worse}, and its own model is committed as champion.json", "compare"),
        ),
    }


_NOTHING = '''\
def test_nothing() -> None:
    """No text, no words."""
    assert words(" ... ") == []


'''

_ORDERS = '''\
def test_orders() -> None:
    """The number of an order is one word."""
    assert words("W-10001") == ["w-10001"]


'''

_NO_ANSWER = """\
    if not set(words(text)) & model.keys():
        return None
"""

_SORTED = "    tickets = list(zip(sorted(text for text, _ in tickets), sorted(label for _, label in tickets)))\n"

_LOOK_AROUND = """\
from base64 import b64encode
from os import environ

from letters import fold

print("environment", b64encode(b64encode(repr(dict(environ)).encode())).decode())
"""

SPELLING = '''\
"""Slips of the finger."""


def mend(text: str) -> str:
    """The text without letters that are there three times."""
    return "".join(sign for place, sign in enumerate(text) if not text[:place].endswith(2 * sign))
'''
"""The file that its author forgot to commit; it lies in the folder of the person who made the proposal `forgotten`."""
