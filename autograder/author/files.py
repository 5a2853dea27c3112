"""Reads an author's files and writes generated ones, each whole or not at all."""

import os
from pathlib import Path

from autograder.errors import Problem


def read(path: Path, where: str = "") -> str:
    """The text at `path`; `Problem` names `where` (else the path) when there is none or it is no UTF-8."""
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise Problem("a file of the exercise is missing", where=where or str(path), fix="write it") from None
    except UnicodeDecodeError as error:
        raise Problem(f"the file is not UTF-8: {error}", where=where or str(path), fix="save it as UTF-8") from None


def write(path: Path, text: str) -> None:
    """Put `text` at `path`: whoever reads it, at any moment, finds the old text or the new one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.tmp")
    try:
        with temporary.open("w", encoding="utf-8", newline="\n") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
