"""A submission, read once and with care: what it holds is untrusted, and so is what it is."""

from pathlib import Path

from autograder.errors import Problem

MAX_BYTES = 2**20


class Unreadable(Exception):
    """The submission can be no answer: said to its author as the reason why every check crashed."""


def read_submission(path: Path, module_file: str) -> bytes:
    """The bytes of the submitted module.

    `path` is the file, or a folder that holds `module_file`. Raises `Problem` where nothing is at `path`, and
    `Unreadable` for what is there but can be no module: a device, a broken link, more than 1 MiB, binary data.
    """
    if path.is_dir():
        path = path / module_file
        if not path.is_symlink() and not path.exists():
            raise Unreadable(f"the folder holds no {module_file}")
    if path.is_symlink() and not path.exists():
        raise Unreadable(f"{path.name} is a link that leads nowhere")
    if not path.exists():
        raise Problem("there is no such file", where=str(path), fix="check the path")
    if not path.is_file():
        raise Unreadable(f"{path.name} is no plain file")
    with path.open("rb") as file:
        content = file.read(MAX_BYTES + 1)
    if len(content) > MAX_BYTES:
        raise Unreadable(f"{path.name} has {path.stat().st_size:,} bytes; a module has at most {MAX_BYTES:,}")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Unreadable(f"{path.name} is no text in UTF-8: byte {error.start} cannot be read") from None
    if "\0" in text:
        raise Unreadable(f"{path.name} is no text: it holds a NUL at character {text.index(chr(0))}")
    return content
