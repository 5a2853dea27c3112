"""A notebook's file: judging the cells that are saved in it, and taking the module out of it and back."""

from dataclasses import dataclass, replace
from pathlib import Path

import click

from autograder.course import Exercise
from autograder.course.cells import is_part_of, released_parts, saved_module
from autograder.course.notebook import MAX_BYTES, SUFFIX, Notebook, read_notebook
from autograder.course.parts import MARKER, join_parts, mark_part, spread_parts
from autograder.errors import Problem
from autograder.files import open_plain
from autograder.learner.desk import Desk, shown
from autograder.learner.workspace import Workspace
from autograder.verdict import Verdict
from autograder.verdict.cells import in_cells


@dataclass(frozen=True)
class Moved:
    """Code that was put at `path`; `changed` is False when it was there already. `backup` is what stood there."""

    path: Path
    changed: bool
    backup: Path | None = None


def notebook_of(workspace: Workspace, exercise: Exercise) -> Path:
    """The exercise's notebook in the workspace."""
    return workspace.module(exercise).with_suffix(SUFFIX)


def check_saved(desk: Desk, exercise: Exercise, path: Path, *, seed: int | None, as_json: bool) -> Verdict:
    """Judge the cells that are saved in the notebook at `path`, print the verdict, and record it.

    `Problem` when they make up no module, or this machine lacks what the exercise needs.
    """
    module = saved_module(exercise, read_saved(path), shown(path))
    verdict = replace(desk.judge(exercise, module.text.encode(), seed=seed), submission=str(path))
    verdict = in_cells(verdict, exercise.module_file, module.origins)
    desk.report(exercise, verdict, as_json=as_json, module=module.text.encode())
    if not as_json:
        click.echo(f"\njudged: the cells saved in {shown(path)}")
    return verdict


def where_else(workspace: Workspace, exercise: Exercise) -> str:
    """What to say of a module in which nothing was attempted, when its notebook holds other code; "" otherwise."""
    notebook = notebook_of(workspace, exercise)
    try:
        if not differing(workspace, exercise):
            return ""
    except Problem:
        return ""
    number, name = exercise.number, shown(notebook)
    return f"other code is saved in {name}: ninety check {number} {name}, or ninety notebook {number} --to-module"


def to_module(workspace: Workspace, exercise: Exercise, source: Path) -> Moved:
    """Put the cells saved in the notebook `source` into the module, after a backup; its ends of lines stay as they are.

    `Problem` when the cells make up no module.
    """
    text = saved_module(exercise, read_saved(source), shown(source)).text
    path = workspace.module(exercise)
    old = read_saved(path) if path.exists() else b""
    if path.exists() and _plain(old, path) == text:
        return Moved(path, False)
    return Moved(path, True, workspace.replace_file(path, _styled(text, old)))


def to_notebook(workspace: Workspace, exercise: Exercise) -> Moved:
    """Put the module into its notebook's cells, after a backup of the notebook; its other cells stay.

    `Problem` when the module is no Python.
    """
    path = notebook_of(workspace, exercise)
    base = path if path.exists() else workspace.starter(exercise).with_suffix(SUFFIX)
    notebook = read_notebook(read_saved(base), shown(base))
    new = notebook.with_parts(_marked(workspace, exercise), lambda part: is_part_of(exercise, part))
    if path.exists() and new == notebook:
        return Moved(path, False)
    return Moved(path, True, workspace.replace_file(path, new.encoded()))


def differing(workspace: Workspace, exercise: Exercise) -> list[int]:
    """The parts in which the module and its notebook differ; `Problem` when either cannot be read."""
    path = notebook_of(workspace, exercise)
    inside = _parts_in(read_notebook(read_saved(path), shown(path)), exercise)
    marked = _marked(workspace, exercise)
    return [index for index, source in marked.items() if inside.get(index, "").rstrip() != source.rstrip()]


def _parts_in(notebook: Notebook, exercise: Exercise) -> dict[int, str]:
    found = ((cell.part, cell.source) for cell in notebook.cells)
    return {part.index: source for part, source in found if part and is_part_of(exercise, part)}


def _marked(workspace: Workspace, exercise: Exercise) -> dict[int, str]:
    """The module in the workspace as a notebook's cells, by part."""
    path = workspace.module(exercise)
    text = _plain(read_saved(path), path)
    try:
        parts = spread_parts(text, released_parts(exercise))
    except (SyntaxError, ValueError) as error:
        where = f"{shown(path)}:{getattr(error, 'lineno', None) or 1}"
        raise Problem(f"the module is no Python: {error}", where=where, fix="correct it, then again") from None
    marked = {
        index: mark_part(exercise.number, exercise.module, index, part) for index, part in enumerate(parts, start=1)
    }
    if join_parts(marked.values()) != text:
        lines = text.split("\n")
        line = next((at for at, line in enumerate(lines, start=1) if MARKER.fullmatch(line.rstrip())), 1)
        fix = "remove the line that names a part; a notebook's cells have their own"
        raise Problem("the module would not be the same again", where=f"{shown(path)}:{line}", fix=fix)
    return marked


def read_saved(path: Path) -> bytes:
    """What a notebook's or a module's file holds; `Problem` when it cannot be read, or is too large."""
    try:
        with open_plain(path) as file:
            content = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise Problem(f"it cannot be read: {error.strerror}", where=shown(path), fix="check the path") from None
    if len(content) > MAX_BYTES:
        fix = "clear the outputs of its cells, save it, and try again"
        raise Problem(f"it has more than {MAX_BYTES // 2**20} MiB", where=shown(path), fix=fix)
    return content


def _plain(content: bytes, path: Path) -> str:
    """The module's text with plain ends of lines, the last one included."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Problem(f"the module is no text in UTF-8: {error}", where=shown(path), fix="save it as UTF-8") from None
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return text if text.endswith("\n") or not text else f"{text}\n"


def _styled(text: str, like: bytes) -> bytes:
    """The text as `like` was written: with its ends of lines, its last one or none, and its byte-order mark."""
    if like and not like.endswith((b"\n", b"\r")):
        text = text.removesuffix("\n")
    if b"\r\n" in like:
        text = text.replace("\n", "\r\n")
    mark = b"\xef\xbb\xbf" if like.startswith(b"\xef\xbb\xbf") else b""
    return mark + text.encode()
