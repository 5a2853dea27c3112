"""A learner's progress in numbers: by chapter, by skill, and in all."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from autograder.course.manifest import SKILLS
from autograder.learner.progress.entries import Entry, Next, chapters, what_next
from autograder.learner.progress.events import BREAK
from autograder.learner.progress.state import Standing

HOW_TIME_IS_COUNTED = (
    f"Time is estimated from when you opened, saved and checked: a gap of more than {BREAK.seconds // 60} minutes is a "
    "break and counts for nothing."
)


@dataclass(frozen=True)
class Sum:
    """Some exercises added up; `minutes_left` are their authors' estimates for those that are not done."""

    name: str
    exercises: int
    passed: int
    to_hand_in: int
    earned: int
    points: int
    seconds: int
    minutes_left: int

    @classmethod
    def of(cls, name: str, entries: Iterable[Entry]) -> "Sum":
        """The sum of these."""
        chosen = list(entries)
        return cls(
            name=name,
            exercises=len(chosen),
            passed=sum(entry.standing.passed for entry in chosen),
            to_hand_in=sum(entry.standing is Standing.TO_HAND_IN for entry in chosen),
            earned=sum(min(entry.record.best, entry.exercise.points) for entry in chosen),
            points=sum(entry.exercise.points for entry in chosen),
            seconds=sum(entry.record.seconds for entry in chosen),
            minutes_left=sum(entry.exercise.minutes for entry in chosen if not entry.standing.done),
        )

    @property
    def share(self) -> float:
        """Of all points those earned, from 0 to 1."""
        return self.earned / self.points if self.points else 0.0

    @property
    def passed_of(self) -> str:
        """`2/3`, and what is to be handed in besides."""
        return f"{self.passed}/{self.exercises}" + (f" +{self.to_hand_in}" if self.to_hand_in else "")

    def as_dict(self) -> dict[str, Any]:
        """Plain data for JSON."""
        return dict(vars(self))


@dataclass(frozen=True)
class Summary:
    """Everything that a report of progress tells."""

    entries: tuple[Entry, ...]
    whole: Sum
    chapters: tuple[Sum, ...]
    skills: tuple[Sum, ...]
    coming: Next

    @property
    def headline(self) -> str:
        """The whole in one line."""
        whole = self.whole
        handed = f", {whole.to_hand_in} to hand in" if whole.to_hand_in else ""
        left = f"; about {duration(60 * whole.minutes_left)} left" if whole.minutes_left else ""
        return (
            f"{whole.passed} of {whole.exercises} exercises passed{handed}, {whole.earned} of {whole.points} points, "
            f"{duration(whole.seconds)} spent{left}"
        )

    @property
    def helped(self) -> tuple[Entry, ...]:
        """The exercises for which a hint or the solution was opened."""
        return tuple(entry for entry in self.entries if entry.help_used)

    @property
    def passed_before(self) -> tuple[Entry, ...]:
        """The exercises whose checks have changed since they were passed."""
        return tuple(entry for entry in self.entries if entry.standing is Standing.PASSED_BEFORE)

    def as_dict(self) -> dict[str, Any]:
        """Plain data for JSON."""
        return {
            "exercises": [entry.as_dict() for entry in self.entries],
            "in_all": self.whole.as_dict(),
            "chapters": [chapter.as_dict() for chapter in self.chapters],
            "skills": [skill.as_dict() for skill in self.skills],
            "next": self.coming.as_dict(),
        }


def summarise(entries: tuple[Entry, ...]) -> Summary:
    """The entries added up; an exercise counts for each of the skills that it practises."""
    practised = {skill: [entry for entry in entries if skill in entry.exercise.skills] for skill in SKILLS}
    return Summary(
        entries=entries,
        whole=Sum.of("in all", entries),
        chapters=tuple(Sum.of(chapter_title(folder), inside) for folder, inside in chapters(entries).items()),
        skills=tuple(Sum.of(skill, chosen) for skill, chosen in practised.items() if chosen),
        coming=what_next(entries),
    )


def chapter_title(folder: str) -> str:
    """`8 serving` for `08_serving`."""
    number, _, name = folder.partition("_")
    return f"{int(number)} {name.replace('_', ' ')}"


def duration(seconds: int) -> str:
    """`2 h 5 min`; what is less than a minute is none."""
    hours, minutes = divmod(seconds // 60, 60)
    return f"{hours} h {minutes} min" if hours and minutes else f"{hours} h" if hours else f"{minutes} min"


def time_told(seconds: int) -> str:
    """The duration for a cell of a table: a dash where there is none."""
    return duration(seconds) if seconds >= 60 else "-"
