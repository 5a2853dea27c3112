"""What the doctor says."""

from dataclasses import dataclass
from enum import StrEnum


class Health(StrEnum):
    """A `NOTE` takes something away that some exercises use; a `PROBLEM` stops the course from working."""

    OK = "ok"
    NOTE = "note"
    PROBLEM = "problem"


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at; `fix` is what to type or do."""

    health: Health
    subject: str
    what: str
    fix: str = ""


def ok(subject: str, what: str) -> Finding:
    """Nothing to do."""
    return Finding(Health.OK, subject, what)


def note(subject: str, what: str, fix: str) -> Finding:
    """Something that only some exercises miss."""
    return Finding(Health.NOTE, subject, what, fix)


def problem(subject: str, what: str, fix: str) -> Finding:
    """Something that stops the course."""
    return Finding(Health.PROBLEM, subject, what, fix)
