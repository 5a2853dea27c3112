"""What a notebook's `check`, `hint`, `solution` and `progress` answer, made in a process of its own.

`python -m autograder.learner.notebook.answers FOLDER` reads a request a line and writes an answer a line, both as JSON.
"""

import atexit
import json
import os
import shutil
import sys
import tempfile
import traceback
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, BinaryIO

from autograder.course import Catalogue, Exercise, find_course
from autograder.course.notebook import read_notebook
from autograder.errors import Exit, Problem
from autograder.learner import extras
from autograder.learner.aid import next_hint, the_solution
from autograder.learner.desk import READY, Desk, note
from autograder.learner.notebook import drawing
from autograder.learner.notebook.drawing import Drawn
from autograder.learner.notebook.file import read_saved
from autograder.learner.notebook.runs import Ran, Run, differing_parts, ran_module
from autograder.learner.progress.entries import entries
from autograder.learner.progress.summary import summarise
from autograder.learner.screen import Screen, next_line
from autograder.learner.workspace import MARK, Workspace, locate
from autograder.verdict import Outcome, Verdict
from autograder.verdict.cells import in_cells

JUDGED = "the cells as last run in this kernel"
_WIDTH = 88


@dataclass(frozen=True)
class Asker:
    """The kernel that asks: what it has run, the names it knows, its folder, and its notebook where that is known."""

    runs: tuple[Run, ...]
    names: tuple[str, ...]
    folder: Path
    notebook: str
    session: Path

    def desk(self) -> tuple[Desk, str]:
        """The desk at the workspace around the notebook, else at one that lasts as long as the kernel; and a remark."""
        named = os.environ.get("NINETY_WORKSPACE")
        root, remark = locate(Path(named) if named else None, self.folder), ""
        if not (root / MARK).is_dir():
            (self.session / MARK).mkdir(parents=True, exist_ok=True)
            root, remark = self.session, "recorded until this kernel ends: there is no workspace here"
        workspace = Workspace(root, Catalogue(find_course()), note)
        return Desk(workspace, Screen(_WIDTH, colour=False), READY), remark


def check(asker: Asker, number: str, task: str | None, seed: int | None) -> tuple[Drawn, Outcome]:
    """The verdict on the cells that were run, or on one task of it, drawn; it is recorded."""
    desk, recorded = asker.desk()
    exercise = desk.choose(number)
    if task is not None and task not in [known.name for known in exercise.tasks]:
        fix = f"its tasks: {', '.join(known.name for known in exercise.tasks)}"
        raise Problem(f"exercise {exercise.number} has no task {task!r}", fix=fix)
    extras.require(exercise)
    ran = ran_module(exercise, asker.runs, asker.names)
    verdict = in_cells(_judged(desk, exercise, ran, seed), exercise.module_file, ran.module.origins)
    desk.remember(exercise, verdict, ran.module.text.encode())
    closing = []
    if task is not None:
        verdict = replace(verdict, checks=tuple(check for check in verdict.checks if check.task == task))
    elif verdict.outcome is Outcome.PASSED:
        closing = [f'`solution("{exercise.number}")` shows an annotated solution', next_line(entries(desk.workspace))]
    remarks = [f"judged: {JUDGED}", *(f"note: {remark}" for remark in (*ran.remarks, *_unsaved(asker, exercise, ran)))]
    return drawing.verdict(verdict, [*remarks, *closing, *([recorded] if recorded else [])]), verdict.outcome


def hint(asker: Asker, number: str, task: str | None) -> Drawn:
    """The hints opened so far and one more."""
    desk, _ = asker.desk()
    exercise = desk.choose(number)
    return drawing.text(f"Hints for exercise {exercise.number}", next_hint(desk, exercise, task).rstrip("\n"))


def solution(asker: Asker, number: str, give_up: bool) -> Drawn:
    """The annotated solution, after the exercise was passed, or to give up."""
    desk, _ = asker.desk()
    exercise = desk.choose(number)
    try:
        shown = the_solution(desk, exercise, give_up=give_up)
    except Problem as problem:
        if problem.code is not Exit.NOT_YET:
            raise
        number = exercise.number
        fix = f'`hint("{number}")`; or `solution("{number}", give_up=True)` shows the solution and is recorded'
        raise Problem(problem.what, fix=fix, code=problem.code) from None
    return drawing.source(f"A solution of exercise {exercise.number}", shown.rstrip("\n"))


def progress(asker: Asker) -> Drawn:
    """How far the learner is, by chapter."""
    desk, remark = asker.desk()
    return drawing.progress(summarise(entries(desk.workspace)), desk.screen, remark)


_ACTIONS: Mapping[str, Callable[..., Drawn | tuple[Drawn, Outcome]]] = {
    "check": check,
    "hint": hint,
    "solution": solution,
    "progress": progress,
}


def answer(request: Mapping[str, Any]) -> dict[str, str]:
    """What to draw, as `plain` text and as `html`, and the `outcome`: that of a verdict, else empty."""
    try:
        asker = Asker(
            tuple(Run(**run) for run in request["runs"]),
            tuple(request["names"]),
            Path(request["folder"]),
            request["notebook"],
            Path(request["session"]),
        )
        made = _ACTIONS[request["action"]](asker, **request["details"])
    except Problem as problem:
        made = drawing.problem(problem)
    except Exception:
        made = drawing.problem(Problem("this is our bug; please report these lines", where=traceback.format_exc()))
    drawn, outcome = made if isinstance(made, tuple) else (made, "")
    return {**asdict(drawn), "outcome": outcome}


def serve(requests: BinaryIO, answers: BinaryIO) -> None:
    """Answer each line of `requests` by a line, until there are no more."""
    for line in requests:
        answers.write(json.dumps(answer(json.loads(line))).encode() + b"\n")
        answers.flush()


def _judged(desk: Desk, exercise: Exercise, ran: Ran, seed: int | None) -> Verdict:
    return replace(desk.judge(exercise, ran.module.text.encode(), seed=seed), submission=JUDGED)


def _unsaved(asker: Asker, exercise: Exercise, ran: Ran) -> list[str]:
    """What to say of a notebook in which something else is saved than what was run."""
    named = Path(asker.notebook)
    path = named if named.is_file() else asker.folder / named.name
    try:
        saved = read_notebook(read_saved(path), str(path))
    except Problem:
        return []
    parts = [str(index) for index in differing_parts(exercise, ran.parts, saved)]
    if not parts:
        return []
    which = f"part {parts[0]} differs" if len(parts) == 1 else f"parts {', '.join(parts)} differ"
    return [f"{which} in {path.name} as saved: save the notebook, or run what was changed since"]


def main(folder: str) -> None:
    """Answer the kernel that started this process; what anything here prints goes to standard error.

    Temporary files are in `folder`, so that none are left: neither when this is killed, as the next process begins
    with removing them, nor when the kernel is.
    """
    import autograder.examiner.collected  # noqa: F401 - pytest takes a while, and the learner is still reading

    tempfile.tempdir = os.path.join(folder, "now")
    shutil.rmtree(tempfile.tempdir, ignore_errors=True)
    os.makedirs(tempfile.tempdir)
    for path in (folder, tempfile.tempdir):
        os.chmod(path, 0o711)  # a database server that a check starts may be another user, and has to get through
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    with os.fdopen(os.dup(1), "wb") as answers:
        os.dup2(2, 1)
        serve(sys.stdin.buffer, answers)


if __name__ == "__main__":
    main(sys.argv[1])
