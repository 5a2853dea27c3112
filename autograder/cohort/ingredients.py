"""Everything that a verdict is made of, as digests: two grades with equal ones need not both be made."""

import ast
import hashlib
import importlib.util
import json
import os
import platform
import sys
import sysconfig
from collections.abc import Iterable, Iterator, Mapping
from importlib.metadata import Distribution, distributions
from pathlib import Path

from autograder.course import Exercise
from autograder.course.earlier import earlier

PACKAGE = Path(__file__).resolve().parent.parent
# The rooms whose code runs when a submission is judged, and what stands beside them.
ENGINE = ("candidate", "course", "errors.py", "examiner", "files.py", "sandbox", "verdict", "wire")
_FOR_PEOPLE = ("statement.md", "hints.md")  # no check reads them


def ingredients(exercise: Exercise, sandbox: str, image: str = "") -> dict[str, str]:
    """What every grade of this exercise is made of on this machine: names and digests (SHA-256).

    `exercise` is all of its folder, the limits with it; `engine` the code that judges; `environment` the interpreter
    and all that the learner's code could import; `image` identifies the container it runs in, if any. To these a
    grade adds `submission`, and `seed` where one was asked for.
    """
    where = {"sandbox": sandbox, "image": image} if image else {"sandbox": sandbox}
    return where | {
        "exercise": exercise_digest(exercise),
        "engine": _digest((name, PACKAGE / name) for name in ENGINE),
        "environment": _environment(exercise),
    }


def key_of(made_of: Mapping[str, str]) -> str:
    """The name of a verdict that is made of these."""
    return hashlib.sha256(json.dumps(made_of, sort_keys=True).encode()).hexdigest()


def exercise_digest(exercise: Exercise) -> str:
    """SHA-256 of the exercise's folder, without what only people read, and of the modules it builds on."""
    entries = [(path.name, path) for path in sorted(exercise.folder.iterdir()) if path.name not in _FOR_PEOPLE]
    return _digest([*entries, *((one.module_file, one.folder / one.module_file) for one in earlier(exercise))])


def _environment(exercise: Exercise) -> str:
    lines = [sys.version, sys.platform, platform.machine()]
    lines += sorted({_metadata(package) for package in distributions()})
    lines += [f"{name} {_digest([(name, path)])}" for name, path in _packages_in_place(exercise)]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def _metadata(package: Distribution) -> str:
    """SHA-256 of what holds its name and version: taking them out is most of what a single grade would wait for."""
    text = package.read_text("METADATA") or package.read_text("PKG-INFO") or ""
    return hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()


def _packages_in_place(exercise: Exercise) -> Iterator[tuple[str, Path]]:
    """What the exercise imports and no installed package's version tells: the course's own code in its repository."""
    installed = tuple(os.path.realpath(sysconfig.get_path(kind)) + os.sep for kind in ("purelib", "platlib"))
    own = {path.stem for path in exercise.folder.glob("*.py")} | {one.module for one in earlier(exercise)}
    names = {name for path in exercise.folder.glob("*.py") for name in _imports(path)}
    for name in sorted(names - own - {*sys.stdlib_module_names, PACKAGE.name}):
        spec = importlib.util.find_spec(name)
        places = (*(spec.submodule_search_locations or ()), spec.origin) if spec else ()
        for place in places:
            if place and os.path.exists(place) and not os.path.realpath(place).startswith(installed):
                yield name, Path(place)


def _imports(path: Path) -> set[str]:
    """The top-level modules that a file imports; none when it is no Python."""
    try:
        tree = ast.parse(path.read_bytes())
    except (SyntaxError, ValueError):
        return set()
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found.update(alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module.partition(".")[0])
    return found


def _digest(entries: Iterable[tuple[str, Path]]) -> str:
    """SHA-256 over names, sizes and contents of these files, and of all files in these folders."""
    whole = hashlib.sha256()
    for name, root in entries:
        for path in sorted(root.rglob("*")) if root.is_dir() else [root]:
            if path.is_file() and "__pycache__" not in path.parts:
                inside = path.relative_to(root).as_posix()
                content = path.read_bytes()
                whole.update(f"{name}\0{inside}\0{len(content)}\0".encode("utf-8", "surrogateescape") + content)
    return whole.hexdigest()
