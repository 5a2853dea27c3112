"""`ninety author`: start an exercise, generate what learners open, run the whole matrix."""

import json
import os
from pathlib import Path
from typing import Any

import click

from autograder.cli.author_attack import attack
from autograder.cli.author_common import chosen, exercises_argument, judge_in, sandbox_option, tell
from autograder.cli.author_mutate import mutate
from autograder.course import Catalogue, find_course
from autograder.errors import Exit


@click.group("author")
def author_command() -> None:
    """For those who write exercises."""


author_command.add_command(mutate)
author_command.add_command(attack)


@author_command.command("new")
@click.argument("name", metavar="CHAPTER/NAME")
@click.option("--number", type=int, help="Its place in the chapter; the next free one by default.")
def new(name: str, number: int | None) -> None:
    """Start an exercise, such as 08_serving/micro_batching."""
    from autograder.author.build import plan_build
    from autograder.author.new import new_exercise

    root = find_course()
    folder, page = new_exercise(root, name, number)
    catalogue = Catalogue(root)
    exercise = catalogue.get(f"{folder.parent.name}/{folder.name}")
    plan_build(catalogue, [exercise], whole=False).carry_out()
    click.echo(f"{exercise.number}: {_shown(folder)}, a small exercise that is valid; make it yours")
    click.echo(f"its page is {_shown(page)}: add it to _toc.yml")
    click.echo(f"then: ninety author build {exercise.number} && ninety author validate {exercise.number}")


@author_command.command("build")
@exercises_argument
@click.option("--check", is_flag=True, help="Write nothing; list what differs and exit with 1.")
@click.option(
    "--to",
    type=(click.Choice(["nbgrader"]), click.Path(file_okay=False, path_type=Path)),
    metavar="nbgrader FOLDER",
    help="Make FOLDER an nbgrader course of these exercises.",
)
def build(names: tuple[str, ...], check: bool, to: tuple[str, Path] | None) -> Exit:
    """Generate exercises/ from solutions/: all exercises, or those named."""
    from autograder.author.build import plan_build, plan_nbgrader

    catalogue = Catalogue(find_course())
    wanted = chosen(catalogue, names)
    plan = plan_nbgrader(wanted, to[1]) if to else plan_build(catalogue, wanted, whole=not names)
    for kind, path in plan.steps():
        click.echo(f"{kind:6} {_shown(path)}")
    if check:
        return Exit.NOT_YET if plan else Exit.PASSED
    plan.carry_out()
    if not plan:
        click.echo("nothing to do: everything is as it should be")
    return Exit.PASSED


@author_command.command("validate")
@exercises_argument
@click.option("--jobs", type=click.IntRange(min=1), default=os.cpu_count() or 1, show_default=True,
              help="How many submissions are judged at a time.")  # fmt: skip
@click.option("--repeats", type=click.IntRange(min=1), default=10, show_default=True,
              help="How many seeds the solution is judged with.")  # fmt: skip
@sandbox_option
@click.option("--json", "as_json", is_flag=True, help="Report as JSON.")
def validate(names: tuple[str, ...], jobs: int, repeats: int, sandbox: str | None, as_json: bool) -> Exit:
    """Judge the starter, the solution, and every right and wrong one; check the folders; print one table."""
    from autograder.author.judging import workers
    from autograder.author.report import as_table
    from autograder.author.validate import leftovers
    from autograder.author.validate import validate as run_matrix

    catalogue = Catalogue(find_course())
    with judge_in(sandbox) as judge:
        wanted = chosen(catalogue, names)
        rows = run_matrix(catalogue, wanted, workers(jobs), repeats=repeats, judge=judge, tell=tell)
    beside = () if names else leftovers(catalogue)
    green = all(row.green for row in rows) and not beside
    if as_json:
        report: dict[str, Any] = {"green": green, "exercises": [row.as_dict() for row in rows], "course": beside}
        click.echo(json.dumps(report, indent=2, ensure_ascii=False))
    else:
        click.echo(as_table(rows, beside))
    return Exit.PASSED if green else Exit.NOT_YET


def _shown(path: Path) -> str:
    """`path` as short as it can be written from here."""
    here = Path.cwd()
    return str(path.relative_to(here)) if path.is_relative_to(here) else str(path)
