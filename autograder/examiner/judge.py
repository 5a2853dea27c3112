"""Judging one submission: the examiner's main function."""

import importlib.metadata
import secrets
import time
from pathlib import Path

from autograder.course import Exercise
from autograder.examiner.checks import list_checks
from autograder.examiner.collected import run_checks
from autograder.examiner.imports import imported_modules
from autograder.examiner.session import Session
from autograder.examiner.submission import Unreadable, read_submission
from autograder.sandbox import Limits, choose_sandbox
from autograder.verdict import Failure, Outcome, Verdict


def judge(
    exercise: Exercise,
    source: Path | str,
    *,
    sandbox: str | None = None,
    seed: int | None = None,
    hidden: bool = True,
    stop_early: bool = False,
) -> Verdict:
    """Run the exercise's checks on the submission at `source` (a module, or a folder that holds it).

    `seed` replays an earlier verdict. Without `hidden` only the visible checks run, and the others are counted as
    sealed. With `stop_early` the verdict ends with the first check that does not pass.

    Raises `Problem` when there is nothing at `source`, the exercise is malformed or the sandbox is missing; whatever
    the submission does is in the verdict.
    """
    started = time.monotonic()
    box = choose_sandbox(sandbox)
    limits = Limits.from_mapping(exercise.limits, str(exercise.folder / "exercise.toml"))
    seed = secrets.randbelow(2**31) if seed is None else seed
    checks = list_checks(exercise)
    wanted = tuple(check for check in checks if hidden or not check.hidden)
    try:
        content = read_submission(Path(source), exercise.module_file)
    except Unreadable as reason:
        results = tuple(check.result(Outcome.CRASHED, Failure(str(reason))) for check in wanted)
    else:
        harness = {"harness.py": exercise.harness.read_bytes()} if exercise.harness else {}
        own = (exercise.module, *(["harness"] if harness else []))
        needed = imported_modules(exercise)
        session = Session(harness | {exercise.module_file: content}, own, box, limits, needed)
        rival = Session(harness, ("harness",), box, limits, needed, ours=True)
        try:
            results = run_checks(exercise, wanted, session, rival, seed, stop_early)
        finally:
            session.close()
            rival.close()
    return Verdict(
        exercise=exercise.number,
        title=exercise.title,
        checks=results,
        seed=seed,
        sandbox=box.name,
        engine=importlib.metadata.version("the-other-90"),
        sealed=len(checks) - len(wanted),
        submission=str(source),
        seconds=time.monotonic() - started,
    )
