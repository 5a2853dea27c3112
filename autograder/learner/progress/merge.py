"""Joins what two machines know of one learner, so that neither loses a pass."""

from pathlib import Path

from autograder.course.manifest import MAX_MODULE
from autograder.errors import Problem
from autograder.learner.progress.events import line_of
from autograder.learner.progress.history import FILE, History
from autograder.learner.progress.store import Store
from autograder.learner.workspace import MARK, PASSED, Workspace


def merge(workspace: Workspace, other: Path) -> int:
    """Add what `other` knows, a workspace or the history of one; return how many of its events were new.

    Nothing in `other` is changed. `Problem` when it is neither.
    """
    store = _store_of(other, workspace)
    if store is None:
        lines = list(History(other).lines()) if other.is_file() else []
        if not lines:
            raise Problem(
                "this is neither a workspace nor the history of one",
                where=str(other),
                fix=f"name the other workspace's folder, or its {MARK}/{FILE}",
            )
    else:
        lines = [*store.history.lines(), *map(line_of, store.beyond_its_history())]
        _copy_texts(store.folder / PASSED, workspace)
    before = set(workspace.store.history.lines())
    workspace.store.join(lines)
    return len(set(lines) - before)


def _store_of(other: Path, workspace: Workspace) -> Store | None:
    folder = other if other.name == MARK else other / MARK
    return Store(folder, workspace.tell) if folder.is_dir() else None


def _copy_texts(folder: Path, workspace: Workspace) -> None:
    """Take over the texts that passed over there, each as what its content is."""
    for path in sorted(folder.glob("*")) if folder.is_dir() else ():
        if path.is_file() and len(path.name) == 64 and path.stat().st_size <= MAX_MODULE:
            workspace.keep(path.read_bytes())
