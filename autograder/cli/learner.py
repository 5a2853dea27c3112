"""The learner's commands: what they accept and what they print."""

import json
import os
import sys
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import click

from autograder.errors import Exit, Problem
from autograder.learner.aid import next_hint, the_solution
from autograder.learner.desk import Desk, note, shown
from autograder.learner.doctor import Health, examine
from autograder.learner.editor import edit
from autograder.learner.progress import entries, what_next
from autograder.learner.screen import (
    doctor_lines,
    list_lines,
    next_line,
    progress_lines,
    start_lines,
)
from autograder.learner.server import DEFAULT_PORT, book_folder, serving
from autograder.sandbox import NAMES

_workspace = click.option(
    "--workspace",
    envvar="NINETY_WORKSPACE",
    type=click.Path(path_type=Path),
    help="The folder you work in; otherwise the one you are in, or work/.",
)
_json = click.option("--json", "as_json", is_flag=True, help="Report as JSON.")
_plain = click.option("--plain", is_flag=True, help="No colour and no drawing.")
_sandbox = click.option(
    "--sandbox",
    type=click.Choice(NAMES),
    help="Where your code runs; a bare process by default.",
)
_exercise = click.argument("exercise", required=False)


@click.command("start")
@_workspace
@click.option("--port", type=click.IntRange(0, 65535), help=f"The book's port; else {DEFAULT_PORT} or the next.")
@click.option("--no-serve", is_flag=True, help="Leave the book out.")
@click.option("--no-watch", is_flag=True, help="Do not judge what is saved.")
@_sandbox
@_plain
def start_command(
    workspace: Path | None, port: int | None, no_serve: bool, no_watch: bool, sandbox: str | None, plain: bool
) -> int:
    """Make the workspace, serve the book, and judge each exercise when it is saved."""
    desk = Desk.at(workspace, plain, sandbox)
    desk.workspace.make()
    catalogue = desk.workspace.catalogue
    for placed in desk.workspace.place(e for e in catalogue if catalogue.released(e).is_dir()):
        if placed.how == "beside":
            note(f"the starter changed and so did yours; yours is kept, the new one is {shown(placed.path)}")
    with ExitStack() as stack:
        served = None if no_serve else _serve(desk, port, stack)
        click.echo("\n".join(start_lines(desk.workspace, served, watching=not no_watch)))
        if no_watch and served is None:
            return Exit.PASSED
        return _until_interrupted(_sleep if no_watch else lambda: _watch(desk))


@click.command("list")
@_workspace
@_json
@_plain
def list_command(workspace: Path | None, as_json: bool, plain: bool) -> None:
    """Show every exercise and how far you are with it."""
    desk = Desk.at(workspace, plain)
    found = entries(desk.workspace)
    if as_json:
        _echo_json([entry.as_dict() for entry in found])
    else:
        click.echo("\n".join(list_lines(found, desk.screen)))


@click.command("next")
@_workspace
@_json
def next_command(workspace: Path | None, as_json: bool) -> None:
    """Say which exercise comes next, and why."""
    found = entries(Desk.at(workspace).workspace)
    coming = what_next(found)
    if as_json:
        _echo_json(coming.as_dict())
        return
    click.echo(next_line(found))
    if coming.exercise:
        exercise = coming.exercise
        click.echo(f"  {exercise.summary}\n  read: {exercise.page}\n  then: ninety open {exercise.number}")


@click.command("open")
@click.argument("exercise")
@_workspace
@click.option("--print", "only_print", is_flag=True, help="Print the path; start no editor.")
def open_command(exercise: str, workspace: Path | None, only_print: bool) -> None:
    """Put an exercise into the workspace, make it the current one, and open it in your editor."""
    desk = Desk.at(workspace)
    chosen = desk.choose(exercise)
    module = desk.workspace.module(chosen)
    desk.workspace.make()
    if not os.path.lexists(module):
        desk.workspace.place([chosen])
    desk.remember(lambda state: replace(state, current=chosen.path))
    click.echo(str(module))
    if not only_print and sys.stdin.isatty() and sys.stdout.isatty():
        edit(module)


@click.command("check")
@_exercise
@click.argument("file", required=False, type=click.Path(path_type=Path))
@_workspace
@click.option("--seed", type=click.IntRange(min=0), help="Replay a verdict: the seed that it printed.")
@_sandbox
@_json
@_plain
def check_command(
    exercise: str | None,
    file: Path | None,
    workspace: Path | None,
    seed: int | None,
    sandbox: str | None,
    as_json: bool,
    plain: bool,
) -> int:
    """Judge your code: EXERCISE, or the one you are at; FILE instead of the workspace's own."""
    desk = Desk.at(workspace, plain, sandbox)
    if file is None:
        desk.workspace.require()
    chosen = desk.choose(exercise)
    module = file or desk.workspace.module(chosen)
    if file is None and not os.path.lexists(module):
        raise Problem(
            f"exercise {chosen.number} is not in the workspace",
            where=str(module),
            fix=f"`ninety open {chosen.number}` puts it there",
        )
    from autograder.cli.grade import exit_code  # here, because it imports the examiner

    if sys.stderr.isatty():
        note(f"judging {shown(module)}")
    return exit_code([desk.check(chosen, module, seed=seed, as_json=as_json)])


@click.command("watch")
@_workspace
@_sandbox
@_plain
def watch_command(workspace: Path | None, sandbox: str | None, plain: bool) -> int:
    """Judge each exercise when it is saved, until Ctrl-C."""
    desk = Desk.at(workspace, plain, sandbox)
    desk.workspace.require()
    click.echo(f"watching {desk.workspace.root}; Ctrl-C ends it")
    return _until_interrupted(lambda: _watch(desk))


@click.command("debug")
@_exercise
@click.option("--check", "name", help="The check; otherwise the one that failed last.")
@click.option("--seed", type=click.IntRange(min=0), help="The seed; otherwise that of the last verdict.")
@_workspace
@_plain
def debug_command(exercise: str | None, name: str | None, seed: int | None, workspace: Path | None, plain: bool) -> int:
    """Run one check with your code in this terminal: breakpoint(), pdb, print and input() work. Nothing is recorded."""
    desk = Desk.at(workspace, plain)
    desk.workspace.require()
    chosen = desk.choose(exercise)
    from autograder.cli.grade import exit_code  # here, because it imports the examiner

    return exit_code([desk.debug(chosen, name, seed)])


@click.command("hint")
@_exercise
@click.option("--task", help="The task; otherwise the one your last check failed at.")
@_workspace
def hint_command(exercise: str | None, task: str | None, workspace: Path | None) -> None:
    """Open the next hint: where to look, then the idea, then nearly the code."""
    desk = Desk.at(workspace)
    desk.workspace.require()
    click.echo(next_hint(desk, desk.choose(exercise), task))


@click.command("reset")
@click.argument("exercise")
@_workspace
@click.option("--yes", is_flag=True, help="Do not ask.")
def reset_command(exercise: str, workspace: Path | None, yes: bool) -> None:
    """Start an exercise over; your file is backed up first."""
    desk = Desk.at(workspace)
    desk.workspace.require()
    chosen = desk.choose(exercise)
    module = desk.workspace.module(chosen)
    if desk.workspace.is_starter(chosen):
        click.echo(f"{shown(module)} is the starter already")
        return
    if not yes and not click.confirm(f"Back up {shown(module)} and put the starter in its place?"):
        click.echo("nothing was changed")
        return
    backup = desk.workspace.reset(chosen)
    if backup:
        click.echo(f"your file is kept at {shown(backup)}")
    click.echo(f"{shown(module)} is the starter again")


@click.command("solution")
@_exercise
@_workspace
@click.option("--give-up", is_flag=True, help="Show it before you passed; your progress says so.")
def solution_command(exercise: str | None, workspace: Path | None, give_up: bool) -> None:
    """Show an annotated solution, after you passed."""
    desk = Desk.at(workspace)
    desk.workspace.require()
    click.echo(the_solution(desk, desk.choose(exercise), give_up=give_up))


@click.command("progress")
@_workspace
@_json
@_plain
def progress_command(workspace: Path | None, as_json: bool, plain: bool) -> None:
    """Sum up your points by chapter, with the hints you opened, and what comes next."""
    desk = Desk.at(workspace, plain)
    found = entries(desk.workspace)
    if as_json:
        _echo_json({"exercises": [entry.as_dict() for entry in found], "next": what_next(found).as_dict()})
    else:
        click.echo("\n".join(progress_lines(found, desk.screen)))


@click.command("doctor")
@_workspace
@_json
@_plain
def doctor_command(workspace: Path | None, as_json: bool, plain: bool) -> int:
    """Look for what would stop you on this machine, and say what mends it."""
    from autograder.sandbox import Bubblewrap

    desk = Desk.at(workspace, plain)
    findings = list(examine(desk.workspace, sys.stdout.encoding, Bubblewrap().available()))
    if as_json:
        _echo_json([asdict(finding) for finding in findings])
    else:
        click.echo("\n".join(doctor_lines(findings, desk.screen)))
    ill = any(finding.health is Health.PROBLEM for finding in findings)
    return Exit.ENVIRONMENT if ill else Exit.PASSED


def _echo_json(report: Any) -> None:
    click.echo(json.dumps(report, indent=2))


def _serve(desk: Desk, port: int | None, stack: ExitStack) -> int | None:
    book = book_folder(desk.workspace.catalogue)
    if not book.is_dir():
        note("the book is not built: `make book` builds it; going on without it")
        return None
    served = stack.enter_context(serving(book, port))
    if port is None and served != DEFAULT_PORT:
        note(f"port {DEFAULT_PORT} is in use; the book is on {served}")
    return served


def _watch(desk: Desk) -> None:
    from autograder.learner.loop import Loop  # here, because it imports the examiner

    Loop(desk).run()


def _sleep() -> None:
    while True:
        time.sleep(3600)


def _until_interrupted(work: Callable[[], None]) -> int:
    try:
        work()
    except KeyboardInterrupt:
        click.echo("\nstopped; your files and your progress are kept")
    return Exit.PASSED
