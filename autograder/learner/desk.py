"""What the learner's commands share: whose workspace, which exercise, judging it, remembering the verdict."""

import json
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from autograder.course import Catalogue, Exercise, find_course
from autograder.errors import Problem
from autograder.learner import extras
from autograder.learner.progress import entries
from autograder.learner.screen import Screen, next_line
from autograder.learner.state import Record, State, now
from autograder.learner.verdicts import Kept, text_digest, verdict_file
from autograder.learner.workspace import MARK, Workspace, locate
from autograder.verdict import Outcome, Verdict

if TYPE_CHECKING:
    from autograder.examiner import Cancel


def note(text: str) -> None:
    """Show `text` beside the report, on standard error, so that JSON on standard output stays whole."""
    click.echo(text, err=True)


def shown(path: Path) -> str:
    """`path` as short as it can be written from here."""
    return str(path.relative_to(Path.cwd())) if path.is_relative_to(Path.cwd()) else str(path)


@dataclass(frozen=True)
class Desk:
    """A learner at work in `workspace`, in front of `screen`; `sandbox` is where their code runs, None by default."""

    workspace: Workspace
    screen: Screen
    sandbox: str | None = None

    @classmethod
    def at(cls, named: Path | None, plain: bool = False, sandbox: str | None = None) -> "Desk":
        """The desk at the workspace `named`, or at the one found from the current folder, made or not."""
        workspace = Workspace(locate(named, Path.cwd()), Catalogue(find_course()), note)
        return cls(workspace, Screen.of(plain), sandbox)

    def choose(self, name: str | None) -> Exercise:
        """The exercise called `name`, else the one whose folder the user is in, else the current one."""
        if name is not None:
            return self.workspace.catalogue.get(name)
        here = self.workspace.exercise_at(Path.cwd().resolve())
        chosen = here or self.workspace.current(self.workspace.store.read())
        if chosen is None:
            fix = "name it, such as `ninety check 0.1`; `ninety next` says which comes next"
            raise Problem("which exercise?", fix=fix)
        return chosen

    def remember(self, change: Callable[[State], State]) -> None:
        """Change the state; where it cannot be written, warn: what the user asked for has been done."""
        try:
            self.workspace.store.update(change)
        except OSError as error:
            note(
                f"warning: your progress was not recorded: {error.strerror or error}\n"
                f"  where: {self.workspace.store.path}\n"
                "  fix:   free some space or make it writable, then run the command again; nothing is lost"
            )

    def amend(self, exercise: Exercise, change: Callable[[Record], Record]) -> None:
        """Change the exercise's history, and make it the current one."""
        path = exercise.path
        self.remember(lambda state: state.with_record(path, change(state.record(path))))

    def check(self, exercise: Exercise, path: Path, *, seed: int | None = None, as_json: bool = False) -> Verdict:
        """Judge the file at `path`, print the verdict, and then record it.

        `Problem` when this machine lacks what the exercise needs.
        """
        verdict = self.judge(exercise, path, seed=seed)
        self.report(exercise, verdict, as_json=as_json)
        return verdict

    def judge(
        self,
        exercise: Exercise,
        path: Path,
        *,
        seed: int | None = None,
        sandbox: str | None = None,
        cancel: "Cancel | None" = None,
    ) -> Verdict:
        """The verdict on the file at `path`, in `sandbox` or the desk's own; nothing is printed or recorded.

        `Problem` when this machine lacks what the exercise needs; `Cancelled` when `cancel` was called.
        """
        from autograder.examiner import judge

        extras.require(exercise)
        return judge(exercise, path, sandbox=sandbox or self.sandbox, seed=seed, cancel=cancel)

    def debug(self, exercise: Exercise, check: str | None, seed: int | None) -> Verdict:
        """Run one check beside the learner's code, in this process, and print what came of it; nothing is recorded.

        It is the check that failed last, with the seed of that verdict, unless they are named. `Problem` when there is
        no such check, or nothing to look at.
        """
        from autograder.examiner import judge, list_checks
        from autograder.verdict.terminal import render

        extras.require(exercise)
        last = self.workspace.store.read().record(exercise.path).last
        name = check or (last.check if last else "") or list_checks(exercise)[0].name
        if seed is None and last and name == last.check:
            seed = last.seed
        module = self.workspace.module(exercise)
        note(f"{name}, with {shown(module)} in this process; nothing is recorded")
        verdict = judge(exercise, module, sandbox="inline", seed=seed, only=name)
        click.echo(render(verdict, colour=self.screen.colour, width=self.screen.width))
        return verdict

    def report(self, exercise: Exercise, verdict: Verdict, *, as_json: bool = False) -> None:
        """Print the verdict, record it, and say what comes next."""
        from autograder.verdict.terminal import render

        if as_json:
            click.echo(json.dumps(verdict.as_dict(), indent=2))
        else:
            click.echo(render(verdict, colour=self.screen.colour, width=self.screen.width))
        if not self.workspace.exists():
            note(f"not recorded: there is no workspace at {self.workspace.root} (`ninety start` makes it)")
            return
        self._keep(exercise, verdict)
        self.amend(exercise, lambda record: record.after(verdict, now()))
        if verdict.outcome is Outcome.PASSED and not as_json:
            click.echo(f"\n`ninety solution {exercise.number}` shows an annotated solution")
            click.echo(next_line(entries(self.workspace)))

    def _keep(self, exercise: Exercise, verdict: Verdict) -> None:
        """Keep the whole verdict for the book's pages, before the state that they wait for."""
        kept = Kept(verdict, now(), text_digest(Path(verdict.submission)))
        with suppress(OSError), self.workspace.store.locked():  # the warning is the state's, which finds it as full
            kept.write(verdict_file(self.workspace.root / MARK, exercise))
