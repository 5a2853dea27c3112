"""What the pages of the served book are told of the learner's work: always its newest state, as plain data.

The state is the workspace's own, so that a page, this terminal and another one see the same. What only this process
knows, which exercise is being judged, the loop tells.
"""

import os
import threading
import time
from collections.abc import Iterable
from functools import cached_property
from pathlib import Path
from typing import Any

from autograder.course import Exercise
from autograder.course.hints import read_hints
from autograder.errors import Problem
from autograder.files import digest_of
from autograder.learner.aid import hinted_task, next_hint, opened_hints
from autograder.learner.book.verdicts import Kept, verdict_file
from autograder.learner.desk import Desk, note, shown
from autograder.learner.editor import edit, has_window
from autograder.learner.progress.entries import Entry, chapters, entries
from autograder.learner.progress.events import Opened
from autograder.learner.progress.state import Record, Standing, now
from autograder.learner.workspace import MARK
from autograder.verdict import Verdict, wording

_LOOK_S = 0.3  # how often the files are looked at while a page waits; another process may have changed them
_EDITOR_S = 2.0  # an editor that could not be run has said so by then
_MAX_TEXT = 2000  # characters of one text that a page is shown


class Live:
    """The learner's work at `desk`, for pages that wait for its next change."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._changed = threading.Condition()
        self._version = 0
        self._seen: object = None  # what stands for the files, when they were last looked at
        self._judging = ""  # the path of an exercise
        self._problems: dict[str, str] = {}  # by an exercise's path, why its last judgement came to no verdict

    def exercise(self, number: str) -> Exercise | None:
        """The exercise of that number, None where the course has none."""
        return next((e for e in self._desk.workspace.catalogue if e.number == number), None)

    # ---- what the loop tells

    def judging(self, exercise: Exercise) -> None:
        """A judgement of `exercise` begins."""
        self._judging = exercise.path
        self._problems.pop(exercise.path, None)
        self.stir()

    def judged(self, problem: str = "") -> None:
        """It is over, with a verdict or given up; `problem` is what stood in its way."""
        if problem:
            self._problems[self._judging] = problem
        self._judging = ""
        self.stir()

    # ---- what a page is told

    def stir(self) -> None:
        """Wake every page that waits."""
        with self._changed:
            self._version += 1
            self._changed.notify_all()

    def wait(self, seen: int, seconds: float) -> int:
        """The number of the newest state, as soon as it is another than `seen`, or after `seconds`."""
        deadline = time.monotonic() + seconds
        with self._changed:
            while True:
                files = self._look()
                if files != self._seen:
                    self._seen = files
                    self._version += 1
                    self._changed.notify_all()
                left = deadline - time.monotonic()
                if self._version != seen or left <= 0:
                    return self._version
                self._changed.wait(min(_LOOK_S, left))

    def told(self, exercises: Iterable[Exercise]) -> dict[str, Any]:
        """Progress by chapter, and all there is to say of each of `exercises`; `Problem` as from `entries`."""
        found = entries(self._desk.workspace)
        wanted = {exercise.path for exercise in exercises}
        return {
            "chapters": {folder: _chapter(inside) for folder, inside in chapters(found).items()},
            "exercises": {e.exercise.number: self._exercise(e) for e in found if e.exercise.path in wanted},
        }

    @cached_property
    def _watched(self) -> tuple[str, ...]:
        """The files whose change a page is told."""
        workspace = self._desk.workspace
        paths = [workspace.store.path, *map(workspace.module, workspace.catalogue)]
        return tuple(map(str, (*paths, *map(self._verdict_file, workspace.catalogue))))

    def _look(self) -> object:
        """What stands for those files as they are now: equal when nothing was changed."""
        return [_identity(path) for path in self._watched]

    def _verdict_file(self, exercise: Exercise) -> Path:
        return verdict_file(self._desk.workspace.root / MARK, exercise)

    def _exercise(self, entry: Entry) -> dict[str, Any]:
        exercise, record = entry.exercise, entry.record
        module = self._desk.workspace.module(exercise)
        kept = Kept.read(self._verdict_file(exercise))
        judging = exercise.path == self._judging
        return {
            "state": entry.standing,
            "so_far": _so_far(exercise, record),
            "file": shown(module),
            "window": has_window(),
            "judging": judging,
            "problem": self._problems.get(exercise.path, ""),
            "verdict": _verdict(kept.verdict) | {"at": kept.at, "mistake": kept.mistake} if kept else None,
            "older": kept is not None and not judging and kept.text != digest_of(module),
            "hints": _hints(exercise, record),
        }

    # ---- what a page asks for

    def open_hint(self, exercise: Exercise, task: str) -> None:
        """Open the next hint for `task` and record it, as `ninety hint` does; `Problem` when there is none."""
        next_hint(self._desk, exercise, task)
        self.stir()

    def open_file(self, exercise: Exercise) -> None:
        """Open the exercise's file as `ninety open` does; `Problem` when no editor with a window could be run."""
        module = self._desk.workspace.module(exercise)
        if not os.path.lexists(module):
            self._desk.workspace.place([exercise])
        self._desk.record(Opened(now(), exercise.path))
        if not has_window():
            raise Problem("no editor with a window is known here", fix=f"ninety open {exercise.number}")
        failed: list[Problem] = []

        def run() -> None:  # some editors return when their window is closed
            try:
                edit(module)
            except Problem as problem:
                failed.append(problem)
                note(str(problem))

        thread = threading.Thread(target=run, name="editor", daemon=True)
        thread.start()
        thread.join(_EDITOR_S)
        if failed:
            raise failed[0]


def _identity(path: str) -> object:
    try:
        found = os.stat(path)
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino


def _chapter(inside: list[Entry]) -> dict[str, str]:
    done = sum(entry.standing.done for entry in inside)
    handed = sum(entry.standing is Standing.TO_HAND_IN for entry in inside)
    also = f", {handed} of them to hand in" if handed else ""
    return {"short": f"{done}/{len(inside)}", "long": f"{done} of {len(inside)} exercises done{also}"}


def _so_far(exercise: Exercise, record: Record) -> str:
    if not record.attempts:
        return ""
    attempts = f"{record.attempts} attempt{'s' * (record.attempts > 1)}"
    return f"at best {record.best} of {exercise.points} points, {attempts}"


def _verdict(verdict: Verdict) -> dict[str, Any]:
    """The parts of a verdict that a terminal shows, in the same words."""
    check = verdict.first_failure
    failure = None
    if check and check.failure:
        failure = {
            "heading": wording.heading(check),
            "title": check.title,
            "reasons": [(label, text[:_MAX_TEXT]) for label, text in wording.reasons(check, check.failure)],
            "steps": [step for step in wording.next_steps(verdict, check) if step[0] != "help"],  # that is a button
        }
    return {
        "outcome": verdict.outcome,
        "score": wording.score(verdict),
        "tasks": list(wording.task_states(verdict)),
        "sealed": wording.sealed(verdict),
        "failure": failure,
    }


def _hints(exercise: Exercise, record: Record) -> dict[str, Any]:
    """The hints that were opened, and the one that would be opened next."""
    try:
        hints = read_hints(exercise)
    except Problem:
        return {"opened": [], "next": None}
    count = record.hints
    opened = [told for task in hints.levels for told in opened_hints(exercise, hints, record, task, count.get(task, 0))]
    task = hinted_task(hints, record)
    level, levels = count.get(task, 0) + 1, len(hints.levels.get(task, ()))
    coming = {"task": task, "label": f"hint {level} of {levels} for task {task}"} if level <= levels else None
    return {"opened": opened, "next": coming}
