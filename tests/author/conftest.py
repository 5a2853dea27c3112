"""A course of one tiny exercise, and a judge that needs no processes."""

import shutil
from collections.abc import Callable
from concurrent.futures import Executor, Future
from pathlib import Path
from typing import Any

import pytest

from autograder.author.build import plan_build
from autograder.author.new import new_exercise
from autograder.course import Catalogue, Exercise
from autograder.verdict import CheckResult, Failure, Outcome, Verdict

CONFIG = """\
title: A course
launch_buttons:
  binderhub_url: https://binder.example
  colab_url: https://colab.example
repository:
  url: https://github.com/someone/a-course  # in one place
  branch: trunk
"""
PROJECT = """\
[project]
name = "a-course"
dependencies = ["click>=8.1", "numpy>=2.1", "pytest>=8.4", "watch_files>=0.24"]

[project.optional-dependencies]
data = ["duckdb>=1.2", "torch>=2.11"]
"""


def make_repository(root: Path) -> Path:
    """A repository without exercises."""
    (root / "solutions").mkdir(parents=True)
    (root / "_config.yml").write_text(CONFIG, encoding="utf-8")
    (root / "pyproject.toml").write_text(PROJECT, encoding="utf-8")
    return root


@pytest.fixture(scope="session")
def pattern(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A built course, made once and copied for each test."""
    root = make_repository(tmp_path_factory.mktemp("pattern") / "course")
    new_exercise(root, "08_serving/lateness")
    catalogue = Catalogue(root)
    plan_build(catalogue, catalogue, whole=True).carry_out()
    return root


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A repository without exercises."""
    return make_repository(tmp_path / "course")


@pytest.fixture
def folder(root: Path, pattern: Path) -> Path:
    """The folder of the template's exercise, 8.1, in that repository."""
    for name in ("solutions", "book"):
        shutil.copytree(pattern / name, root / name, dirs_exist_ok=True)
    return root / "solutions" / "08_serving" / "01_lateness"


@pytest.fixture
def catalogue(root: Path, folder: Path, pattern: Path) -> Catalogue:
    """The course with the built exercise."""
    shutil.copytree(pattern / "exercises", root / "exercises")
    return Catalogue(root)


@pytest.fixture
def exercise(catalogue: Catalogue) -> Exercise:
    """Exercise 8.1."""
    return catalogue.get("8.1")


class Inline(Executor):
    """Runs what it is given at once, in this process."""

    def submit(self, function: Callable[..., Any], /, *args: Any, **kwargs: Any) -> "Future[Any]":
        """A future that is done."""
        future: Future[Any] = Future()
        future.set_result(function(*args, **kwargs))
        return future


@pytest.fixture
def inline() -> Executor:
    """An executor without processes."""
    return Inline()


def _quarter(module: dict[str, Any]) -> None:
    assert module["share"]([True, False, False, False]) == 0.25, "one of four is a quarter, 0.25"


def _nothing(module: dict[str, Any]) -> None:
    got = module["share"]([])
    assert (type(got), got) == (float, 0.0), f"nothing was late in an hour without answers, got {got}"


def _any(module: dict[str, Any]) -> None:
    got = module["share"]([True, False, False])
    assert abs(got - 1 / 3) < 1e-12, "1 of 3 flags are true"


def _all(module: dict[str, Any]) -> None:
    assert module["share"]([True] * 49) == 1.0, "49 of 49 is all of them"


class FakeJudge:
    """Judges the template's exercise in this process; `checks` may be weakened, `spoil` may change a result."""

    def __init__(self) -> None:
        self.checks = {
            "test_one_of_four_is_a_quarter": (False, _quarter),
            "test_no_flags_have_share_zero": (False, _nothing),
            "test_any_flags_have_their_share": (True, _any),
            "test_all_true_is_exactly_one": (True, _all),
        }
        self.spoil: Callable[[CheckResult, str, int], CheckResult] = lambda result, text, seed: result

    def __call__(self, exercise: Exercise, source: Path, *, seed: int, stop_early: bool = False) -> Verdict:
        """The verdict on the module at `source`."""
        text = source.read_text(encoding="utf-8")
        results = []
        for name, (hidden, check) in self.checks.items():
            outcome, failure = _outcome(text, check)
            result = CheckResult(name, "", "a", 1, hidden, outcome, failure)
            results.append(self.spoil(result, text, seed))
        return Verdict(exercise.number, exercise.title, tuple(results), seed, "fake", "0", submission=str(source))


def _outcome(text: str, check: Callable[[dict[str, Any]], None]) -> tuple[Outcome, Failure | None]:
    module: dict[str, Any] = {}
    try:
        exec(compile(text, "module", "exec"), module)
        check(module)
    except AssertionError as error:
        return Outcome.FAILED, Failure(str(error))
    except NotImplementedError as error:
        return Outcome.NOT_ATTEMPTED, Failure(str(error))
    except Exception as error:
        return Outcome.CRASHED, Failure(f"{type(error).__name__}: {error}")
    return Outcome.PASSED, None


@pytest.fixture
def fake_judge() -> FakeJudge:
    """A judge of the template's exercise."""
    return FakeJudge()


@pytest.fixture
def edit(folder: Path) -> Callable[[str, str, str], None]:
    """Replace text in one of the exercise's files; the text has to be there."""

    def replace(name: str, old: str, new: str) -> None:
        path = folder / name
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new), encoding="utf-8")

    return replace


@pytest.fixture
def tree() -> Callable[[Path], dict[str, bytes]]:
    """Every file below a folder with its bytes."""
    return lambda folder: {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()
    }
