"""What an exercise's checks are, as one digest: a pass is worth what was checked when it was given."""

import hashlib
import json

from autograder.course.manifest import Exercise


def checks_digest(exercise: Exercise) -> str:
    """SHA-256 of what decides whether a module passes: the checks, what they share, the harness, and the limits.

    It is the same on every system, whatever ends a line there.
    """
    decided_by = {
        path.name: path.read_text(encoding="utf-8")
        for path in sorted(exercise.folder.glob("*.py"))
        if path.name != exercise.module_file
    }
    points = {task.name: task.points for task in exercise.tasks}
    whole = json.dumps([decided_by, points, dict(exercise.limits or {})], sort_keys=True)
    return hashlib.sha256(whole.encode()).hexdigest()
