"""The commands that say how far a learner is."""

from pathlib import Path

import click

from autograder.cli import options
from autograder.cli.options import echo_json
from autograder.learner.desk import Desk
from autograder.learner.progress import entries, what_next
from autograder.learner.screen import progress_lines


@click.command("progress")
@options.workspace
@options.as_json
@options.plain
def progress_command(workspace: Path | None, as_json: bool, plain: bool) -> None:
    """Sum up your points by chapter, with the hints you opened, and what comes next."""
    desk = Desk.at(workspace, plain)
    found = entries(desk.workspace)
    if as_json:
        echo_json({"exercises": [entry.as_dict() for entry in found], "next": what_next(found).as_dict()})
    else:
        click.echo("\n".join(progress_lines(found, desk.screen)))
