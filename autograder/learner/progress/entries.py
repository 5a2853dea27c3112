"""How far a learner is with the whole course, and what comes next."""

from dataclasses import dataclass
from typing import Any

from autograder.course import Exercise
from autograder.learner.progress.state import Record, Standing
from autograder.learner.workspace import Workspace


@dataclass(frozen=True)
class Entry:
    """One exercise and how far the learner is with it."""

    exercise: Exercise
    standing: Standing
    record: Record
    current: bool

    @property
    def help_used(self) -> str:
        """The hints opened and whether the solution was seen before passing, "" for neither."""
        hints = sum(self.record.hints.values())
        parts = [f"{hints} hint{'s' if hints > 1 else ''}"] if hints else []
        return ", ".join(parts + ["solution seen before passing"] * bool(self.record.gave_up_at))

    def as_dict(self) -> dict[str, Any]:
        """Plain data for JSON."""
        exercise, record = self.exercise, self.record
        return {
            "exercise": exercise.number,
            "name": exercise.name,
            "path": exercise.path,
            "chapter": exercise.chapter,
            "title": exercise.title,
            "minutes": exercise.minutes,
            "skills": list(exercise.skills),
            "state": self.standing,
            "current": self.current,
            "points": exercise.points,
            "earned": record.best,
            "attempts": record.attempts,
            "seconds": record.seconds,
            "passed_at": record.passed_at or None,
            "judged_at_hand_in": record.sealed,
            "hints": dict(record.hints),
            "gave_up_at": record.gave_up_at or None,
            "last_outcome": record.last.outcome if record.last else None,
        }


@dataclass(frozen=True)
class Next:
    """What to do next and why; `exercise` is None when nothing is left that can be begun."""

    exercise: Exercise | None
    why: str

    def as_dict(self) -> dict[str, str | None]:
        """Plain data for JSON."""
        return {"exercise": self.exercise.number if self.exercise else None, "why": self.why}


def entries(workspace: Workspace) -> tuple[Entry, ...]:
    """Every exercise, in the course's order; a workspace that is not made yet has an empty history.

    `Problem` when what stands there is no workspace.
    """
    workspace.exists()
    state = workspace.store.read()
    return tuple(
        Entry(e, workspace.standing(e, state), state.record(e.path), current=e.path == state.current)
        for e in workspace.catalogue
    )


def chapters(all_entries: tuple[Entry, ...]) -> dict[str, list[Entry]]:
    """The entries by their chapter's folder, in the course's order."""
    grouped: dict[str, list[Entry]] = {}
    for entry in all_entries:
        grouped.setdefault(entry.exercise.chapter, []).append(entry)
    return grouped


def what_next(all_entries: tuple[Entry, ...]) -> Next:
    """The first exercise in the course's order that is not done and waits for none that is not done."""
    undone = {entry.exercise.number for entry in all_entries if not entry.standing.done}
    waiting: list[str] = []
    for entry in all_entries:
        exercise = entry.exercise
        missing = [number for number in exercise.requires if number in undone]
        if entry.standing.done:
            continue
        if not missing:
            why = "you have started it" if entry.standing is Standing.STARTED else "the first one not passed"
            return Next(exercise, "; ".join([why, *waiting]))
        waiting.append(f"{exercise.number} waits for {' and '.join(missing)}")
    return Next(None, "; ".join(waiting) or f"all {len(all_entries)} exercises are done")
