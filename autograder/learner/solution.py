"""A solution as a learner is shown it."""

from autograder.course import Exercise
from autograder.course.holes import find_holes
from autograder.errors import Problem


def solution_text(exercise: Exercise) -> str:
    """The whole module as its author wrote it, without its holes' marks; `Problem` when it is not here."""
    path = exercise.folder / exercise.module_file
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise Problem(
            f"the solution of exercise {exercise.number} is not in this installation",
            where=str(path),
            fix="ask who teaches the course",
        ) from None
    marks = {line for hole in find_holes(text, str(path)) for line in (hole.first, hole.last)}
    return "\n".join(line for number, line in enumerate(text.split("\n"), 1) if number not in marks)
