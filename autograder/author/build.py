"""Generates what learners open, `exercises/`, from what authors write, `solutions/`."""

import contextlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from autograder.author.notebooks import colab_notebook, local_notebook, nbgrader_notebook
from autograder.author.pages import is_marked, readme
from autograder.author.project import Project, read_project
from autograder.author.strip import leaks, module_place, solution, starter
from autograder.course import Catalogue, Exercise
from autograder.course.authored import read
from autograder.errors import Problem
from autograder.files import write_text

README = "README.md"
COPIED = ("test_visible.py", "support.py", "harness.py")
_NOT_OURS = {"__pycache__", ".ipynb_checkpoints", ".pytest_cache", ".DS_Store"}
_NBGRADER_CONFIG = """\
# Grading by the course's own examiner in place of a kernel; see the module for what it does.
from autograder.cohort.nbgrader import configure

c = get_config()  # noqa: F821  # nbgrader defines it
configure(c)
"""


@dataclass(frozen=True)
class Plan:
    """What has to happen to a tree of files: texts to write, in this order, and files to remove."""

    write: Mapping[Path, str]
    remove: tuple[Path, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.write or self.remove)

    def steps(self) -> list[tuple[str, Path]]:
        """What would happen to which path: add, change or remove."""
        writes = [("change" if path.exists() else "add", path) for path in self.write]
        return sorted([*writes, *(("remove", path) for path in self.remove)], key=lambda step: step[1])

    def carry_out(self) -> None:
        """Write and remove; each file is whole at any moment, and doing it again finishes what was broken off."""
        for path, text in self.write.items():
            write_text(path, text)
        for path in self.remove:
            path.unlink(missing_ok=True)
            with contextlib.suppress(OSError):  # a folder that holds more stays
                path.parent.rmdir()
                path.parent.parent.rmdir()


def released_files(exercise: Exercise, project: Project) -> dict[str, str]:
    """The generated folder of one exercise, name to text, the README first because it marks the folder as ours.

    `Problem` when the solution cannot be made into a starter.
    """
    module = starter(exercise)
    copied = {name: exercise.folder / name for name in COPIED}
    return {
        README: readme(exercise, project),
        exercise.module_file: module,
        f"{exercise.module}.ipynb": local_notebook(exercise, module),
        f"{exercise.module}.colab.ipynb": colab_notebook(exercise, module, project),
    } | {name: read(path) for name, path in copied.items() if path.is_file()}


def plan_build(catalogue: Catalogue, exercises: Iterable[Exercise], *, whole: bool) -> Plan:
    """What is to be done so that `exercises/` holds what `exercises` generate.

    When they are the `whole` course, generated folders of other exercises go.
    `Problem` when a solution would leak or when something that is not generated is in the way.
    """
    project = read_project(catalogue.root)
    texts: dict[Path, str] = {}
    remove: list[Path] = []
    for exercise in exercises:
        files = released_files(exercise, project)
        leaked = leaks(exercise, files)
        if leaked:
            raise Problem(leaked[0], where=module_place(exercise), fix="nothing was written; reword, and build again")
        folder = catalogue.released(exercise)
        _check_ours(folder)
        texts |= {folder / name: text for name, text in files.items() if _differs(folder / name, text)}
        remove += [path for path in _files(folder) if path.relative_to(folder).as_posix() not in files]
    if whole:
        remove += orphans(catalogue)
    return Plan(texts, tuple(remove))


def plan_nbgrader(exercises: Iterable[Exercise], folder: Path) -> Plan:
    """What is to be done so that `folder` is an nbgrader course of these exercises.

    A configuration that is there stays; `Problem` when it does not hand the grading to our examiner.
    """
    texts = {}
    for exercise in exercises:
        starter(exercise)  # raises what is wrong with the solution
        assignment = f"{exercise.number.replace('.', '_')}_{exercise.name}"
        path = folder / "source" / assignment / f"{exercise.module}.ipynb"
        texts[path] = nbgrader_notebook(exercise, solution(exercise))
    config = folder / "nbgrader_config.py"
    if not config.exists():
        texts[config] = _NBGRADER_CONFIG
    elif "autograder.cohort.nbgrader" not in read(config):
        lines = "; ".join(line for line in _NBGRADER_CONFIG.splitlines()[1:] if line)
        raise Problem("nbgrader would grade in the students' kernel", where=str(config), fix=f"add: {lines}")
    return Plan({path: text for path, text in texts.items() if _differs(path, text)})


def orphans(catalogue: Catalogue) -> Iterator[Path]:
    """Files in generated folders whose exercise is gone."""
    known = {catalogue.released(exercise) for exercise in catalogue}
    for path in sorted((catalogue.root / "exercises").glob(f"*/*/{README}")):
        if path.parent not in known and is_marked(read(path)):
            yield from _files(path.parent)


def _files(folder: Path) -> list[Path]:
    """The files in a generated folder, its README last: as long as it stands, the folder is known as ours."""
    files = [path for path in folder.rglob("*") if not path.is_dir() and not _NOT_OURS.intersection(path.parts)]
    return sorted(files, key=lambda path: (path == folder / README, path))


def _check_ours(folder: Path) -> None:
    readme_path = folder / README
    if _files(folder) and not (readme_path.is_file() and is_marked(read(readme_path))):
        raise Problem(
            "the folder is not a generated one",
            where=str(folder),
            fix="move away what you want to keep; delete the rest",
        )


def _differs(path: Path, text: str) -> bool:
    try:
        return path.read_bytes() != text.encode()
    except OSError:
        return True
