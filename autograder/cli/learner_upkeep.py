"""The commands that keep a workspace and its machine in order."""

import queue
import shutil
import sys
import threading
from collections.abc import Callable
from dataclasses import asdict
from importlib.util import find_spec
from pathlib import Path

import click

from autograder.cli import options
from autograder.cli.options import echo_json
from autograder.errors import Exit
from autograder.learner.desk import Desk, shown
from autograder.learner.doctor.examine import examine
from autograder.learner.doctor.finding import Health
from autograder.learner.doctor.machine import Sandboxes
from autograder.learner.screen import doctor_lines


@click.command("reset")
@options.named_exercise
@options.workspace
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


@click.command("doctor")
@options.workspace
@options.as_json
@options.plain
def doctor_command(workspace: Path | None, as_json: bool, plain: bool) -> int:
    """Look for what would stop you on this machine, and say what mends it."""
    desk = Desk.at(workspace, plain)
    findings = list(examine(desk.workspace, sys.stdout.encoding, _sandboxes()))
    if as_json:
        echo_json([asdict(finding) for finding in findings])
    else:
        click.echo("\n".join(doctor_lines(findings, desk.screen)))
    ill = any(finding.health is Health.PROBLEM for finding in findings)
    return Exit.ENVIRONMENT if ill else Exit.PASSED


def _sandboxes() -> Sandboxes:
    from autograder.sandbox import Tier, image_of
    from autograder.sandbox.bubblewrap import Bubblewrap
    from autograder.sandbox.engine import no_engine as why_no_engine

    spec = find_spec("docker")
    package = bool(spec and spec.origin)  # the course's own folder of that name has no origin
    no_engine = _within(5, why_no_engine) if package else "the Python package docker is not installed"
    return Sandboxes(
        no_bubblewrap=Bubblewrap().available(),
        no_engine=no_engine,
        no_image="" if no_engine else _within(5, lambda: "" if image_of(Tier.CORE) else "not built"),
        docker_client=shutil.which("docker") is not None,
        docker_package=package,
    )


def _within(seconds: float, ask: Callable[[], str]) -> str:
    """What `ask` answers, or why it does not: an engine that hangs must not hang the doctor."""
    answers: queue.SimpleQueue[str] = queue.SimpleQueue()

    def answer() -> None:
        try:
            answers.put(ask())
        except Exception as error:
            answers.put(str(error).partition("\n")[0])

    threading.Thread(target=answer, daemon=True).start()
    try:
        return answers.get(timeout=seconds)
    except queue.Empty:
        return f"the Docker engine gives no answer in {seconds:.0f} s"
