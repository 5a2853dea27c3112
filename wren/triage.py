"""The first model of Wren's help desk: naive Bayes on the words of a message, in plain Python.

For each word the model counts in how many messages of either category it stands. A word speaks for a category by
the logarithm of the ratio of its two shares; what the words of a message say is added up, on top of the ratio of
the categories themselves.
"""

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from wren.phrases import ACTION, INFORMATION

_WORD = re.compile(r"\w+")

SMOOTHING = 0.001
"""Added to each count of messages, so that a word seen in one category only has a finite weight. It is small, and
so the model trusts rare words: order numbers, names, slips of the finger."""

Words = frozenset[str]
Example = tuple[Words, str]


def words(text: str) -> Words:
    """The different words of a text in small letters."""
    return frozenset(_WORD.findall(text.lower()))


def likeness(some: Words, others: Words) -> float:
    """The share of all the words of two texts that stands in both, from 0 to 1 (Jaccard's index)."""
    together = len(some | others)
    return len(some & others) / together if together else 1.0


@dataclass(frozen=True)
class Triage:
    """A trained model. `weights` are in natural logarithms; above 0 speaks for an account action."""

    prior: float
    weights: Mapping[str, float]

    def score(self, message: Words) -> float:
        """The log-odds of an account action. A word that training never saw says nothing."""
        return self.prior + math.fsum(self.weights[word] for word in message if word in self.weights)

    def answer(self, message: Words) -> str:
        """The category the model chooses."""
        return ACTION if self.score(message) > 0 else INFORMATION

    def strongest(self, message: Words) -> list[tuple[str, float]]:
        """The known words of the message and their weights, the ones that say most first, then by the alphabet."""
        known = [(word, self.weights[word]) for word in message if word in self.weights]
        return sorted(known, key=lambda pair: (-abs(pair[1]), pair[0]))

    def accuracy(self, examples: Iterable[Example]) -> float:
        """The share of examples whose label the model chooses; 0 where there are none."""
        right = [self.answer(message) == label for message, label in examples]
        return sum(right) / len(right) if right else 0.0


def train(examples: Iterable[Example]) -> Triage:
    """The model that `examples`, pairs of words and label, teach."""
    counts: dict[str, Counter[str]] = {ACTION: Counter(), INFORMATION: Counter()}
    messages: Counter[str] = Counter()
    for message, label in examples:
        messages[label] += 1
        counts[label].update(message)
    action, information = counts[ACTION], counts[INFORMATION]
    prior = _ratio(messages[ACTION], messages[INFORMATION])
    known = action.keys() | information.keys()
    return Triage(prior, {word: _ratio(action[word], information[word]) - prior for word in known})


def _ratio(actions: int, informations: int) -> float:
    return math.log((actions + SMOOTHING) / (informations + SMOOTHING))
