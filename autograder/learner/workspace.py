"""The folder a learner works in: their files, copied from the course and never written over."""

import errno
import hashlib
import itertools
import os
import shutil
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from autograder.course import Catalogue, Exercise
from autograder.course.digest import checks_digest
from autograder.errors import Exit, Problem
from autograder.files import digest_of, replacing, write_atomically
from autograder.learner.progress.state import Pass, Standing, State
from autograder.learner.progress.store import Store, Tell, stamp, unused

MARK = ".ninety"
PASSED = "passed"  # the folder in it that keeps the texts which passed, by their SHA-256
_LEFT_OUT = {"__pycache__", ".ipynb_checkpoints", ".DS_Store"}
_NO_FILE_CAN_BE_WRITTEN = (errno.ENOSPC, errno.EDQUOT, errno.EROFS)
_FOR_COLAB = ".colab.ipynb"  # opened from the repository by its address; of no use on this machine


def locate(named: Path | None, start: Path) -> Path:
    """The workspace's folder: `named`, else the one that `start` is in or beside, else `start/work`."""
    if named is not None:
        return named.expanduser().resolve()
    for folder in (start, *start.parents):
        for candidate in (folder, folder / "work"):
            if (candidate / MARK).is_dir():
                return candidate.resolve()
    return (start / "work").resolve()


@dataclass(frozen=True)
class Placed:
    """A file of the course in a workspace: `new`, `updated`, `beside` the learner's own, or `failed` and why."""

    path: Path
    how: str
    why: str = ""


@dataclass(frozen=True)
class Workspace:
    """The folder `root`. `tell` shows the user one line about what was found or done."""

    root: Path
    catalogue: Catalogue
    tell: Tell

    @cached_property
    def store(self) -> Store:
        """Where the state is kept."""
        return Store(self.root / MARK, self.tell)

    def exists(self) -> bool:
        """True when there is nothing to make; `Problem` when something else stands there."""
        if (self.root / MARK).is_dir():
            return True
        was_one = any(self.module(exercise).exists() for exercise in self.catalogue)
        if self.root.exists() and not was_one and (not self.root.is_dir() or any(self.root.iterdir())):
            raise Problem(
                "this is not a workspace",
                where=str(self.root),
                fix="name a workspace, or a folder that is empty or new, with --workspace",
            )
        return False

    def make(self) -> None:
        """Make the folder, unless it is a workspace already."""
        if not self.exists():
            lost = self.root.exists() and any(self.root.iterdir())
            (self.root / MARK).mkdir(parents=True)
            found = "\n  your files in it are as they were; what was recorded of them is gone" if lost else ""
            self.tell(f"made a workspace: {self.root}{found}")

    def require(self) -> None:
        """`Problem` unless this is a workspace."""
        if not self.exists():
            raise Problem(
                "there is no workspace here",
                where=str(self.root),
                fix="`ninety start` or `ninety open EXERCISE` makes it; or name yours with --workspace",
            )

    def module(self, exercise: Exercise) -> Path:
        """The file the learner edits."""
        return self.root / exercise.path / exercise.module_file

    def starter(self, exercise: Exercise) -> Path:
        """The file the course releases; `Problem` when it has not been built."""
        path = self.catalogue.released(exercise) / exercise.module_file
        if not path.is_file():
            raise Problem(
                f"exercise {exercise.number} has not been built",
                where=str(path),
                fix="`ninety author build`",
                code=Exit.ENVIRONMENT,
            )
        return path

    def exercise_at(self, path: Path) -> Exercise | None:
        """The exercise whose folder holds `path`, if any."""
        for exercise in self.catalogue:
            if path.is_relative_to(self.root / exercise.path):
                return exercise
        return None

    def current(self, state: State) -> Exercise | None:
        """The exercise last worked on, if it is still in the course."""
        return next((e for e in self.catalogue if e.path == state.current), None)

    def standing(self, exercise: Exercise, state: State) -> Standing:
        """How far the learner is with `exercise`."""
        digest = digest_of(self.module(exercise))
        starter = state.released.get(f"{exercise.path}/{exercise.module_file}")
        starter = starter or digest_of(self.catalogue.released(exercise) / exercise.module_file)
        record = state.record(exercise.path)
        return record.standing(digest not in ("", starter), checks_digest(exercise) if record.passes else None)

    def place(self, exercises: Iterable[Exercise]) -> tuple[Placed, ...]:
        """Copy the released files of `exercises` into the workspace, keeping what the learner changed."""
        placed: list[Placed] = []

        def change(state: State) -> State:  # the files are written under the state's lock
            released = dict(state.released)
            for exercise in exercises:
                folder = self.starter(exercise).parent
                for source in _files(folder):
                    name = f"{exercise.path}/{source.relative_to(folder).as_posix()}"
                    placed.extend(self._place_file_if_possible(source, name, released))
            return replace(state, released=released)

        self.store.update(change)
        return tuple(placed)

    def _place_file_if_possible(self, source: Path, name: str, released: dict[str, str]) -> Iterator[Placed]:
        """One file that cannot be written, such as in a folder without the right to, does not keep back the others."""
        try:
            yield from self._place_file(source, name, released)
        except OSError as error:
            if error.errno in _NO_FILE_CAN_BE_WRITTEN:
                raise
            yield Placed(self.root / name, "failed", error.strerror or str(error))

    def _place_file(self, source: Path, name: str, released: dict[str, str]) -> Iterator[Placed]:
        target, content = self.root / name, source.read_bytes()
        new, old = hashlib.sha256(content).hexdigest(), released.get(name)
        if not os.path.lexists(target):
            how = "new"
        elif old in (None, new) or digest_of(target) == new:
            released[name] = new
            return
        elif digest_of(target) == old and not target.is_symlink():
            how = "updated"
        else:
            how, (target, key) = "beside", _beside(target, name, new, released)
            released[key] = new
        target.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(target, content)
        released[name] = new
        yield Placed(target, how)

    def reset(self, exercise: Exercise) -> Path | None:
        """Restore the starter, after a backup; return the backup, None where there was no file to back up."""
        content = self.starter(exercise).read_bytes()
        target = self.module(exercise)
        name = f"{exercise.path}/{exercise.module_file}"

        def change(state: State) -> State:
            return replace(state, released={**state.released, name: hashlib.sha256(content).hexdigest()})

        self.store.update(change)  # before the file: on a full disk this fails while nothing is changed
        return self.replace_file(target, content)

    def keep(self, content: bytes) -> str:
        """Keep the text of a module that passed; return its SHA-256, by which `kept` finds it."""
        digest = hashlib.sha256(content).hexdigest()
        folder = self.root / MARK / PASSED
        if self.kept(digest) is None:
            folder.mkdir(exist_ok=True)
            with self.store.locked():
                write_atomically(folder / digest, content)
        return digest

    def kept(self, digest: str) -> bytes | None:
        """The text that passed and has this SHA-256; None when it is not there, or not as it was."""
        path = self.root / MARK / PASSED / digest
        return path.read_bytes() if digest and digest_of(path) == digest else None

    def last_passed(self, passes: Iterable[Pass]) -> tuple[Pass, bytes] | None:
        """The last of these passes whose text was kept, and that text; None when there is none."""
        texts = ((one, self.kept(one.module)) for one in reversed(tuple(passes)))
        return next(((one, text) for one, text in texts if text is not None), None)

    def replace_file(self, path: Path, content: bytes) -> Path | None:
        """Put `content` at `path`, inside the workspace, after a backup; return the backup, None where nothing was."""
        with self.store.locked():
            backup = self._back_up(path) if path.exists() else None
            path.parent.mkdir(parents=True, exist_ok=True)
            write_atomically(path, content)
        return backup

    def is_starter(self, exercise: Exercise) -> bool:
        """True when the learner's file is what the course releases today."""
        return digest_of(self.module(exercise)) == digest_of(self.starter(exercise))

    def _back_up(self, path: Path) -> Path:
        if not path.is_file():
            fix = "move it away, then run this command again"
            raise Problem("what stands in a file's place is no plain file", where=str(path), fix=fix)
        folder = unused(self.root / MARK / "backups" / stamp())
        backup = folder / path.relative_to(self.root)
        backup.parent.mkdir(parents=True)
        with path.open("rb") as source, replacing(backup) as copy:
            shutil.copyfileobj(source, copy)
        return backup


def _beside(target: Path, name: str, new: str, released: Mapping[str, str]) -> tuple[Path, str]:
    """Where the new starter goes that cannot be at `target`, and its key in `released`.

    It is the first of `count.new.py`, `count.new-2.py`, … at which nothing stands but what was put there from the
    course.
    """
    marks = ("new" if number == 1 else f"new-{number}" for number in itertools.count(1))
    places = ((target.with_name(f"{target.stem}.{mark}{target.suffix}"), f"{name}.{mark}") for mark in marks)
    return next((place, key) for place, key in places if _is_ours(place, {new, released.get(key, new)}))


def _is_ours(place: Path, known: set[str]) -> bool:
    """True where nothing stands, or a file with one of these digests."""
    return not os.path.lexists(place) or (not place.is_symlink() and digest_of(place) in known)


def _files(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.rglob("*")):
        inside = path.relative_to(folder)
        if path.is_file() and not _LEFT_OUT.intersection(inside.parts) and not path.name.endswith(_FOR_COLAB):
            yield path
