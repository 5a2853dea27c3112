"""`ninety grade`: judge files that lie anywhere, and record nothing."""

import json
from pathlib import Path

import click

from autograder.course import Catalogue, find_course
from autograder.errors import Exit
from autograder.examiner import judge
from autograder.verdict import Outcome, Verdict
from autograder.verdict.terminal import render


def exit_code(verdicts: list[Verdict]) -> Exit:
    """The worst of what became of the submissions."""
    outcomes = {verdict.outcome for verdict in verdicts}
    if Outcome.GRADER_ERROR in outcomes:
        return Exit.OUR_BUG
    if outcomes == {Outcome.PASSED}:
        return Exit.PASSED
    return Exit.TIMED_OUT if outcomes == {Outcome.TIMED_OUT} else Exit.NOT_YET


@click.command("grade")
@click.argument("submissions", nargs=-1, required=True, metavar="SUBMISSION...")
@click.option("--exercise", required=True, help="Its number or name, such as 8.3.")
@click.option("--sandbox", type=click.Choice(["bubblewrap", "process"]), default="bubblewrap", show_default=True,
              help="The bare process is for code you trust.")  # fmt: skip
@click.option("--seed", type=int, help="Replay a grade with its seed.")
@click.option("--json", "as_json", is_flag=True, help="Print a list of verdicts.")
def grade_command(submissions: tuple[str, ...], exercise: str, sandbox: str, seed: int | None, as_json: bool) -> Exit:
    """Judge submissions: modules, or folders that hold them."""
    wanted = Catalogue(find_course()).get(exercise)
    verdicts = []
    for submission in submissions:
        verdict = judge(wanted, Path(submission), sandbox=sandbox, seed=seed)
        verdicts.append(verdict)
        if not as_json:
            click.echo(f"{submission}\n{render(verdict, colour=False)}\n")
    if as_json:
        click.echo(json.dumps([verdict.as_dict() for verdict in verdicts], indent=2))
    return exit_code(verdicts)
