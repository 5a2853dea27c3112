"""The branch `main` of the help desk's repository: the triage model, its settings, its tests, its data, its lock file.

The data are first messages of conversations (see `wren.tickets`), some with a wrong label; the holdout came later than
train. The same trees with fewer and with more messages to learn from make the champions that are in production.
"""

import csv
import io
from collections.abc import Iterable
from functools import cache

from wren.mix import TicketMix
from wren.tickets import make_tickets
from wren.tree import HOLDOUT, LOCK, SETTINGS, TRAIN, Files, Modules, train

SEED = 45
TRAIN_ROWS, HOLDOUT_ROWS, SPARE_ROWS = 220, 200, 600
WORDS, MODEL = "triage/words.py", "triage/model.py"
TEST_WORDS, TEST_MODEL = "tests/test_words.py", "tests/test_model.py"

Row = tuple[str, str, str]
"""Id, text and label."""

_WORDS = '''\
"""How a message becomes words."""

from letters import fold


def words(text: str) -> list[str]:
    """The words of a text, in the order of the text."""
    return "".join(sign if sign.isalnum() else " " for sign in fold(text)).split()
'''

_MODEL = '''\
"""Naive Bayes on the words of a message."""

from collections import Counter
from math import log

from triage.words import words

ACTION, INFORMATION = "ACCOUNT_ACTION", "INFORMATION"


def train(tickets: list[tuple[str, str]], smoothing: float) -> dict[str, float]:
    """What each word says for an account action, in natural logarithms; "" is the prior."""
    texts = {label: [set(words(text)) for text, its in tickets if its == label] for label in (ACTION, INFORMATION)}
    count = {label: Counter(word for text in listed for word in text) for label, listed in texts.items()}
    odds = {"": log((len(texts[ACTION]) + smoothing) / (len(texts[INFORMATION]) + smoothing))}
    for word in sorted(count[ACTION] | count[INFORMATION]):
        said = log((count[ACTION][word] + smoothing) / (count[INFORMATION][word] + smoothing))
        odds[word] = round(said - odds[""], 6)
    return odds


def answer(model: dict[str, float], text: str) -> str:
    """The label of a text."""
    score = model[""] + sum(model.get(word, 0.0) for word in set(words(text)))
    return ACTION if score > 0 else INFORMATION
'''

_TEST_WORDS = '''\
"""What words() promises."""

import unicodedata

from triage.words import words


def test_small_letters() -> None:
    """Capitals make no difference."""
    assert words("The LAMP!") == ["the", "lamp"]


def test_accents() -> None:
    """A letter and its accent may be one character or two."""
    assert words(unicodedata.normalize("NFD", "Zürich")) == ["zürich"]
'''

_TEST_MODEL = '''\
"""What the model promises."""

from triage.model import answer, train


def test_a_word_of_one_label_says_that_label() -> None:
    """What stands in messages of one label only speaks for it."""
    model = train([("cancel it", "ACCOUNT_ACTION"), ("where is it", "INFORMATION")], 0.5)
    assert answer(model, "cancel") == "ACCOUNT_ACTION"
    assert answer(model, "where") == "INFORMATION"
'''

_LOCK = "letters==1.4.0\nlint==3.2.1\ntypes==1.9.0\n"
_README = "# Triage\n\nDoes a message ask for an action on an account? `python -m triage --help` says how to ask.\n"


@cache
def main_files() -> Files:
    """The tree of the branch main."""
    listed = rows()
    return {
        "README.md": _README,
        LOCK: _LOCK,
        WORDS: _WORDS,
        MODEL: _MODEL,
        SETTINGS: '{"smoothing": 0.5}\n',
        TEST_WORDS: _TEST_WORDS,
        TEST_MODEL: _TEST_MODEL,
        TRAIN: table(listed[:TRAIN_ROWS]),
        HOLDOUT: table(listed[-HOLDOUT_ROWS:]),
    }


def grown_files() -> Files:
    """The tree of main with four times as many messages to learn from: of these the next champion is made."""
    return {**main_files(), TRAIN: table(rows()[:-HOLDOUT_ROWS])}


def old_files() -> Files:
    """The tree of main with a third of the messages: of these the champion in production was made."""
    return {**main_files(), TRAIN: table(rows()[: TRAIN_ROWS // 3])}


def artefact_of(files: Files) -> str:
    """The trained model of a tree, as the registry keeps it."""
    return train(Modules(files, {}, lambda _: None))


@cache
def rows() -> tuple[Row, ...]:
    """Messages to learn from, some to spare, and those of the holdout, in order of time."""
    tickets = make_tickets(TRAIN_ROWS + SPARE_ROWS + HOLDOUT_ROWS, 28, SEED, TicketMix(label_noise=0.02))
    first = [ticket for ticket in tickets if ticket.follows is None]
    return tuple((ticket.id, " ".join(ticket.text.split()), ticket.label) for ticket in first)


def table(listed: Iterable[Row]) -> str:
    """Rows as a CSV file with a header."""
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(("id", "text", "label"))
    writer.writerows(listed)
    return file.getvalue()
