"""The commands of a learner's day: what they accept and what they print."""

import os
import sys
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import click

from autograder.cli import options
from autograder.cli.early import start_early
from autograder.cli.options import echo_json
from autograder.cli.outcome import exit_code
from autograder.course.notebook import is_notebook
from autograder.errors import Exit
from autograder.learner.book.place import DEFAULT_PORT, book_folder
from autograder.learner.desk import Desk, note, shown
from autograder.learner.editor import edit
from autograder.learner.editor_files import write_editor_files
from autograder.learner.progress.entries import entries, what_next
from autograder.learner.progress.events import Opened
from autograder.learner.progress.state import now
from autograder.learner.screen import list_lines, next_line, start_lines
from autograder.learner.update import bring
from autograder.verdict import Outcome

if TYPE_CHECKING:
    from autograder.learner.book.live import Live


@click.command("start")
@options.workspace
@click.option("--port", type=click.IntRange(0, 65535), help=f"The book's port; else {DEFAULT_PORT} or the next.")
@click.option("--no-serve", is_flag=True, help="Leave the book out.")
@click.option("--no-watch", is_flag=True, help="Do not judge what is saved.")
@options.sandbox
@options.plain
def start_command(
    workspace: Path | None, port: int | None, no_serve: bool, no_watch: bool, sandbox: str | None, plain: bool
) -> int:
    """Make the workspace, serve the book, and judge each exercise when it is saved."""
    desk = Desk.at(workspace, plain, sandbox)
    desk.workspace.make()
    for placed in bring(desk):
        if placed.how == "beside":
            note(f"the starter changed and so did yours; yours is kept, the new one is {shown(placed.path)}")
        elif placed.how == "failed":
            note(f"{shown(placed.path)} could not be written: {placed.why}")
    write_editor_files(desk.workspace, sys.executable)
    from autograder.learner.book.live import Live  # here, because no other command serves

    live = Live(desk)
    with ExitStack() as stack:
        served = None if no_serve else _serve(desk, live, port, stack)
        click.echo("\n".join(start_lines(desk.workspace, served, watching=not no_watch)))
        if no_watch and served is None:
            return Exit.PASSED
        return _until_interrupted(_sleep if no_watch else lambda: _watch(desk, live))


@click.command("list")
@options.workspace
@options.as_json
@options.plain
def list_command(workspace: Path | None, as_json: bool, plain: bool) -> None:
    """Show every exercise and how far you are with it."""
    desk = Desk.at(workspace, plain)
    found = entries(desk.workspace)
    if as_json:
        echo_json([entry.as_dict() for entry in found])
    else:
        click.echo("\n".join(list_lines(found, desk.screen)))


@click.command("next")
@options.workspace
@options.as_json
def next_command(workspace: Path | None, as_json: bool) -> None:
    """Say which exercise comes next, and why."""
    found = entries(Desk.at(workspace).workspace)
    coming = what_next(found)
    if as_json:
        echo_json(coming.as_dict())
        return
    click.echo(next_line(found))
    if coming.exercise:
        exercise = coming.exercise
        click.echo(f"  {exercise.summary}\n  read: {exercise.page}\n  then: ninety open {exercise.number}")


@click.command("open")
@options.named_exercise
@options.workspace
@click.option("--print", "only_print", is_flag=True, help="Print the path; start no editor.")
def open_command(exercise: str, workspace: Path | None, only_print: bool) -> None:
    """Put an exercise into the workspace, make it the current one, and open it in your editor."""
    desk = Desk.at(workspace)
    chosen = desk.choose(exercise)
    module = desk.workspace.module(chosen)
    desk.workspace.make()
    write_editor_files(desk.workspace, sys.executable)
    if not os.path.lexists(module):
        desk.workspace.place([chosen])
    desk.record(Opened(now(), chosen.path))
    click.echo(str(module))
    if not only_print and sys.stdin.isatty() and sys.stdout.isatty():
        edit(module)


@click.command("check")
@options.exercise
@click.argument("file", required=False, type=click.Path(path_type=Path))
@options.workspace
@click.option("--seed", type=click.IntRange(min=0), help="Replay a verdict: the seed that it printed.")
@options.sandbox
@options.as_json
@options.plain
def check_command(
    exercise: str | None,
    file: Path | None,
    workspace: Path | None,
    seed: int | None,
    sandbox: str | None,
    as_json: bool,
    plain: bool,
) -> int:
    """Judge EXERCISE, or the one you are at; FILE, a module or a notebook, instead of the workspace's own."""
    desk = Desk.at(workspace, plain, sandbox)
    if file is None:
        desk.workspace.require()
    chosen = desk.choose(exercise)
    module = file or desk.module(chosen)
    if sys.stderr.isatty():
        note(f"judging {shown(module)}")
    if sandbox == "docker":
        from autograder.cli.image import offer_image  # here, because it imports the sandboxes

        offer_image(chosen)
    start_early(chosen, sandbox)
    if is_notebook(module):
        from autograder.learner.notebook.file import check_saved

        return exit_code([check_saved(desk, chosen, module, seed=seed, as_json=as_json)])
    verdict = desk.check(chosen, module, seed=seed, as_json=as_json)
    if file is None and verdict.outcome is Outcome.NOT_ATTEMPTED:
        from autograder.learner.notebook.file import where_else

        other = where_else(desk.workspace, chosen)
        if other:
            note(f"note: {other}")
    return exit_code([verdict])


@click.command("watch")
@options.workspace
@options.sandbox
@options.plain
def watch_command(workspace: Path | None, sandbox: str | None, plain: bool) -> int:
    """Judge each exercise when it is saved, until Ctrl-C."""
    desk = Desk.at(workspace, plain, sandbox)
    desk.workspace.require()
    click.echo(f"watching {desk.workspace.root}; Ctrl-C ends it")
    return _until_interrupted(lambda: _watch(desk))


@click.command("debug")
@options.exercise
@click.option("--check", "name", help="The check; otherwise the one that failed last.")
@click.option("--seed", type=click.IntRange(min=0), help="The seed; otherwise that of the last verdict.")
@options.workspace
@options.plain
def debug_command(exercise: str | None, name: str | None, seed: int | None, workspace: Path | None, plain: bool) -> int:
    """Run one check with your code in this terminal: breakpoint(), pdb, print and input() work. Nothing is recorded."""
    desk = Desk.at(workspace, plain)
    desk.workspace.require()
    chosen = desk.choose(exercise)
    return exit_code([desk.debug(chosen, name, seed)])


def _serve(desk: Desk, live: "Live", port: int | None, stack: ExitStack) -> int | None:
    from autograder.learner.book.server import serving  # here, because no other command serves

    book = book_folder(desk.workspace.catalogue)
    if not book.is_dir():
        note("the book is not built: `make book` builds it; going on without it")
        return None
    served = stack.enter_context(serving(book, port, live))
    if port is None and served != DEFAULT_PORT:
        note(f"port {DEFAULT_PORT} is in use; the book is on {served}")
    return served


def _watch(desk: Desk, live: "Live | None" = None) -> None:
    from autograder.learner.loop import Loop  # here, because it imports the examiner

    Loop(desk, live).run()


def _sleep() -> None:
    while True:
        time.sleep(3600)


def _until_interrupted(work: Callable[[], None]) -> int:
    try:
        work()
    except KeyboardInterrupt:
        click.echo("\nstopped; your files and your progress are kept")
    return Exit.PASSED
