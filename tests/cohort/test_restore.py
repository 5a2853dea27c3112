import pytest

pytest.importorskip("nbformat")

import nbformat

from autograder.cohort.restore import Released, restored

FIRST = "# ninety: 8.3 batcher/1"
SECOND = "# ninety: 8.3 batcher/2"


def metadata(name, **given):
    return {"grade_id": name, "grade": False, "solution": False, "locked": True, "task": False} | given


RELEASED = {
    "8_3-b": Released("code", "# Task b", metadata("8_3-b", grade=True, points=4.0)),
    "8_3-part-01": Released("code", f"{FIRST}\nimport asyncio", metadata("8_3-part-01")),
    "8_3-part-02": Released("code", f"{SECOND}\nraise", metadata("8_3-part-02", solution=True, locked=False)),
}


def cell(source, kind="code", claim=None, **given):
    found = {} if claim is None else {"nbgrader": claim}
    return nbformat.from_dict({"cell_type": kind, "source": source, "metadata": found} | given)


def named(book):
    return {c.metadata.nbgrader.grade_id: c for c in book.cells if "nbgrader" in c.metadata}


def test_the_metadata_are_the_teachers_whatever_the_student_wrote():
    forged = metadata("8_3-b", points=1000, grade=False, schema_version=99)
    found = named(restored([cell("100", claim=forged)], RELEASED))
    assert found["8_3-b"].metadata.nbgrader == RELEASED["8_3-b"].metadata


@pytest.mark.parametrize("claim", ["x", 3, [], {}, {"grade_id": 3}, {"grade_id": []}, {"grade_id": "unknown"}])
def test_a_claim_of_any_shape_that_names_no_released_cell_is_dropped(claim):
    book = restored([cell("print(1)", claim=claim)], RELEASED)
    assert book.cells[0].source == "print(1)"
    assert book.cells[0].metadata == {}


def test_what_is_missing_is_put_back_as_it_was_released():
    book = restored([], RELEASED)
    assert {name: c.source for name, c in named(book).items()} == {n: r.source for n, r in RELEASED.items()}


def test_a_part_that_was_split_is_one_part_again():
    claim = metadata("8_3-part-02")
    book = restored([cell(f"{SECOND}\na = 1", claim=claim), cell("b = 2", claim=claim)], RELEASED)
    assert named(book)["8_3-part-02"].source == f"{SECOND}\na = 1\n\nb = 2"
    assert len(book.cells) == 3


def test_a_copied_grade_cell_counts_once():
    claim = metadata("8_3-b")
    book = restored([cell("# Task b", claim=claim), cell("# Task b", claim=claim)], RELEASED)
    assert [c.metadata.get("nbgrader", {}).get("grade_id") for c in book.cells[:2]] == ["8_3-b", None]


def test_a_part_is_known_by_its_first_line_where_the_metadata_are_lost():
    book = restored([cell(f"{SECOND} \nmine = 1")], RELEASED)
    assert named(book)["8_3-part-02"].source == f"{SECOND} \nmine = 1"


def test_the_first_line_is_put_back_where_the_student_lost_it():
    book = restored([cell("mine = 1", claim=metadata("8_3-part-02"))], RELEASED)
    assert named(book)["8_3-part-02"].source == f"{SECOND}\nmine = 1"


def test_a_cells_type_is_the_released_one():
    book = restored([cell("mine = 1", "markdown", metadata("8_3-part-02"))], RELEASED)
    assert named(book)["8_3-part-02"].cell_type == "code"


def test_no_output_and_no_notebook_metadata_survive():
    given = {"outputs": [{"output_type": "execute_result", "data": {"text/plain": "4"}}], "execution_count": 7}
    book = restored([cell("x", claim=metadata("8_3-b"), **given)], RELEASED)
    assert all(c.outputs == [] and c.execution_count is None for c in book.cells)
    assert book.metadata == {}


def test_pictures_in_a_written_answer_stay():
    pictures = {"plot.png": {"image/png": "AAAA"}}
    book = restored([cell("my answer", "markdown", attachments=pictures)], RELEASED)
    assert book.cells[0].attachments == pictures


def test_what_comes_out_is_a_valid_notebook():
    book = restored([cell("x", "raw"), cell("y", "markdown")], RELEASED)
    nbformat.validate(book)
