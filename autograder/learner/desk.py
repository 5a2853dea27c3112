"""What the learner's commands share: whose workspace, which exercise, judging it, remembering the verdict."""

import hashlib
import json
import os
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from autograder.course import Catalogue, Exercise, find_course
from autograder.course.digest import checks_digest
from autograder.course.manifest import MAX_MODULE
from autograder.errors import Problem
from autograder.files import digest_of, open_plain
from autograder.learner import extras
from autograder.learner.book.verdicts import Kept, verdict_file
from autograder.learner.continuity import built_on, own_modules
from autograder.learner.known_mistakes import explanation
from autograder.learner.progress.entries import entries
from autograder.learner.progress.events import Event, Judged
from autograder.learner.progress.state import now
from autograder.learner.screen import Screen, next_line
from autograder.learner.workspace import MARK, Workspace, locate
from autograder.verdict import Outcome, Verdict

if TYPE_CHECKING:
    from autograder.examiner import Cancel

READY = "ready process"  # the sandbox of a learner's own code, when a process waits for it


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

    def module(self, exercise: Exercise) -> Path:
        """The file the learner edits; `Problem` when it is not there."""
        module = self.workspace.module(exercise)
        if os.path.lexists(module):
            return module
        others = module.parent.iterdir() if module.parent.is_dir() else ()
        near = next((path for path in others if path.name.casefold() == module.name.casefold()), None)
        raise Problem(
            f"exercise {exercise.number} is not in the workspace",
            where=str(module),
            fix=f"rename {near.name} to {module.name}" if near else f"`ninety open {exercise.number}` puts it there",
        )

    def record(self, event: Event) -> None:
        """Remember the event; where it cannot be written, warn: what the user asked for has been done."""
        try:
            self.workspace.store.record(event)
        except OSError as error:
            note(
                f"warning: your progress was not recorded: {error.strerror or error}\n"
                f"  where: {self.workspace.store.path}\n"
                "  fix:   free some space or make it writable, then run the command again; nothing is lost"
            )

    def check(self, exercise: Exercise, path: Path, *, seed: int | None = None, as_json: bool = False) -> Verdict:
        """Judge the file at `path`, print the verdict, and then record it.

        `Problem` when this machine lacks what the exercise needs.
        """
        before = text_of(path)
        verdict = self.judge(exercise, path, seed=seed)
        self.report(exercise, verdict, as_json=as_json, module=before if before == text_of(path) else None)
        if not as_json:
            self.explain(exercise, self.mistake_in(exercise, verdict))
        return verdict

    def judge(
        self,
        exercise: Exercise,
        source: Path | bytes,
        *,
        seed: int | None = None,
        sandbox: str | None = None,
        cancel: "Cancel | None" = None,
    ) -> Verdict:
        """The verdict on a file or on a module's text, in `sandbox` or the desk's own; nothing is printed or recorded.

        `Problem` when this machine lacks what the exercise needs; `Cancelled` when `cancel` was called.
        """
        from autograder.examiner import judge

        extras.require(exercise)
        own = own_modules(self.workspace, exercise)
        return judge(exercise, source, sandbox=sandbox or self.sandbox, seed=seed, own=own, cancel=cancel)

    def debug(self, exercise: Exercise, check: str | None, seed: int | None) -> Verdict:
        """Run one check beside the learner's code, in this process, and print what came of it; nothing is recorded.

        It is the check that failed last, with the seed of that verdict, unless they are named. `Problem` when there is
        no such check, or nothing to look at.
        """
        from autograder.examiner import judge, list_checks
        from autograder.verdict.terminal import render

        extras.require(exercise)
        module = self.module(exercise)
        last = self.workspace.store.read().record(exercise.path).last
        name = check or (last.check if last else "") or list_checks(exercise)[0].name
        if seed is None and last and name == last.check:
            seed = last.seed
        note(f"{name}, with {shown(module)} in this process; nothing is recorded")
        own = own_modules(self.workspace, exercise)
        verdict = judge(exercise, module, sandbox="inline", seed=seed, only=name, own=own)
        click.echo(render(verdict, colour=self.screen.colour, width=self.screen.width))
        return verdict

    def mistake_in(self, exercise: Exercise, verdict: Verdict, cancel: "Cancel | None" = None) -> str:
        """What the verdict's first failure comes from, "" when that is not known.

        `Cancelled` when `cancel` was called.
        """
        from autograder.examiner import judge

        own = own_modules(self.workspace, exercise)

        def judge_one(module: bytes, check: str, seed: int) -> Verdict:
            return judge(exercise, module, sandbox=self.sandbox, seed=seed, only=check, own=own, cancel=cancel)

        return explanation(exercise, verdict, judge_one)

    def explain(self, exercise: Exercise, mistake: str) -> None:
        """Tell what the failure of the newest verdict comes from, where that is known."""
        if not mistake:
            return
        click.echo(f"\nA known mistake fails in exactly this way:\n{self.screen.wrap(mistake)}")
        kept = Kept.read(verdict_file(self.workspace.root / MARK, exercise))
        if kept:
            self._keep(exercise, replace(kept, mistake=mistake))

    def report(
        self, exercise: Exercise, verdict: Verdict, *, as_json: bool = False, module: bytes | None = None
    ) -> None:
        """Print the verdict, record it, and say what comes next.

        `module` is the text that was judged, None when it is not known for sure; one that passed is kept.
        """
        from autograder.verdict.terminal import render

        if as_json:
            click.echo(json.dumps(verdict.as_dict(), indent=2))
        else:
            click.echo(render(verdict, colour=self.screen.colour, width=self.screen.width))
            basis = built_on(exercise, own_modules(self.workspace, exercise))
            if basis:
                click.echo(f"  {basis}")
        if not self.workspace.exists():
            note(f"not recorded: there is no workspace at {self.workspace.root} (`ninety start` makes it)")
            return
        self.remember(exercise, verdict, module)
        if verdict.outcome is Outcome.PASSED and not as_json:
            click.echo(f"\n`ninety solution {exercise.number}` shows an annotated solution")
            click.echo(next_line(entries(self.workspace)))

    def remember(self, exercise: Exercise, verdict: Verdict, module: bytes | None) -> None:
        """Record the verdict. `module` is the text that was judged, None when it is not known for sure."""
        passed, kept = verdict.outcome is Outcome.PASSED, ""
        if passed and module is not None:
            try:
                kept = self.workspace.keep(module)
            except OSError as error:
                note(f"warning: the text that passed was not kept: {error.strerror or error}")
        text = digest_of(Path(verdict.submission)) if module is None else hashlib.sha256(module).hexdigest()
        self._keep(exercise, Kept(verdict, now(), text))
        checks = checks_digest(exercise) if passed else ""
        self.record(Judged.of(exercise.path, verdict, now(), module=kept, checks=checks))

    def _keep(self, exercise: Exercise, kept: Kept) -> None:
        """Keep the whole verdict for the book's pages, before the state that they wait for."""
        with suppress(OSError), self.workspace.store.locked():  # the warning is the state's, which finds it as full
            kept.write(verdict_file(self.workspace.root / MARK, exercise))


def text_of(path: Path) -> bytes | None:
    """What the file at `path` holds; None when it cannot be read now, or has more than a module may."""
    try:
        with open_plain(path) as file:
            content = file.read(MAX_MODULE + 1)
    except OSError:
        return None
    return content if len(content) <= MAX_MODULE else None
