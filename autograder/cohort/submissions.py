"""Many students' submissions: which they are, and what each holds, read with care and one at a time."""

import hashlib
import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from autograder.course import Exercise
from autograder.course.cells import saved_module
from autograder.course.notebook import MAX_BYTES, SUFFIX
from autograder.errors import Problem
from autograder.examiner.submission import Unreadable, read_submission

Tell = Callable[[str], None]


@dataclass(frozen=True)
class Submission:
    """What lay at `path` when it was read.

    `refused` says why it can be no module, to its author; `unread` why the grader could not read it, to a person who
    can help. With either there is no content. Of a notebook, `content` is the module in its cells, and `origins` says
    of each line of that which part it is from and its line in that cell.
    """

    path: str
    content: bytes = b""
    origins: tuple[tuple[int, int], ...] = ()
    refused: str = ""
    unread: str = ""

    @property
    def digest(self) -> str:
        """SHA-256 of what can make a difference to its verdict."""
        kind, what = ("module", self.content) if not self.refused else ("refused", self.refused.encode())
        if self.origins:
            kind, what = "notebook", self.content + repr(self.origins).encode()
        return hashlib.sha256(kind.encode() + b"\0" + what).hexdigest()


def find_submissions(given: Iterable[str], module_file: str, tell: Tell) -> tuple[str, ...]:
    """The absolute path of every submission in `given`, each once.

    A file is one submission, and so is a folder that holds `module_file` or its notebook. Any other folder is taken for
    one that holds many students' submissions: every folder, Python file and notebook in it, by name. One with none of
    them is a submission that lacks its module. `tell` hears what was left out. `Problem` when a path leads to nothing.
    """
    found: dict[str, None] = {}
    for path in map(os.path.abspath, given):
        if not os.path.lexists(path):
            raise Problem("there is no such file", where=printable(path), fix="check the path")
        found.update(dict.fromkeys(_inside(path, module_file, tell) or [path]))
    return tuple(found)


def _inside(path: str, module_file: str, tell: Tell) -> list[str]:
    if not os.path.isdir(path) or os.path.lexists(_module_in(path, module_file)):
        return []
    with os.scandir(path) as entries:
        seen = sorted((entry.name, _may_be_one(entry)) for entry in entries if entry.name != "__pycache__")
    others = [printable(name) for name, wanted in seen if not wanted]
    found = [os.path.join(path, name) for name, wanted in seen if wanted]
    if found and others:
        more = f" and {len(others) - 5} more" if len(others) > 5 else ""
        names = ", ".join(others[:5])
        tell(f"not graded, as neither folders, Python files nor notebooks: {names}{more} in {printable(path)}")
    return found


def _may_be_one(entry: "os.DirEntry[str]") -> bool:
    if entry.name.startswith("."):
        return False
    broken = entry.is_symlink() and not os.path.exists(entry.path)
    return entry.name.endswith((".py", SUFFIX)) or entry.is_dir() or broken


def _module_in(folder: str, module_file: str) -> str:
    """The file in a student's folder that is judged: the module, else its notebook, ours or the one for Colab."""
    stem = module_file.removesuffix(".py")
    paths = [os.path.join(folder, name) for name in (module_file, f"{stem}{SUFFIX}", f"{stem}.colab{SUFFIX}")]
    return next((path for path in paths if os.path.lexists(path)), paths[0])


def read(path: str, exercise: Exercise) -> Submission:
    """What the submission at `path` holds; it says so itself when that cannot be had.

    A file that is a link is refused, wherever it leads: its author chose the target, and whoever grades can read
    more than they.
    """
    try:
        file = _module_in(path, exercise.module_file) if os.path.isdir(path) else path
        if os.path.islink(file) and os.path.exists(file):
            return Submission(path, refused=f"{printable(os.path.basename(file))} is a link; hand in the file itself")
        if file.endswith(SUFFIX):
            return _in_cells(path, read_submission(Path(file), exercise.module_file, MAX_BYTES), exercise)
        return Submission(path, read_submission(Path(path), exercise.module_file))
    except Unreadable as reason:
        return Submission(path, refused=printable(str(reason)))
    except Problem as problem:
        return Submission(path, unread=f"the submission could not be read: {problem.what}")
    except OSError as error:
        return Submission(path, unread=f"the submission could not be read: {error.strerror or error}")


def _in_cells(path: str, content: bytes, exercise: Exercise) -> Submission:
    try:
        module = saved_module(exercise, content, os.path.basename(path))
    except Problem as problem:
        return Submission(path, refused=printable(f"{problem.what} ({problem.where}); {problem.fix}"))
    return Submission(path, module.text.encode(), module.origins)


def printable(path: str) -> str:
    """`path` for a line of text: line ends, control characters and bytes that are no text become escapes."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in path)
