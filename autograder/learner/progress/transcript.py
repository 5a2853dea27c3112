"""A transcript: what a learner passed, with the texts that passed, so that someone else can judge them again.

It is one JSON file. Whoever reads it trusts nothing in it: sizes are bounded, every field has to be what it should be,
and no path or name in it is ever used as one.
"""

import hashlib
import json
import os
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from autograder import __version__
from autograder.course import Exercise
from autograder.course.digest import checks_digest
from autograder.course.manifest import MAX_MODULE
from autograder.errors import Problem
from autograder.files import NotPlain, open_plain, write_atomically
from autograder.learner.progress.events import EXERCISE, time_of
from autograder.learner.progress.record import Pass, Record, typed
from autograder.learner.progress.summary import duration
from autograder.learner.workspace import Workspace

FORMAT, SCHEMA = "ninety transcript", 1
LIMITS = (
    "A transcript proves that the code in it passes. It proves neither who wrote it nor when, nor with whose help: "
    "times, attempts, hints and solutions opened are what the learner's own machine says."
)
MAX_BYTES = 8 * 2**20  # some ten times a course of long modules; what is read takes some twenty times its size
_MAX_EXERCISES, _MAX_TEXT, _MAX_NUMBER = 500, 200, 2**53
_DIGEST = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class Item:
    """One passed exercise.

    `text` is the module that passed at `passed_at` with `seed`, `checks` the digest of what it passed, `sealed` how
    many checks did not run. The rest is the learner's own word.
    """

    exercise: str
    text: str
    sha256: str
    checks: str
    seed: int
    engine: str
    sandbox: str
    sealed: int
    passed_at: str
    first_passed_at: str
    attempts: int
    seconds: int
    hints: Mapping[str, int]
    solution_at: str

    @property
    def own_word(self) -> str:
        """When, after how many attempts, and with what help, as the learner's machine says."""
        hints = sum(self.hints.values())
        seen = bool(self.solution_at) and self.solution_at < self.passed_at
        help_used = [f"{hints} hint{'s' * (hints != 1)}"] if hints else []
        help_used += ["solution seen before passing"] * seen
        tries = f"{self.attempts} attempt{'s' * (self.attempts != 1)}"
        return ", ".join(
            [f"passed on {self.passed_at[:10]}", tries, duration(self.seconds), *(help_used or ["no help"])]
        )


@dataclass(frozen=True)
class Made:
    """What went into a transcript, and which passed exercises could not, as their texts are not there."""

    items: tuple[Item, ...]
    without: tuple[Exercise, ...]


def make(workspace: Workspace) -> Made:
    """Everything that was passed in the workspace."""
    state, items, without = workspace.store.read(), [], []
    for exercise in workspace.catalogue:
        record = state.record(exercise.path)
        found = _text_that_passed(workspace, exercise, record)
        if found:
            items.append(_item(exercise, record, *found))
        elif record.passes:
            without.append(exercise)
    return Made(tuple(items), tuple(without))


def write(made: Made, path: Path, made_at: str) -> None:
    """Write the transcript; `Problem` when something that is none stands at `path`, or when it would be too large."""
    if os.path.lexists(path) and not _is_one(path):
        raise Problem("this is no transcript, and it is not written over", where=str(path), fix="name another file")
    raw = {
        "format": FORMAT,
        "schema": SCHEMA,
        "made_at": made_at,
        "engine": __version__,
        "limits": LIMITS,
        "exercises": [asdict(item) for item in made.items],
    }
    content = json.dumps(raw, indent=1).encode("ascii")
    if len(content) > MAX_BYTES:
        what = f"the transcript would have more than {MAX_BYTES >> 20} MiB"
        raise Problem(what, where=str(path), fix="keep data out of the modules, and check them again")
    write_atomically(path, content)


def read(path: Path) -> tuple[Item, ...]:
    """The items of the transcript at `path`, which may have been made by anybody; `Problem` when it is none."""
    try:
        raw = json.loads(_content(path).decode("utf-8"), object_pairs_hook=_without_doubles, parse_constant=_refused)
        items = _items(raw)
    except (ValueError, RecursionError) as error:
        what = str(error) if isinstance(error, _Refused) else "it is not the JSON that `ninety transcript` writes"
        raise Problem(
            f"this is no transcript: {what}", where=str(path), fix="ask for the file as it was written"
        ) from None
    return items


class _Refused(ValueError):
    """Raised for a field that is not what it should be; the words are ours alone."""


def _text_that_passed(workspace: Workspace, exercise: Exercise, record: Record) -> tuple[Pass, str] | None:
    """The pass of today's checks if its text is there, else the latest whose text is."""
    today = record.pass_of(checks_digest(exercise)) if record.passes else None
    found = workspace.last_passed((*record.passes, *filter(None, [today])))
    return (found[0], found[1].decode("utf-8", "strict")) if found else None


def _item(exercise: Exercise, record: Record, one: Pass, text: str) -> Item:
    return Item(
        exercise=exercise.path,
        text=text,
        sha256=one.module,
        checks=one.checks,
        seed=one.seed,
        engine=one.engine,
        sandbox=one.sandbox,
        sealed=one.sealed,
        passed_at=one.at,
        first_passed_at=record.passed_at,
        attempts=record.attempts,
        seconds=record.seconds,
        hints=dict(record.hints),
        solution_at=record.solution_at,
    )


def _is_one(path: Path) -> bool:
    try:
        return bool(json.loads(_content(path))["format"] == FORMAT)
    except (Problem, ValueError, RecursionError, KeyError, TypeError):
        return False


def _content(path: Path) -> bytes:
    try:
        with open_plain(path) as file:
            content = file.read(MAX_BYTES + 1)
    except NotPlain:
        raise Problem("this is no transcript: it is no plain file", where=str(path)) from None
    except OSError as error:
        raise Problem(f"the transcript cannot be read: {error.strerror}", where=str(path)) from None
    if len(content) > MAX_BYTES:
        raise Problem(f"this is no transcript: it has more than {MAX_BYTES >> 20} MiB", where=str(path))
    return content


def _without_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise _Refused("a key occurs twice")
    return found


def _refused(name: str) -> None:
    raise _Refused(f"it holds {name}, which is no number")


def _items(raw: object) -> tuple[Item, ...]:
    if not isinstance(raw, dict) or raw.get("format") != FORMAT:
        raise _Refused("it does not say that it is one")
    if raw.get("schema") != SCHEMA:
        raise _Refused(f"it is of a schema that this version does not read; it reads {SCHEMA}")
    whole = _typed(raw, "it", format=str, schema=int, made_at=str, engine=str, limits=str, exercises=list)
    if len(whole["exercises"]) > _MAX_EXERCISES:
        raise _Refused(f"it has more than {_MAX_EXERCISES} exercises")
    items = tuple(_item_from(one, number) for number, one in enumerate(whole["exercises"], start=1))
    if len({item.exercise for item in items}) != len(items):
        raise _Refused("an exercise occurs twice")
    return items


def _item_from(raw: object, number: int) -> Item:
    where = f"its exercise {number}"
    item = Item(**_typed(raw, where, **_KINDS))
    if not EXERCISE.fullmatch(item.exercise):
        raise _Refused(f"{where} is named as no exercise is")
    if not all(_DIGEST.fullmatch(digest) for digest in (item.sha256, *filter(None, [item.checks]))):
        raise _Refused(f"{where} has no SHA-256")
    for at in filter(None, (item.passed_at, item.first_passed_at, item.solution_at)):
        time_of(at)
    numbers = (item.seed, item.sealed, item.attempts, item.seconds, *item.hints.values())
    if not all(type(n) is int and 0 <= n < _MAX_NUMBER for n in numbers) or len(item.hints) > _MAX_TEXT:
        raise _Refused(f"{where} has a number that cannot be")
    if max(len(item.engine), len(item.sandbox), *map(len, item.hints), 0) > _MAX_TEXT:
        raise _Refused(f"{where} has a text that is too long")
    content = item.text.encode("utf-8")
    if len(content) > MAX_MODULE:
        raise _Refused(f"the module of {where} has more than {MAX_MODULE >> 10} KiB")
    if hashlib.sha256(content).hexdigest() != item.sha256:
        raise _Refused(f"the module of {where} is not the one that its SHA-256 names")
    return item


def _typed(raw: object, where: str, **kinds: type) -> dict[str, Any]:
    try:
        return typed(raw, **kinds)
    except ValueError:
        raise _Refused(f"{where} lacks a field, has one too many, or one of another type") from None


_KINDS: dict[str, type] = dict.fromkeys(Item.__dataclass_fields__, str) | {
    "seed": int,
    "sealed": int,
    "attempts": int,
    "seconds": int,
    "hints": dict,
}
