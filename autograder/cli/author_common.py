"""What the commands of `ninety author` share: which exercises are meant, and how far it is."""

import functools
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from autograder.course import Catalogue, Exercise
from autograder.sandbox import NAMES
from autograder.sandbox.bubblewrap import Bubblewrap

if TYPE_CHECKING:
    from autograder.author.judging import Judge

exercises_argument = click.argument("names", nargs=-1, metavar="[EXERCISE]...")


def chosen(catalogue: Catalogue, names: tuple[str, ...]) -> tuple[Exercise, ...]:
    """The exercises named, each once and in the course's order; all of them when none is named."""
    wanted = {catalogue.get(name).path for name in names}
    return tuple(exercise for exercise in catalogue if not names or exercise.path in wanted)


def tell(done: int, total: int, what: str) -> None:
    """Show on a terminal how far it is; the last call clears the line."""
    if sys.stderr.isatty():
        text = f"{done}/{total} {what}"[:78] if done < total else ""
        click.echo(f"\r{text:<79}" + ("\r" if done == total else ""), nl=False, err=True)


sandbox_option = click.option(
    "--sandbox",
    type=click.Choice(NAMES),
    help="Where the modules run; by default bubblewrap, which stays warm, or bare processes where it is missing.",
)


@contextmanager
def judge_in(sandbox: str | None) -> Iterator["Judge"]:
    """What judges in that sandbox, or in the fastest there is: 7.2 starts torch thirty times a grade."""
    from autograder.examiner import judge

    name = sandbox or ("process" if Bubblewrap().available() else "bubblewrap")
    with tempfile.TemporaryDirectory(prefix="ninety-") as lane:
        yield functools.partial(judge, sandbox=name, lane=Path(lane))
