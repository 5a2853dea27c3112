"""Lays out what the learner's commands report, for a terminal of any width, with colour or without."""

import os
import shutil
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from textwrap import wrap

import click

from autograder.learner.book.place import book_url
from autograder.learner.doctor.finding import Finding, Health
from autograder.learner.progress.entries import Entry, chapters, entries, what_next
from autograder.learner.progress.state import Standing
from autograder.learner.progress.summary import chapter_title
from autograder.learner.workspace import Workspace

_COLOURS = {
    Standing.PASSED: "green",
    Standing.PASSED_BEFORE: "cyan",
    Standing.TO_HAND_IN: "cyan",
    Standing.STARTED: "yellow",
    Health.OK: "green",
    Health.NOTE: "yellow",
    Health.PROBLEM: "red",
}
_STATE_WIDTH = max(map(len, Standing))


@dataclass(frozen=True)
class Screen:
    """The terminal: `width` in columns, and whether states are coloured."""

    width: int
    colour: bool

    @classmethod
    def of(cls, plain: bool) -> "Screen":
        """This terminal; `plain` and NO_COLOR leave colour out."""
        return cls(shutil.get_terminal_size((100, 24)).columns, not plain and not os.environ.get("NO_COLOR"))

    def state(self, state: Standing | Health, width: int) -> str:
        """The state's word, padded to `width`, in its colour."""
        colour = _COLOURS.get(state) if self.colour else None
        return click.style(f"{state:<{width}}", fg=colour) if colour else f"{state:<{width}}"

    def cut(self, text: str, room: int) -> str:
        """`text` in at most `room` columns."""
        return text if len(text) <= room else text[: max(room - 3, 0)] + "..."

    def wrap(self, text: str) -> str:
        """`text` with the lines that are too wide broken between words; the others stay, so code does too."""
        lines = (wrap(line, max(self.width, 30), break_on_hyphens=False) for line in text.splitlines())
        return "\n".join(part for line in lines for part in line or [""])


def list_lines(found: tuple[Entry, ...], screen: Screen) -> Iterator[str]:
    """The exercises by chapter, one line each; the current one is marked."""
    room = screen.width - _STATE_WIDTH - 48  # the other columns
    width = max(min(room, max((len(entry.exercise.title) for entry in found), default=0)), 10)
    for chapter, inside in chapters(found).items():
        yield chapter_title(chapter)
        for entry in inside:
            exercise = entry.exercise
            state, title = screen.state(entry.standing, _STATE_WIDTH), screen.cut(exercise.title, width)
            effort = f"{exercise.minutes:>3} min  {entry.record.best}/{exercise.points} points"
            mark = "  <- current" if entry.current else ""
            yield f"  {state}  {exercise.number:<5} {title:<{width}}  {effort}{mark}"


def next_line(found: tuple[Entry, ...]) -> str:
    """What comes next and why, in one line."""
    coming = what_next(found)
    if coming.exercise is None:
        return f"next: nothing; {coming.why}"
    exercise = coming.exercise
    return f"next: {exercise.number} {exercise.title}, {exercise.minutes} min ({coming.why})"


def start_lines(workspace: Workspace, port: int | None, watching: bool) -> Iterator[str]:
    """Where everything is and what to do first; `port` is the book's, None when it is not served."""
    found = entries(workspace)
    passed = sum(entry.standing.passed for entry in found)
    yield f"workspace  {workspace.root} ({passed} of {len(found)} exercises passed)"
    if port is not None:
        yield f"book       {book_url(port)}"
    at_hand = [entry.exercise for entry in found if entry.current and not entry.standing.done]
    exercise = at_hand[0] if at_hand else what_next(found).exercise
    if exercise is None:
        yield next_line(found)
        return
    yield f"next       {exercise.number} {exercise.title}, {exercise.minutes} min"
    if port is not None:
        yield f"  read     {book_url(port, exercise)}"
    yield f"  edit     {workspace.module(exercise)}"
    yield (
        "  save it  and its verdict appears here; Ctrl-C ends this"
        if watching
        else (f"  then     ninety check {exercise.number}")
    )


def doctor_lines(findings: Iterable[Finding], screen: Screen) -> Iterator[str]:
    """One line a finding, and below it what mends it."""
    width = max(map(len, Health))
    for finding in findings:
        yield f"{screen.state(finding.health, width)}  {finding.subject}: {finding.what}"
        if finding.fix:
            yield f"{'':<{width}}  fix: {finding.fix}"
