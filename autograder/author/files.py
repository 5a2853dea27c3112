"""Reads an author's files and writes generated ones, each whole or not at all."""

from pathlib import Path

from autograder.errors import Problem
from autograder.files import write_atomically


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
    write_atomically(path, text.encode())
