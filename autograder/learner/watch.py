"""Notices that a learner saved a module, however the editor writes it and whatever the file system tells."""

import hashlib
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event
from typing import NamedTuple

from watchfiles import watch

from autograder.course import Exercise
from autograder.course.manifest import MAX_MODULE
from autograder.errors import Exit, Problem
from autograder.files import open_plain, try_lock
from autograder.learner.workspace import Workspace

_PAUSE_MS = 10  # an editor's several writes for one save come within this
_BURST_MS = 100  # a program that writes on and on beside the modules delays a verdict by no more
_LOOK_MS = 250  # what the system does not tell is seen after this
_DOUBT_S = 0.3  # editors that truncate leave an empty file for a moment, those that rename leave none
_ENOUGH = 2 * MAX_MODULE


class _Look(NamedTuple):
    """What tells one state of a file from another without reading it."""

    device: int
    inode: int
    size: int
    modified: int
    changed: int


def saves(workspace: Workspace, stop: Event | None = None) -> Iterator[Exercise]:
    """Each exercise whose module was saved, emptied or removed, until `stop` is set or the user interrupts.

    The system says when to look, and on most file systems it says so within milliseconds. It does not for a folder of
    another machine, a link's target or more folders than it watches: so each module is looked at anyway, four times a
    second. `Problem` when the workspace is gone.
    """
    modules = {workspace.module(exercise): exercise for exercise in workspace.catalogue}
    seen = {module: _look(module) for module in modules}
    doubts: dict[Path, float] = {}  # until when a file that is empty or gone may be a save under way

    def is_doubtful(path: Path) -> bool:
        return time.monotonic() < doubts.setdefault(path, time.monotonic() + _DOUBT_S)

    for told in _told(workspace.root, stop or Event()):
        if not workspace.root.is_dir():
            if is_doubtful(workspace.root):
                continue
            raise Problem(
                "the workspace is gone, and can no longer be watched",
                where=str(workspace.root),
                fix="put it back, then start this command again",
                code=Exit.ENVIRONMENT,
            )
        doubts.pop(workspace.root, None)
        for module, exercise in modules.items():
            now = _look(module)
            if now != seen[module] or str(module) in told:
                if not (now and now.size) and is_doubtful(module):
                    continue
                seen[module] = now
                yield exercise
            doubts.pop(module, None)


def _told(root: Path, stop: Event) -> Iterator[set[str]]:
    """What the system says was changed below `root`: paths, none when it says nothing for a while."""
    while not stop.is_set():
        watched = _place(root)
        try:
            for changes in watch(
                root,
                watch_filter=None,
                debounce=_BURST_MS,
                step=_PAUSE_MS,
                rust_timeout=_LOOK_MS,
                yield_on_timeout=True,
                stop_event=stop,
                force_polling=False,
                ignore_permission_denied=True,
            ):
                yield {path for _, path in changes}
                if _place(root) != watched:
                    break  # the folder was replaced, and what is watched is the old one
        except (OSError, RuntimeError, ValueError):  # nothing to watch, too many folders, a name outside the encoding
            yield set()
            stop.wait(_LOOK_MS / 1000)


def _look(path: Path) -> _Look | None:
    """None when nothing is to be seen."""
    try:
        about = path.stat()
    except OSError:
        return None
    return _Look(about.st_dev, about.st_ino, about.st_size, about.st_mtime_ns, about.st_ctime_ns)


def _place(folder: Path) -> tuple[int, int] | None:
    """What stays while a folder is the same one."""
    look = _look(folder)
    return look and (look.device, look.inode)


def content_of(module: Path) -> str:
    """What stands for the content of a module: equal when nothing was changed; "" when it cannot be read now."""
    try:
        with open_plain(module) as file:
            size = os.fstat(file.fileno()).st_size
            return f"{size} {hashlib.sha256(file.read(_ENOUGH)).hexdigest()}"
    except OSError:
        return ""


@contextmanager
def watching(workspace: Workspace) -> Iterator[bool]:
    """Say to others that this workspace is watched; False when somebody said so before and still watches."""
    try:
        handle = (workspace.store.folder / "watching").open("a+b")
    except OSError:  # nothing can be written here; the first verdict says so
        yield True
        return
    with handle:
        try:
            alone = try_lock(handle)  # the lock ends with the file
        except OSError:  # some file systems of other machines have no locks
            alone = True
        yield alone
