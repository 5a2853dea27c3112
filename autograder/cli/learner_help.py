"""The commands that help a learner who is stuck, or done."""

from pathlib import Path

import click

from autograder.cli import options
from autograder.learner.aid import next_hint, the_solution
from autograder.learner.desk import Desk


@click.command("hint")
@options.exercise
@click.option("--task", help="The task; otherwise the one your last check failed at.")
@options.workspace
def hint_command(exercise: str | None, task: str | None, workspace: Path | None) -> None:
    """Open the next hint: where to look, then the idea, then nearly the code."""
    desk = Desk.at(workspace)
    desk.workspace.require()
    click.echo(next_hint(desk, desk.choose(exercise), task))


@click.command("solution")
@options.exercise
@options.workspace
@click.option("--give-up", is_flag=True, help="Show it before you passed; your progress says so.")
@click.option("--diff", "only_diff", is_flag=True, help="Show only the lines in which it differs from yours.")
@options.plain
def solution_command(exercise: str | None, workspace: Path | None, give_up: bool, only_diff: bool, plain: bool) -> None:
    """Show an annotated solution, after you passed.

    Below it stands which of your functions differ from it.
    """
    desk = Desk.at(workspace, plain)
    desk.workspace.require()
    click.echo(the_solution(desk, desk.choose(exercise), give_up=give_up, only_diff=only_diff))
