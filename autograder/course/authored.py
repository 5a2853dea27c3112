"""Reads the files an exercise's author wrote."""

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
