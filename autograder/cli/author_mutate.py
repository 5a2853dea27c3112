"""`ninety author mutate`: judge the standard mutants of each solution."""

import json
import os

import click

from autograder.cli.author_common import chosen, exercises_argument, judge_in, sandbox_option, tell
from autograder.course import Catalogue, find_course
from autograder.errors import Exit


@click.command("mutate")
@exercises_argument
@click.option("--sample", type=click.IntRange(min=1), help="Judge that many mutants of each exercise, drawn at random.")
@click.option("--seed", type=click.IntRange(min=0), default=0, show_default=True,
              help="Draws the sample, and the checks' inputs.")  # fmt: skip
@click.option("--jobs", type=click.IntRange(min=1), default=os.cpu_count() or 1, show_default=True,
              help="How many mutants are judged at a time.")  # fmt: skip
@sandbox_option
@click.option("--json", "as_json", is_flag=True, help="Report as JSON.")
def mutate(
    names: tuple[str, ...], sample: int | None, seed: int, jobs: int, sandbox: str | None, as_json: bool
) -> Exit:
    """Change the solution one piece at a time, and list the changes that no check finds.

    Only what a learner writes is changed. A change that keeps the contract is recorded in the exercise's
    equivalent.toml, with the reason. Exit code 1 when another one survives.
    """
    from autograder.author.judging import workers
    from autograder.author.mutate import mutate as judge_mutants
    from autograder.author.survivors import as_table

    catalogue = Catalogue(find_course())
    with judge_in(sandbox) as judge:
        wanted = chosen(catalogue, names)
        scores = judge_mutants(wanted, workers(jobs), sample=sample, seed=seed, judge=judge, tell=tell)
    survivors = any(score.survivors for score in scores)
    if as_json:
        report = {"green": not survivors, "exercises": [score.as_dict() for score in scores]}
        click.echo(json.dumps(report, indent=2, ensure_ascii=False))
    else:
        click.echo(as_table(scores))
    return Exit.NOT_YET if survivors else Exit.PASSED
