"""The runner of the help desk's pipeline: it takes the steps one after the other and does what they say.

A *step* is a dictionary. `name` and `run` it must have:

    name      what the log calls it; different for each step
    run       programs of `wren.programs`, as a shell runs them: `a && b`, `a || b`, `a ; b`, `a | b`. The step is red
              when the status of the whole line is not 0. The status of `a ; b` and of `a | b` is that of b.
    needs     names of earlier steps. Unless all of these are green, the step is skipped.
    reads     patterns (see `fnmatch`; `*` stands for `/`, too). A step that has them is looked up under its cache key:
              if a step was green under that key before, it is green, and nothing is run. A step without is always run.
    writes    files that are kept when the step was green, and laid into the folder again when it is found in the cache
    secrets   the variables that the programs of the step, and the code that they run, find in their environment

A run is green when every step is. Steps come in the order of the list, in one folder, which is the runner's: it holds
what earlier runs, and people, have left there.
"""

import shlex
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any

from wren.programs import MINUTES, PROGRAMS, TOKEN, Gate, Job, Red
from wren.tree import Files

Key = Callable[[dict[str, Any], dict[str, dict[str, Any]], dict[str, str]], str]
"""The cache key of a step (as above), a tree and the tools that the runner has installed, by name and version.

The tree has an entry for each file in the folder: path, and {"text": ..., "modified": seconds}.
"""

TOOLS: Mapping[str, str] = {"python": "3.12.4", "runner": "2026.3"}

LISTS = ("needs", "reads", "writes", "secrets")
MOST_STEPS, MOST_PROGRAMS, MOST_ENTRIES, MOST_LETTERS = 40, 60, 40, 200


class BadPipeline(ValueError):
    """What was handed over are no steps; the words say why."""


@dataclass
class Run:
    """What one run did. `states` are "green", "red", "cached" or "skipped" by name of the step."""

    states: dict[str, str] = field(default_factory=dict)
    log: list[str] = field(default_factory=list)
    ran: list[str] = field(default_factory=list)
    """The programs that were run, in order."""

    @property
    def green(self) -> bool:
        """Whether the pipeline lets the commit pass."""
        return bool(self.states) and all(state in ("green", "cached") for state in self.states.values())

    @property
    def minutes(self) -> int:
        """How long the programs would have taken."""
        return sum(MINUTES.get(program, 0) for program in self.ran)


@dataclass
class Runner:
    """A machine with a folder, a cache and a way to the registry, which is asked with `token` for the `champion`.

    Without a `key` nothing is cached.
    """

    champion: str
    gate: Gate
    token: str
    key: Key | None = None
    folder: dict[str, str] = field(default_factory=dict)
    tools: dict[str, str] = field(default_factory=lambda: dict(TOOLS))
    _cache: dict[str, dict[str, str]] = field(default_factory=dict)
    _clock: int = 1_775_000_000

    def run(self, committed: Files, steps: Sequence[dict[str, Any]]) -> Run:
        """Run the steps on a commit; `BadPipeline` when they are none."""
        check_steps(steps)
        run = Run()
        self._clock += 86_400
        for step in steps:
            if all(run.states[need] in ("green", "cached") for need in step.get("needs", ())):
                run.states[step["name"]] = self._step(step, committed, run)
            else:
                run.states[step["name"]] = "skipped"
            run.log.append(f"{step['name']}: {run.states[step['name']]}")
        return run

    def _step(self, step: dict[str, Any], committed: Files, run: Run) -> str:
        key = self._key_of(step, run)
        if key is not None and key in self._cache:
            self.folder |= self._cache[key]
            return "cached"
        environ = {TOKEN: self.token} if TOKEN in step.get("secrets", ()) else {}
        job = Job(self.folder, committed, environ, run.log.append, self.champion, self.token, self.gate)
        green = shell(step["run"], lambda program: self._program(program, job, run)) == 0
        if green and key is not None:
            self._cache[key] = {path: self.folder[path] for path in step.get("writes", ()) if path in self.folder}
        return "green" if green else "red"

    def _key_of(self, step: dict[str, Any], run: Run) -> str | None:
        if self.key is None or "reads" not in step:
            return None
        tree = {path: {"text": text, "modified": float(self._clock)} for path, text in self.folder.items()}
        key = self.key(step, tree, dict(self.tools))
        run.log.append(f"{step['name']}: key {key}")
        return key

    def _program(self, name: str, job: Job, run: Run) -> int:
        run.ran.append(name)
        try:
            PROGRAMS[name](job)
        except Red as red:
            run.log.append(f"{name}: {red}")
            return 1
        return 0


def matches(path: str, patterns: Sequence[str]) -> bool:
    """Whether a path is one that the patterns name."""
    return any(fnmatchcase(path, pattern) for pattern in patterns)


def shell(line: str, run: Callable[[str], int]) -> int:
    """The status of a line; `run` runs one program."""
    status = 0
    for operator, pipe in parsed(line):
        if (operator == "&&" and status) or (operator == "||" and not status):
            continue
        status = [run(program) for program in pipe][-1]
    return status


def parsed(line: str) -> list[tuple[str, list[str]]]:
    """Pairs of the operator before and the programs of a pipe; `BadPipeline` when a line cannot be read."""
    try:
        words = list(shlex.shlex(line, posix=True, punctuation_chars="|&;"))
    except ValueError as error:
        raise BadPipeline(f"{line!r} is no line for a shell: {error}") from None
    pipes: list[tuple[str, list[str]]] = []
    operator = ";"
    for place, word in enumerate(words):
        if place % 2 == 0:
            if word not in PROGRAMS:
                raise BadPipeline(f"{word!r} in {line!r} is none of the programs {', '.join(PROGRAMS)}")
            if operator == "|":
                pipes[-1][1].append(word)
            else:
                pipes.append((operator, [word]))
        elif word not in ("&&", "||", ";", "|"):
            raise BadPipeline(f"{word!r} in {line!r} is none of the operators && || ; |")
        operator = word
    if len(words) % 2 == 0:
        raise BadPipeline(f"{line!r} has no program, or none after its last operator")
    return pipes


def check_steps(steps: Any) -> None:
    """Raise `BadPipeline` unless these are steps as this module describes them."""
    if not isinstance(steps, list | tuple) or not 0 < len(steps) <= MOST_STEPS:
        raise BadPipeline(f"a pipeline is a list of 1 to {MOST_STEPS} steps")
    names: list[str] = []
    programs = 0
    for step in steps:
        if not isinstance(step, dict) or not {"name", "run"} <= step.keys() <= {"name", "run", *LISTS}:
            raise BadPipeline(f"a step is a dictionary with name and run, and may have {', '.join(LISTS)}")
        texts = [step["name"], step["run"]]
        for name in LISTS:
            entries = step.get(name, ())
            if not isinstance(entries, list | tuple) or len(entries) > MOST_ENTRIES:
                raise BadPipeline(f"{name} of a step is a list of at most {MOST_ENTRIES} texts")
            texts += entries
        if not all(isinstance(text, str) and 0 < len(text) <= MOST_LETTERS and text.isprintable() for text in texts):
            raise BadPipeline(f"what a step holds are texts of 1 to {MOST_LETTERS} letters")
        for need in step.get("needs", ()):
            if need not in names:
                raise BadPipeline(f"{step['name']!r} needs {need!r}, and no step before it has that name")
        if step["name"] in names:
            raise BadPipeline(f"two steps have the name {step['name']!r}")
        if not set(step.get("secrets", ())) <= {TOKEN}:
            raise BadPipeline(f"the only secret there is has the name {TOKEN}")
        programs += sum(len(pipe) for _, pipe in parsed(step["run"]))
        names.append(step["name"])
    if programs > MOST_PROGRAMS:
        raise BadPipeline(f"the steps have {programs} programs, and {MOST_PROGRAMS} is the most")
