"""The assignment and its submissions, in the form each tool wants them."""

import json
import random
import shutil
import textwrap
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from benchmarks.checks import GROUPS, SETUP, WRONG

HERE = Path(__file__).parent
EXERCISE = HERE / "assignment" / "solutions" / "00_bench" / "01_summaries"
SAME = "np.testing.assert_allclose({call}, {expected}, rtol=0, atol=1e-9)"


def submissions(count: int) -> list[dict[str, str]]:
    """`count` submissions: the text of each function; a third of them right, the others wrong in one to three."""
    random_ = random.Random(90)
    right = functions()
    made = []
    for number in range(count):
        wrong = random_.sample(sorted(WRONG), number % 3 and random_.randint(1, 3))
        made.append(right | {name: random_.choice(WRONG[name]) for name in wrong})
    return made


def functions() -> dict[str, str]:
    """The text of each function of the solution."""
    parts = (EXERCISE / "summaries.py").read_text(encoding="utf-8").split("\n\n\n")[1:]
    return {part.split("(")[0].removeprefix("def "): part.rstrip("\n") + "\n" for part in parts}


def module(submission: dict[str, str]) -> str:
    """The submission as a module."""
    return "\n\n".join(["import numpy as np\n", *submission.values()])


def write_ours(folder: Path, made: list[dict[str, str]], copies: int = 1) -> Path:
    """A course with the assignment, and the submissions, each `copies` times, as modules; the latter's folder."""
    exercise = folder / "course" / "solutions" / "00_bench" / "01_summaries"
    shutil.copytree(EXERCISE, exercise)
    lines = ["import numpy as np\n\nfrom autograder.examiner import expect_close, task\n"]
    for name, checks in GROUPS.items():
        lines.append(
            f'\n@task("a", points={len(checks)})\ndef test_{name}(candidate):\n    """{name} is right."""\n'
            f"    {name} = candidate.{name}\n{textwrap.indent(SETUP, '    ')}"
        )
        lines += [f"    expect_close({call}, {expected}, 1e-9)" for call, expected in checks]
        lines.append("")
    (exercise / "test_visible.py").write_text("\n".join(lines), encoding="utf-8")
    place = folder / "ours"
    for number in range(len(made) * copies):
        student = place / f"s{number:05}"
        student.mkdir(parents=True)
        # A file of its own: of two that are the same, the second is not judged.
        text = f"{module(made[number % len(made)])}\n# number {number}\n"
        (student / "summaries.py").write_text(text, encoding="utf-8")
    return place


def write_pytest(folder: Path, made: list[dict[str, str]]) -> Path:
    """A folder for each submission, with the module and a plain test file beside it."""
    lines = ["import numpy as np\n\nfrom summaries import *\n"]
    for name, checks in GROUPS.items():
        assertions = "\n    ".join(map(_assertion, checks))
        lines.append(f"\ndef test_{name}():\n{textwrap.indent(SETUP, '    ')}\n    {assertions}\n")
    place = folder / "pytest"
    for number, submission in enumerate(made):
        student = place / f"s{number:05}"
        student.mkdir(parents=True)
        (student / "summaries.py").write_text(module(submission), encoding="utf-8")
        (student / "test_summaries.py").write_text("\n".join(lines), encoding="utf-8")
    return place


def write_nbgrader(folder: Path, made: list[dict[str, str]]) -> Path:
    """An nbgrader course with the assignment's source and the submitted notebooks; `generate_assignment` comes next."""
    place = folder / "nbgrader"
    solution = functions()
    _write_notebook(place / "source" / "summaries" / "summaries.ipynb", _nbgrader_cells(solution))
    for number, submission in enumerate(made):
        path = place / "submitted" / f"s{number:05}" / "summaries" / "summaries.ipynb"
        _write_notebook(path, _nbgrader_cells(submission))
    config = "c = get_config()\nc.CourseDirectory.course_id = 'bench'\nc.ExecutePreprocessor.timeout = 60\n"
    (place / "nbgrader_config.py").write_text(config, encoding="utf-8")
    return place


def write_otter(folder: Path, made: list[dict[str, str]]) -> Path:
    """otter's tests, one file for each function, and the submitted notebooks; `otter generate` comes next."""
    place = folder / "otter"
    tests = place / "tests"
    tests.mkdir(parents=True)
    for name, checks in GROUPS.items():
        cases = [
            {"code": "\n".join(f">>> {line}" for line in [*SETUP.splitlines(), _assertion(check)]), "hidden": False}
            for check in checks
        ]
        test = {"name": name, "points": len(checks), "suites": [{"cases": cases, "type": "doctest"}]}
        (tests / f"{name}.py").write_text(f"OK_FORMAT = True\n\ntest = {test!r}\n", encoding="utf-8")
    (place / "otter_config.json").write_text(json.dumps({"show_hidden": True}), encoding="utf-8")
    for number, submission in enumerate(made):
        cells = [new_code_cell("import numpy as np"), *(new_code_cell(text) for text in submission.values())]
        _write_notebook(place / "submitted" / f"s{number:05}.ipynb", cells)
    return place


def _assertion(check: tuple[str, str]) -> str:
    call, expected = check
    return SAME.format(call=call, expected=expected)


def _nbgrader_cells(submission: dict[str, str]) -> list[NotebookNode]:
    cells = [_marked(new_code_cell("import numpy as np"), "imports", solution=False, grade=False)]
    for name, text in submission.items():
        cells.append(_marked(new_code_cell(text), name, solution=True, grade=False))
        lines = "\n".join([SETUP, *map(_assertion, GROUPS[name])])
        cells.append(
            _marked(new_code_cell(lines), f"test-{name}", solution=False, grade=True, points=len(GROUPS[name]))
        )
    return [new_markdown_cell("# Summaries"), *cells]


def _marked(cell: NotebookNode, name: str, *, solution: bool, grade: bool, points: int = 0) -> NotebookNode:
    cell.metadata["nbgrader"] = {
        "grade": grade, "grade_id": name, "locked": not solution, "schema_version": 3, "solution": solution,
        "task": False, "cell_type": "code",
    } | ({"points": points} if grade else {})  # fmt: skip
    return cell


def _write_notebook(path: Path, cells: list[NotebookNode]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    for number, cell in enumerate(cells):
        cell["id"] = f"cell-{number}"
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    nbformat.write(new_notebook(cells=cells, metadata=kernel), path)
