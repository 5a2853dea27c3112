"""The commands that say how far a learner is."""

from pathlib import Path

import click

from autograder.cli import options
from autograder.cli.options import echo_json
from autograder.learner.desk import Desk, shown
from autograder.learner.progress.entries import entries
from autograder.learner.progress.merge import merge
from autograder.learner.progress.state import now
from autograder.learner.progress.summary import summarise
from autograder.learner.progress.summary_page import write_page
from autograder.learner.progress.summary_text import summary_lines


@click.command("progress")
@options.workspace
@click.option("--html", type=click.Path(path_type=Path), is_flag=False, flag_value="progress.html", metavar="[FILE]",
              help="Write it as a page to FILE, or to progress.html.")  # fmt: skip
@click.option("--merge", "other", type=click.Path(exists=True, path_type=Path), metavar="WORKSPACE",
              help="First add what another WORKSPACE of yours knows, such as one on your other machine.")  # fmt: skip
@options.as_json
@options.plain
def progress_command(workspace: Path | None, html: Path | None, other: Path | None, as_json: bool, plain: bool) -> None:
    """Sum up what you did, and say what comes next.

    By chapter and by skill, with the time and the help that it took. Merging never loses a pass, and a hint that was
    opened on either machine stays opened. Your files are not touched: it joins what is known of them.
    """
    desk = Desk.at(workspace, plain)
    if other is not None:
        desk.workspace.require()
        new = merge(desk.workspace, other)
        click.echo(f"{new} event{'s' * (new != 1)} from {shown(other)} added", err=True)
    summary = summarise(entries(desk.workspace))
    if html is not None:
        write_page(summary, html, now())
        click.echo(shown(html), err=as_json)
    if as_json:
        echo_json(summary.as_dict())
    elif html is None:
        click.echo("\n".join(summary_lines(summary, desk.screen)))
