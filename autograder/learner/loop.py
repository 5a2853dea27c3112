"""The loop of `ninety watch`: saves and keys come in, verdicts go out.

One thread looks for saves, one for keys, one judges; this one alone prints and writes the state. A newer save ends the
judgement of an older one. What has been judged and is unchanged is not judged again.
"""

import queue
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import click

from autograder.course import Exercise
from autograder.errors import Problem
from autograder.examiner import Cancel, Cancelled, prepare
from autograder.learner import extras
from autograder.learner.aid import next_hint, the_solution
from autograder.learner.desk import Desk, note, shown
from autograder.learner.editor import edit, has_window
from autograder.learner.keys import pressed
from autograder.learner.live import Live
from autograder.learner.progress import entries
from autograder.learner.screen import list_lines, next_line
from autograder.learner.watch import content_of, saves
from autograder.verdict import Verdict

READY = "ready process"  # the sandbox of a learner's own code, when a process waits for it
KEYS = "keys: h hint, n next, l list, o open, r reset, s solution, q quit"


@dataclass(frozen=True)
class _Saved:
    """A module was saved, or is to be judged for another reason."""

    exercise: Exercise


@dataclass(frozen=True)
class _Key:
    """A key was pressed."""

    char: str


@dataclass(frozen=True)
class _Judged:
    """What came of a judgement of this content: a verdict, or what stood in its way."""

    exercise: Exercise
    content: str
    outcome: Verdict | Exception


@dataclass(frozen=True)
class _Judgement:
    """One that is under way."""

    exercise: Exercise
    content: str
    cancel: Cancel
    thread: threading.Thread


_Event = _Saved | _Key | _Judged | None


class Loop:
    """Runs until the user has had enough: `q`, or Ctrl-C. `live` is told what is being judged."""

    def __init__(self, desk: Desk, live: Live | None = None) -> None:
        self._desk = desk
        self._live = live or Live(desk)
        self._sandbox = desk.sandbox or READY
        self._events: queue.SimpleQueue[_Event] = queue.SimpleQueue()
        self._now: _Judgement | None = None
        self._known: dict[str, str] = {}  # the content of each exercise that was judged last
        self._asked: Callable[[], None] | None = None  # what "y" would do
        self._actions: dict[str, Callable[[Exercise], None]] = {
            "h": lambda exercise: click.echo(next_hint(desk, exercise)),
            "s": lambda exercise: click.echo(the_solution(desk, exercise)),
            "o": self._open,
            "r": self._ask_reset,
        }

    def run(self) -> None:
        """Watch, listen and judge; KeyboardInterrupt at Ctrl-C."""
        stop = threading.Event()
        threading.Thread(target=self._watch, args=(stop,), name="saves", daemon=True).start()
        try:
            with pressed(lambda char: self._events.put(_Key(char))) as keys:
                if keys:
                    click.echo(KEYS)
                self._begin()
                while (event := self._next()) is not None:
                    self._handle(event)
        finally:
            stop.set()
            self._end_judgement()

    def _next(self) -> _Event:
        while True:
            try:
                return self._events.get(timeout=0.5)  # now and then Windows has to see a Ctrl-C
            except queue.Empty:
                continue

    def _watch(self, stop: threading.Event) -> None:
        try:
            for exercise in saves(self._desk.workspace, stop):
                self._events.put(_Saved(exercise))
        except Exception as error:  # such as a folder that was removed
            note(f"the workspace can no longer be watched: {error}\n  fix: start this command again")
            self._events.put(None)

    def _begin(self) -> None:
        """Go on where the learner was: judge what they have begun, and have ready what comes next."""
        current = next((entry for entry in entries(self._desk.workspace) if entry.current), None)
        if current is None:
            return
        if current.standing.done or not self._desk.workspace.module(current.exercise).is_file():
            threading.Thread(target=self._prepare, args=(current.exercise,), daemon=True).start()
        else:
            self._events.put(_Saved(current.exercise))

    def _prepare(self, exercise: Exercise) -> None:
        try:
            extras.require(exercise)
            prepare(exercise, self._sandbox)
        except Problem:
            return  # it is said when the exercise is judged

    def _handle(self, event: _Saved | _Key | _Judged) -> None:
        match event:
            case _Saved(exercise):
                self._judge(exercise)
            case _Judged():
                self._report(event)
            case _Key(char):
                try:
                    self._press(char)
                except Problem as problem:
                    note(str(problem))

    # ---- judging

    def _judge(self, exercise: Exercise) -> None:
        module = self._desk.workspace.module(exercise)
        content = content_of(module)
        if self._now and (self._now.exercise.path, self._now.content) == (exercise.path, content):
            return  # the same save, told twice
        if content and self._known.get(exercise.path) == content:
            click.echo(f"\n{_clock()}  {shown(module)} is as it was when it was judged")
            return
        self._end_judgement()
        click.echo(f"\n{_clock()}  {shown(module)}")
        cancel = Cancel()
        thread = threading.Thread(target=self._judged, args=(exercise, module, content, cancel), name="judge")
        self._now = _Judgement(exercise, content, cancel, thread)
        self._live.judging(exercise)
        thread.start()

    def _judged(self, exercise: Exercise, module: Path, content: str, cancel: Cancel) -> None:
        outcome: Verdict | Exception
        try:
            outcome = self._desk.judge(exercise, module, sandbox=self._sandbox, cancel=cancel)
        except Cancelled:
            return
        except Exception as error:
            outcome = error
        self._events.put(_Judged(exercise, content, outcome))

    def _end_judgement(self) -> None:
        if self._now:
            self._now.cancel()
            self._now.thread.join()
            self._now = None
            self._live.judged()

    def _report(self, judged: _Judged) -> None:
        if self._now is None or (self._now.exercise, self._now.content) != (judged.exercise, judged.content):
            return  # a newer save came while this verdict was on its way
        self._now = None
        if isinstance(judged.outcome, Problem):
            note(str(judged.outcome))
            self._live.judged(str(judged.outcome))
        elif isinstance(judged.outcome, Exception):
            raise judged.outcome
        else:
            self._known[judged.exercise.path] = judged.content
            self._desk.report(judged.exercise, judged.outcome)
            self._live.judged()

    # ---- keys

    def _press(self, char: str) -> None:
        asked, self._asked = self._asked, None
        if asked:
            if char == "y":
                asked()
            else:
                click.echo("nothing was changed")
            return
        if char == "q":
            self._events.put(None)
        elif char == "l":
            click.echo("\n".join(list_lines(entries(self._desk.workspace), self._desk.screen)))
        elif char == "n":
            click.echo(next_line(entries(self._desk.workspace)))
        elif char in self._actions:
            self._actions[char](self._desk.choose(None))
        elif char.strip():
            click.echo(KEYS)

    def _open(self, exercise: Exercise) -> None:
        module = self._desk.workspace.module(exercise)
        click.echo(str(module))
        if has_window():  # one in this terminal would fight for its keys
            edit(module)

    def _ask_reset(self, exercise: Exercise) -> None:
        module = self._desk.workspace.module(exercise)
        click.echo(f"Back up {shown(module)} and put the starter in its place? y or n")
        self._asked = lambda: self._reset(exercise)

    def _reset(self, exercise: Exercise) -> None:
        backup = self._desk.workspace.reset(exercise)
        if backup:
            click.echo(f"your file is kept at {shown(backup)}")


def _clock() -> str:
    return time.strftime("%H:%M:%S")
