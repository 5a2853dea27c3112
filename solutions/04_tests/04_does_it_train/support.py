"""What the checks share: the examiner's trainers, served to the learner's smoke tests, and what those said of them."""

import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from autograder.examiner import CheckFailed, Injected, expect
from wren.trainers import LABELS, VOCABULARY, Batch, Style, Trainer, make_trainer

STEPS, CALLS = 300, 100
# The bars that smoke.py names, against 600 good trainers of six styles: the first loss is off by at most 0.08 (bar 0.2;
# 0.64 and more in broken ones), and the loss after 100 steps at most 0.012 (bar 0.2; 0.31 and more in broken ones).
MOST = 64  # tickets in a batch, and places in one of them
LARGEST = 1_000_000  # number in the parameters of a question
PARTS = {"a": "of_answers", "b": "of_gradients", "c": "of_training"}
Choice = Style | dict[str, str]
TESTS = {"a": {"start", "eval", "mask"}, "b": {"repeat", "slope"}, "c": {"moves", "fits"}}


# ---- one trainer


class Served:
    """One trainer while one function of the learner's looks at it; the harness's `ask`."""

    def __init__(self, call: str, trainer: Trainer) -> None:
        self.call = call
        self.trainer = trainer
        self.calls = self.steps = 0
        self.over = False

    def __call__(self, what: Any, *args: Any) -> Any:
        """The answer to one call. Over the budget the check fails; a call that is none raises in the learner's code."""
        if self.over:
            raise Injected("RuntimeError", "this trainer is not there any more")
        self.calls += 1
        expect(self.calls <= CALLS, f"more than {CALLS} calls of the trainer's methods", call=self.call,
               expected=f"at most {CALLS}")  # fmt: skip
        match what, args:
            case "parameters", ():
                return self.trainer.parameters()
            case "predict", (batch,):
                return self.trainer.predict(self._batch(batch))
            case "loss", (batch, None):
                return self.trainer.loss(self._batch(batch))
            case "loss", (batch, at):
                return self.trainer.loss(self._batch(batch), self._parameters(at))
            case "gradient", (batch,):
                return self.trainer.gradient(self._batch(batch))
            case "step", (batch, times):
                return self.trainer.step(self._batch(batch), self._times(times))
        raise Injected("TypeError", "no method of a trainer")

    def _times(self, times: Any) -> int:
        if isinstance(times, np.integer):
            times = int(times)
        if type(times) is not int or times < 1:
            raise Injected("ValueError", "times is an int of at least 1")
        self.steps += min(times, STEPS + 1)
        expect(self.steps <= STEPS, f"more than {STEPS} steps of training", call=self.call, expected=f"at most {STEPS}")
        return times

    def _batch(self, batch: Any) -> Batch:
        """The batch, once it is known to be one."""
        if not isinstance(batch, dict) or set(batch) != {"words", "mask", "labels"}:
            raise Injected("ValueError", 'a batch is a dictionary with "words", "mask" and "labels"')
        words, labels = (self._ints(batch, *pair) for pair in (("words", VOCABULARY), ("labels", self._labels())))
        mask = _array(batch["mask"])
        if mask.dtype != bool:
            raise Injected("ValueError", "the mask of a batch is an array of bools")
        if words.ndim != 2 or mask.shape != words.shape or labels.shape != words.shape[:1]:
            raise Injected("ValueError", f"words {words.shape}, mask {mask.shape} and labels {labels.shape} do not fit")
        if not all(1 <= size <= MOST for size in words.shape):
            raise Injected("ValueError", f"a batch has 1 to {MOST} tickets of 1 to {MOST} places")
        return {"words": words, "mask": mask, "labels": labels}

    def _labels(self) -> int:
        return LABELS[self.trainer.style.labels]

    @staticmethod
    def _ints(batch: dict[str, Any], name: str, bound: int) -> Any:
        """An array of ints from 0 to `bound` - 1."""
        value = _array(batch[name])
        if value.dtype.kind not in "iu" or ((value < 0) | (value >= bound)).any():
            raise Injected("ValueError", f"{name} of a batch is an array of ints from 0 to {bound - 1}")
        return value.astype(np.int64)

    def _parameters(self, at: Any) -> dict[str, Any]:
        """Numbers for the model, once they are known to have its names and shapes."""
        now = self.trainer.parameters()
        if not isinstance(at, dict) or set(at) != set(now):
            raise Injected("ValueError", f"parameters are a dictionary with {', '.join(now)}")
        for name, array in at.items():
            numbers = isinstance(array, np.ndarray) and array.dtype.kind in "fiu" and array.shape == now[name].shape
            if not (numbers and (abs(array) <= LARGEST).all()):
                shape = now[name].shape
                raise Injected("ValueError", f"{name} is an array of shape {shape}, of numbers up to {LARGEST:,}")
        return {name: at[name] for name in now}


def _array(value: Any) -> Any:
    """A list or an array as an array of at most MOST times MOST; anything else, and what is ragged, as one of text."""
    try:
        array = np.asarray(value) if isinstance(value, list | np.ndarray) else np.array("")
    except ValueError:
        array = np.array("")
    return array if array.size <= MOST**2 else np.array("")


# ---- all trainers of a grade


@dataclass(frozen=True)
class Subject:
    """A trainer that one part of the smoke tests looks at; broken unless its kind is `Trainer`."""

    part: str
    kind: type[Trainer]
    style: Style
    seed: int

    @property
    def said(self) -> str:
        """What kind of trainer it is, in words."""
        style = self.style
        start = {"small": "small", "zero": "zero", "prior": "small, with the prior in its biases"}[style.start]
        return f"{style.optimiser}, {LABELS[style.labels]} labels, {style.dtype}; last layer at first {start}"


def _style(rng: np.random.Generator, choice: Choice) -> Style:
    """A style, drawn as far as it is not given."""
    if isinstance(choice, Style):
        return choice
    drawn = {
        "optimiser": rng.choice(["sgd", "momentum", "adam"]),
        "start": rng.choice(["small", "zero", "prior"]),
        "labels": rng.choice(list(LABELS)),
        "dtype": rng.choice(["float64", "float32"]),
    }
    names = {name: str(value) for name, value in (drawn | choice).items()}
    return Style(**names, dropout=float(rng.uniform(0.1, 0.2)), hidden=int(rng.integers(14, 20)))


@dataclass(eq=False)
class Campaign:
    """What the smoke tests say of good trainers and of broken ones, in an order drawn anew for each grade.

    `good` are styles; `broken` holds for each part pairs of a fault and a style. Of a style that is a dictionary,
    what is not in it is drawn.
    """

    good: Sequence[Choice]
    broken: dict[str, list[tuple[type[Trainer], Choice]]]
    claims: dict[str, dict[Subject, list[str]]] = field(default_factory=dict)
    broken_off: dict[str, Exception] = field(default_factory=dict)

    def expect_found(self, harness: Any, seed: int, part: str, kinds: tuple[type[Trainer], ...]) -> None:
        """The part has nothing against good trainers, and finds what is wrong with the broken ones of these kinds."""
        for subject, claims in self._hold(harness, seed, part).items():
            if subject.kind is Trainer and claims:
                raise CheckFailed(f'a good trainer is said not to keep "{claims[0]}" ({subject.said})',
                                  call=f"{PARTS[part]}(trainer, batch)", got=repr(claims), expected="[]")  # fmt: skip
        for subject, claims in self._hold(harness, seed, part).items():
            if subject.kind in kinds:
                _expect_found(subject, claims)

    def _hold(self, harness: Any, seed: int, part: str) -> dict[Subject, list[str]]:
        """Let the part look at its trainers, when first asked for. What broke it off is raised each time."""
        if part in self.broken_off:
            raise self.broken_off[part]
        if part not in self.claims:
            rng = np.random.default_rng([seed, zlib.crc32(repr((part, self.good)).encode())])
            pairs = [(Trainer, style) for style in self.good] + self.broken[part]
            subjects = [
                Subject(part, kind, _style(rng, choice), seed * 100 + number)
                for number, (kind, choice) in enumerate(pairs)
            ]
            try:
                claims = {subjects[at]: _claims(harness, subjects[at]) for at in rng.permutation(len(subjects))}
            except Exception as error:
                self.broken_off[part] = error
                raise
            self.claims[part] = {subject: claims[subject] for subject in subjects}
        return self.claims[part]


def _claims(harness: Any, subject: Subject) -> list[str]:
    """What the learner's function says of one trainer: a list of names."""
    trainer, batch = make_trainer(subject.seed, subject.style, subject.kind, corpus=subject.seed // 100)
    part = PARTS[subject.part]
    served = Served(f"{part}(trainer, batch)", trainer)
    try:
        claims = harness.claims(part, served, trainer.prior, batch)
    finally:
        served.over = True
    known = TESTS[subject.part]
    names = (
        sorted(claims) if isinstance(claims, set | frozenset) and all(isinstance(c, str) for c in claims) else claims
    )
    good = isinstance(names, list | tuple) and all(isinstance(name, str) and name in known for name in names)
    expect(good, f"{part} has to return a list of names", call=served.call, got=claims,
           expected=f"some or none of {', '.join(sorted(known))}")  # fmt: skip
    return list(names)


def _expect_found(subject: Subject, claims: list[str]) -> None:
    kind, call = subject.kind, f"{PARTS[subject.part]}(trainer, batch)"
    wrong = " ".join((kind.__doc__ or "").split())
    for name in sorted(kind.breaks & TESTS[subject.part]):
        expect(name in claims, f'"{name}" let a broken trainer pass. {wrong} ({subject.said})', call=call,
               got=repr(claims), expected=f'"{name}" in the list')  # fmt: skip
    for name in claims:
        expect(name in kind.breaks | kind.may_break, f'a broken trainer is said not to keep "{name}", which it does. '
               f"{wrong} ({subject.said})", call=call, got=repr(claims))  # fmt: skip
