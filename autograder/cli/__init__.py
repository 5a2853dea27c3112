"""The command line: parses, calls, prints."""

import atexit
import gc
import sys

gc.set_threshold(20_000)  # imports make no garbage: to look for it seven hundred objects at a time takes a tenth longer

import click  # noqa: E402

from autograder import __version__  # noqa: E402
from autograder.errors import Exit, Problem  # noqa: E402

_COMMANDS = {
    "start": "learner", "list": "learner", "next": "learner", "open": "learner", "check": "learner",
    "watch": "learner", "debug": "learner", "hint": "learner_help", "solution": "learner_help",
    "notebook": "learner_notebook", "progress": "learner_progress", "transcript": "learner_transcript",
    "reset": "learner_upkeep", "update": "learner_update", "doctor": "learner_upkeep", "completion": "completion",
    "grade": "grade", "image": "image", "author": "author",
}  # fmt: skip


class _Commands(click.Group):
    """Imports a command's module only when it is asked for, so that `ninety check` starts fast."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        if name not in _COMMANDS:
            return None
        module = __import__(f"autograder.cli.{_COMMANDS[name]}", fromlist=[name])
        command: click.Command = getattr(module, f"{name}_command")
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        import difflib

        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as error:
            near = difflib.get_close_matches(args[0], _COMMANDS, n=1)
            if near:
                raise click.UsageError(f"{error.message} Did you mean {near[0]!r}?", ctx) from None
            raise


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="ninety")
def ninety() -> None:
    """The Other 90%: exercises in the part of machine learning that is not modelling."""


def _end_soon() -> None:
    """Keep the interpreter's end from looking through all there is once more, which takes longer than a check.

    Where torch is, the end takes longer anyway, and its libraries would call what is not looked through a leak.
    """
    if "torch" not in sys.modules:
        gc.freeze()


def main() -> None:
    """Run a command and turn what went wrong into words and an exit code."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")  # a terminal without UTF-8 shows '?' and never a traceback
    atexit.register(_end_soon)
    try:
        code = ninety.main(standalone_mode=False)
        sys.exit(code if isinstance(code, int) else Exit.PASSED)
    except Problem as problem:
        click.echo(f"ninety: {problem}", err=True)
        sys.exit(problem.code)
    except click.exceptions.Abort:
        sys.exit(130)
    except click.ClickException as error:
        error.show()
        sys.exit(Exit.USAGE)
    except OSError as error:
        click.echo(f"ninety: {error.strerror or error}\n  where: {error.filename or 'unknown'}", err=True)
        sys.exit(Exit.ENVIRONMENT)
    except Exception:
        import traceback

        traceback.print_exc()
        click.echo("ninety: this is our bug; please report the lines above", err=True)
        sys.exit(Exit.OUR_BUG)
