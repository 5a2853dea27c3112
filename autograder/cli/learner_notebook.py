"""The command that moves code between an exercise's module and its notebook."""

from pathlib import Path

import click

from autograder.cli import options
from autograder.course.notebook import is_notebook
from autograder.errors import Exit
from autograder.learner.desk import Desk, shown
from autograder.learner.notebook.file import Moved, differing, notebook_of, to_module, to_notebook


@click.command("notebook")
@options.exercise
@click.option("--to-module", "direction", flag_value="module", help="Put the notebook's saved cells into the module.")
@click.option("--to-notebook", "direction", flag_value="notebook", help="Put the module into the notebook's cells.")
@click.option("--from", "source", type=click.Path(path_type=Path), metavar="FILE",
              help="With --to-module, another notebook, such as one from Colab.")  # fmt: skip
@options.workspace
def notebook_command(exercise: str | None, direction: str | None, source: Path | None, workspace: Path | None) -> int:
    """Say whether module and notebook hold the same code, or make one from the other; a backup is kept."""
    if source and direction != "module":
        raise click.UsageError("--from FILE goes with --to-module")
    desk = Desk.at(workspace)
    desk.workspace.require()
    chosen = desk.choose(exercise)
    module, notebook = desk.workspace.module(chosen), notebook_of(desk.workspace, chosen)
    if direction == "module":
        _tell(to_module(desk.workspace, chosen, source or notebook), shown(source or notebook))
    elif direction == "notebook":
        _tell(to_notebook(desk.workspace, chosen), shown(module))
    else:
        parts = differing(desk.workspace, chosen)
        if parts:
            which = f"part {parts[0]}" if len(parts) == 1 else f"parts {', '.join(map(str, parts))}"
            click.echo(f"{shown(module)} and {shown(notebook)} differ in {which}")
            click.echo("  --to-module or --to-notebook makes one of them from the other")
            return Exit.NOT_YET
        click.echo(f"{shown(module)} and {shown(notebook)} hold the same code")
    return Exit.PASSED


def _tell(moved: Moved, source: str) -> None:
    if not moved.changed:
        click.echo(f"{shown(moved.path)} holds the code of {source} already")
        return
    if moved.backup:
        click.echo(f"what was there is kept at {shown(moved.backup)}")
    click.echo(f"{shown(moved.path)} holds the code of {source} now")
    if is_notebook(moved.path):
        click.echo("  if it is open in Jupyter, reload it there, and run its cells")
