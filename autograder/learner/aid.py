"""What a learner is given when they ask: the next hint, the solution. The workspace remembers that they were."""

from collections.abc import Iterator
from dataclasses import replace

from autograder.course import Exercise
from autograder.course.hints import Hints, read_hints
from autograder.errors import Exit, Problem
from autograder.learner.desk import Desk
from autograder.learner.solution import solution_text
from autograder.learner.state import Record, now


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
    desk.amend(exercise, lambda old: replace(old, hints={**old.hints, task: opened}))
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


def the_solution(desk: Desk, exercise: Exercise, *, give_up: bool = False) -> str:
    """The annotated solution, after the exercise was passed, or to `give_up`, which is recorded.

    `Problem` when it is neither.
    """
    record = desk.workspace.store.read().record(exercise.path)
    if not record.passed_at and not give_up:
        raise Problem(
            f"exercise {exercise.number} is not passed yet",
            fix=f"`ninety hint {exercise.number}`; or `ninety solution {exercise.number} --give-up` shows the solution "
            "and is recorded",
            code=Exit.NOT_YET,
        )
    if not record.passed_at:
        desk.amend(exercise, lambda old: replace(old, gave_up_at=old.gave_up_at or now()))
    return solution_text(exercise)
