"""What the checks share: names and data that are drawn, and a problem and a model that the examiner answers for."""

import inspect
import re
import zlib
from typing import Any

from autograder.examiner import LearnerRaised, expect, expect_equal, expect_object

Settings = dict[str, Any]


def word(rng: Any) -> str:
    """A name that nobody has: ten letters."""
    return "".join(rng.choice(list("bdfgklmnprstv")) + rng.choice(list("aeiou")) for _ in range(5))


def some_texts(rng: Any, count: int) -> list[str]:
    """So many different texts of two to six words."""
    return [" ".join(word(rng) for _ in range(rng.integers(2, 7))) for _ in range(count)]


def some_answers(rng: Any, count: int) -> list[str]:
    """An answer for each of so many texts, all three of them among the first three."""
    return ["yes", "no", "later", *rng.choice(["yes", "no", "later"], size=count - 3).tolist()]


def train(candidate: Any, *arguments: Any) -> Any:
    """The predictor that a new trainer gives."""
    trainer = candidate.Trainer(*arguments)
    expect_object(trainer, "Trainer(problem, model, hparams, changes) has to make a trainer")
    return trainer.train()


# ---- what an error says


def expect_helpful(raised: LearnerRaised, name: str, known: list[str], near: str | None, call: str) -> None:
    """The message holds the name, all that are known, and the one that was meant, if one is near."""
    text = raised.message
    missing = [each for each in (name, *known) if not re.search(rf"(?<!\w){re.escape(each)}(?!\w)", text)]
    expect(not missing, f"the message does not say {' and '.join(missing)}: whoever reads it has to know what was "
           "asked for, and what there is", call=call, got=text[:300], expected=", ".join((name, *known)))  # fmt: skip
    guessed = re.search(r"did you mean\W+(\w+)", text, re.IGNORECASE)
    if near is None:
        expect(not guessed, f"{name} is like none of the names: nothing was meant", call=call, got=text[:300],
               expected="no guess")  # fmt: skip
    else:
        got = guessed[1] if guessed else ""
        expect(got == near, f"of {', '.join(known)} the nearest to {name} is {near}", call=call, got=text[:300],
               expected=f"did you mean {near}?")  # fmt: skip


# ---- a problem and a model from outside


class Outside:
    """A problem and a model of drawn names: it answers for them, and remembers what it was asked.

    A model's answer to a text follows from the text and from which model it is, so that it can be told whose it was.
    """

    def __init__(self, rng: Any) -> None:
        self.problem, self.model, self.set = (word(rng) for _ in range(3))
        self.salt = int(rng.integers(2**31))
        self.train = (some_texts(rng, 12), some_answers(rng, 12))
        self.test = (some_texts(rng, 40), some_answers(rng, 40))
        self.problems = 0
        self.settings: list[Any] = []
        self.fits: list[tuple[int, Any, Any]] = []

    def __call__(self, what: Any, *args: Any) -> Any:
        """The answer to a question of the harness's; `ask` there."""
        match what, args:
            case "problem", ():
                self.problems += 1
            case "train", ():
                return self.train
            case "test", ():
                return self.test
            case "model", (settings,):
                self.settings.append(settings)
                return len(self.settings) - 1
            case "fit", (int(number), texts, answers) if 0 <= number < len(self.settings):
                self.fits.append((number, texts, answers))
            case "predict", (number, list(texts)):
                return [self.answer(number, text) for text in texts]
        return None

    def answer(self, number: Any, text: Any) -> str:
        """What the model of this number says to a text."""
        return ("yes", "no", "later")[zlib.crc32(f"{self.salt} {number!r} {text!r}".encode()) % 3]

    def accuracy(self, number: int) -> float:
        """The share of the later texts to which the model of this number says the right answer."""
        texts, answers = self.test
        return sum(self.answer(number, text) == right for text, right in zip(texts, answers, strict=True)) / len(texts)

    def expect_trained(self, settings: list[Settings]) -> None:
        """One model was made and fitted for each of these settings, with the problem's texts for training."""
        count = len(settings)
        expect(len(self.fits) == count, f"something was trained {count} times, and fit was called {len(self.fits)} "
               "times", got=len(self.fits), expected=count)  # fmt: skip
        numbers = [fit[0] for fit in self.fits]
        expect(len(set(numbers)) == count, "a model was fitted a second time, which the first predictor still answers "
               "with", got=f"models {numbers}", expected=f"{count} models")  # fmt: skip
        for (number, *given), wanted in zip(self.fits, settings, strict=True):
            expect_equal(self.settings[number], wanted, because=f"the {_nth(number)} model was made with other "
                         "hyperparameters than those of the set, and of the changes")  # fmt: skip
            expect_equal(given, list(self.train), because=f"the {_nth(number)} model was fitted to something else than "
                         "what train() of its problem gave")  # fmt: skip


def _nth(number: int) -> str:
    return ("first", "second", "third", "fourth")[number]


# ---- a plug-in as a file


class Lengths:
    """A model: for each answer the mean length of its texts, to the power `bend`; the nearest one answers."""

    def __init__(self, *, bend):
        self.bend = bend

    def fit(self, texts, answers):
        """Learn the means."""
        lengths = {answer: [] for answer in sorted(set(answers))}
        for text, answer in zip(texts, answers, strict=True):
            lengths[answer].append(len(text) ** self.bend)
        self.means = {answer: sum(values) / len(values) for answer, values in lengths.items()}

    def predict(self, texts):
        """The answer with the nearest mean for each text."""
        means = self.means
        return [min(means, key=lambda answer: abs(means[answer] - len(text) ** self.bend)) for text in texts]


class Letters:
    """A model: the answer whose texts hold a text's letters most often answers; a vowel counts `vowel` times."""

    def __init__(self, *, vowel):
        self.vowel = vowel

    def fit(self, texts, answers):
        """Count the letters."""
        self.joined = dict.fromkeys(sorted(set(answers)), "")
        for text, answer in zip(texts, answers, strict=True):
            self.joined[answer] += text

    def predict(self, texts):
        """The answer with the largest count for each text."""
        return [max(self.joined, key=lambda answer: self.count(text, self.joined[answer])) for text in texts]

    def count(self, text, joined):
        """How often the letters of a text stand in the texts of an answer."""
        return sum(joined.count(letter) * (self.vowel if letter in "aeiou" else 1) for letter in set(text) - {" "})


def plug_in_file(problem: str, model: str, train: Any, test: Any) -> str:
    """A module that registers a problem with these texts and answers, and `Lengths` as a model."""
    return f"""import workbench


@workbench.register_model({model!r})
{inspect.getsource(Lengths)}

@workbench.register_problem({problem!r})
class Drawn:
    def train(self):
        return {train!r}

    def test(self):
        return {test!r}
"""


def backend_file() -> str:
    """A module that holds `Letters` and has never heard of the core."""
    return inspect.getsource(Letters)
