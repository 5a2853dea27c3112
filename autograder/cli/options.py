"""The options that several commands have, and how a report is printed as JSON."""

import json
from pathlib import Path
from typing import Any

import click

from autograder.cli.completion import exercises

SANDBOXES = ("docker", "bubblewrap", "process")  # as in autograder.sandbox, whose import every command would wait for

workspace = click.option(
    "--workspace",
    envvar="NINETY_WORKSPACE",
    type=click.Path(path_type=Path),
    help="The folder you work in; otherwise the one you are in, or work/.",
)
as_json = click.option("--json", "as_json", is_flag=True, help="Report as JSON.")
plain = click.option("--plain", is_flag=True, help="No colour and no drawing.")
sandbox = click.option(
    "--sandbox",
    type=click.Choice(SANDBOXES),
    help="Where your code runs; a bare process by default.",
)
exercise = click.argument("exercise", required=False, shell_complete=exercises)
named_exercise = click.argument("exercise", shell_complete=exercises)


def echo_json(report: Any) -> None:
    """Print the report, and nothing else, on standard output."""
    click.echo(json.dumps(report, indent=2))
