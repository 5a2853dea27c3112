"""Judging one submission: the examiner's main function."""

import contextlib
import secrets
import time
from collections.abc import Mapping
from pathlib import Path

from autograder import __version__
from autograder.course import Exercise
from autograder.course.earlier import earlier, reference
from autograder.course.imports import imported_modules
from autograder.errors import Problem
from autograder.examiner.cancel import Cancel
from autograder.examiner.checks import CheckInfo, list_checks
from autograder.examiner.lane import Lane
from autograder.examiner.session import Session
from autograder.examiner.submission import Unreadable, check_text, read_submission
from autograder.sandbox import Limits, Sandbox, choose_sandbox
from autograder.verdict import CheckResult, Failure, Outcome, Verdict


def judge(
    exercise: Exercise,
    source: Path | str | bytes,
    *,
    sandbox: str | None = None,
    seed: int | None = None,
    hidden: bool = True,
    only: str = "",
    stop_early: bool = False,
    own: Mapping[str, bytes] | None = None,
    lane: Path | None = None,
    cancel: Cancel | None = None,
) -> Verdict:
    """Run the exercise's checks on a submission: a module's text, or the path of a module or of a folder that holds it.

    `seed` replays an earlier verdict. Without `hidden` only the visible checks run, and the others are counted as
    sealed; with `only` nothing but the check of that name. With `stop_early` the verdict ends with the first check that
    does not pass. `own` are modules that the learner wrote for exercises this one builds on, by their numbers; the
    authors' stand in for the others. `lane` is a folder that is given to all who judge at the same time on this
    machine: a ratio of run times is then measured by one alone. `cancel` ends it early, with `Cancelled`. In the
    sandbox "inline" the submission's own file is run in this process, which is for debuggers only.

    Raises `Problem` when there is nothing at `source`, the exercise is malformed or the sandbox is missing; whatever
    the submission does is in the verdict.
    """
    started = time.monotonic()
    box = choose_sandbox(sandbox) if sandbox != "inline" else _inline(source)
    seed = secrets.randbelow(2**53) if seed is None else seed
    checks = list_checks(exercise)
    wanted = tuple(check for check in checks if (hidden or not check.hidden) and only in ("", check.name))
    if only and not wanted:
        names = ", ".join(check.name for check in checks)
        raise Problem(f"exercise {exercise.number} has no check {only!r}", fix=f"its checks: {names}")
    try:
        content = _content(exercise, source)
    except Unreadable as reason:
        results = tuple(check.result(Outcome.CRASHED, Failure(str(reason))) for check in wanted)
    else:
        with contextlib.closing(Lane(lane)) as shared:
            results = _judged(exercise, content, own or {}, wanted, box, seed, stop_early, shared, cancel or Cancel())
    return Verdict(
        exercise=exercise.number,
        title=exercise.title,
        checks=results,
        seed=seed,
        sandbox=box.name,
        engine=__version__,
        sealed=0 if only else len(checks) - len(wanted),
        submission="" if isinstance(source, bytes) else str(source),
        seconds=time.monotonic() - started,
    )


def _inline(source: Path | str | bytes) -> Sandbox:
    from autograder.sandbox.inline import Inline  # for debuggers only

    assert not isinstance(source, bytes), "a debugger needs a file"
    return Inline(Path(source))


def _content(exercise: Exercise, source: Path | str | bytes) -> bytes:
    if isinstance(source, bytes):
        check_text(source, exercise.module_file)
        return source
    return read_submission(Path(source), exercise.module_file)


def prepare(exercise: Exercise, sandbox: str | None = None) -> None:
    """Have ready what the next judgement of the exercise needs: its checks, and what its candidate imports."""
    box = choose_sandbox(sandbox)
    box.expect(imported_modules(exercise, forked=box.forks), Limits.from_mapping(exercise.limits, str(exercise.folder)))
    from autograder.examiner.collected import collect

    collect(exercise)


def _judged(
    exercise: Exercise,
    content: bytes,
    own: Mapping[str, bytes],
    wanted: tuple[CheckInfo, ...],
    box: Sandbox,
    seed: int,
    stop_early: bool,
    lane: Lane,
    cancel: Cancel,
) -> tuple[CheckResult, ...]:
    """The results of the checks on a module; once more when the sandbox, and no code of the learner's, gave up."""
    limits = Limits.from_mapping(exercise.limits, str(exercise.folder / "exercise.toml"))
    harness = {"harness.py": exercise.harness.read_bytes()} if exercise.harness else {}
    before = earlier(exercise)
    theirs = harness | {one.module_file: reference(one) for one in before}
    learners = {one.module_file: own[one.number] for one in before if own.get(one.number)}
    files = theirs | learners | {exercise.module_file: content}
    modules = (exercise.module, *(["harness"] if harness else []))
    needed = imported_modules(exercise, forked=box.forks)
    for last in (False, True):
        session = Session(files, modules, box, limits, needed, lane=lane)
        rival = Session(theirs, ("harness",), box, limits, needed, ours=True)
        if box.forks:
            box.expect(needed, limits)  # a container takes as long to start as collecting the checks does
        for used in (session, rival):
            cancel.then(used.abandon)
        from autograder.examiner.collected import run_checks  # pytest is imported while a container starts
        from autograder.examiner.plugin import Run

        run = Run(exercise, session, rival, seed, cancel)
        try:
            results = run_checks(exercise, wanted, run, stop_early)
        finally:
            run.close()
        if last or not run.server_gone:
            break
    return results
