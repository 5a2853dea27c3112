"""nbgrader's converters with our steps in them, in this process, and a judge that says what the test wants."""

import json
import os
import shutil
from dataclasses import replace

import pytest

pytest.importorskip("nbgrader")

from nbgrader.converters import Autograde, GenerateAssignment
from nbgrader.converters.base import NbGraderException
from nbgrader.coursedir import CourseDirectory
from traitlets.config import Config

from autograder.author.build import plan_nbgrader
from autograder.cohort import nbgrader as ours
from autograder.cohort.feedback import feedback
from autograder.course import Catalogue
from autograder.errors import Exit, Problem
from autograder.verdict import CheckResult, Failure, Outcome, Verdict
from tests.cohort.course_folder import BIN, NbCourse, answer, write_sums

# nbgrader's own: it adds a submission to an assignment before it adds it to the session
pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore:Object of type <Submitted:sqlalchemy.exc.SAWarning"),
]

PS = "0_1_sums"
CHECKS = (
    CheckResult("test_two_numbers_are_added", "Two numbers are added.", "a", 2, False, Outcome.PASSED),
    CheckResult("test_three_numbers_are_added", "Three numbers are added.", "b", 3, False, Outcome.PASSED),
    CheckResult(
        "test_nothing_adds_up_to_nothing",
        "The sum of nothing is the neutral element.",
        "b",
        1,
        True,
        Outcome.FAILED,
        Failure("an empty list has the sum 0", "total([])", "None", "0"),
        "printed in the hidden check",
    ),
)
VERDICT = Verdict("0.1", "Sums", CHECKS, 7, "bubblewrap", "0.1.0")


class Judge:
    """Gives one verdict to everybody and remembers what it was asked."""

    def __init__(self, verdict):
        self.verdict = verdict
        self.asked = []

    def __call__(self, exercise, source, **how):
        self.asked.append((exercise.number, source.decode(), how))
        if isinstance(self.verdict, Exception):
            raise self.verdict
        return self.verdict


@pytest.fixture
def judge(monkeypatch):
    """The judge that grading asks in this test."""
    judge = Judge(VERDICT)
    monkeypatch.setattr(ours, "judge", judge)
    return judge


@pytest.fixture(scope="module")
def released(tmp_path_factory):
    """An nbgrader course in which exercise 0.1 is released; the gradebook alone takes seconds to make."""
    root = tmp_path_factory.mktemp("released")
    write_sums(root / "ours")
    course = NbCourse(root / "course")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PATH", BIN, prepend=os.pathsep)
        patch.setenv("NINETY_COURSE", str(root / "ours"))
        plan_nbgrader(Catalogue(root / "ours"), course.root).carry_out()
        convert(course, GenerateAssignment)
    return root


@pytest.fixture
def course(released, tmp_path, monkeypatch):
    """A copy of the released course for one test."""
    monkeypatch.setenv("NINETY_COURSE", str(released / "ours"))
    shutil.copytree(released / "course", tmp_path / "course")
    return NbCourse(tmp_path / "course")


def convert(course, converter, **settings):
    config = Config()
    config.CourseDirectory.root = str(course.root)
    config.CourseDirectory.assignment_id = PS
    ours.configure(config)
    config.Examine.update(settings)
    converter(coursedir=CourseDirectory(config=config), config=config).start()


def edit_source(course, change):
    """Change the source notebook and release it again; `change` gets its cells by name, and all of them."""
    path = course.root / "source" / PS / "sums.ipynb"
    notebook = json.loads(path.read_text(encoding="utf-8"))
    change({cell["metadata"]["nbgrader"]["grade_id"]: cell for cell in notebook["cells"]}, notebook["cells"])
    path.write_text(json.dumps(notebook), encoding="utf-8")
    shutil.rmtree(course.root / "release")
    convert(course, GenerateAssignment)


def graded(course, **settings):
    """Hand the assignment in untouched, and autograde it."""
    course.hand_in("ada", PS, "sums", course.read("release", ".", PS, "sums"))
    convert(course, Autograde, **settings)
    return course.grades(PS)


def shown(course, name):
    """What stands below the grade cell called `name`."""
    cells = course.read("autograded", "ada", PS, "sums")["cells"]
    (cell,) = [c for c in cells if c["metadata"].get("nbgrader", {}).get("grade_id") == name]
    return cell["outputs"]


def with_outcome(name, outcome):
    checks = (replace(c, outcome=outcome, failure=Failure("why")) if c.name == name else c for c in CHECKS)
    return replace(VERDICT, checks=tuple(checks))


def test_a_released_hole_raises_its_task_and_the_solution_is_gone(course):
    text = "\n".join("".join(c["source"]) for c in course.read("release", ".", PS, "sums")["cells"])
    assert 'raise NotImplementedError("0.1, task a: add two numbers (about 1 line)")' in text
    assert "return a + a" in text
    assert "return a + b" not in text
    assert "SOLUTION" not in text


def test_each_task_gets_the_examiners_points(course, judge):
    assert graded(course) == {("ada", "0_1-a"): (2, False), ("ada", "0_1-b"): (3, False)}
    assert shown(course, "0_1-a")[-1]["data"] == {"text/plain": ["2"]}


def test_the_module_judged_is_the_cells_in_order_in_bubblewrap(course, judge):
    graded(course)
    ((number, text, how),) = judge.asked
    assert (number, how) == ("0.1", {"sandbox": "bubblewrap"})
    assert text.index('"""Sums."""') < text.index("def double") < text.index("def add") < text.index("def total")
    assert "# ninety" not in text


def test_the_bare_process_is_used_only_when_asked_for(course, judge):
    graded(course, sandbox="process")
    assert judge.asked[0][2] == {"sandbox": "process"}


def test_a_teachers_own_weight_keeps_the_share(course, judge):
    edit_source(course, lambda cells, _: cells["0_1-b"]["metadata"]["nbgrader"].update(points=10))
    assert graded(course)["ada", "0_1-b"] == (7.5, False)


def test_a_graders_fault_needs_a_person_and_is_no_zero(course, judge, caplog):
    judge.verdict = with_outcome("test_nothing_adds_up_to_nothing", Outcome.GRADER_ERROR)
    grades = graded(course)
    assert grades["ada", "0_1-b"] == (None, True)
    assert grades["ada", "0_1-a"] == (2, False)
    assert "person" in "".join(shown(course, "0_1-b")[0]["text"])
    assert "The grader's own fault in test_nothing_adds_up_to_nothing: why" in caplog.text


def test_a_task_without_checks_needs_a_person(course, judge):
    judge.verdict = replace(VERDICT, checks=CHECKS[:1])
    assert graded(course)["ada", "0_1-b"] == (None, True)


def test_an_autograded_cell_of_another_kind_needs_a_person(course, judge):
    def add(cells, book):
        metadata = cells["0_1-b"]["metadata"]["nbgrader"] | {"grade_id": "mine"}
        book.append(cells["0_1-b"] | {"id": "mine", "source": "assert True", "metadata": {"nbgrader": metadata}})

    edit_source(course, add)
    grades = graded(course)
    assert grades["ada", "mine"] == (None, True)
    assert grades["ada", "0_1-a"] == (2, False)


def test_a_notebook_with_parts_of_two_exercises_is_refused(course, judge):
    def rename(cells, _):
        cells["0_1-part-02"]["source"] = "# ninety: 9.9 sums/2\n"

    edit_source(course, rename)
    with pytest.raises(NbGraderException):
        graded(course)
    assert course.grades(PS)["ada", "0_1-a"] == (None, True)


def test_a_missing_sandbox_grades_nobody_and_says_so(course, judge, caplog):
    judge.verdict = Problem("bubblewrap is not installed", code=Exit.ENVIRONMENT)
    with pytest.raises(NbGraderException):
        graded(course)
    assert course.grades(PS) == {("ada", "0_1-a"): (None, True), ("ada", "0_1-b"): (None, True)}
    assert "bubblewrap is not installed" in caplog.text
    assert "c.Examine.sandbox" in caplog.text


def test_the_second_run_grades_again_what_failed_the_first_time(course, judge):
    judge.verdict = Problem("bubblewrap is not installed")
    with pytest.raises(NbGraderException):
        graded(course)
    judge.verdict = VERDICT
    convert(course, Autograde)
    assert course.grades(PS)["ada", "0_1-a"] == (2, False)


def test_a_deleted_part_counts_as_released(course, judge):
    released = course.read("release", ".", PS, "sums")
    released["cells"] = [c for c in released["cells"] if "task a" not in "".join(c["source"])]
    course.hand_in("ada", PS, "sums", answer(released, {4: "def total(numbers):\n    return 0\n"}))
    convert(course, Autograde)
    text = judge.asked[0][1]
    assert "0.1, task a: add two numbers" in text
    assert "return 0" in text


def test_feedback_shows_a_hidden_checks_name_and_points_only():
    text = feedback(replace(VERDICT, checks=CHECKS[1:]))
    assert text.startswith("FAILED  0.1 Sums  (3 of 4 points")
    assert "hidden check test_nothing_adds_up_to_nothing\n" in text
    assert "1 of the points" in text
    for secret in ("empty list", "total([])", "None", "neutral", "printed"):
        assert secret not in text


def test_feedback_shows_a_visible_failure_whole():
    failure = Failure("the sum is wrong", "total([1])", "2", "1")
    check = replace(CHECKS[1], outcome=Outcome.FAILED, failure=failure)
    text = feedback(replace(VERDICT, checks=(check, CHECKS[2])))
    assert all(words in text for words in ("the sum is wrong", "total([1])", "Three numbers are added"))
