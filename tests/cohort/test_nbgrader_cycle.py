"""nbgrader's own commands on the course's own exercises: built, released, handed in, autograded, fed back.

One batch holds all students, because what one bad submission does to the others is part of the question.
"""

import html
import json
import os
import re
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

import pytest

pytest.importorskip("nbgrader")

from autograder.author.build import plan_nbgrader
from autograder.author.strip import solution, starter
from autograder.course import Catalogue, find_course
from autograder.course.mutants import read_mutant, shipped
from autograder.course.parts import grade_cell, mark_parts
from autograder.errors import Problem
from autograder.examiner import judge, list_checks
from autograder.sandbox import choose_sandbox
from tests.cohort.attacks import ATTACKS, DAMAGE, FORGERIES, REACHING_OUT, UNREADABLE, spoilt
from tests.cohort.course_folder import BIN, NbCourse, answer

pytestmark = pytest.mark.slow

NUMBERS = ("0.1", "1.2", "8.3")
ATTACKED = "0.1"  # needs the standard library alone, so that its candidates start fastest
SET = "first_light"


@dataclass
class Batch:
    """A class and its course. `due` is what each student's grade cells must get: points, and whether to look."""

    course: NbCourse
    exercises: tuple
    sandbox: str
    kernel_started: Path
    autograde: subprocess.CompletedProcess | None = None
    due: dict = field(default_factory=dict)
    mutants: dict = field(default_factory=dict)
    grades: dict = field(default_factory=dict)

    def hand_in(self, student, exercise, notebook, share):
        """Hand in a notebook that is due `share` of all points; None: a person has to look at it."""
        self.course.hand_in(student, SET, exercise.module, notebook)
        for task in exercise.tasks:
            due = (None, True) if share is None else (share * task.points, False)
            self.due[student, grade_cell(exercise.number, task.name)] = due

    def named(self, number):
        """The exercise of that number."""
        return next(exercise for exercise in self.exercises if exercise.number == number)

    def feedback(self, student, exercise):
        """The words on the page that a student gets."""
        page = self.course.root / "feedback" / student / SET / f"{exercise.module}.html"
        text = html.unescape(re.sub(r"<[^>]*>", "", page.read_text(encoding="utf-8")))
        return " ".join(text.split())


@pytest.fixture(scope="module")
def batch(tmp_path_factory):
    """The class, graded."""
    root = tmp_path_factory.mktemp("cycle")
    catalogue = Catalogue(find_course())
    env = os.environ | {"PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}", "JUPYTER_PATH": str(root / "jupyter")}
    exercises = tuple(catalogue.get(number) for number in NUMBERS)
    batch = Batch(NbCourse(root / "course", env), exercises, usable_sandbox(), trap_kernels(root))
    make_course(batch, root / "exchange")
    succeed(batch, "generate_assignment")
    succeed(batch, "release_assignment")
    hand_in_all(batch, root / "exchange" / "class" / "outbound" / SET)
    batch.autograde = batch.course.run("autograde", SET)
    succeed(batch, "generate_feedback")
    batch.grades = batch.course.grades(SET)
    return batch


def usable_sandbox():
    """The default sandbox where this machine has it."""
    try:
        return choose_sandbox("bubblewrap").name
    except Problem:
        return "process"


def trap_kernels(root):
    """Make each start of a `python3` kernel leave a file; returns its path."""
    evidence = root / "kernel_started"
    spec = root / "jupyter" / "kernels" / "python3" / "kernel.json"
    spec.parent.mkdir(parents=True)
    argv = [sys.executable, "-c", f"open({str(evidence)!r}, 'w')", "{connection_file}"]
    spec.write_text(json.dumps({"argv": argv, "display_name": "trap", "language": "python"}), encoding="utf-8")
    return evidence


def make_course(batch, exchange):
    """What `ninety author build --to nbgrader` makes, with all exercises in one assignment."""
    root = batch.course.root
    plan_nbgrader(batch.exercises, root).carry_out()
    (root / "source" / SET).mkdir()
    for path in root.glob("source/*/*.ipynb"):
        path.rename(root / "source" / SET / path.name)
    settings = f"c.CourseDirectory.course_id = 'class'\nc.Exchange.root = {str(exchange)!r}\n"
    if batch.sandbox == "process":
        settings += "c.Examine.sandbox = 'process'\n"
    with (root / "nbgrader_config.py").open("a", encoding="utf-8") as config:
        config.write(settings)


def succeed(batch, command):
    """Run a command of the cycle that has to succeed."""
    result = batch.course.run(command, SET)
    assert result.returncode == 0, result.stderr


def hand_in_all(batch, outbound):
    """Hand in, for every exercise, what the class made of the notebook it got."""
    for exercise in batch.exercises:
        released = json.loads((outbound / f"{exercise.module}.ipynb").read_text(encoding="utf-8"))
        right = answer(released, parts(exercise, solution(exercise)))
        batch.hand_in("empty", exercise, released, 0)
        batch.hand_in("right", exercise, right, 1)
        for student, hidden in (("wrong", False), ("sly", True)):
            path = batch.mutants[student, exercise.number] = mutant(exercise, hidden)
            notebook = pasted(released, path.read_text(encoding="utf-8"))
            batch.course.hand_in(student, SET, exercise.module, notebook)
        if exercise.number == ATTACKED:
            attack(batch, exercise, released, right)


def attack(batch, exercise, released, right):
    """Hand in what is meant to get points for nothing, to take them from others, or to end the batch."""
    own = own_parts(released)
    for student, code in ATTACKS.items():
        batch.hand_in(student, exercise, answer(released, {min(own): f"{code}\n{own[min(own)]}"}), 0)
    for student, code in REACHING_OUT.items() if batch.sandbox == "bubblewrap" else ():
        text = f"{own[max(own)]}\n\n{placed(code, batch, exercise)}"
        batch.hand_in(student, exercise, answer(released, {max(own): text}), 0)
    for student, change in FORGERIES.items():
        batch.hand_in(student, exercise, spoilt(released, change), 0)
    for student, change in DAMAGE.items():
        batch.hand_in(student, exercise, spoilt(right, change), 1)
    for student, content in UNREADABLE.items():
        batch.hand_in(student, exercise, content, None)
    batch.hand_in("zoe", exercise, right, 1)  # the last to be graded


def parts(exercise, text):
    """The text of each part of a module, by its number."""
    marked = mark_parts(text, exercise.number, exercise.module)
    return {number: part.partition("\n")[2] for number, part in enumerate(marked, start=1)}


def own_parts(notebook):
    """The parts in a notebook that are the student's to change, number to text."""
    found = {}
    for cell in notebook["cells"]:
        first, _, text = "".join(cell["source"]).partition("\n")
        if first.startswith("# ninety: ") and cell["metadata"]["nbgrader"]["solution"]:
            found[int(first.rpartition("/")[2])] = text
    return found


def placed(code, batch, exercise):
    """The code of an attack with the places where the teacher's files are."""
    root = batch.course.root
    places = {"source": root / "source" / SET, "gradebook": root / "gradebook.db", "solutions": exercise.folder}
    return code.replace("PLACES", repr({name: str(path) for name, path in places.items()}))


def pasted(notebook, module):
    """The notebook with a whole module in the last part that is the student's: its definitions are the last ones."""
    return answer(notebook, {max(own_parts(notebook)): module})


def mutant(exercise, hidden):
    """A wrong solution's file; the first check it fails is hidden or not as wanted, where there is such a one."""
    secret = {check.name for check in list_checks(exercise) if check.hidden}
    found = [(read_mutant(path, place).check, path) for path, place in shipped(exercise, "mutants")]
    return next((path for check, path in found if (check in secret) is hidden), found[0][1])


def test_everybody_gets_what_is_due_whoever_else_is_in_the_class(batch):
    got = {key: grade for key, grade in batch.grades.items() if key in batch.due}
    assert got == batch.due


def test_a_wrong_answer_gets_the_points_that_judging_its_module_gives(batch):
    for (student, number), path in batch.mutants.items():
        exercise = batch.named(number)
        (seed,) = set(re.findall(r"--seed (\d+)", batch.feedback(student, exercise)))
        tasks = judge(exercise, path, sandbox=batch.sandbox, seed=int(seed)).task_points()
        got = {task: batch.grades[student, grade_cell(exercise.number, task)] for task in tasks}
        assert got == {task: (earned, False) for task, (earned, _) in tasks.items()}, path
        assert sum(earned for earned, _ in got.values()) < exercise.points


def test_only_the_unreadable_submissions_are_reported_as_failed(batch):
    failed = set(re.findall(r"for student '(\w+)'", batch.autograde.stderr))
    assert failed == set(UNREADABLE)
    assert batch.autograde.returncode == 1


def test_no_kernel_was_started(batch):
    assert not batch.kernel_started.exists()


def test_a_kernel_would_have_been_noticed(batch):
    notebook = batch.course.root / "release" / SET / f"{batch.exercises[0].module}.ipynb"
    command = [sys.executable, "-m", "jupyter", "execute", "--output=/dev/null", str(notebook)]
    ran = subprocess.run(command, env=batch.course.env, capture_output=True, timeout=120)
    assert ran.returncode != 0
    assert batch.kernel_started.exists()
    batch.kernel_started.unlink()


def test_a_student_reads_the_first_failure_of_a_visible_check(batch):
    for exercise in batch.exercises:
        text = batch.feedback("wrong", exercise)
        assert read_mutant(batch.mutants["wrong", exercise.number], "").words[0] in text
        assert "NOT ATTEMPTED" in batch.feedback("empty", exercise)


def test_no_page_shows_what_a_hidden_check_holds(batch):
    for exercise in batch.exercises:
        public = exercise.visible_checks.read_text(encoding="utf-8") + solution(exercise)
        lines = {line.strip() for line in exercise.hidden_checks.read_text(encoding="utf-8").split("\n")}
        secrets = {" ".join(line.split()) for line in lines if len(line) > 30 and line not in public}
        secrets |= {check.title for check in list_checks(exercise) if check.hidden}
        for page in batch.course.root.glob(f"feedback/*/{SET}/{exercise.module}.html"):
            text = batch.feedback(page.parts[-3], exercise)
            assert not [secret for secret in secrets if secret in text], page


def test_a_hidden_failure_is_told_by_name_and_points(batch):
    pages = {exercise.number: batch.feedback("sly", exercise) for exercise in batch.exercises}
    assert any("hidden check" in page for page in pages.values())
    for number, page in pages.items():
        assert read_mutant(batch.mutants["sly", number], "").check in page


def test_nothing_forged_or_large_is_left_in_an_autograded_notebook(batch):
    for path in batch.course.root.glob(f"autograded/*/{SET}/*.ipynb"):
        text = path.read_text(encoding="utf-8")
        assert "1000000" not in text
        assert "FORGED" not in text
        assert len(text) < 200_000 or path.parts[-3] == "too_long"


@pytest.mark.parametrize("name", ["reads_source", "reads_solutions"])
def test_it_is_the_sandbox_that_kept_the_teachers_files_from_them(batch, tmp_path, name):
    exercise = batch.named(ATTACKED)
    path = tmp_path / exercise.module_file
    path.write_text(f"{starter(exercise)}\n\n{placed(REACHING_OUT[name], batch, exercise)}", encoding="utf-8")
    verdict = judge(exercise, path, sandbox="process")
    assert verdict.earned == exercise.points
