"""An nbgrader course in a folder, driven as a teacher drives it, and a small exercise to teach in it."""

import json
import subprocess
import sys
from pathlib import Path

BIN = str(Path(sys.executable).parent)  # nbgrader calls `alembic` by its bare name
SUMS = {
    "exercise.toml": """\
title = "Sums"
summary = "Two sums."
module = "sums"
minutes = 5
difficulty = 1
page = "book/00_start/sums.md"

[tasks.a]
title = "add"
points = 2

[tasks.b]
title = "add them all"
points = 4
""",
    "statement.md": "Add.\n",
    "sums.py": '''\
"""Sums."""


def double(a):
    return a + a


def add(a, b):
    ### BEGIN SOLUTION a: add two numbers (about 1 line)
    return a + b
    ### END SOLUTION


def total(numbers):
    ### BEGIN SOLUTION b: add all of them (about 1 line)
    return sum(numbers)
    ### END SOLUTION
''',
    "test_visible.py": '''\
from autograder.examiner import expect_equal, task


@task("a", points=2)
def test_two_numbers_are_added(candidate):
    """Two numbers are added."""
    expect_equal(candidate.add(1, 2), 3)


@task("b", points=3)
def test_three_numbers_are_added(candidate):
    """Three numbers are added."""
    expect_equal(candidate.total([1, 2, 3]), 6)
''',
    "test_hidden.py": '''\
from autograder.examiner import expect_equal, task


@task("b", points=1)
def test_nothing_adds_up_to_nothing(candidate):
    """The sum of nothing is the neutral element."""
    expect_equal(candidate.total([]), 0, because="an empty list has the sum 0")
''',
}


def write_sums(root):
    """Write a course that has the one exercise 0.1 into `root`."""
    folder = root / "solutions" / "00_start" / "01_sums"
    folder.mkdir(parents=True)
    for name, text in SUMS.items():
        (folder / name).write_text(text, encoding="utf-8")


class NbCourse:
    """The folder of one nbgrader course; `env` is what its commands run with."""

    def __init__(self, root, env=None):
        self.root = root
        self.env = env

    def run(self, *words):
        """Run `nbgrader WORDS`."""
        command = [sys.executable, "-m", "nbgrader", *words]
        return subprocess.run(
            command, cwd=self.root, env=self.env, capture_output=True, text=True, encoding="utf-8", timeout=600
        )

    def read(self, step, student, assignment, name):
        """A notebook in one of nbgrader's folders, as plain data."""
        text = (self.root / step / student / assignment / f"{name}.ipynb").read_text(encoding="utf-8")
        return json.loads(text)

    def hand_in(self, student, assignment, name, notebook):
        """Put a notebook (plain data, or the bytes of what is none) where `collect` would put it."""
        folder = self.root / "submitted" / student / assignment
        folder.mkdir(parents=True, exist_ok=True)
        content = notebook if isinstance(notebook, bytes) else json.dumps(notebook).encode()
        (folder / f"{name}.ipynb").write_bytes(content)

    def grades(self, assignment):
        """For each student and grade cell, the score (None: no autograde) and whether a person has to look."""
        from nbgrader.api import Gradebook

        with Gradebook(f"sqlite:///{self.root / 'gradebook.db'}") as gradebook:
            return {
                (submission.student.id, grade.name): (grade.auto_score, grade.needs_manual_grade)
                for submission in gradebook.assignment_submissions(assignment)
                for notebook in submission.notebooks
                for grade in notebook.grades
            }


def answer(released, texts):
    """A copy of the released notebook in which the part whose number is a key of `texts` holds that text."""
    notebook = json.loads(json.dumps(released))
    for cell in notebook["cells"]:
        first, _, _ = "".join(cell["source"]).partition("\n")
        if first.startswith("# ninety: ") and int(first.rpartition("/")[2]) in texts:
            cell["source"] = f"{first}\n{texts[int(first.rpartition('/')[2])]}"
    return notebook
