"""What a learner is given when they ask: the next hint, the solution. The workspace remembers that they were."""

from collections.abc import Iterator

from autograder.course import Exercise
from autograder.course.hints import Hints, read_hints
from autograder.errors import Exit, Problem
from autograder.learner.desk import Desk, shown, text_of
from autograder.learner.progress.events import Hinted, SolutionShown
from autograder.learner.progress.state import Record, now
from autograder.learner.solution import diff, differences, solution_text


def next_hint(desk: Desk, exercise: Exercise, task: str | None = None) -> str:
    """The hints opened so far and one more, for `task`, else for the one that the last check failed at.

    `Problem` when there is no such task.
    """
    hints = read_hints(exercise)
    record = desk.workspace.store.read().record(exercise.path)
    task = task or hinted_task(hints, record)
    if task not in hints.levels:
        fix = f"its tasks with hints: {', '.join(hints.levels) or 'none'}"
        raise Problem(f"exercise {exercise.number} has no hints for task {task!r}", fix=fix)
    opened = min(record.hints.get(task, 0) + 1, len(hints.levels[task]))
    told = opened_hints(exercise, hints, record, task, opened)
    desk.record(Hinted(now(), exercise.path, task, opened))
    return "\n".join(f"{title}:\n{desk.screen.wrap(text)}\n" for title, text in told)


def hinted_task(hints: Hints, record: Record) -> str:
    """The task that a hint is wanted for when none is named; "" when no task has hints."""
    return (record.last.task if record.last else "") or next(iter(hints.levels), "")


def opened_hints(exercise: Exercise, hints: Hints, record: Record, task: str, opened: int) -> Iterator[tuple[str, str]]:
    """Title and text of the first `opened` hints for `task`, after what helps with the check that failed last."""
    levels, last = hints.levels[task], record.last
    if opened and last and last.task == task and last.check in hints.when:
        yield f"When {last.check} fails", hints.when[last.check]
    for number, text in enumerate(levels[:opened], 1):
        yield f"{exercise.number}, task {task}, hint {number} of {len(levels)}", text


def the_solution(desk: Desk, exercise: Exercise, *, give_up: bool = False, only_diff: bool = False) -> str:
    """The annotated solution and what differs from the learner's own module, or with `only_diff` the differing lines.

    It is shown after the exercise was passed, or to `give_up`, which is recorded. `Problem` when it is neither.
    """
    record = desk.workspace.store.read().record(exercise.path)
    if not record.passed_at and not give_up:
        raise Problem(
            f"exercise {exercise.number} is not passed yet",
            fix=f"`ninety hint {exercise.number}`; or `ninety solution {exercise.number} --give-up` shows the solution "
            "and is recorded",
            code=Exit.NOT_YET,
        )
    ours = solution_text(exercise)
    name, yours = _own_module(desk, exercise, record)
    if only_diff:
        if yours is None:
            raise Problem("there is no module of yours to compare it with", where=name, fix="leave --diff out")
        lines = list(diff(yours, ours, name, desk.screen))
    else:
        lines = [ours]
        lines += differences(yours, ours, name, exercise.number, desk.screen) if yours is not None else []
    desk.record(SolutionShown(now(), exercise.path))
    return "\n".join(lines)


def _own_module(desk: Desk, exercise: Exercise, record: Record) -> tuple[str, str | None]:
    """What the learner's module is called, and its text: their file, or where that is the starter, what passed.

    None when there is nothing to compare with.
    """
    path, workspace = desk.workspace.module(exercise), desk.workspace
    content, name = text_of(path), shown(path)
    if content is None or workspace.is_starter(exercise):
        passed = workspace.last_passed(record.passes)
        if passed:
            content, name = passed[1], f"the text that you passed with on {passed[0].at[:10]}"
    try:
        return name, None if content is None else content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return name, None
