"""`ninety update`: what is new in the course comes into the workspace."""

from collections.abc import Iterable, Iterator
from pathlib import Path

import click

from autograder.cli import options
from autograder.cli.options import echo_json
from autograder.course import Exercise
from autograder.errors import Exit
from autograder.learner.desk import Desk, shown
from autograder.learner.update import Passed, bring, check_again, passed_before
from autograder.learner.workspace import Placed


@click.command("update")
@options.workspace
@click.option("--check", "to_check", is_flag=True, help="Judge again what you passed before its checks changed.")
@options.sandbox
@options.as_json
@options.plain
def update_command(workspace: Path | None, to_check: bool, sandbox: str | None, as_json: bool, plain: bool) -> int:
    """Bring what is new in the course into your workspace.

    New exercises come in, and mended checks. A file that you changed is kept, and the new starter is put beside it.
    What you passed stays passed; with --check the text with which you passed is judged by the checks of today.
    """
    desk = Desk.at(workspace, plain, sandbox)
    desk.workspace.require()
    placed = bring(desk)
    if not as_json:
        click.echo("\n".join(_placed_lines(desk, placed)))
    outdated = passed_before(desk)
    results: Iterable[Passed] = check_again(desk, outdated) if to_check else map(Passed, outdated)
    told = []
    for result in results:
        told.append(result)
        if not as_json:
            click.echo(_told(result))
    if as_json:
        files = [{"path": str(one.path), "how": one.how, "why": one.why} for one in placed]
        echo_json({"files": files, "passed_before": [result.as_dict() for result in told]})
    failed = any(one.how == "failed" for one in placed)
    return Exit.ENVIRONMENT if failed else Exit.NOT_YET if any(one.again is False for one in told) else Exit.PASSED


def _placed_lines(desk: Desk, placed: tuple[Placed, ...]) -> Iterator[str]:
    """A line for each new exercise, and one for each file that is not part of one."""
    if not placed:
        yield "your workspace has all that is in the course"
    modules = {desk.workspace.module(exercise): exercise for exercise in desk.workspace.catalogue}
    new: dict[Path, Exercise] = {
        one.path.parent: modules[one.path] for one in placed if one.how == "new" and one.path in modules
    }
    for one in placed:
        if one.how == "new" and one.path.parent in new:
            if one.path in modules:
                yield f"new      {modules[one.path].number} {modules[one.path].title}: {shown(one.path)}"
        elif one.how == "beside":
            yield f"beside   {shown(one.path)}: the new one; yours is kept"
        else:
            yield f"{one.how:<8} {shown(one.path)}" + (f": {one.why}" if one.why else "")


def _told(result: Passed) -> str:
    name = f"{result.exercise.number} {result.exercise.title}"
    check = f"`ninety check {result.exercise.number}`"
    if result.again:
        return f"passed   {name}: the text that you passed with passes the checks of today"
    if result.again is False:
        return f"passed before  {name}: the checks have changed, and {result.why} with that text; {check} to see why"
    if result.why:
        return f"passed before  {name}: not judged again: {result.why}; {check} judges your file"
    return f"passed before  {name}: its checks have changed since; `ninety update --check` judges it again"
