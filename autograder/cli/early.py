"""Starting what takes longest first: a container starts while the examiner is imported."""

import sys

from autograder.course import Exercise

_TURN = 0.0005  # s: the thread that starts it works little and waits often, and imports are not to hold it up


def start_early(exercise: Exercise, sandbox: str | None) -> None:
    """Have a place ready, in the sandbox of this name, for the judgement of the exercise that comes next.

    `Problem` when the sandbox cannot be used on this machine.
    """
    if sandbox in (None, "process", "ready process"):
        return  # there is nothing that could be ready
    from autograder.course.imports import imported_modules
    from autograder.sandbox import Limits, choose_sandbox

    box = choose_sandbox(sandbox)
    sys.setswitchinterval(_TURN)
    box.expect(imported_modules(exercise), Limits.from_mapping(exercise.limits, str(exercise.folder)))
