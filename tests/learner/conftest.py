"""A small course of three exercises, and a judge that needs no candidate."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from autograder import cli, examiner
from autograder.course import Catalogue, Exercise
from autograder.course.holes import strip
from autograder.course.manifest import exercise_number
from autograder.learner.book.live import Live
from autograder.learner.desk import Desk
from autograder.learner.screen import Screen
from autograder.learner.workspace import Workspace
from autograder.verdict import CheckResult, Failure, Outcome, Verdict

EXERCISES = {
    "00_start/01_ninety_seven": ("Ninety-seven percent", "count", []),
    "01_framing/02_threshold": ("The threshold is a business decision", "threshold", ["0.1"]),
    "08_serving/03_micro_batching": ("Wait a little, win a lot", "batcher", ["1.2"]),
}
SOLUTION = (
    'def answer():\n    """Say 42."""\n    ### BEGIN SOLUTION a: say it (about 1 line)\n'
    "    return 42  # the answer\n    ### END SOLUTION\n"
)
HINTS = """## a
1. Where to look.
2. The idea,
   on two lines.
3. Nearly the code.

## b
1. Only one.

## when test_it_says_42 fails
Print what `answer()` returns.
"""


@dataclass(frozen=True)
class Ran:
    """What a command printed, and its exit code."""

    code: int
    out: str
    err: str


Run = Callable[..., Ran]


def write_exercise(course: Path, path: str) -> None:
    """Write one exercise's authored and released folders."""
    title, module, requires = EXERCISES[path]
    authored, released = course / "solutions" / path, course / "exercises" / path
    authored.mkdir(parents=True)
    released.mkdir(parents=True)
    (authored / "exercise.toml").write_text(
        f'title = "{title}"\nsummary = "One line."\nmodule = "{module}"\nminutes = 15\ndifficulty = 1\n'
        f'page = "book/{path.partition("/")[0]}/page.md"\nrequires = {requires}\nskills = ["testing"]\n'
        '[tasks.a]\ntitle = "Say it"\npoints = 2\n[tasks.b]\ntitle = "Say it again"\npoints = 1\n',
        encoding="utf-8",
    )
    (authored / f"{module}.py").write_text(SOLUTION, encoding="utf-8")
    (authored / "hints.md").write_text(HINTS, encoding="utf-8")
    (released / f"{module}.py").write_text(strip(SOLUTION, exercise_number(authored)), encoding="utf-8")
    (released / "README.md").write_text(f"# {title}\n", encoding="utf-8")
    (released / "test_visible.py").write_text("# visible\n", encoding="utf-8")


def make_verdict(exercise: Exercise, outcome: Outcome, *, hidden_fails: bool = False, sealed: int = 0) -> Verdict:
    """A verdict whose first check came out as `outcome`; with `hidden_fails` only the hidden check failed."""
    failure = Failure("it should say 42")
    first = Outcome.PASSED if hidden_fails else outcome
    visible = CheckResult(
        "test_it_says_42", "It says 42.", "a", 2, False, first, None if first is Outcome.PASSED else failure
    )
    last = Outcome.FAILED if hidden_fails else outcome
    hidden = CheckResult(
        "test_it_says_42_again", "Again.", "b", 1, True, last, None if last is Outcome.PASSED else failure
    )
    return Verdict(exercise.number, exercise.title, (visible, hidden), 7, "process", "test", sealed=sealed)


@pytest.fixture
def course(tmp_path, monkeypatch) -> Path:
    """The course's folder, which `ninety` uses; the current folder is an empty one beside it."""
    folder = tmp_path / "course"
    for path in EXERCISES:
        write_exercise(folder, path)
    here = tmp_path / "here"
    here.mkdir()
    monkeypatch.chdir(here)
    monkeypatch.setenv("NINETY_COURSE", str(folder))
    monkeypatch.setenv("COLUMNS", "100")
    for name in ("NINETY_WORKSPACE", "NO_COLOR", "VISUAL", "EDITOR"):
        monkeypatch.delenv(name, raising=False)
    return folder


@pytest.fixture
def starter() -> str:
    """The module as exercise 0.1 releases it."""
    return strip(SOLUTION, "0.1")


@pytest.fixture
def verdict_of() -> Callable[..., Verdict]:
    """Makes verdicts."""
    return make_verdict


@pytest.fixture
def catalogue(course) -> Catalogue:
    """All exercises of the small course."""
    return Catalogue(course)


@pytest.fixture
def told() -> list[str]:
    """What the workspace told its user."""
    return []


@pytest.fixture
def workspace(catalogue, tmp_path, told) -> Workspace:
    """A workspace with every exercise in it, at the place where `ninety` finds it by itself."""
    made = Workspace((tmp_path / "here" / "work").resolve(), catalogue, told.append)
    made.make()
    made.place(catalogue)
    told.clear()
    return made


@pytest.fixture
def ninety(course, monkeypatch, capsys) -> Run:
    """Runs `ninety` as its entry point does."""

    def run(*words: str) -> Ran:
        monkeypatch.setattr("sys.argv", ["ninety", *words])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        printed = capsys.readouterr()
        return Ran(int(ended.value.code), printed.out, printed.err)

    return run


@pytest.fixture
def judged(monkeypatch, built_on) -> list[Verdict | BaseException]:
    """The verdicts that `judge` gives, one after the other; the last one is given from then on."""
    queue: list[Verdict | BaseException] = []

    def judge(exercise, source, *, sandbox=None, seed=None, hidden=True, own=None, cancel=None):
        assert isinstance(source, bytes) or source.exists()
        built_on.append(own)
        verdict = queue.pop(0) if len(queue) > 1 else queue[0]
        if isinstance(verdict, BaseException):
            raise verdict
        return verdict

    monkeypatch.setattr(examiner, "judge", judge)
    return queue


@pytest.fixture
def built_on() -> list[dict[str, bytes]]:
    """The learner's own earlier modules that each judgement was given."""
    return []


@pytest.fixture
def desk(workspace) -> Desk:
    """A learner at work in the workspace."""
    return Desk(workspace, Screen(100, False))


@pytest.fixture
def live(desk) -> Live:
    """What the book's pages are told of that learner's work."""
    return Live(desk)
