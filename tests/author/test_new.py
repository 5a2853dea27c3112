"""Starting an exercise."""

import pytest

from autograder.author import new
from autograder.author.new import new_exercise
from autograder.course import Catalogue
from autograder.errors import Problem


def test_the_next_number_is_taken(root):
    first, page = new_exercise(root, "08_serving/micro_batching")
    second, _ = new_exercise(root, "08_serving/overload")
    seventh, _ = new_exercise(root, "08_serving/someone_elses_model", 7)
    assert [path.name for path in (first, second, seventh)] == [
        "01_micro_batching", "02_overload", "07_someone_elses_model",
    ]  # fmt: skip
    assert new_exercise(root, "08_serving/last")[0].name == "08_last"
    exercise = Catalogue(root).get("8.1")
    assert (exercise.title, exercise.module) == ("Micro batching", "micro_batching")
    assert root / exercise.page == page
    assert "solutions/08_serving/01_micro_batching/statement.md" in page.read_text(encoding="utf-8")


def test_the_gpu_chapter_has_its_own_numbers(root):
    new_exercise(root, "12_gpu/softmax")
    assert Catalogue(root).get("G1").title == "Softmax"


def test_nothing_is_overwritten(root, tree):
    page = root / "book" / "08_serving" / "overload.md"
    page.parent.mkdir(parents=True)
    page.write_text("mine\n", encoding="utf-8")
    new_exercise(root, "08_serving/overload")
    before = tree(root)
    with pytest.raises(Problem, match="exists already"):
        new_exercise(root, "08_serving/overload", 5)
    with pytest.raises(Problem, match="number 1 is taken"):
        new_exercise(root, "08_serving/other", 1)
    assert tree(root) == before
    assert page.read_text(encoding="utf-8") == "mine\n"


@pytest.mark.parametrize(
    "name",
    ["", "micro_batching", "08_serving", "8_serving/x", "08_serving/Micro", "08_serving/1x", "../08_a/b", "08_a/b/c"],
)
def test_a_bad_name_is_refused_with_the_form(root, name, tree):
    with pytest.raises(Problem, match="names no exercise") as caught:
        new_exercise(root, name)
    assert "08_serving/micro_batching" in caught.value.fix


def test_a_chapter_is_not_begun_twice(root):
    new_exercise(root, "08_serving/overload")
    with pytest.raises(Problem, match="chapter 08 is called 08_serving"):
        new_exercise(root, "08_servng/other")


def test_a_number_beyond_two_digits_is_refused(root):
    with pytest.raises(Problem, match="two digits"):
        new_exercise(root, "08_serving/overload", 100)


def test_breaking_off_leaves_nothing_half_made(root, monkeypatch, tree):
    before = tree(root)

    def write(path, text):
        raise KeyboardInterrupt

    monkeypatch.setattr(new, "write_text", write)
    with pytest.raises(KeyboardInterrupt):
        new_exercise(root, "08_serving/overload")
    assert tree(root) == before
    assert list((root / "solutions" / "08_serving").iterdir()) == []
