"""nbgrader stays the gradebook; this course's examiner does the grading, and no kernel starts.

A course's `nbgrader_config.py` is three lines:

    from autograder.cohort.nbgrader import configure
    c = get_config()
    configure(c)

Then nbgrader's own cycle works as it always does: `generate_assignment`, `release_assignment`, `collect`,
`autograde`, `generate_feedback`. What is different:

- A released notebook's holes raise `NotImplementedError("8.3, task b: ...")`, so that a task nobody touched
  is told apart from one that went wrong.
- Each grade cell holds one task. Its points are the cell's points times the share of the task's points that
  the examiner gave, hidden checks included. Its output says why; of a hidden check, name and points only.
- The students' code runs in bubblewrap. `c.Examine.sandbox = "process"` runs it as the user who grades, with
  that user's files in reach: for code you trust only. Nothing falls back from the one to the other.
- A task that the grader itself could not judge, and an autograded cell that is none of this course's, get no
  points and no zero: the gradebook says that they need a manual grade, and nbgrader's log says why.
- A submission that cannot be read (one that is no JSON, say) is reported as failed and needs a manual grade;
  the others are graded.
"""

from dataclasses import replace
from typing import Any

from nbformat import NotebookNode
from nbgrader import utils
from nbgrader.api import Gradebook, Notebook
from nbgrader.converters import Autograde, GenerateAssignment
from nbgrader.nbgraderformat import MetadataValidator
from nbgrader.preprocessors import ClearSolutions, DeduplicateIds, Execute, NbGraderPreprocessor, SaveAutoGrades
from traitlets import Enum
from traitlets.config import Config

from autograder.cohort.feedback import feedback
from autograder.cohort.restore import Released, restored
from autograder.course import Catalogue, Exercise, find_course
from autograder.course.holes import strip
from autograder.course.parts import grade_cell, join, part_of
from autograder.errors import Exit, Problem
from autograder.examiner import judge
from autograder.verdict import Outcome, Verdict
from autograder.verdict.cells import in_cells

Answer = tuple[NotebookNode, dict[str, Any]]


def configure(c: Config) -> None:
    """Put this course's steps into nbgrader's configuration, each in the place of one of nbgrader's own."""
    ours = {ClearSolutions: ClearHoles, Execute: Examine, SaveAutoGrades: SaveGrades}

    def steps(trait: Any) -> list[type]:
        return [ours.get(step, step) for step in trait.default() if step is not DeduplicateIds]

    c.GenerateAssignment.preprocessors = steps(GenerateAssignment.preprocessors)
    c.Autograde.sanitize_preprocessors = [Restore, *steps(Autograde.sanitize_preprocessors)]
    c.Autograde.autograde_preprocessors = steps(Autograde.autograde_preprocessors)


class ClearHoles(ClearSolutions):
    """Empties the holes of a module's cells as the course does everywhere; other cells as nbgrader does."""

    def preprocess_cell(self, cell: NotebookNode, resources: dict[str, Any], index: int) -> Answer:
        """The cell as a student gets it."""
        part = part_of(cell.source)
        if part is None:
            stubbed: Answer = super().preprocess_cell(cell, resources, index)
            return stubbed
        cell.source = strip(cell.source, part.exercise)
        return cell, resources


class Restore(NbGraderPreprocessor):
    """Does the work of `DeduplicateIds` and more: what comes after it sees the teacher's cells, the student's text."""

    def preprocess(self, nb: NotebookNode, resources: dict[str, Any]) -> Answer:
        """The submission with the teacher's metadata on each cell, and every released cell in it once."""
        names = resources["nbgrader"]
        with Gradebook(names["db_url"]) as gradebook:
            released = _released(gradebook.find_notebook(names["notebook"], names["assignment"]))
        return restored(nb.cells, released), resources


class Examine(NbGraderPreprocessor):
    """Takes the place of `Execute`: judges the module in a notebook's cells and writes down each task's points."""

    sandbox = Enum(
        ("bubblewrap", "process"),
        "bubblewrap",
        help="Where the students' code runs. 'process' keeps nothing of this machine from it.",
    ).tag(config=True)

    def preprocess(self, nb: NotebookNode, resources: dict[str, Any]) -> Answer:
        """The notebook with a number and its reasons in each of the course's grade cells, and no other output.

        `resources["judged"]` holds the names of the cells whose number is a grade.
        """
        parts = [cell.source for cell in nb.cells if "nbgrader" in cell.metadata and part_of(cell.source)]
        judged = self._judged(parts) if parts else {}
        for cell in nb.cells:
            if cell.cell_type == "code":
                name = cell.metadata.get("nbgrader", {}).get("grade_id")
                cell.outputs = _outputs(judged[name], cell) if name in judged else []
        resources["judged"] = {name for name, verdict in judged.items() if _is_judged(verdict)}
        for check in (check for verdict in judged.values() for check in verdict.checks):
            if check.outcome is Outcome.GRADER_ERROR and check.failure:
                self.log.error("The grader's own fault in %s: %s", check.name, check.failure.message)
        return nb, resources

    def _judged(self, parts: list[str]) -> dict[str, Verdict]:
        """For the name of each task's grade cell, what became of that task."""
        exercise = _exercise(parts)
        module = join(parts)
        verdict = in_cells(self._verdict(exercise, module.text.encode()), exercise.module_file, module.origins)
        return {
            grade_cell(exercise.number, task.name): replace(
                verdict, checks=tuple(check for check in verdict.checks if check.task == task.name)
            )
            for task in exercise.tasks
        }

    def _verdict(self, exercise: Exercise, module: bytes) -> Verdict:
        try:
            return judge(exercise, module, sandbox=self.sandbox)
        except Problem as problem:
            if problem.code is not Exit.ENVIRONMENT:
                raise
            fix = "install it; for students' code that you trust, set c.Examine.sandbox = 'process'"
            raise Problem(problem.what, fix=fix, code=problem.code) from None


class SaveGrades(SaveAutoGrades):
    """Saves the grades as nbgrader does, but gives an autograded cell that nobody judged to a person.

    nbgrader gives full points to a test cell without output.
    """

    def preprocess_cell(self, cell: NotebookNode, resources: dict[str, Any], index: int) -> Answer:
        """The cell as it was; its grade is in the gradebook."""
        name = cell.metadata.get("nbgrader", {}).get("grade_id")
        tests = cell.cell_type == "code" and utils.is_grade(cell) and not utils.is_solution(cell)
        if not tests or name in resources["judged"]:
            saved: Answer = super().preprocess_cell(cell, resources, index)
            return saved
        self.log.warning("Nobody judged %s: it needs a manual grade", name)
        grade = self.gradebook.find_grade(name, self.notebook_id, self.assignment_id, self.student_id)
        grade.auto_score = None
        grade.needs_manual_grade = True
        self.gradebook.db.commit()
        return cell, resources


def _released(notebook: Notebook) -> dict[str, Released]:
    """What `generate_assignment` recorded of a notebook: for each cell's name, the cell."""
    points = {cell.name: cell.max_score for cell in (*notebook.grade_cells, *notebook.task_cells)}
    grades, solutions, tasks = (
        {cell.name for cell in cells} for cells in (notebook.grade_cells, notebook.solution_cells, notebook.task_cells)
    )
    released = {}
    for cell in sorted(notebook.source_cells, key=lambda cell: cell.name):
        metadata = {
            "schema_version": MetadataValidator.schema_version,
            "grade_id": cell.name,
            "grade": cell.name in grades,
            "solution": cell.name in solutions,
            "task": cell.name in tasks,
            "locked": cell.locked,
            "checksum": cell.checksum,
            "cell_type": cell.cell_type,
        }
        if cell.name in points:
            metadata["points"] = points[cell.name]
        released[cell.name] = Released(cell.cell_type, cell.source, metadata)
    return released


def _exercise(parts: list[str]) -> Exercise:
    """The exercise that the parts belong to, from the first lines that the teacher released."""
    numbers = {part.exercise for part in map(part_of, parts) if part}
    if len(numbers) != 1:
        raise Problem(
            f"one notebook holds parts of several exercises: {', '.join(sorted(numbers))}",
            fix="give each exercise a notebook of its own",
        )
    return Catalogue(find_course()).get(numbers.pop())


def _is_judged(verdict: Verdict) -> bool:
    return verdict.outcome is not Outcome.GRADER_ERROR


def _outputs(verdict: Verdict, cell: NotebookNode) -> list[NotebookNode]:
    """The reasons as printed text, and the points as the cell's value, where nbgrader looks for them."""
    text = NotebookNode(output_type="stream", name="stdout", text=feedback(verdict))
    if not _is_judged(verdict):
        return [text]
    most = cell.metadata.nbgrader.points
    points = min(most, most * verdict.earned / verdict.points)
    value = NotebookNode({"text/plain": f"{points:.12g}"})
    return [text, NotebookNode(output_type="execute_result", execution_count=None, metadata={}, data=value)]
