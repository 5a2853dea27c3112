"""Keeps the newest verdict on each exercise whole, so that another process can show what a check said."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from autograder.course import Exercise
from autograder.files import write_atomically
from autograder.verdict import Verdict


@dataclass(frozen=True)
class Kept:
    """A verdict, when it was reached (ISO 8601 in UTC), and the SHA-256 of the file that it is about.

    `mistake` is the known one that its failure comes from.
    """

    verdict: Verdict
    at: str
    text: str
    mistake: str = ""

    def write(self, path: Path) -> None:
        """Write it to `path`, whole or not at all; one writer at a time. OSError leaves the one before."""
        path.parent.mkdir(parents=True, exist_ok=True)
        text = json.dumps(
            self.verdict.as_dict() | {"at": self.at, "text": self.text, "mistake": self.mistake}, indent=1
        )
        write_atomically(path, text.encode())

    @classmethod
    def read(cls, path: Path) -> Self | None:
        """What `write` wrote; None when there is none, or it is damaged or of another version."""
        try:
            raw = json.loads(path.read_text(encoding="utf-8"))
            return cls(Verdict.from_dict(raw), str(raw["at"]), str(raw["text"]), str(raw["mistake"]))
        except (OSError, ValueError, KeyError, AttributeError, RecursionError):
            return None


def verdict_file(folder: Path, exercise: Exercise) -> Path:
    """The file of the exercise's newest verdict in `folder`, the workspace's `.ninety`."""
    return folder / "verdicts" / f"{exercise.path}.json"
