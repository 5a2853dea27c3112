"""`ninety author attack`: hand in what cheats and breaks, and see that nothing comes of it."""

import json
from typing import TYPE_CHECKING, Any

import click

from autograder.course import find_course
from autograder.errors import Exit, Problem
from autograder.sandbox import choose_sandbox
from autograder.sandbox.choose import NAMES

if TYPE_CHECKING:
    from autograder.author.attack import Result


@click.command("attack")
@click.argument("names", nargs=-1, metavar="[ATTACK]...")
@click.option("--sandbox", "sandboxes", multiple=True, help="Where to run them; every one that works here by default.")
@click.option("--json", "as_json", is_flag=True, help="Report as JSON.")
def attack(names: tuple[str, ...], sandboxes: tuple[str, ...], as_json: bool) -> Exit:
    """Run the attacks in tests/attacks: all, or those of a family, or FAMILY/NAME.

    Each must earn nothing, break nothing and leave nothing, and the submission after it must get all its points.
    """
    from autograder.author.attack import as_table, attack_all, read_corpus, target
    from autograder.author.attack_examiner import attacked

    corpus = find_course() / "tests" / "attacks"
    if not corpus.is_dir():
        raise Problem("the attacks are not here", where=str(corpus), fix="run this in a copy of the repository")
    chosen = _usable(sandboxes)

    def tell(result: "Result") -> None:
        if not as_json:
            word = "beaten" if result.beaten else "NOT BEATEN"
            click.echo(f"{word:<10}  {result.sandbox:<10}  {result.attack.name}", err=True)

    attacks, exercise = read_corpus(corpus, names), target(corpus)
    with attacked(exercise) as examiner:
        results = attack_all(attacks, chosen, exercise, examiner, tell)
    green = all(result.beaten for result in results)
    if as_json:
        click.echo(json.dumps({"beaten": green, "runs": [_plain(result) for result in results]}, indent=2))
    else:
        click.echo(as_table(results, chosen))
    return Exit.PASSED if green else Exit.NOT_YET


def _usable(sandboxes: tuple[str, ...]) -> tuple[str, ...]:
    """The sandboxes that were asked for, which have to work here; else all that do."""
    if sandboxes:
        return tuple(choose_sandbox(name).name for name in sandboxes)
    usable = []
    for name in NAMES:
        try:
            usable.append(choose_sandbox(name).name)
        except Problem as problem:
            click.echo(f"not on {name}: {problem.what}", err=True)
    return tuple(usable)


def _plain(result: "Result") -> dict[str, Any]:
    """One run as plain data."""
    sighting = result.sighting
    return {
        "attack": result.attack.name,
        "tries": result.attack.tries,
        "sandbox": result.sandbox,
        "beaten": result.beaten,
        "reasons": list(result.reasons),
        "seconds": round(sighting.seconds, 2),
        "outcomes": [check.outcome for check in sighting.verdict.checks] if sighting.verdict else [],
        "peaks": vars(sighting.peaks),
    }
