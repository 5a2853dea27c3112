"""Starts an exercise: a folder that is small, complete and valid, to be rewritten piece by piece."""

import re
import shutil
import tempfile
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from string import Template

from autograder.course.manifest import exercise_number
from autograder.errors import Problem
from autograder.files import write_text

_NAME = re.compile(r"(?P<chapter>(?P<digits>\d\d)_[a-z][a-z0-9_]*)/(?P<name>[a-z][a-z0-9_]*)")
_SUFFIX = ".txt"  # keeps the template's modules from being taken for the engine's
_PAGE = "page.md"
_MODULE = "module.py"


def new_exercise(root: Path, name: str, number: int | None = None) -> tuple[Path, Path]:
    """Make the exercise `name`, such as `08_serving/micro_batching`, and its page where there is none.

    `number` is its place in the chapter, by default the next one. Returns the folder and the page; `Problem` for a
    bad name and for anything that would be overwritten.
    """
    match = _NAME.fullmatch(name.strip("/"))
    if not match:
        raise Problem(f"{name!r} names no exercise", fix="write chapter and exercise like 08_serving/micro_batching")
    chapter = root / "solutions" / match["chapter"]
    _check_chapter(chapter, match["digits"])
    folder = chapter / f"{_free_number(chapter, match['name'], number):02}_{match['name']}"
    page = root / "book" / match["chapter"] / f"{match['name']}.md"
    values = {
        "name": match["name"],
        "title": match["name"].replace("_", " ").capitalize(),
        "number": exercise_number(folder),
        "path": f"{folder.parent.name}/{folder.name}",
        "page": page.relative_to(root).as_posix(),
    }
    texts = dict(_filled(files("autograder.author") / "template", values))
    page_text = texts.pop(_PAGE)
    texts[f"{match['name']}.py"] = texts.pop(_MODULE)
    _write_folder(folder, texts)
    if not page.exists():
        write_text(page, page_text)
    return folder, page


def _check_chapter(chapter: Path, digits: str) -> None:
    others = [path.name for path in sorted(chapter.parent.glob(f"{digits}_*")) if path.name != chapter.name]
    if others and not chapter.exists():
        raise Problem(f"chapter {digits} is called {others[0]}", where=str(chapter), fix=f"write {others[0]}/...")


def _free_number(chapter: Path, name: str, wanted: int | None) -> int:
    """The exercise's number in its chapter; `Problem` when the number or the name is taken."""
    taken = {int(path.name[:2]): path for path in chapter.glob("[0-9][0-9]_*")}
    for path in taken.values():
        if path.name[3:] == name:
            raise Problem("the exercise exists already", where=str(path), fix="edit it, or choose another name")
    number = max(taken, default=0) + 1 if wanted is None else wanted
    if number in taken:
        raise Problem(
            f"number {number} is taken", where=str(taken[number]), fix="leave out --number, or choose a free one"
        )
    if not 0 <= number <= 99:
        raise Problem(f"an exercise's number has two digits, {number} does not fit", fix="choose one from 1 to 99")
    return number


def _filled(folder: Traversable, values: dict[str, str], prefix: str = "") -> list[tuple[str, str]]:
    """The template's files, names and texts, with `values` in their places."""
    texts: list[tuple[str, str]] = []
    for entry in folder.iterdir():
        if entry.is_dir():
            texts += _filled(entry, values, f"{prefix}{entry.name}/")
        elif entry.name.endswith(_SUFFIX):
            text = Template(entry.read_text(encoding="utf-8")).substitute(values)
            texts.append((prefix + entry.name.removesuffix(_SUFFIX), text))
    return texts


def _write_folder(folder: Path, texts: dict[str, str]) -> None:
    """The whole folder or nothing: it is made beside its place and then moved there."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    temporary = Path(tempfile.mkdtemp(prefix=".new-", dir=folder.parent))
    try:
        for name, text in texts.items():
            write_text(temporary / name, text)
        temporary.chmod(0o755)  # mkdtemp's folders are for one user only
        temporary.rename(folder)
    except BaseException:
        shutil.rmtree(temporary, ignore_errors=True)
        raise
