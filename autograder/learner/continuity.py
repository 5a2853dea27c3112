"""What a learner's exercise builds on: their own earlier modules as they passed, or the authors'."""

from collections.abc import Mapping

from autograder.course import Exercise
from autograder.course.earlier import earlier
from autograder.learner.workspace import Workspace


def own_modules(workspace: Workspace, exercise: Exercise) -> dict[str, bytes]:
    """By exercise number, the newest text of the learner's that passed, of each exercise that this one builds on."""
    found: dict[str, bytes] = {}
    before = earlier(exercise)
    if not before or not workspace.exists():
        return found
    state = workspace.store.read()
    for one in before:
        passed = workspace.last_passed(state.record(one.path).passes)
        if passed:
            found[one.number] = passed[1]
    return found


def built_on(exercise: Exercise, own: Mapping[str, bytes]) -> str:
    """Whose modules it was judged with, in a line; "" when it builds on none."""
    parts = [
        f"{one.number} {one.module_file}: {'yours, as it passed' if one.number in own else 'the reference'}"
        for one in earlier(exercise)
    ]
    return f"builds on {'; '.join(parts)}" if parts else ""
