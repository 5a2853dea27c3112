"""The history of a workspace: one line of JSON for each event, from which its state can be made again."""

import contextlib
import os
import stat
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from autograder.files import write_atomically
from autograder.learner.progress.events import Event, event_of, line_of

FILE = "history.jsonl"
MAX_LINE = 64 * 1024  # bytes; an event has some hundred


@dataclass(frozen=True)
class History:
    """The file at `path`. Who writes to it holds the workspace's lock.

    A line that cannot be read, such as one that a kill cut off, is passed over; an event of a kind that this version
    does not know is kept.
    """

    path: Path

    def size(self) -> int:
        """In bytes; 0 when there is none. ValueError when something else stands in its place."""
        try:
            about = self.path.stat()
        except FileNotFoundError:
            return 0
        if not stat.S_ISREG(about.st_mode):
            raise ValueError("what stands in its place is no file")
        return about.st_size

    def lines(self) -> Iterator[str]:
        """Every line that holds an event, known or not, in the order in which they were written."""
        for line, _ in self._read():
            yield line

    def events(self) -> Iterator[Event]:
        """Every event, in the order in which they were written."""
        for _, event in self._read():
            if event is not None:
                yield event

    def append(self, events: Iterable[Event]) -> None:
        """Add events at the end, on the disk when this returns; OSError leaves the file as it was."""
        added = "".join(f"{line_of(event)}\n" for event in events).encode("ascii")
        if not added:
            return
        with self.path.open("a+b", buffering=0) as file:
            size = file.seek(0, os.SEEK_END)
            file.seek(max(size - 1, 0))
            torn = file.read(1) not in (b"", b"\n")
            added = b"\n" * torn + added
            try:
                while added:
                    added = added[file.write(added) :]
                os.fsync(file.fileno())
            except OSError:
                with contextlib.suppress(OSError):
                    file.truncate(size)
                raise

    def join(self, lines: Iterable[str]) -> None:
        """Add the lines that it lacks; all are then in the order of their times, whichever machine they came from."""
        ordered = sorted({*self.lines(), *lines}, key=lambda line: (_time_in(line), line))
        write_atomically(self.path, "".join(f"{line}\n" for line in ordered).encode("ascii"))

    def _read(self) -> Iterator[tuple[str, Event | None]]:
        try:
            file = self.path.open("rb")
        except FileNotFoundError:
            return
        with file:
            while line := file.readline(MAX_LINE):
                try:
                    text = line.decode("ascii").strip()
                    if text:
                        yield text, event_of(text)
                except (ValueError, RecursionError):
                    continue


def _time_in(line: str) -> str:
    event = event_of(line)
    return event.at if event else ""
