"""One exercise's folder, read from its `exercise.toml`."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autograder.errors import Problem

MANIFEST = "exercise.toml"
MAX_MODULE = 2**20  # bytes; a learner's file that is larger is no module
EXTRAS = ("data", "serving", "torch", "notebook", "book", "cohort", "services", "gpu")
SKILLS = (
    "system design", "data quality", "statistics", "API design", "testing", "code review",
    "performance", "reproducibility", "large data", "reliability", "serving",
)  # fmt: skip
_FOLDER = re.compile(r"(\d\d)_([a-z0-9_]+)")
_GPU_CHAPTER = 12
_FORMS = {
    "title": 'title = "Wait a little, win a lot"',
    "summary": 'summary = "One line."',
    "module": 'module = "batcher"',
    "minutes": "minutes = 40",
    "difficulty": "difficulty = 3",
    "page": 'page = "book/08_serving/waiting.md"',
    "skills": 'skills = ["testing"]',
    "needs": 'needs = ["data"]',
    "services": 'services = ["redis"]',
    "unix": "unix = true",
    "linux": "linux = true",
    "gpu": "gpu = true",
    "requires": 'requires = ["1.2"]',
    "builds_on": 'builds_on = ["1.2"]',
    "limits": "a table [limits] with lines like call_seconds = 5",
    "tasks": 'a table [tasks.a] with title = "..." and points = 4',
}


@dataclass(frozen=True)
class Task:
    """One thing to do in an exercise. Its checks' points add up to `points`."""

    name: str
    title: str
    points: int


@dataclass(frozen=True)
class Exercise:
    """One exercise as its author declared it; `folder` is its place under `solutions/`."""

    folder: Path
    number: str
    title: str
    summary: str
    module: str
    minutes: int
    difficulty: int
    tasks: tuple[Task, ...]
    page: str
    skills: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    services: tuple[str, ...] = ()
    unix: bool = False
    linux: bool = False
    gpu: bool = False
    requires: tuple[str, ...] = ()
    builds_on: tuple[str, ...] = ()
    limits: Mapping[str, float] | None = None

    @property
    def chapter(self) -> str:
        """The chapter's folder, such as `08_serving`."""
        return self.folder.parent.name

    @property
    def path(self) -> str:
        """Chapter and exercise as they stand under `solutions/` and `exercises/`: `08_serving/03_micro_batching`."""
        return f"{self.chapter}/{self.folder.name}"

    @property
    def name(self) -> str:
        """The folder's name without its number: `micro_batching`."""
        return self.folder.name.partition("_")[2]

    @property
    def module_file(self) -> str:
        """The file a learner edits: `batcher.py`."""
        return f"{self.module}.py"

    @property
    def points(self) -> int:
        """All the points there are to earn."""
        return sum(task.points for task in self.tasks)

    @property
    def harness(self) -> Path | None:
        """The stubs that run beside the learner's code, where the exercise has any."""
        path = self.folder / "harness.py"
        return path if path.is_file() else None

    @property
    def visible_checks(self) -> Path:
        """The checks a learner is given."""
        return self.folder / "test_visible.py"

    @property
    def hidden_checks(self) -> Path:
        """The checks a learner is not given."""
        return self.folder / "test_hidden.py"

    @property
    def systems(self) -> str:
        """Where it runs, as a sentence; empty when it runs everywhere."""
        if self.linux:
            return "Runs on Linux and WSL."
        return "Runs on Linux, macOS and WSL." if self.unix else ""

    def task(self, name: str) -> Task:
        """The task called `name`; KeyError where there is none."""
        for task in self.tasks:
            if task.name == name:
                return task
        raise KeyError(name)


def read_manifest(folder: Path) -> Exercise:
    """Read `folder/exercise.toml`; `Problem` names the file and the key when something is wrong with it."""
    path = folder / MANIFEST
    number = exercise_number(folder)
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise Problem("an exercise without its manifest", where=str(folder), fix=f"write {path}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise Problem(f"the manifest cannot be read: {error}", where=str(path), fix="mend the TOML") from None
    return _Reader(path, raw).exercise(folder, number)


def exercise_number(folder: Path) -> str:
    """`8.3` for `08_serving/03_micro_batching`, `G7` for chapter 12's seventh."""
    chapter, exercise = _FOLDER.fullmatch(folder.parent.name), _FOLDER.fullmatch(folder.name)
    if not chapter or not exercise:
        raise Problem(
            "an exercise's folder is named by two digits and a name",
            where=f"{folder.parent.name}/{folder.name}",
            fix="rename it like 08_serving/03_micro_batching",
        )
    first, second = int(chapter[1]), int(exercise[1])
    return f"G{second}" if first == _GPU_CHAPTER else f"{first}.{second}"


class _Reader:
    """Takes keys out of a manifest one by one, so that what is left over is what nobody knows."""

    def __init__(self, path: Path, raw: dict[str, Any], prefix: str = "") -> None:
        self.path = path
        self.raw = dict(raw)
        self.prefix = prefix

    def wrong(self, key: str, what: str) -> Problem:
        key = self.prefix + key
        known = f"the keys are {', '.join(_FORMS)}"
        form = _FORMS.get(key.partition(".")[0])
        where = f"{self.path}:{self._line(key)}"
        return Problem(f"`{key}` {what}", where=where, fix=f"write {form}" if form else known)

    def _line(self, key: str) -> int:
        """The line of `key`, else of the table it is in, else the first."""
        table, _, last = key.rpartition(".")
        inside, found = "", 1
        for count, line in enumerate(self.path.read_text(encoding="utf-8").splitlines(), start=1):
            header = re.match(r"\s*\[([\w.]+)\]", line)
            inside = header[1] if header else inside
            if header and (inside == key or inside.startswith(f"{key}.")):
                return count
            if header and inside == table:
                found = count
            elif inside == table and re.match(rf"\s*{re.escape(last)}\s*=", line):
                return count
        return found

    def take(self, key: str, kind: type, default: Any = ...) -> Any:
        if key not in self.raw:
            if default is ...:
                raise self.wrong(key, "is missing")
            return default
        value = self.raw.pop(key)
        if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            raise self.wrong(key, f"should be of type {kind.__name__}, is {value!r}")
        return value

    def strings(self, key: str, allowed: tuple[str, ...] = ()) -> tuple[str, ...]:
        values = self.take(key, list, [])
        for value in values:
            if not isinstance(value, str) or (allowed and value not in allowed):
                raise self.wrong(key, f"holds {value!r}" + (f"; known are {', '.join(allowed)}" if allowed else ""))
        return tuple(values)

    def tasks(self) -> tuple[Task, ...]:
        tasks = []
        for name, raw in self.take("tasks", dict).items():
            if not isinstance(raw, dict):
                raise self.wrong(f"tasks.{name}", "should be a table")
            inner = _Reader(self.path, raw, f"tasks.{name}.")
            title, points = inner.take("title", str), inner.take("points", int)
            inner.finish()
            if points < 1:
                raise inner.wrong("points", f"should be at least 1, is {points}")
            tasks.append(Task(name, title, points))
        if not tasks:
            raise self.wrong("tasks", "holds no task")
        return tuple(tasks)

    def limits(self) -> dict[str, float]:
        limits: dict[str, float] = self.take("limits", dict, {})
        for name, value in limits.items():
            if not isinstance(value, int | float) or isinstance(value, bool) or value <= 0:
                raise self.wrong(f"limits.{name}", f"should be a number above 0, is {value!r}")
        return limits

    def finish(self) -> None:
        if self.raw:
            raise self.wrong(next(iter(self.raw)), "is not a key of a manifest")

    def exercise(self, folder: Path, number: str) -> Exercise:
        exercise = Exercise(
            folder=folder,
            number=number,
            title=self.take("title", str),
            summary=self.take("summary", str),
            module=self.take("module", str),
            minutes=self.take("minutes", int),
            difficulty=self.take("difficulty", int),
            page=self.take("page", str),
            tasks=self.tasks(),
            skills=self.strings("skills", SKILLS),
            needs=self.strings("needs", EXTRAS),
            services=self.strings("services"),
            unix=self.take("unix", bool, False),
            linux=self.take("linux", bool, False),
            gpu=self.take("gpu", bool, False),
            requires=self.strings("requires"),
            builds_on=self.strings("builds_on"),
            limits=self.limits(),
        )
        self.finish()
        if not exercise.module.isidentifier():
            raise self.wrong("module", f"should be a module's name, is {exercise.module!r}")
        if not 1 <= exercise.difficulty <= 5:
            raise self.wrong("difficulty", f"should be from 1 to 5, is {exercise.difficulty}")
        return exercise
