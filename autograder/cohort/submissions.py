"""Many students' submissions: which they are, and what each holds, read with care and one at a time."""

import hashlib
import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from autograder.errors import Problem
from autograder.examiner.submission import Unreadable, read_submission

Tell = Callable[[str], None]


@dataclass(frozen=True)
class Submission:
    """What lay at `path` when it was read.

    `refused` says why it can be no module, to its author; `unread` why the grader could not read it, to a person who
    can help. With either there is no content.
    """

    path: str
    content: bytes = b""
    refused: str = ""
    unread: str = ""

    @property
    def digest(self) -> str:
        """SHA-256 of what can make a difference to its verdict."""
        kind, what = ("module", self.content) if not self.refused else ("refused", self.refused.encode())
        return hashlib.sha256(kind.encode() + b"\0" + what).hexdigest()


def find_submissions(given: Iterable[str], module_file: str, tell: Tell) -> tuple[str, ...]:
    """The absolute path of every submission in `given`, each once.

    A file is one submission, and so is a folder that holds `module_file`. Any other folder is taken for one that holds
    many students' submissions: every folder and every Python file in it, by name. One with neither is a submission
    that lacks its module. `tell` hears what was left out. `Problem` when there is nothing at a path.
    """
    found: dict[str, None] = {}
    for path in map(os.path.abspath, given):
        if not os.path.lexists(path):
            raise Problem("there is no such file", where=printable(path), fix="check the path")
        found.update(dict.fromkeys(_inside(path, module_file, tell) or [path]))
    return tuple(found)


def _inside(path: str, module_file: str, tell: Tell) -> list[str]:
    if not os.path.isdir(path) or os.path.lexists(os.path.join(path, module_file)):
        return []
    with os.scandir(path) as entries:
        seen = sorted((entry.name, _may_be_one(entry)) for entry in entries if entry.name != "__pycache__")
    others = [printable(name) for name, wanted in seen if not wanted]
    found = [os.path.join(path, name) for name, wanted in seen if wanted]
    if found and others:
        more = f" and {len(others) - 5} more" if len(others) > 5 else ""
        tell(f"not graded, as neither folders nor Python files: {', '.join(others[:5])}{more} in {printable(path)}")
    return found


def _may_be_one(entry: "os.DirEntry[str]") -> bool:
    if entry.name.startswith("."):
        return False
    broken = entry.is_symlink() and not os.path.exists(entry.path)
    return entry.name.endswith(".py") or entry.is_dir() or broken


def read(path: str, module_file: str) -> Submission:
    """What the submission at `path` holds; it says so itself when that cannot be had.

    A module that is a link is refused, wherever it leads: its author chose the target, and whoever grades can read
    more than they.
    """
    try:
        file = os.path.join(path, module_file) if os.path.isdir(path) else path
        if os.path.islink(file) and os.path.exists(file):
            return Submission(path, refused=f"{printable(os.path.basename(file))} is a link; hand in the file itself")
        return Submission(path, read_submission(Path(path), module_file))
    except Unreadable as reason:
        return Submission(path, refused=printable(str(reason)))
    except Problem as problem:
        return Submission(path, unread=f"the submission could not be read: {problem.what}")
    except OSError as error:
        return Submission(path, unread=f"the submission could not be read: {error.strerror or error}")


def printable(path: str) -> str:
    """`path` for a line of text: line ends, control characters and bytes that are no text become escapes."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in path)
