"""`ninety image`: build what the Docker sandbox runs candidates in."""

import sys

import click

from autograder.course import Exercise
from autograder.course.imports import imported_modules
from autograder.sandbox.image import Tier, image_of


@click.command("image")
@click.argument("tiers", nargs=-1, type=click.Choice([tier.value for tier in Tier]), metavar="[core|torch]...")
@click.option("--base", help="An image with Python 3.11 to 3.13; Python's own slim one by default.")
def image_command(tiers: tuple[str, ...], base: str | None) -> None:
    """Build the Docker images that candidates run in: all of them, or those named."""
    from autograder.sandbox.build import build_image

    for tier in tiers or tuple(Tier):
        click.echo(f"{build_image(Tier(tier), base, click.echo)} is ready")


def offer_image(exercise: Exercise) -> None:
    """Where the exercise's image is missing and a person is there to ask: offer to build it."""
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        return
    tier = Tier.for_modules(imported_modules(exercise))
    if image_of(tier) is None and click.confirm(
        f"The Docker image of tier {tier} is not built yet; build it now (a minute or two)?", default=True, err=True
    ):
        from autograder.sandbox.build import build_image

        build_image(tier, None, lambda text: click.echo(text, err=True))
