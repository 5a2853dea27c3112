"""The programs that a step of the help desk's pipeline may run, on the folder of a runner.

Each is small and real: it reads the files that its docstring names, says what it found, and raises `Red` when something
is wrong. How long it would take on the help desk's real repository stands in `MINUTES`.

What runs code of the commit, the tests, the two that train and the one that asks the models, gives that code the
environment of its step.
"""

import ast
import csv
import io
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType

from wren.tree import HOLDOUT, LOCK, SETTINGS, TRAIN, Files, Model, Modules, opened, tickets, train

MODEL, CHAMPION = "model.json", "champion.json"
TOKEN = "REGISTRY_TOKEN"

Ticket = tuple[str, str]
"""Text and label."""

_Pairs = tuple[tuple[str, str], ...]

SMOKE_ROWS = 60

Gate = Callable[[Model, Model, list[Ticket]], bool]
"""Whether the first model may replace the second, by the labelled tickets of the holdout."""


class Red(Exception):
    """A program has found something wrong; its words go into the log."""


@dataclass
class Job:
    """What a program works with: the runner's folder, the commit's files, the variables of its step, and the log."""

    folder: dict[str, str]
    committed: Files
    environ: Mapping[str, str]
    say: Callable[[str], None]
    champion: str
    token: str
    gate: Gate

    def read(self, path: str) -> str:
        """A file of the folder; `Red` where it is missing."""
        if path not in self.folder:
            raise Red(f"there is no {path}")
        return self.folder[path]

    def modules(self) -> Modules:
        """The code that lies in the folder."""
        self.read(LOCK)
        return Modules(self.folder, self.environ, self.say)

    def python(self, *tops: str) -> Iterator[tuple[str, ast.Module]]:
        """The Python files below some folders, parsed."""
        for path in sorted(self.folder):
            if path.endswith(".py") and path.startswith(tops):
                yield path, ast.parse(self.folder[path])


# ---- the folder


def checkout(job: Job) -> None:
    """Write the commit's files into the folder, over what lies there. Nothing is removed."""
    job.folder.update(job.committed)


def clean(job: Job) -> None:
    """Remove every file from the folder that is not the commit's."""
    for path in [path for path in job.folder if path not in job.committed]:
        del job.folder[path]


# ---- the checks


def lint(job: Job) -> None:
    """Read triage/*.py and tests/*.py: an import that nothing uses, a public function without a docstring."""
    for path, module in job.python("triage/", "tests/"):
        used = {node.id for node in ast.walk(module) if isinstance(node, ast.Name)}
        for node in ast.walk(module):
            if isinstance(node, ast.Import | ast.ImportFrom):
                for name in (alias.asname or alias.name for alias in node.names):
                    if name.partition(".")[0] not in used:
                        raise Red(f"{path}:{node.lineno}: {name} is imported and not used")
            if isinstance(node, ast.FunctionDef) and not node.name.startswith("_") and not ast.get_docstring(node):
                raise Red(f"{path}:{node.lineno}: {node.name} has no docstring")


def types(job: Job) -> None:
    """Read triage/*.py: a function without types, an answer None that is not promised."""
    for path, module in job.python("triage/"):
        for function in (node for node in ast.walk(module) if isinstance(node, ast.FunctionDef)):
            promised = function.returns
            if promised is None or any(argument.annotation is None for argument in function.args.args):
                raise Red(f"{path}:{function.lineno}: {function.name} has no types")
            if "None" in ast.unparse(promised):
                continue
            for node in ast.walk(function):
                if isinstance(node, ast.Return) and (node.value is None or ast.unparse(node.value) == "None"):
                    said = ast.unparse(promised)
                    raise Red(f"{path}:{node.lineno}: {function.name} answers None and promises {said}")


def test(job: Job) -> None:
    """Read triage/*.py and tests/*.py: run every function test_* of the tests."""
    modules = job.modules()
    names = [path[:-3].replace("/", ".") for path, _ in job.python("tests/")]
    count = 0
    for name in names:
        try:
            module = modules.load(name)
        except ImportError as error:
            raise Red(f"{name}: {error}") from None
        for title, check in vars(module).items():
            if title.startswith("test_"):
                count += 1
                try:
                    check()
                except Exception as error:
                    raise Red(f"{name}.{title}: {type(error).__name__} {error}".rstrip()) from None
    if not count:
        raise Red("no tests were found")
    job.say(f"{count} tests passed")


def data(job: Job) -> None:
    """Read data/*.csv: columns, labels, ids, empty texts, and messages that are in train and in the holdout."""
    tables = {path: list(csv.DictReader(io.StringIO(job.read(path)))) for path in (TRAIN, HOLDOUT)}
    for path, rows in tables.items():
        for line, row in enumerate(rows, start=2):
            if list(row) != ["id", "text", "label"] or row["label"] not in ("ACCOUNT_ACTION", "INFORMATION"):
                raise Red(f"{path}:{line}: a row is an id, a text and one of two labels")
        if len({row["id"] for row in rows}) < len(rows) or len(rows) < 50:
            raise Red(f"{path}: fewer than 50 rows, or one id twice")
    both = {row["id"] for row in tables[TRAIN]} & {row["id"] for row in tables[HOLDOUT]}
    if both:
        raise Red(f"{len(both)} messages are in {TRAIN} and in {HOLDOUT}")
    job.say(f"{len(tables[TRAIN])} rows in train, {len(tables[HOLDOUT])} in the holdout")


def smoke(job: Job) -> None:
    """Read triage/* and data/train.csv: does a model that was taught 60 messages know these 60?"""
    taught = tickets(job.read(TRAIN))[:SMOKE_ROWS]
    answers = opened(_trained(job, SMOKE_ROWS), {}, lambda _: None)([text for text, _ in taught])
    right = sum(answer == label for answer, (_, label) in zip(answers, taught, strict=True))
    job.say(f"{right} of {len(taught)} taught messages are known")
    if right < 0.75 * len(taught):
        raise Red("what was taught was not learned")


# ---- the model


def train_model(job: Job) -> None:
    """Read triage/* and data/train.csv, and write model.json."""
    job.folder[MODEL] = _trained(job, None)


def fetch(job: Job) -> None:
    """Get the model that is in production from the registry, and write champion.json. Needs REGISTRY_TOKEN."""
    if job.environ.get(TOKEN) != job.token:
        raise Red(f"the registry says 401: {TOKEN} is missing or wrong")
    job.folder[CHAMPION] = job.champion


def compare(job: Job) -> None:
    """Read model.json, champion.json and data/holdout.csv, and ask the model gate."""
    try:
        candidate, champion = (_opened(job, path) for path in (MODEL, CHAMPION))
    except (ImportError, ValueError, KeyError) as error:
        raise Red(f"a model cannot be opened: {error}") from None
    if not job.gate(candidate, champion, tickets(job.read(HOLDOUT))):
        raise Red("the model gate says red")


def _opened(job: Job, path: str) -> Model:
    """The model of an artefact in the folder; what its code prints goes into the log."""
    model, said = _open(job.read(path), tuple(job.environ.items()))
    for line in said:
        job.say(line)
    return model


@lru_cache(maxsize=32)
def _open(artefact: str, environ: _Pairs) -> tuple[Model, tuple[str, ...]]:
    """The model, and what the code printed; opened once for the same artefact."""
    said: list[str] = []
    return opened(artefact, dict(environ), said.append), tuple(said)


def _trained(job: Job, rows: int | None) -> str:
    """The artefact that the code in the folder makes of the first rows; what that code prints goes into the log."""
    files = {path: job.read(path) for path in (LOCK, TRAIN, SETTINGS)}
    files |= {path: text for path, text in job.folder.items() if path.startswith("triage/")}
    try:
        artefact, said = _train(tuple(sorted(files.items())), tuple(job.environ.items()), rows)
    except Exception as error:  # whatever the code of a proposal raises
        raise Red(f"training failed: {type(error).__name__} {error}") from None
    for line in said:
        job.say(line)
    return artefact


@lru_cache(maxsize=64)
def _train(files: _Pairs, environ: _Pairs, rows: int | None) -> tuple[str, tuple[str, ...]]:
    """The artefact, and what the code printed; made once for the same files, since the code draws no dice."""
    said: list[str] = []
    return train(Modules(dict(files), dict(environ), said.append), rows), tuple(said)


PROGRAMS: Mapping[str, Callable[[Job], None]] = MappingProxyType(
    {
        "checkout": checkout,
        "clean": clean,
        "lint": lint,
        "types": types,
        "test": test,
        "data": data,
        "smoke": smoke,
        "train": train_model,
        "fetch": fetch,
        "compare": compare,
        "true": lambda _: None,
        "tee": lambda _: None,
    }
)

MINUTES: Mapping[str, int] = MappingProxyType(
    {"lint": 1, "types": 1, "test": 4, "data": 1, "smoke": 2, "train": 30, "fetch": 1, "compare": 5}
)
"""How long a program would take; the others take no time."""
