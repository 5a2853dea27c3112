"""Looks for what would stop a learner on this machine, and names the command that mends it."""

import shutil
import socket
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from autograder.course import Catalogue
from autograder.errors import Problem
from autograder.learner import extras
from autograder.learner.book import DEFAULT_PORT, HOST, book_folder
from autograder.learner.workspace import Workspace

_PYTHONS = ((3, 11), (3, 14))  # from the first, below the second; as in pyproject.toml
_FREE_MB = 500
_SKEW_S = 2.0


class Health(StrEnum):
    """A `NOTE` takes something away that some exercises use; a `PROBLEM` stops the course from working."""

    OK = "ok"
    NOTE = "note"
    PROBLEM = "problem"


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at; `fix` is what to type or do."""

    health: Health
    subject: str
    what: str
    fix: str = ""


def examine(workspace: Workspace, encoding: str, no_bubblewrap: str) -> Iterator[Finding]:
    """Look at this machine.

    `encoding` is the terminal's; `no_bubblewrap` says why bubblewrap cannot be used, "" when it can.
    """
    yield _python(sys.version_info[:2])
    yield from _course(workspace.catalogue)
    yield from _extras(workspace.catalogue)
    yield (
        Finding(Health.NOTE, "sandbox", f"bare process only: {no_bubblewrap}", "enough for your own code")
        if no_bubblewrap
        else Finding(Health.OK, "sandbox", "bubblewrap works")
    )
    yield from _workspace(workspace)
    yield _port()
    yield _terminal(encoding)


def _python(version: tuple[int, ...]) -> Finding:
    (low, high), shown = _PYTHONS, ".".join(map(str, version))
    if low <= version < high:
        return Finding(Health.OK, "python", f"{shown} at {sys.executable}")
    wanted = f"{low[0]}.{low[1]} or newer, below {high[0]}.{high[1]}"
    return Finding(Health.PROBLEM, "python", f"{shown}; the course needs {wanted}", "`make setup` with such a Python")


def _course(catalogue: Catalogue) -> Iterator[Finding]:
    unbuilt = [e.number for e in catalogue if not (catalogue.released(e) / e.module_file).is_file()]
    if unbuilt:
        yield Finding(Health.PROBLEM, "course", f"not built: {', '.join(unbuilt)}", "ninety author build")
    else:
        yield Finding(Health.OK, "course", f"{len(catalogue.exercises)} exercises at {catalogue.root}")
    if book_folder(catalogue).is_dir():
        yield Finding(Health.OK, "book", str(book_folder(catalogue)))
    else:
        yield Finding(Health.NOTE, "book", "not built", "make book")


def _extras(catalogue: Catalogue) -> Iterator[Finding]:
    users: dict[str, list[str]] = {}
    for exercise in catalogue:
        for extra in exercise.needs:
            users.setdefault(extra, []).append(exercise.number)
    for extra, numbers in users.items():
        absent = extras.missing(extra)
        if absent:
            what = f"lacks {', '.join(absent)}, used by exercise {', '.join(numbers)}"
            yield Finding(Health.NOTE, f"extra {extra}", what, extras.install_command((extra,)))
        else:
            yield Finding(Health.OK, f"extra {extra}", f"installed, used by exercise {', '.join(numbers)}")


def _workspace(workspace: Workspace) -> Iterator[Finding]:
    try:
        if not workspace.exists():
            yield Finding(Health.NOTE, "workspace", f"none yet at {workspace.root}", "ninety start")
        else:
            workspace.store.read()
            yield Finding(Health.OK, "workspace", str(workspace.root))
    except (Problem, OSError) as error:
        fix = error.fix if isinstance(error, Problem) else "name another with --workspace"
        what = error.what if isinstance(error, Problem) else f"{error.strerror}: {error.filename}"
        yield Finding(Health.PROBLEM, "workspace", what, fix)
    folder = next(f for f in (workspace.root, *workspace.root.parents) if f.is_dir())
    yield from _disk(folder)


def _disk(folder: Path) -> Iterator[Finding]:
    free = shutil.disk_usage(folder).free // 2**20
    health, fix = (Health.OK, "") if free >= _FREE_MB else (Health.PROBLEM, f"free at least {_FREE_MB} MB")
    yield Finding(health, "disk", f"{free} MB free at {folder}", fix)
    try:
        with tempfile.NamedTemporaryFile(dir=folder, prefix=".ninety-") as probe:
            skew = abs(Path(probe.name).stat().st_mtime - time.time())
    except OSError as error:
        fix = f"make {folder} writable, or name another folder with --workspace"
        yield Finding(Health.PROBLEM, "writable", f"no file can be made in {folder}: {error.strerror}", fix)
        return
    yield Finding(Health.OK, "writable", str(folder))
    yield _clock(skew)


def _clock(skew: float) -> Finding:
    ours = Path(__file__).stat().st_mtime
    if skew > _SKEW_S:
        what = f"a file saved now is dated {skew:.0f} s away from this machine's clock"
    elif time.time() < ours - 86400:
        what = f"the clock says {time.strftime('%Y-%m-%d')}, before the course was installed"
    else:
        return Finding(Health.OK, "clock", time.strftime("%Y-%m-%d %H:%M:%S %Z"))
    return Finding(Health.PROBLEM, "clock", what, "set the clock (Linux: sudo timedatectl set-ntp true)")


def _port() -> Finding:
    with socket.socket() as probe:
        probe.settimeout(1)
        if probe.connect_ex((HOST, DEFAULT_PORT)):
            return Finding(Health.OK, "port", f"{DEFAULT_PORT} is free for the book")
    what = f"{DEFAULT_PORT} is in use, perhaps by another `ninety start`; the next free one is taken"
    return Finding(Health.NOTE, "port", what, "ninety start --port N")


def _terminal(encoding: str) -> Finding:
    if encoding.lower().replace("-", "") == "utf8":
        return Finding(Health.OK, "terminal", encoding)
    what = f"{encoding}: letters outside it are shown wrong or as ?"
    return Finding(Health.NOTE, "terminal", what, "export PYTHONIOENCODING=utf-8")
