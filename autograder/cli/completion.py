"""`ninety completion`: what a shell needs to complete commands, options and exercises."""

import click
from click.shell_completion import CompletionItem, get_completion_class

from autograder.course import Catalogue, find_course
from autograder.errors import Problem

SHELLS = ("bash", "zsh", "fish")


@click.command("completion")
@click.argument("shell", type=click.Choice(SHELLS))
@click.pass_context
def completion_command(context: click.Context, shell: str) -> None:
    """Print the script that lets SHELL complete commands, options and exercises.

    \b
    bash  ninety completion bash > ~/.local/share/bash-completion/completions/ninety
    zsh   ninety completion zsh > ~/.zfunc/_ninety     with ~/.zfunc in fpath, before compinit
    fish  ninety completion fish > ~/.config/fish/completions/ninety.fish
    now   eval "$(ninety completion bash)"             for this shell alone, bash or zsh

    The folder has to exist; the next shell that is started completes.
    """
    script = get_completion_class(shell)
    assert script is not None  # click knows these three
    click.echo(script(context.find_root().command, {}, "ninety", "_NINETY_COMPLETE").source())


def exercises(context: click.Context, parameter: click.Parameter, begun: str) -> list[CompletionItem]:
    """The exercises whose number or name begins so, each with its title; none where there is no course."""
    try:
        catalogue = Catalogue(find_course()).exercises
    except Problem:
        return []
    begun = begun.lower()
    numbers = [CompletionItem(e.number, help=e.title) for e in catalogue if e.number.lower().startswith(begun)]
    names = [CompletionItem(e.name, help=e.title) for e in catalogue if begun and e.name.startswith(begun)]
    return numbers + names
