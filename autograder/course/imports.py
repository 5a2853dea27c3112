"""What an exercise's code imports, so that a warm server can have it ready."""

import ast
import functools
from pathlib import Path

from autograder.course import Exercise
from autograder.course.earlier import earlier

# They start threads while they are imported, and a fork takes over one thread only: each child imports its own.
_NOT_BEFORE_A_FORK = ("duckdb", "pandas", "polars", "pyarrow", "sklearn")


def imported_modules(exercise: Exercise, *, forked: bool = True) -> tuple[str, ...]:
    """The modules that the exercise's solution and harness import, sorted, and the solutions of those it builds on.

    Nothing of the learner's is read. Where the candidate is `forked` from a process that has imported them, those are
    left out that cannot be.
    """
    paths = [exercise.folder / exercise.module_file, *([exercise.harness] if exercise.harness else [])]
    before = earlier(exercise)
    paths += [one.folder / one.module_file for one in before]
    own = {path.stem for path in exercise.folder.glob("*.py")} | {one.module for one in before}
    names = {name for path in paths if path.is_file() for name in _imports(path, path.stat().st_mtime_ns)}
    left_out = (*own, *(_NOT_BEFORE_A_FORK if forked else ()))
    return tuple(sorted(name for name in names if name.partition(".")[0] not in left_out))


@functools.lru_cache(maxsize=64)
def _imports(path: Path, changed: int) -> frozenset[str]:
    """The modules a file imports; none when it is no Python. `changed` is when, in ns, the file was last written."""
    try:
        tree = ast.parse(path.read_text(encoding="utf-8"))
    except (SyntaxError, UnicodeDecodeError):
        return frozenset()
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module)
    return frozenset(found)
