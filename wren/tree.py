"""Code of a tree of files, run without writing the files anywhere.

A *tree* is the help desk's repository as texts by path. Its modules import each other, the libraries that its lock file
names, and Python's own; `print` and `os.environ` are what the caller gives. The trees are this package's own (see
`wren.repository`): nothing protects whoever runs another's.

An *artefact* is a trained model as a text: its numbers, and the code and the lock file that they were made with, so
that it answers the same wherever it is opened.
"""

import builtins
import csv
import io
import json
from collections.abc import Callable, Mapping
from functools import lru_cache, partial
from types import MappingProxyType, ModuleType
from typing import Any

Files = Mapping[str, str]
"""The texts of a tree by path, `/` between folders."""

Model = Callable[[list[str]], list[str]]
"""Labels for texts, in their order."""

LOCK = "requirements.lock"
TRAIN, HOLDOUT = "data/train.csv", "data/holdout.csv"
SETTINGS = "triage/settings.json"

_FOLD = '''\
"""Letters as people mean them."""

import unicodedata


def fold(text):
    """Small letters, each with its accent in one character."""
    return unicodedata.normalize("NFC", text).lower()
'''

LIBRARIES: Mapping[tuple[str, str], str] = MappingProxyType(
    {
        ("letters", "1.4.0"): _FOLD,
        ("letters", "2.0.0"): _FOLD.replace('unicodedata.normalize("NFC", text).lower()', "text.lower()"),
    }
)
"""The code of a library in a version. The second version of `letters` forgets about accents."""


class Modules:
    """The modules of a tree, each run when it is first imported. `environ` and `say` are what its code may use."""

    def __init__(self, files: Files, environ: Mapping[str, str], say: Callable[[str], None]) -> None:
        self.files = files
        self.environ = environ
        self.say = say
        self._loaded: dict[str, ModuleType] = {}

    def load(self, name: str) -> ModuleType:
        """The module of that name, such as `triage.words`; ImportError where the tree and its lock file have none."""
        if name not in self._loaded:
            module = ModuleType(name)
            if name == "os":
                vars(module)["environ"] = dict(self.environ)
            else:
                vars(module)["__builtins__"] = vars(builtins) | {"__import__": self._import, "print": self._print}
                exec(compile(self._source(name), name, "exec"), vars(module))
            self._loaded[name] = module
        return self._loaded[name]

    def _import(self, name: str, *rest: Any) -> ModuleType:
        own = name == "os" or name.partition(".")[0] in {"triage", "tests"} | locked(self.files).keys()
        return self.load(name) if own else builtins.__import__(name, *rest)

    def _source(self, name: str) -> str:
        versions = locked(self.files)
        if name in versions:
            return LIBRARIES[name, versions[name]]
        path = f"{name.replace('.', '/')}.py"
        if path not in self.files:
            raise ModuleNotFoundError(f"there is no {path} and no library {name}")
        return self.files[path]

    def _print(self, *values: object) -> None:
        self.say(" ".join(map(str, values)))


def locked(files: Files) -> dict[str, str]:
    """The version of each library that the lock file of a tree names."""
    lines = [line.partition("==") for line in files.get(LOCK, "").splitlines() if line]
    return {name: version for name, _, version in lines if (name, version) in LIBRARIES}


def tickets(table: str) -> list[tuple[str, str]]:
    """Text and label of each row of a table with the columns id, text and label."""
    return [(row["text"], row["label"]) for row in csv.DictReader(io.StringIO(table))]


def code(files: Files) -> dict[str, str]:
    """What of a tree an artefact holds beside its numbers."""
    return {path: text for path, text in files.items() if path == LOCK or path.startswith("triage/")}


def train(modules: Modules, rows: int | None = None) -> str:
    """The artefact that the tree's own code makes of its first `rows` rows, or of all."""
    settings = json.loads(modules.files[SETTINGS])
    taught = tickets(modules.files[TRAIN])[:rows]
    numbers = modules.load("triage.model").train(taught, settings["smoothing"])
    return json.dumps({"code": code(modules.files), "numbers": numbers})


def opened(artefact: str, environ: Mapping[str, str], say: Callable[[str], None]) -> Model:
    """The model of an artefact."""
    read = json.loads(artefact)
    answer = Modules(read["code"], environ, say).load("triage.model").answer
    known = lru_cache(maxsize=4096)(partial(answer, read["numbers"]))  # the same texts are asked again and again
    return lambda texts: [known(text) for text in texts]
