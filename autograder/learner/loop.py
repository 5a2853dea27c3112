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
from autograder.learner.book.live import Live
from autograder.learner.desk import READY, Desk, note, shown, text_of
from autograder.learner.editor import edit, has_window
from autograder.learner.keys import pressed
from autograder.learner.progress.entries import entries
from autograder.learner.progress.events import Opened
from autograder.learner.progress.state import now
from autograder.learner.screen import list_lines, next_line
from autograder.learner.watch import content_of, saves, watching
from autograder.verdict import Verdict

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
class _Explained:
    """What the failure of this content comes from."""

    exercise: Exercise
    content: str
    mistake: str


@dataclass(frozen=True)
class _Judgement:
    """One that is under way, or its explanation."""

    exercise: Exercise
    content: str
    cancel: Cancel
    thread: threading.Thread


@dataclass(frozen=True)
class _Blind:
    """Saves can no longer be noticed."""

    error: Exception


_Event = _Saved | _Key | _Judged | _Explained | _Blind | None


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
            "h": lambda exercise: click.echo(f"\n{next_hint(desk, exercise)}"),
            "s": lambda exercise: click.echo(the_solution(desk, exercise)),
            "o": self._open,
            "r": self._ask_reset,
        }

    def run(self) -> None:
        """Watch, listen and judge; KeyboardInterrupt at Ctrl-C, `Problem` when the workspace is gone."""
        stop = threading.Event()
        threading.Thread(target=self._watch, args=(stop,), name="saves", daemon=True).start()
        try:
            with watching(self._desk.workspace) as alone, pressed(lambda char: self._events.put(_Key(char))) as keys:
                if not alone:
                    note("another `ninety` watches this workspace as well: each save is judged and counted by both")
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
        except Exception as error:  # it is said where the user looks
            self._events.put(_Blind(error))

    def _begin(self) -> None:
        """Go on where the learner was: judge what they have begun, and have ready what comes next."""
        current = next((entry for entry in entries(self._desk.workspace) if entry.current), None)
        if current is None:
            return
        self._desk.record(Opened(now(), current.exercise.path))
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

    def _handle(self, event: _Saved | _Key | _Judged | _Explained | _Blind) -> None:
        """What stands in the way of one event, such as a folder that cannot be written, does not end the others."""
        if isinstance(event, _Blind):
            raise event.error
        try:
            match event:
                case _Saved(exercise):
                    self._judge(exercise)
                case _Judged():
                    self._report(event)
                case _Explained(exercise, content, mistake):
                    if self._now and self._now.content == content:
                        self._now = None
                        self._desk.explain(exercise, mistake)
                case _Key(char):
                    self._press(char)
        except Problem as problem:
            note(str(problem))
        except OSError as error:
            note(f"{error.strerror or error}\n  where: {error.filename or self._desk.workspace.root}")

    # ---- judging

    def _judge(self, exercise: Exercise) -> None:
        try:
            module = self._desk.module(exercise)
        except Problem:
            self._end_judgement()
            raise
        content = content_of(module)
        if self._now and (self._now.exercise.path, self._now.content) == (exercise.path, content):
            return  # the same save, told twice
        if content and self._known.get(exercise.path) == content:
            click.echo(f"\n{_clock()}  {shown(module)} is as it was when it was judged")
            return
        self._end_judgement()
        click.echo(f"\n{_clock()}  {shown(module)}")
        self._live.judging(exercise)
        self._begin_judgement(exercise, content, lambda cancel: self._judged(exercise, content, module, cancel))

    def _begin_judgement(self, exercise: Exercise, content: str, work: Callable[[Cancel], None]) -> None:
        cancel = Cancel()
        thread = threading.Thread(target=work, args=(cancel,), name="judge")
        self._now = _Judgement(exercise, content, cancel, thread)
        thread.start()

    def _judged(self, exercise: Exercise, content: str, module: Path, cancel: Cancel) -> None:
        outcome: Verdict | Exception
        try:
            outcome = self._desk.judge(exercise, module, sandbox=self._sandbox, cancel=cancel)
        except Cancelled:
            return
        except Exception as error:
            outcome = error
        self._events.put(_Judged(exercise, content, outcome))

    def _explained(self, exercise: Exercise, content: str, verdict: Verdict, cancel: Cancel) -> None:
        try:
            # Never in the process that waits for the next save.
            mistake = self._desk.mistake_in(exercise, verdict, cancel)
        except Cancelled:
            return
        except Problem:
            mistake = ""
        self._events.put(_Explained(exercise, content, mistake))

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
        if isinstance(judged.outcome, Exception):
            self._live.judged(str(judged.outcome))
            raise judged.outcome
        self._known[judged.exercise.path] = judged.content
        text = text_of(self._desk.workspace.module(judged.exercise))
        as_judged = content_of(self._desk.workspace.module(judged.exercise)) == judged.content
        self._desk.report(judged.exercise, judged.outcome, module=text if as_judged else None)
        self._live.judged()
        if judged.outcome.first_failure:
            self._explain(judged.exercise, judged.content, judged.outcome)

    def _explain(self, exercise: Exercise, content: str, verdict: Verdict) -> None:
        self._begin_judgement(exercise, content, lambda cancel: self._explained(exercise, content, verdict, cancel))

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
