"""What a learner is given when they ask: the next hint, the solution. The workspace remembers that they were."""

from autograder.course import Exercise
from autograder.course.hints import read_hints
from autograder.errors import Exit, Problem
from autograder.learner.desk import Desk
from autograder.learner.events import Hinted, SolutionShown
from autograder.learner.solution import solution_text
from autograder.learner.state import now


def next_hint(desk: Desk, exercise: Exercise, task: str | None = None) -> str:
    """The hints opened so far and one more, for `task`, else for the one that the last check failed at.

    `Problem` when there is no such task.
    """
    hints = read_hints(exercise)
    record = desk.workspace.store.read().record(exercise.path)
    last = record.last
    task = task or (last.task if last else "") or next(iter(hints.levels), "")
    if task not in hints.levels:
        fix = f"its tasks with hints: {', '.join(hints.levels) or 'none'}"
        raise Problem(f"exercise {exercise.number} has no hints for task {task!r}", fix=fix)
    parts = []
    if last and last.task == task and last.check in hints.when:
        parts.append(f"When {last.check} fails:\n{desk.screen.wrap(hints.when[last.check])}\n")
    levels = hints.levels[task]
    opened = min(record.hints.get(task, 0) + 1, len(levels))
    for number, text in enumerate(levels[:opened], 1):
        parts.append(f"{exercise.number}, task {task}, hint {number} of {len(levels)}:\n{desk.screen.wrap(text)}\n")
    desk.record(Hinted(now(), exercise.path, task, opened))
    return "\n".join(parts)


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
    text = solution_text(exercise)
    desk.record(SolutionShown(now(), exercise.path))
    return text
