"""`ninety transcript`: what a learner passed, for somebody else to verify."""

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from autograder.cli import options
from autograder.cli.options import echo_json
from autograder.course import Catalogue, Exercise, find_course
from autograder.errors import Exit
from autograder.learner.desk import Desk, note, shown
from autograder.learner.progress import transcript
from autograder.learner.progress.state import now
from autograder.learner.screen import Screen
from autograder.sandbox import NAMES, sandbox_for_strangers

if TYPE_CHECKING:
    from autograder.learner.progress.verify import Verified


@click.command("transcript", epilog=transcript.LIMITS)
@click.argument("file", type=click.Path(path_type=Path))
@options.workspace
@click.option("--verify", "to_verify", is_flag=True, help="Judge all that is in FILE again.")
@click.option("--sandbox", type=click.Choice(NAMES), help="Where the code in FILE runs; by default the strongest that "
              "is ready, docker before bubblewrap. The bare process is for code you trust.")  # fmt: skip
@options.as_json
@options.plain
def transcript_command(
    file: Path, workspace: Path | None, to_verify: bool, sandbox: str | None, as_json: bool, plain: bool
) -> int:
    """Write what you passed to FILE, or verify one.

    A transcript holds the texts that passed, so that somebody else can have them judged again with --verify.
    """
    screen = Screen.of(plain)
    if to_verify:
        return _verify(file, sandbox, as_json, screen)
    if sandbox or as_json:
        raise click.UsageError("--sandbox and --json go with --verify")
    desk = Desk.at(workspace, plain)
    desk.workspace.require()
    made = transcript.make(desk.workspace)
    transcript.write(made, file, now())
    count = len(made.items)
    click.echo(f"{shown(file)}: {count} passed exercise{'s' * (count != 1)} with the text that passed")
    for exercise in made.without:
        click.echo(
            f"  not in it: {exercise.number}, whose text was not kept; `ninety check {exercise.number}` keeps it"
        )
    click.echo(screen.wrap(f"`ninety transcript --verify {shown(file)}` judges it again. {transcript.LIMITS}"))
    return Exit.PASSED


def _verify(file: Path, sandbox: str | None, as_json: bool, screen: Screen) -> int:
    from autograder.course.imports import imported_modules  # here, because it imports the examiner
    from autograder.learner.progress.verify import Finding, verify

    items = transcript.read(file)

    def sandbox_for(exercise: Exercise) -> str:
        return sandbox or sandbox_for_strangers(imported_modules(exercise))

    def told(results: "Iterable[Verified]") -> "Iterable[Verified]":
        for number, result in enumerate(results, start=1):
            if not as_json:
                click.echo("\n".join(_lines(result)))
            elif sys.stderr.isatty():
                note(f"{number} of {len(items)}: {result.name}")
            yield result

    results = list(told(verify(items, Catalogue(find_course()), sandbox_for)))
    confirmed = sum(result.finding is Finding.CONFIRMED for result in results)
    if as_json:
        echo_json({"exercises": [result.as_dict() for result in results], "limits": transcript.LIMITS})
    else:
        boxes = ", ".join(sorted({result.sandbox for result in results if result.sandbox}))
        click.echo(f"\n{confirmed} of {len(results)} confirmed" + (f", judged in {boxes}" if boxes else ""))
        click.echo(screen.wrap(transcript.LIMITS))
    return Exit.PASSED if results and confirmed == len(results) else Exit.NOT_YET


def _lines(result: "Verified") -> Iterable[str]:
    yield f"{result.finding.upper():<14} {result.name}"
    if result.why:
        yield f"  why: {result.why}"
    if result.exercise and result.changed:
        yield "  its checks have changed since it says that it was passed"
    if result.item.sealed:
        yield f"  {result.item.sealed} of its checks had not run when it passed"
    yield f"  says: {result.item.own_word}"
