"""Verdicts on disk, each stored as it comes: one line of JSON each in `verdicts.jsonl`, the newest last.

A line is written at once and then flushed to the disk itself, before the next submission takes its place. So
`kill -9` at any moment loses no stored verdict, and neither does a power cut; it can leave one line without its end,
which is told, taken out, and graded again. A lock keeps two graders from one folder.
"""

import contextlib
import json
import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from io import FileIO
from pathlib import Path
from typing import IO, Any

from autograder.cohort.ingredients import key_of
from autograder.cohort.lock import locked
from autograder.errors import Exit, Problem
from autograder.verdict import Outcome, Verdict

FILE = "verdicts.jsonl"
SCHEMA = 1
Tell = Callable[[str], None]


@dataclass(frozen=True)
class Record:
    """One verdict, what it was made of (see `ingredients`), and when it was stored (UTC, ISO 8601).

    `verdict.submission` is the absolute path of the submission.
    """

    verdict: Verdict
    made_of: Mapping[str, str]
    at: str

    @classmethod
    def of(cls, verdict: Verdict, made_of: Mapping[str, str]) -> "Record":
        """The record of a verdict that is stored now."""
        return cls(verdict, made_of, datetime.now(UTC).isoformat(timespec="seconds"))

    def as_raw(self) -> dict[str, Any]:
        """What stands for it in JSON."""
        return {
            "schema": SCHEMA,
            "submission": self.verdict.submission,
            "at": self.at,
            "key": key_of(self.made_of),
            "made_of": dict(self.made_of),
            "verdict": self.verdict.as_dict(),
        }

    @classmethod
    def from_raw(cls, raw: Mapping[str, Any]) -> "Record":
        """The record that `as_raw` gave; ValueError when it is not one of this version."""
        return cls(Verdict.from_dict(raw["verdict"]), raw["made_of"], raw["at"])


class Ledger:
    """The records of one folder, found again by submission and by key; only their places are held in memory."""

    def __init__(self, path: Path, writer: FileIO, reader: IO[bytes]) -> None:
        self.path = path
        self._writer = writer
        self._reader = reader
        self._of_submission: dict[str, int] = {}
        self._of_key: dict[str, int] = {}
        self._keys: dict[str, str] = {}

    def latest(self, submission: str) -> Record | None:
        """The newest record of the submission with this absolute path."""
        return self._at(self._of_submission.get(submission))

    def find(self, submission: str, key: str) -> Record | None:
        """A record with this key, the submission's own before another's; never one of a grader error."""
        own = self._of_submission.get(submission) if self._keys.get(submission) == key else None
        return self._at(own) or self._at(self._of_key.get(key))

    def append(self, *records: Record) -> None:
        """Store records for good; `Problem` when they cannot be, and then nothing of them is left."""
        raws, place = [record.as_raw() for record in records], self._writer.seek(0, os.SEEK_END)
        lines = [json.dumps(raw, separators=(",", ":")).encode("ascii") + b"\n" for raw in raws]  # ASCII: any file name
        try:
            _write(self._writer, b"".join(lines))  # the disk takes as long for one as for several
        except OSError as error:
            with contextlib.suppress(OSError):
                self._writer.truncate(place)
            raise Problem(
                f"a verdict could not be stored: {error.strerror or error}",
                where=str(self.path),
                fix="mend that and give the same command again; it goes on from here",
                code=Exit.ENVIRONMENT,
            ) from None
        for raw, line in zip(raws, lines, strict=True):
            self._note(place, raw)
            place += len(line)

    def load(self, tell: Tell) -> None:
        """Find out what is stored. A last line without its end is taken out; other damage is left as it is."""
        place, damaged = 0, []
        for number, line in enumerate(self._reader, start=1):
            if not line.endswith(b"\n"):
                self._mend(place, line, tell)
                break
            if not self._understood(place, line):
                damaged.append(str(number))
            place += len(line)
        if damaged:
            lines = f"line{'s' * (len(damaged) > 1)} {', '.join(damaged)}"
            tell(f"warning: {lines} of {self.path} cannot be read; what stood there is graded again")

    def _mend(self, place: int, line: bytes, tell: Tell) -> None:
        if self._understood(place, line):
            _write(self._writer, b"\n")
            return
        self._writer.truncate(place)
        tell(
            f"warning: the last line of {self.path} was cut off, as by a kill; its {len(line):,} bytes were removed\n"
            "  the others are whole, and what was lost is graded again"
        )

    def _understood(self, place: int, line: bytes) -> bool:
        try:
            raw = json.loads(line)
            if raw["schema"] == SCHEMA:
                self._note(place, raw)
            return True
        except (ValueError, TypeError, KeyError, RecursionError):
            return False

    def _note(self, place: int, raw: Mapping[str, Any]) -> None:
        submission, key, outcome = raw["submission"], raw["key"], raw["verdict"]["outcome"]
        self._of_submission[submission] = place
        if outcome == Outcome.GRADER_ERROR:  # nobody's fault but the grader's: to be tried again
            self._keys.pop(submission, None)
        else:
            self._keys[submission] = key
            self._of_key[key] = place

    def _at(self, place: int | None) -> Record | None:
        if place is None:
            return None
        self._reader.seek(place)
        try:
            return Record.from_raw(json.loads(self._reader.readline()))
        except (ValueError, KeyError, TypeError):
            return None  # another version's


def _write(file: FileIO, content: bytes) -> None:
    while content:
        content = content[file.write(content) :]
    os.fsync(file.fileno())


@contextlib.contextmanager
def open_ledger(folder: Path, tell: Tell) -> Iterator[Ledger]:
    """The ledger in `folder`, which is made when it is not there; `Problem` while another grader has it open.

    `tell` hears of damage that was found.
    """
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / FILE
    with locked(folder / "lock"), path.open("ab", buffering=0) as writer, path.open("rb") as reader:
        ledger = Ledger(path, writer, reader)
        ledger.load(tell)
        yield ledger
