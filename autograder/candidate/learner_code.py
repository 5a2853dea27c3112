"""Loading the learner's module, and telling what went wrong in it by its own lines."""

import importlib.util
import inspect
import linecache
import os
import sys
import traceback
from importlib.machinery import SourceFileLoader
from types import CodeType, ModuleType
from typing import Any

MAX_MESSAGE = 4000
MAX_FRAMES = 20


class _Source(SourceFileLoader):
    """Compiles the file at each use: bytecode left by an older save can have its size and its second."""

    def get_code(self, fullname: str) -> CodeType:
        return self.source_to_code(self.get_data(self.path), self.path)


def load(name: str, path: str) -> None:
    """Run the file at `path` as the module `name`. Files beside it can be imported; nothing else is shadowed."""
    path = os.path.abspath(path)
    folder = os.path.dirname(path)
    if folder not in sys.path:
        sys.path.append(folder)
    spec = importlib.util.spec_from_file_location(name, path, loader=_Source(name, path))
    assert spec is not None
    assert spec.loader is not None
    module: ModuleType = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except BaseException:
        sys.modules.pop(name, None)
        raise


def describe_error(error: BaseException, folder: str) -> dict[str, Any]:
    """An exception as data: its class and bases, its text, and the frames that are the learner's own, in `folder`."""
    try:
        message = str(error)
    except Exception:
        message = "(its text cannot be had: __str__ raised)"
    return {
        "type": type(error).__name__,
        "bases": [base.__name__ for base in type(error).__mro__[1:-1]],
        "message": message[:MAX_MESSAGE],
        "frames": _frames(error, folder)[-MAX_FRAMES:],
    }


def where(target: Any, folder: str) -> dict[str, Any] | None:
    """The file in `folder` and the line at which a function, method or class starts; None for anything else."""
    try:
        code = getattr(inspect.unwrap(target), "__code__", None)
        if code is None and isinstance(target, type):
            lines, line = inspect.getsourcelines(target)
            return _place(folder, inspect.getsourcefile(target) or "", line, lines[0])
        if code is None:
            return None
        text = linecache.getline(code.co_filename, code.co_firstlineno)
        return _place(folder, code.co_filename, code.co_firstlineno, text)
    except Exception:  # whatever the learner's object answers, a place is only a help
        return None


def _frames(error: BaseException, folder: str) -> list[dict[str, Any]]:
    frames = []
    for frame, line in traceback.walk_tb(error.__traceback__):
        place = _place(folder, frame.f_code.co_filename, line, linecache.getline(frame.f_code.co_filename, line))
        if place:
            frames.append(place)
    if isinstance(error, SyntaxError) and error.filename and error.lineno:
        place = _place(folder, error.filename, error.lineno, error.text or "")
        if place:
            frames.append(place)
    return frames


def _place(folder: str, file: str, line: int, code: str) -> dict[str, Any] | None:
    """The place, when it lies in the submission's folder; the path is told relative to it."""
    if not os.path.isabs(file) or not file.startswith(folder + os.sep):
        return None
    return {"file": os.path.relpath(file, folder), "line": line, "code": code.strip()[:200]}
