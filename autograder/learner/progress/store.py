"""Keeps a workspace's state on disk: never torn, one writer at a time, brought back when damaged or gone.

An event is first added to the history and then to the state, which knows how much of the history it holds. Where the
two differ (after a kill between them, or when either was lost) they complete each other.
"""

import json
import os
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from autograder.errors import Exit, Problem
from autograder.files import try_lock, unlock, write_atomically
from autograder.learner.progress.events import Carried, Event
from autograder.learner.progress.history import FILE, History
from autograder.learner.progress.state import Newer, State

Tell = Callable[[str], None]
_PATIENCE = 10.0  # seconds; a writer holds the lock for milliseconds


@dataclass(frozen=True)
class Store:
    """The state file in `folder`, the workspace's `.ninety`. `tell` shows the user one line."""

    folder: Path
    tell: Tell

    @property
    def path(self) -> Path:
        """The state file."""
        return self.folder / "state.json"

    @property
    def previous(self) -> Path:
        """The state before its last change: what a damaged one is brought back from."""
        return self.folder / "state.previous.json"

    @property
    def history(self) -> History:
        """What the state is made of."""
        return History(self.folder / FILE)

    def read(self) -> State:
        """The state. A damaged one is set aside and said so; `Problem` for one from a newer version."""
        try:
            return self._complete(_load(self.path) or _load(self.previous) or State())[0]
        except (ValueError, RecursionError):
            with self.locked():
                return self._complete(self._read_locked())[0]

    def beyond_its_history(self) -> tuple[Carried, ...]:
        """What the state knows and the history does not tell, as events; nothing is written."""
        try:
            return self._complete(_load(self.path) or _load(self.previous) or State())[1]
        except (ValueError, RecursionError):
            return ()

    def update(self, change: Callable[[State], State]) -> State:
        """Replace the state by `change(state)`, alone; return it. OSError leaves the old one as it was."""
        return self._replace((), change)

    def record(self, event: Event) -> State:
        """Remember an event; return the state after it. OSError when it may have been remembered or not."""
        return self._replace((event,), lambda state: state.after(event))

    def join(self, lines: Iterable[str]) -> State:
        """Remember the events in these lines of another workspace's history; return the state after them."""
        self.update(lambda state: state)  # the history then tells all that this workspace knows
        with self.locked():
            old = self._read_locked()
            self.history.join(lines)
            told = State(old.current, released=old.released).after_all(self.history.events())
            return self._write(old, told)

    def _replace(self, events: tuple[Event, ...], change: Callable[[State], State]) -> State:
        with self.locked():
            old = self._read_locked()
            complete, carried = self._complete(old)
            new = change(complete)
            self.history.append((*carried, *events))
            return self._write(old, new)

    def _write(self, old: State, new: State) -> State:
        new = replace(new, history=self.history.size())
        if new != old or not self.path.exists():
            if self.path.exists():
                write_atomically(self.previous, self.path.read_bytes())
            write_atomically(self.path, json.dumps(new.as_dict(), indent=1).encode())
        return new

    def _complete(self, state: State) -> tuple[State, tuple[Carried, ...]]:
        """The state with what the history alone knows, and what it alone knows, for the history."""
        size = self.history.size()
        if size == state.history:
            return state, ()
        told, carried = state.told_by(self.history.events())
        return replace(told, history=size), carried

    def _read_locked(self) -> State:
        try:
            self.history.size()
        except ValueError as error:
            self._set_aside(self.history.path, error)
        for path in (self.path, self.previous):
            try:
                state = _load(path)
            except (ValueError, RecursionError) as error:
                self._set_aside(path, error)
            else:
                if state is not None:
                    return state
        return State()

    def _set_aside(self, path: Path, error: Exception) -> None:
        aside = unused(path.with_name(f"{path.name}.damaged-{stamp()}"))
        os.replace(path, aside)
        self.tell(
            f"warning: {path.name} was damaged ({error}); it is kept as {aside}\n"
            "  your own files are untouched; your progress is made again from what was kept twice,\n"
            "  and what is missing in it `ninety check EXERCISE` records again"
        )

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the workspace's lock; the system frees it when the process ends, however it ends."""
        with (self.folder / "lock").open("a+b") as handle:
            deadline = time.monotonic() + _PATIENCE
            while not try_lock(handle):
                if time.monotonic() > deadline:
                    raise Problem(
                        "another `ninety` is writing to this workspace and does not finish",
                        where=str(self.folder),
                        fix="end it, then run this command again",
                        code=Exit.ENVIRONMENT,
                    )
                time.sleep(0.02)
            try:
                yield
            finally:
                unlock(handle)


def stamp() -> str:
    """Now in UTC, fit for a file's name: `20261121T012413Z`."""
    return time.strftime("%Y%m%dT%H%M%SZ", time.gmtime())


def unused(path: Path) -> Path:
    """`path`, or the first of `path-2`, `path-3`, … that nothing stands at."""
    candidate, number = path, 1
    while os.path.lexists(candidate):
        number += 1
        candidate = path.with_name(f"{path.name}-{number}")
    return candidate


def _load(path: Path) -> State | None:
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return None
    except IsADirectoryError:
        raise ValueError("a folder stands in its place") from None
    try:
        return State.from_dict(json.loads(text))
    except Newer as error:
        raise Problem(
            f"this workspace was made by a newer version of `ninety` ({error})",
            where=str(path),
            fix="update the course (`git pull`), or name another --workspace; nothing was changed",
            code=Exit.ENVIRONMENT,
        ) from None
