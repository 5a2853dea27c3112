"""What the checks share: the runs of a suite on right and on broken implementations of the contract of wren/text.py.

All implementations are the examiner's. The learner's process sees their answers, and not which of them answers.
"""

import zlib
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from autograder.examiner import CheckFailed, Injected, expect
from wren.rewrites import Original, Rewrite, Style

TASKS = ("a", "b", "c")
Faults = dict[str, tuple[type[Rewrite], ...]]
"""Broken implementations by task. The docstring of each is the promise that it breaks."""

NAMES = {"a": "tokeniser", "b": "way to make rows", "c": "way to weigh words"}
MOST = 2_000_000  # characters in one call, and numbers in its answer
AGAIN = 3  # times that a right implementation is asked again, once the suite was red on it


def other_styles(rng: np.random.Generator) -> dict[str, tuple[Style, ...]]:
    """For each task, styles that differ from wren.text in what the task is about."""
    much = "how much larger one number is than another"
    return {
        "a": (
            Style(order=str(rng.choice(["#order", "[order]", "w-00000", "order_number"])),
                  opens="what the token of an order number looks like"),
            Style(emoji=True, opens="whether an emoji is a token"),
        ),
        "b": (
            Style(columns="backwards", opens="the order of the columns"),
            Style(columns="as they come", opens="the order of the columns"),
        ),
        "c": (
            Style(repeats=rng.uniform(0.3, 0.7), rarity=rng.uniform(1.5, 2.5), opens=much),
            Style(repeats=rng.uniform(1.5, 2.0), rarity=rng.uniform(0.4, 0.7), opens=much),
        ),
    }  # fmt: skip


# ---- one run of the suite


class Served:
    """One implementation during one run: it answers, and `wrong` counts what a right one would have answered else."""

    def __init__(self, kind: type[Rewrite], style: Style) -> None:
        self.mine = kind(style)
        self.right = Rewrite(style)
        self.learned: list[tuple[Any, Any]] = []
        self.wrong = 0
        self.over = False

    def __call__(self, what: Any, *args: Any) -> Any:
        """The answer to one call; the harness's `ask`."""
        what = what if isinstance(what, str) else ""
        self._refuse(what, args)
        mine, right = (self._answer(side, what, args) for side in (0, 1))
        self.wrong += not _alike(mine, right)
        if isinstance(mine, Exception):
            raise Injected(type(mine).__name__, str(mine))
        if what != "learn":
            return mine
        self.learned.append((mine, right))
        return len(self.learned) - 1, list(mine.words)

    def _refuse(self, what: str, args: tuple[Any, ...]) -> None:
        """Raise what the tests are told of a call that is out of place, or whose answer would be too large."""
        if self.over:
            raise Injected("RuntimeError", "this run of the tests is over")
        numbers = 0
        if what == "rows" and args:
            if type(args[0]) is not int or not 0 <= args[0] < len(self.learned):
                raise Injected("ValueError", "these features were learned in another run")
            texts = sum(len(value) for value in args[1:] if isinstance(value, list | tuple | str))
            numbers = texts * len(self.learned[args[0]][0].words)
        if max(numbers, _size(args)) > MOST:
            raise Injected("MemoryError", f"more than {MOST:,} characters, or numbers, in one call: use fewer texts")

    def _answer(self, side: int, what: Any, args: tuple[Any, ...]) -> Any:
        text = (self.mine, self.right)[side]
        arguments = [_plain(value) for value in args]
        try:
            if what == "rows":
                return text.rows(self.learned[args[0]][side], *arguments[1:])
            return {"tokens": text.tokens, "learn": text.learn}[what](*arguments)
        except Exception as error:  # whatever it is, the learner's tests are to see it
            return error


def _size(value: Any) -> int:
    """How many characters, and things in lists, there are."""
    if isinstance(value, list | tuple):
        return len(value) + sum(map(_size, value))
    return len(value) if isinstance(value, str | bytes) else 0


def _plain(value: Any) -> Any:
    """An argument as data; what is none becomes an object that no implementation takes."""
    if isinstance(value, list | tuple):
        return type(value)(_plain(item) for item in value)
    if isinstance(value, np.generic):
        return value.item()
    return value if isinstance(value, str | bytes | int | float | None) else object()


def _alike(mine: Any, right: Any) -> bool:
    if isinstance(mine, Exception) or isinstance(right, Exception):
        return type(mine) is type(right)
    if isinstance(right, np.ndarray):
        same = mine.dtype == right.dtype and mine.shape == right.shape
        return same and np.allclose(mine, right, rtol=0, atol=1e-6, equal_nan=True)
    return list(getattr(mine, "words", mine)) == list(getattr(right, "words", right))


@dataclass(frozen=True)
class Subject:
    """An implementation that a suite is run on. It concerns one task, or all of them ("")."""

    kind: type[Rewrite]
    style: Style
    task: str = ""
    broken: bool = False


@dataclass(frozen=True)
class Run:
    """What one run of the suite said: the red tests with their words, and how many answers it got that were wrong."""

    red: dict[str, str]
    wrong: int
    tests: int
    unfilled: dict[str, str]


def run_once(harness: Any, subject: Subject) -> Run:
    """Let the suite run on the subject, in the learner's process."""
    served = Served(subject.kind, subject.style)
    try:
        said = harness.run_suite(served)
    finally:
        served.over = True
    match said:
        case {"red": [*red], "open": dict(unfilled), "tests": int(tests)} if all(
            isinstance(pair, list | tuple) and len(pair) == 2 for pair in red
        ):
            words = {str(test)[:120]: str(text)[:400] for test, text in red}
            return Run(words, served.wrong, tests, {task: str(text)[:200] for task, text in unfilled.items()})
    raise CheckFailed("the harness reported what cannot be", got=repr(said)[:160])


# ---- all runs of a grade


@dataclass(eq=False)
class Campaign:
    """A suite's runs on right implementations and on broken ones (`faults`), in an order drawn anew for each grade.

    Red and green are the word of the learner's process. One that makes all the right calls and then says red at random,
    with whatever chance, gets the points of a task's visible checks less than once in 10,000 grades.
    """

    faults: Faults
    runs: dict[Subject, list[Run]] = field(default_factory=dict)
    unfilled: dict[str, str] = field(default_factory=dict)
    broken_off: Exception | None = None

    def hold(self, harness: Any, seed: int, task: str) -> "Campaign":
        """Run it all, when first asked for; a hole of the task ends it as not attempted.

        What broke the runs off is raised again for each check that asks.
        """
        if self.broken_off:
            raise self.broken_off
        if not self.runs:
            try:
                self._hold(harness, seed)
            except Exception as error:
                self.broken_off = error
                raise
        if task in self.unfilled:
            harness.hole(self.unfilled[task])
            raise CheckFailed("the harness found a hole, and then none")
        return self

    def _hold(self, harness: Any, seed: int) -> None:
        names = " ".join(kind.__name__ for kinds in self.faults.values() for kind in kinds)
        rng = np.random.default_rng([seed, zlib.crc32(names.encode())])
        styles = other_styles(rng)
        self._go(harness, rng, [Subject(Original, Style())] * 2)
        tasks = [task for task in TASKS if task not in self.unfilled]
        rights = [Subject(Rewrite, style, task) for task in tasks for style in styles[task]]
        broken = [
            Subject(fault, (Style(), *styles[task])[rng.integers(1 + len(styles[task]))], task, broken=True)
            for task in tasks
            for fault in self.faults[task]
        ]
        self._go(harness, rng, [*rights, *broken])
        harness.restart()  # whatever the suite remembers, it has seen none of them now
        found = [[one for one in broken if one.task == task and _found(self.runs[one][0])] for task in tasks]
        some = [ones[rng.integers(len(ones))] for ones in found if ones]
        self._go(harness, rng, [Subject(Original, Style()), *rights, *some])
        doubtful = [one for one in rights if any(run.red for run in self.runs[one])]
        self._go(harness, rng, AGAIN * doubtful)

    def _go(self, harness: Any, rng: np.random.Generator, subjects: list[Subject]) -> None:
        for at in rng.permutation(len(subjects)):
            run = run_once(harness, subjects[at])
            self.runs.setdefault(subjects[at], []).append(run)
            self.unfilled |= run.unfilled

    # ---- what is said

    def expect_green(self, task: str) -> None:
        """Fail unless the suite is steady, and green on every right implementation that concerns the task."""
        self._expect_steady()
        for subject, (run, *_) in self.runs.items():
            if subject.broken or subject.task not in ("", task):
                continue
            expect(run.tests > 0, "pytest found no test in test_text.py")
            for test, words in run.red.items():
                because = f"{test} is red on wren/text.py, which keeps every promise"
                if subject.task:
                    asks = f"asks for more than is promised: {subject.style.opens} is left open"
                    because = f"{test} is red on a right {NAMES[task]}; it {asks}"
                raise CheckFailed(because, got=words, expected="green")

    def expect_found(self, task: str, bar: int) -> None:
        """Fail unless the suite is green on what is right, and red on at least `bar` of the task's broken ones."""
        self.expect_green(task)
        broken = {
            subject.kind: runs[0] for subject, runs in self.runs.items() if subject.broken and subject.task == task
        }
        missed = [(kind, broken[kind]) for kind in self.faults[task] if not _found(broken[kind])]
        count = len(broken) - len(missed)
        if count < bar:
            kind, run = missed[0]
            how = f"your tests got wrong answers ({run.wrong} of them), and no assertion minded"
            if run.red:
                how = "red, but for no reason: every answer that your tests got was right"
            elif not run.wrong:
                how = "no call of your tests would have shown it"
            because = f"{count} of {len(broken)} broken ones were found. Nobody would notice if this were not so: "
            promise = " ".join((kind.__doc__ or "").split())
            raise CheckFailed(f"{because}{promise}", got=how, expected=f"at least {bar} of {len(broken)} found")

    def _expect_steady(self) -> None:
        for subject, runs in self.runs.items():
            red = [run for run in runs if run.red]
            if red and len(red) < len(runs):
                test, words = next(iter(red[0].red.items()))
                what = "a broken implementation" if subject.broken else "a right implementation"
                because = f"{test} was red in one run on {what}, and green in another run on the same"
                raise CheckFailed(because, got=words, expected="the same each time, in any process")


def _found(run: Run) -> bool:
    """Red, and not without a reason: among the answers that the tests got was a wrong one."""
    return bool(run.red and run.wrong)
