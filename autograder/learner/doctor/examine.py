"""The machine, the course and the workspace, one after the other."""

from collections.abc import Iterator

from autograder.course import Catalogue
from autograder.errors import Problem
from autograder.learner import extras
from autograder.learner.book.place import book_folder
from autograder.learner.doctor.advice import diagnose
from autograder.learner.doctor.finding import Finding, note, ok, problem
from autograder.learner.doctor.machine import Sandboxes, look
from autograder.learner.workspace import Workspace


def examine(workspace: Workspace, encoding: str, sandboxes: Sandboxes) -> Iterator[Finding]:
    """Look at this machine, the course and the workspace on it; `encoding` is the terminal's."""
    folder = next(f for f in (workspace.root, *workspace.root.parents) if f.is_dir())
    yield from diagnose(look(folder, encoding, sandboxes), workspace.catalogue)
    yield from _course(workspace.catalogue)
    yield from _extras(workspace.catalogue)
    yield _workspace(workspace)


def _course(catalogue: Catalogue) -> Iterator[Finding]:
    unbuilt = [e.number for e in catalogue if not (catalogue.released(e) / e.module_file).is_file()]
    if unbuilt:
        yield problem("course", f"not built: {', '.join(unbuilt)}", "ninety author build")
    else:
        yield ok("course", f"{len(catalogue.exercises)} exercises at {catalogue.root}")
    if book_folder(catalogue).is_dir():
        yield ok("book", str(book_folder(catalogue)))
    else:
        yield note("book", "not built", "make book")


def _extras(catalogue: Catalogue) -> Iterator[Finding]:
    users: dict[str, list[str]] = {}
    for exercise in catalogue:
        for extra in exercise.needs:
            users.setdefault(extra, []).append(exercise.number)
    for extra, numbers in users.items():
        absent = extras.missing(extra)
        if absent:
            what = f"lacks {', '.join(absent)}, used by exercise {', '.join(numbers)}"
            yield note(f"extra {extra}", what, extras.install_command((extra,)))
        else:
            yield ok(f"extra {extra}", f"installed, used by exercise {', '.join(numbers)}")


def _workspace(workspace: Workspace) -> Finding:
    try:
        if not workspace.exists():
            return note("workspace", f"none yet at {workspace.root}", "ninety start")
        workspace.store.read()
    except Problem as error:
        return problem("workspace", error.what, error.fix)
    except OSError as error:
        return problem("workspace", f"{error.strerror}: {error.filename}", "name another with --workspace")
    return ok("workspace", str(workspace.root))
