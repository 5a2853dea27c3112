"""A submission, read once and with care: what it holds is untrusted, and so is what it is."""

import os
from pathlib import Path

from autograder.course.manifest import MAX_MODULE
from autograder.errors import Problem
from autograder.files import NotPlain, open_plain


class Unreadable(Exception):
    """The submission can be no answer: said to its author as the reason why every check crashed."""


def read_submission(path: Path, module_file: str, most: int = MAX_MODULE) -> bytes:
    """The bytes of the submitted module.

    `path` is the file, or a folder that holds `module_file`. Raises `Problem` where nothing is at `path`, and
    `Unreadable` for what is there but can be no module: a link in the folder, a device, more than `most` bytes, binary
    data.
    """
    if path.is_dir():
        content = _read(path / module_file, False, f"the folder holds no {module_file}", most)
    elif not path.is_symlink() and not path.exists():
        raise Problem("there is no such file", where=str(path), fix="check the path")
    else:
        content = _read(path, True, f"{path.name} is a link that leads nowhere", most)  # a named link may be followed
    check_text(content, path.name)
    return content


def check_text(content: bytes, name: str) -> None:
    """Raise `Unreadable` where the content of the file `name` can be no module."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        what = f"{name} is no text in UTF-8: byte {error.start}, in line {line}, cannot be read"
        raise Unreadable(f"{what}; let your editor save it as UTF-8") from None
    if "\0" in text:
        place = text.index("\0")
        what = f"{name} is no text: it holds a NUL at character {place}, in line {text.count(chr(10), 0, place) + 1}"
        raise Unreadable(f"{what}; delete it, or let your editor save the file as UTF-8")
    if not text.strip():
        raise Unreadable(f"{name} is empty: your editor's undo may bring it back, `ninety reset` the starter")


def _read(path: Path, follow: bool, missing: str, most: int) -> bytes:
    """The content of a plain file; `missing` says what it means that there is none."""
    try:
        with open_plain(path, follow=follow) as file:
            size, content = os.fstat(file.fileno()).st_size, file.read(most + 1)
    except FileNotFoundError:
        raise Unreadable(missing) from None
    except NotPlain:
        raise Unreadable(f"{path.name} is no plain file") from None
    except OSError as error:
        if path.is_symlink():
            words = "is a link that leads nowhere" if follow else "is a link: hand in the file itself"
            raise Unreadable(f"{path.name} {words}") from None
        right = "; `chmod u+r` gives you the right" if isinstance(error, PermissionError) and os.name != "nt" else ""
        raise Unreadable(f"{path.name} cannot be read: {error.strerror}{right}") from None
    if len(content) > most:
        raise Unreadable(f"{path.name} has {size:,} bytes; at most {most:,} are read")
    return content
