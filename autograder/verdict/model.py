"""The result of judging one submission, as data that survives a round trip through JSON."""

from dataclasses import dataclass, field, is_dataclass
from enum import StrEnum
from typing import Any, Self

SCHEMA = 1


def readable(text: str) -> str:
    """The text without what could move a terminal's cursor or cannot be encoded; lines and tabs stay."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() or c in "\n\t" else "\N{REPLACEMENT CHARACTER}" for c in text)


class Outcome(StrEnum):
    """How a check, a task or a submission came out; the order is from best to worst."""

    PASSED = "passed"
    FAILED = "failed"
    NOT_ATTEMPTED = "not attempted"
    CRASHED = "crashed"
    TIMED_OUT = "timed out"
    GRADER_ERROR = "grader error"


@dataclass(frozen=True)
class Place:
    """A line of the learner's own file, or of a cell of their notebook."""

    file: str
    line: int
    code: str = ""

    def __str__(self) -> str:
        """`batcher.py:12`, of which editors make a link; `cell of part 2, line 4`."""
        return f"{self.file}:{self.line}" if self.file.endswith(".py") else f"{self.file}, line {self.line}"


@dataclass(frozen=True)
class Failure:
    """Why a check did not pass, in the parts a learner is shown.

    `message` is the property that was broken or what went wrong; `call`, `got` and `expected` are the smallest
    counterexample as short text; `traceback` holds the learner's own frames, outermost first.
    """

    message: str
    call: str = ""
    got: str = ""
    expected: str = ""
    where: Place | None = None
    traceback: tuple[Place, ...] = ()


@dataclass(frozen=True)
class CheckResult:
    """One check's outcome. `seconds` is measured and differs from run to run."""

    name: str
    title: str
    task: str
    points: int
    hidden: bool
    outcome: Outcome
    failure: Failure | None = None
    output: str = ""
    seconds: float = field(default=0.0, compare=False)

    @property
    def earned(self) -> int:
        """All the check's points when it passed, else none."""
        return self.points if self.outcome is Outcome.PASSED else 0


@dataclass(frozen=True)
class Verdict:
    """What became of one submission. `sealed` counts checks that exist and were not run here."""

    exercise: str
    title: str
    checks: tuple[CheckResult, ...]
    seed: int
    sandbox: str
    engine: str
    sealed: int = 0
    submission: str = ""
    seconds: float = field(default=0.0, compare=False)

    @property
    def outcome(self) -> Outcome:
        """Passed when every check did; else the outcome of `first_failure`.

        A grader error anywhere is told first, because a person has to look at it.
        """
        if not self.checks or any(check.outcome is Outcome.GRADER_ERROR for check in self.checks):
            return Outcome.GRADER_ERROR
        failure = self.first_failure
        return failure.outcome if failure else Outcome.PASSED

    @property
    def first_failure(self) -> CheckResult | None:
        """The first check that did not pass; one that was attempted goes before one that was not."""
        rest = [check for check in self.checks if check.outcome is not Outcome.PASSED]
        attempted = [check for check in rest if check.outcome is not Outcome.NOT_ATTEMPTED]
        return next(iter(attempted or rest), None)

    @property
    def points(self) -> int:
        """Points there were to earn in the checks that ran."""
        return sum(check.points for check in self.checks)

    @property
    def earned(self) -> int:
        """Points earned."""
        return sum(check.earned for check in self.checks)

    def task_points(self) -> dict[str, tuple[int, int]]:
        """For each task, the points earned and the points there were."""
        totals: dict[str, tuple[int, int]] = {}
        for check in self.checks:
            earned, points = totals.get(check.task, (0, 0))
            totals[check.task] = (earned + check.earned, points + check.points)
        return totals

    def as_dict(self) -> dict[str, Any]:
        """Plain data for JSON: everything stored, and what is derived from it for readers of other languages."""
        derived = {"outcome": self.outcome, "points": self.points, "earned": self.earned}
        plain: dict[str, Any] = _plain(self)
        return {"schema": SCHEMA} | plain | derived

    @classmethod
    def from_dict(cls, raw: dict[str, Any]) -> Self:
        """The verdict that `as_dict` wrote; ValueError when it is not one of this version."""
        if raw.get("schema") != SCHEMA:
            raise ValueError(f"a verdict of schema {raw.get('schema')!r}; this version reads {SCHEMA}")
        try:
            fields = {name: raw[name] for name in cls.__dataclass_fields__}
            fields["checks"] = tuple(_check(check) for check in raw["checks"])
            return cls(**fields)
        except (KeyError, TypeError, AttributeError) as error:
            raise ValueError(f"a damaged verdict: {error!r}") from None


def _plain(value: Any) -> Any:
    """What `dataclasses.asdict` gives, at a third of its time: nothing here can be changed, so nothing is copied."""
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    return {name: _plain(item) for name, item in vars(value).items()} if is_dataclass(value) else value


def _check(raw: dict[str, Any]) -> CheckResult:
    return CheckResult(**raw | {"outcome": Outcome(raw["outcome"]), "failure": _failure(raw["failure"])})


def _failure(raw: dict[str, Any] | None) -> Failure | None:
    if raw is None:
        return None
    where = Place(**raw["where"]) if raw["where"] else None
    return Failure(**raw | {"where": where, "traceback": tuple(Place(**place) for place in raw["traceback"])})
