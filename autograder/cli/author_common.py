"""What the commands of `ninety author` share: which exercises are meant, and how far it is."""

import sys

import click

from autograder.course import Catalogue, Exercise

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
