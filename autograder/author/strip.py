"""Turns a solution into the starter a learner gets, and looks for what leaked on the way."""

import ast
import builtins
import json
import keyword
import re
from collections.abc import Mapping

from autograder.course import Exercise
from autograder.course.authored import read
from autograder.course.holes import BEGIN_FORM, Hole, find_holes, strip
from autograder.course.parts import join_parts, split_parts
from autograder.errors import Problem

TRIVIAL = 16  # characters: `for row in rows:` gives nothing away
_Function = ast.FunctionDef | ast.AsyncFunctionDef


def starter(exercise: Exercise) -> str:
    """The module with its holes empty; `Problem` names file and line of what is wrong with the solution."""
    text = solution(exercise)
    place = module_place(exercise)
    functions = [node for node in ast.walk(_parsed(text, place)) if isinstance(node, _Function)]
    holes = find_holes(text, place)
    for hole in holes:
        _check_hole(exercise, hole, functions)
    if not any(hole.task for hole in holes):
        raise Problem("the solution has no hole, so there is nothing to do", where=place, fix=f"mark one: {BEGIN_FORM}")
    result = strip(text, exercise.number, place)
    _parsed(result, f"the starter of {place}")
    for module in (text, result):
        _check_parts(module, place)
    return result


def solution(exercise: Exercise) -> str:
    """The module as its author wrote it."""
    return read(exercise.folder / exercise.module_file, module_place(exercise))


def module_place(exercise: Exercise) -> str:
    """The solution's file, for messages."""
    return f"solutions/{exercise.path}/{exercise.module_file}"


def leaks(exercise: Exercise, files: Mapping[str, str]) -> tuple[str, ...]:
    """A sentence for each line of a solution that stands in one of the generated `files` (name to text).

    A line counts when it has more than `TRIVIAL` characters and at least two names of its own, and stands neither
    outside of the holes nor in the statement.
    """
    public = starter(exercise) + read(exercise.folder / "statement.md")
    texts = {name: _shown(name, text) for name, text in files.items()}
    found = []
    for hole in find_holes(solution(exercise)):
        for count, line in enumerate((line.strip() for line in hole.lines), start=hole.first + 1):
            if not _tells(line) or line in public:
                continue
            names = [name for name, text in texts.items() if line in text]
            if names:
                found.append(
                    f"{module_place(exercise)}:{count} is a line of the solution that {' and '.join(names)} would "
                    "show: word it differently there"
                )
    return tuple(found)


def _tells(line: str) -> bool:
    """Whether a line gives anything away: `for row in rows:` and `except Exception as error:` do not."""
    own = set(re.findall(r"[A-Za-z_]\w*", line)) - {*keyword.kwlist, *dir(builtins)}
    return len(line) > TRIVIAL and len(own) > 1


def _shown(name: str, text: str) -> str:
    """What a reader of the file sees: a notebook's cells in place of its JSON."""
    if not name.endswith(".ipynb"):
        return text
    return "\n".join("".join(cell["source"]) for cell in json.loads(text)["cells"])


def _check_hole(exercise: Exercise, hole: Hole, functions: list[_Function]) -> None:
    place = f"{module_place(exercise)}:{hole.first}"
    inside = any(
        node.lineno < hole.first <= (node.end_lineno or 0) and len(hole.indent) > node.col_offset for node in functions
    )
    if not any(line.strip() for line in hole.lines):
        raise Problem("a hole with nothing in it", where=place, fix="put the solution between its markers")
    if not hole.task:
        if inside:
            raise Problem("a hole in a function that names no task", where=place, fix=f"write {BEGIN_FORM}")
        return
    if not inside:
        raise Problem(
            f"a hole of task {hole.task} outside of any function",
            where=place,
            fix="move it into a function; or leave out task and text, and the starter shows no trace of it",
        )
    names = [task.name for task in exercise.tasks]
    if hole.task not in names:
        raise Problem(
            f"a hole of task {hole.task}, which exercise.toml does not have",
            where=place,
            fix=f"name one of {', '.join(names)}, or declare [tasks.{hole.task}]",
        )


def _parsed(text: str, place: str) -> ast.Module:
    try:
        return ast.parse(text)
    except SyntaxError as error:
        raise Problem(f"no Python: {error.msg}", where=f"{place}:{error.lineno}", fix="correct the syntax") from None


def _check_parts(text: str, place: str) -> None:
    """`Problem` unless a notebook's cells, joined, are the module again."""
    joined = join_parts(split_parts(text))
    if joined == text:
        return
    pairs = zip([*text.split("\n"), ""], [*joined.split("\n"), ""], strict=False)
    line = next((count for count, (ours, theirs) in enumerate(pairs, start=1) if ours != theirs), 1)
    raise Problem(
        "the module does not fall into parts that can be joined again",
        where=f"{place}:{line}",
        fix="leave two blank lines before each top-level definition and its comment, and end with one newline",
    )
