"""The options that several commands have, and how a report is printed as JSON."""

import json
from pathlib import Path
from typing import Any

import click

from autograder.sandbox import NAMES

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
    type=click.Choice(NAMES),
    help="Where your code runs; a bare process by default.",
)
exercise = click.argument("exercise", required=False)


def echo_json(report: Any) -> None:
    """Print the report, and nothing else, on standard output."""
    click.echo(json.dumps(report, indent=2))
