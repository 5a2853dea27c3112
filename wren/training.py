"""A small triage model and its training: an embedding, a hidden layer, dropout, a softmax, three optimisers.

A `Trainer` learns a label of Wren's tickets from their words: the mean of the words' embeddings and the embedding of
the last word go through a hidden layer with dropout to a softmax. Each method that begins with an underscore is a step
that a broken trainer can do wrong; `wren.trainers` has eight of those.

A batch of n tickets with up to L words is a dictionary of arrays:

    words   (n, L) ints from 0 to VOCABULARY - 1; 1 is any word that is not in the vocabulary
    mask    (n, L) bools: True where a word stands. Elsewhere is padding, whatever `words` holds there (0, usually)
    labels  (n,) ints from 0
"""

from collections import Counter
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from wren.dice import Dice
from wren.text import tokens
from wren.tickets import make_tickets

Array = NDArray[Any]
Batch = dict[str, Array]
Parameters = dict[str, Array]

VOCABULARY = 62
LONGEST = 12  # words of a ticket that are kept
_PLACES = 14  # in a batch; so there is always some padding
_WIDTH = 6  # numbers in an embedding

TOPICS = (("access", "close", "account_how", "address"), ("refund", "payment"), ("where", "cancel", "stock"))
LABELS = {"kind": 2, "refund": 2, "topic": 4}
"""What can be learned, and how many labels it has: action or information; about a refund or not; one of four topics."""

SMOKE_TESTS = ("start", "eval", "mask", "repeat", "slope", "moves", "fits")
"""What a trainer can fail at; see `Trainer` for what each method promises."""


# ---- the tickets


@dataclass(frozen=True)
class Tickets:
    """Tickets as arrays: `words` and `mask` as in a batch, and for each kind of label the labels, (n,)."""

    words: Array
    mask: Array
    labels: dict[str, Array]

    def prior(self, kind: str) -> Array:
        """The share of each label."""
        return np.bincount(self.labels[kind], minlength=LABELS[kind]) / len(self.words)

    def batch(self, kind: str, places: Any) -> Batch:
        """The tickets at these places."""
        return {"words": self.words[places], "mask": self.mask[places], "labels": self.labels[kind][places]}

    def some(self, kind: str, size: int, dice: Dice) -> Batch:
        """`size` tickets, no two of which share half of their words, and each label equally often (or nearly)."""
        room = Counter(dict.fromkeys(range(LABELS[kind]), -(-size // LABELS[kind])))
        taken: dict[int, set[int]] = {}
        for place in sorted(range(len(self.words)), key=lambda _: dice.roll()):
            label, words = int(self.labels[kind][place]), set(self.words[place].tolist())
            unlike = all(2 * len(words & others) < len(words | others) for others in taken.values())
            if room[label] and unlike and len(taken) < size:
                taken[place] = words
                room[label] -= 1
        return self.batch(kind, list(taken))


@lru_cache(maxsize=8)
def make_corpus(seed: int, conversations: int = 120) -> Tickets:
    """The tickets of two weeks."""
    tickets = make_tickets(conversations, 14, seed)
    texts = [tokens(ticket.text)[:LONGEST] for ticket in tickets]
    count = Counter(word for text in texts for word in text)
    number = {word: place for place, (word, _) in enumerate(count.most_common(VOCABULARY - 2), start=2)}
    words = np.zeros((len(texts), _PLACES), dtype=np.int64)
    for row, text in zip(words, texts, strict=True):
        row[: len(text)] = [number.get(word, 1) for word in text]
    intents = [ticket.truth.intent for ticket in tickets]
    topics = [next((n for n, topic in enumerate(TOPICS) if intent in topic), len(TOPICS)) for intent in intents]
    labels = {
        "kind": np.array([int(ticket.label == "INFORMATION") for ticket in tickets]),
        "refund": np.array([int(intent in TOPICS[1]) for intent in intents]),
        "topic": np.array(topics),
    }
    return Tickets(words, words > 0, labels)


# ---- a right trainer


@dataclass(frozen=True)
class Style:
    """What right trainers differ in.

    `optimiser` is "sgd", "momentum" or "adam". `start` says how the last layer begins: "small" random weights, "zero"
    weights, or small ones with the "prior" as its biases. `labels` is a key of LABELS, `hidden` a number of units,
    `dropout` the share of them that a training step leaves out.
    """

    optimiser: str = "sgd"
    start: str = "small"
    labels: str = "kind"
    dtype: str = "float64"
    dropout: float = 0.2
    hidden: int = 16


_RATE = {"sgd": 1.0, "momentum": 0.12, "adam": 0.03}

GOOD = {
    "SGD": Style(),
    "momentum": Style(optimiser="momentum", labels="topic"),
    "Adam": Style(optimiser="adam", dropout=0.1),
    "Adam, prior": Style(optimiser="adam", start="prior", labels="refund"),
    "SGD, zero head": Style(start="zero", labels="topic"),
    "Adam, float32": Style(optimiser="adam", dtype="float32", labels="topic", hidden=20),
}


class Trainer:
    """A model with its optimiser. `prior` (labels,) holds the share of each label among the tickets it is made for.

    All arrays that come out are copies. Only `step` changes the model.
    """

    breaks: ClassVar[frozenset[str]] = frozenset()
    may_break: ClassVar[frozenset[str]] = frozenset()

    def __init__(self, style: Style, prior: Array, seed: int) -> None:
        self.style = style
        self.prior = np.array(prior)
        # Uniform draws only; their stream is the same under every release of NumPy.
        self._random = np.random.Generator(np.random.PCG64(seed))
        self._now = self._begin()
        self._buffer = {name: np.zeros_like(array) for name, array in self._now.items()}
        self._memory = [{name: np.zeros_like(array) for name, array in self._now.items()} for _ in range(2)]
        self._steps = 0

    # what anybody may ask

    def parameters(self) -> Parameters:
        """The model's numbers, by the name of the array."""
        return {name: array.copy() for name, array in self._now.items()}

    def predict(self, batch: Batch) -> Array:
        """The probability of each label, (n, labels); dropout is off."""
        return self._softmax(self._forward(self._now, batch, training=False)["scores"])

    def loss(self, batch: Batch, at: Parameters | None = None) -> float:
        """The mean over the batch of -log p(label); dropout is off. With `at`: were these the model's numbers."""
        now = self._now if at is None else {name: np.asarray(at[name], self.style.dtype) for name in self._now}
        scores = self._forward(now, batch, training=False)["scores"]
        return float(self._loss_of(scores, batch["labels"])[0])

    def gradient(self, batch: Batch) -> Parameters:
        """The derivative of `loss(batch)` by each of the numbers, as arrays of their shapes; dropout is off."""
        self._collect(batch, batch["labels"], training=self._training_gradient())
        return {name: array.copy() for name, array in self._buffer.items()}

    def step(self, batch: Batch, times: int = 1) -> float:
        """Train on the batch, `times` times; the loss that the last step saw, with dropout on."""
        loss = float("nan")
        for _ in range(times):
            loss = self._collect(batch, self._labels(batch), training=True)
            self._steps += 1
            self._update()
        return loss

    # the steps

    def _begin(self) -> Parameters:
        hidden, labels = self.style.hidden, LABELS[self.style.labels]
        shapes = {
            "embedding": ((VOCABULARY, _WIDTH), 1.0),
            "hidden": ((2 * _WIDTH, hidden), 1.0),
            "hidden_bias": ((hidden,), 0.0),
            "head": ((hidden, labels), 0.0 if self.style.start == "zero" else self._loudness()),
            "head_bias": ((labels,), 0.0),
        }
        now = {name: size * (2 * self._random.random(shape) - 1) for name, (shape, size) in shapes.items()}
        if self.style.start == "prior":
            now["head_bias"] = np.log(self.prior)
        return {name: array.astype(self.style.dtype) for name, array in now.items()}

    def _loudness(self) -> float:
        return 0.04

    def _forward(self, now: Parameters, batch: Batch, training: bool) -> dict[str, Array]:
        embedded = now["embedding"][batch["words"]]
        bag = np.einsum("nl,nlw->nw", self._shares(batch), embedded)
        last, there = self._last(batch)
        tail = embedded[np.arange(len(last)), last] * there[:, None]
        inputs = np.concatenate([bag, tail], axis=1)
        units = np.tanh(inputs @ now["hidden"] + now["hidden_bias"])
        kept = self._kept(units.shape, training)
        scores = (units * kept) @ now["head"] + now["head_bias"]
        return {"inputs": inputs, "units": units, "kept": kept, "scores": scores}

    def _shares(self, batch: Batch) -> Array:
        """What each place counts in the mean of a ticket's words, (n, L)."""
        mask = batch["mask"].astype(self.style.dtype)
        return np.asarray(mask / np.maximum(mask.sum(axis=1, keepdims=True), 1))

    def _last(self, batch: Batch) -> tuple[Array, Array]:
        """The place of each ticket's last word, and whether there is one, (n,)."""
        mask = batch["mask"]
        return mask.shape[1] - 1 - np.argmax(mask[:, ::-1], axis=1), np.asarray(mask.any(axis=1))

    def _kept(self, shape: tuple[int, ...], training: bool) -> Array:
        """What each hidden unit is multiplied by."""
        share = self.style.dropout
        if not training or not share:
            return np.ones(shape, self.style.dtype)
        return (self._random.random(shape) >= share).astype(self.style.dtype) / (1 - share)

    @staticmethod
    def _softmax(scores: Array) -> Array:
        grown = np.exp(scores - scores.max(axis=1, keepdims=True))
        return np.asarray(grown / grown.sum(axis=1, keepdims=True))

    def _loss_of(self, scores: Array, labels: Array) -> tuple[Any, Array]:
        """The loss, and its derivative by the scores."""
        chances = self._softmax(scores)
        rows = np.arange(len(labels))
        loss = -np.log(np.maximum(chances[rows, labels], np.finfo(chances.dtype).tiny)).sum()
        chances[rows, labels] -= 1
        weight = self._weight(*scores.shape)
        return loss * weight, chances * weight

    def _weight(self, rows: int, labels: int) -> float:
        """What one ticket counts in the loss."""
        return 1 / rows

    def _collect(self, batch: Batch, labels: Array, training: bool) -> float:
        """Fill the buffer with the gradient; the loss."""
        self._clear()
        seen = self._forward(self._now, batch, training)
        loss, by_scores = self._loss_of(seen["scores"], labels)
        by_units = by_scores @ self._now["head"].T * seen["kept"] * (1 - seen["units"] ** 2)
        buffer = self._buffer
        buffer["head"] += (seen["units"] * seen["kept"]).T @ by_scores
        buffer["head_bias"] += by_scores.sum(axis=0)
        buffer["hidden"] += seen["inputs"].T @ by_units
        buffer["hidden_bias"] += by_units.sum(axis=0)
        by_inputs = by_units @ self._now["hidden"].T
        self._to_words(batch, by_inputs[:, :_WIDTH], by_inputs[:, _WIDTH:])
        return float(loss)

    def _clear(self) -> None:
        for array in self._buffer.values():
            array.fill(0)

    def _to_words(self, batch: Batch, by_bag: Array, by_tail: Array) -> None:
        """Add the embedding's gradient, which comes from the mean and from the last word, each (n, width)."""
        self._bag_to_words(batch, by_bag)
        last, there = self._last(batch)
        np.add.at(self._buffer["embedding"], batch["words"][np.arange(len(last)), last], by_tail * there[:, None])

    def _bag_to_words(self, batch: Batch, by_bag: Array) -> None:
        np.add.at(self._buffer["embedding"], batch["words"], self._shares(batch)[:, :, None] * by_bag[:, None, :])

    def _training_gradient(self) -> bool:
        """Whether `gradient` leaves units out."""
        return False

    def _labels(self, batch: Batch) -> Array:
        """What a training step takes for the labels."""
        return batch["labels"]

    def _rate(self) -> float:
        return _RATE[self.style.optimiser]

    def _trained(self) -> tuple[str, ...]:
        """The names of the arrays that the optimiser has."""
        return tuple(self._now)

    def _update(self) -> None:
        first, second = self._memory
        for name in self._trained():
            gradient = self._buffer[name]
            change = gradient
            if self.style.optimiser == "momentum":
                first[name] = 0.9 * first[name] + gradient
                change = first[name]
            elif self.style.optimiser == "adam":
                first[name] = 0.9 * first[name] + 0.1 * gradient
                second[name] = 0.99 * second[name] + 0.01 * gradient**2
                mean, square = first[name] / (1 - 0.9**self._steps), second[name] / (1 - 0.99**self._steps)
                change = mean / (np.sqrt(square) + 1e-8)
            self._now[name] -= (self._rate() * change).astype(self.style.dtype)
