"""Notices that a learner saved a module."""

import hashlib
from collections.abc import Iterator
from pathlib import Path
from threading import Event

from watchfiles import Change, watch

from autograder.course import Exercise
from autograder.learner.workspace import Workspace

_PAUSE_MS = 10  # an editor's several writes for one save come within this


def saves(workspace: Workspace, stop: Event | None = None) -> Iterator[Exercise]:
    """Each exercise whose module is saved, as it happens, until `stop` is set or the user interrupts."""
    modules = {workspace.module(exercise): exercise for exercise in workspace.catalogue}

    def is_saved(change: Change, path: str) -> bool:
        return change is not Change.deleted and Path(path) in modules

    for changes in watch(workspace.root, watch_filter=is_saved, step=_PAUSE_MS, stop_event=stop):
        for path in sorted({path for _, path in changes}):
            yield modules[Path(path)]


def content_of(module: Path) -> str:
    """What stands for the content of a module: equal when nothing was changed; "" when it cannot be read now."""
    try:
        return hashlib.sha256(module.read_bytes()).hexdigest()
    except OSError:
        return ""
