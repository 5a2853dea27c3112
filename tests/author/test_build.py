"""Generating exercises/ from solutions/."""

import pytest

from autograder import files
from autograder.author import build
from autograder.author.build import plan_build, plan_nbgrader
from autograder.author.new import new_exercise
from autograder.course import Catalogue
from autograder.errors import Problem

FOLDER = "exercises/08_serving/01_lateness"


def rebuild(root, whole=True):
    catalogue = Catalogue(root)
    return plan_build(catalogue, catalogue, whole=whole)


def test_building_again_changes_nothing(catalogue, root, tree):
    before = tree(root)
    plan = rebuild(root)
    assert not plan
    plan.carry_out()
    assert tree(root) == before


def test_a_learner_gets_these_files_and_no_others(catalogue, folder, root, tree):
    assert sorted(tree(root / FOLDER)) == [
        "README.md", "lateness.colab.ipynb", "lateness.ipynb", "lateness.py", "test_visible.py",
    ]  # fmt: skip
    for name in ("support.py", "harness.py"):
        (folder / name).write_text("X = 1\n", encoding="utf-8")
    rebuild(root).carry_out()
    assert {"support.py", "harness.py"} <= tree(root / FOLDER).keys()


def test_every_generated_file_ends_with_one_newline_and_has_no_carriage_return(catalogue, root, tree):
    for name, content in tree(root / FOLDER).items():
        assert content.endswith(b"\n"), name
        assert not content.endswith(b"\n\n"), name
        assert b"\r" not in content, name


def test_the_readme_says_what_it_takes_and_how_to_go_on(catalogue, root):
    readme = (root / FOLDER / "README.md").read_text(encoding="utf-8")
    assert readme.startswith("<!-- generated from solutions/08_serving/01_lateness: edit there -->\n\n# 8.1 Lateness\n")
    for words in (
        "About 15 minutes, difficulty 1 of 5, 4 points.",
        "| a | The share of flags that are true | 4 |",
        "Write `share(flags)`",
        "ninety check 8.1",
        "(../../../book/08_serving/lateness.md)",
        "(https://colab.example/github/someone/a-course/blob/trunk/exercises/08_serving/01_lateness/lateness.colab.ipynb)",
        "(https://binder.example/v2/gh/someone/a-course/trunk?urlpath=lab/tree/exercises/08_serving/01_lateness/lateness.ipynb)",
    ):
        assert words in readme


def test_what_an_edit_changes_is_listed_and_nothing_is_written_until_it_is_carried_out(catalogue, edit, root, tree):
    edit("statement.md", "An hour", "A day")
    before = tree(root)
    steps = [(kind, path.name) for kind, path in rebuild(root).steps()]
    assert steps == [("change", "README.md"), ("change", "lateness.colab.ipynb"), ("change", "lateness.ipynb")]
    assert tree(root) == before


def test_files_that_no_longer_belong_are_removed_from_generated_folders_only(catalogue, folder, root):
    (root / FOLDER / "old.py").write_text("x = 1\n", encoding="utf-8")
    (root / FOLDER / ".README.md.tmp").write_text("half", encoding="utf-8")
    (root / FOLDER / "__pycache__").mkdir()
    (root / FOLDER / "__pycache__" / "lateness.pyc").write_bytes(b"")
    notes = root / "exercises" / "08_serving" / "09_notes" / "README.md"
    notes.parent.mkdir()
    notes.write_text("mine\n", encoding="utf-8")
    plan = rebuild(root)
    assert [(kind, path.name) for kind, path in plan.steps()] == [("remove", ".README.md.tmp"), ("remove", "old.py")]
    plan.carry_out()
    assert not (root / FOLDER / "old.py").exists()
    assert notes.exists()


def test_the_folder_of_an_exercise_that_is_gone_goes(catalogue, folder, root):
    folder.rename(folder.with_name("02_lateness"))
    rebuild(root, whole=False).carry_out()
    assert (root / FOLDER).is_dir()
    plan = rebuild(root)
    assert [path.name for path in plan.remove][-1] == "README.md", "as long as it stands, the rest can be removed"
    plan.carry_out()
    assert sorted(path.name for path in (root / "exercises" / "08_serving").iterdir()) == ["02_lateness"]


def test_a_folder_that_is_not_generated_is_left_alone(catalogue, root):
    (root / FOLDER / "README.md").write_text("mine\n", encoding="utf-8")
    with pytest.raises(Problem, match="not a generated one"):
        rebuild(root)


def test_a_leak_stops_the_build(catalogue, edit, root):
    edit("test_visible.py", "a quarter", "return count(flags) / len(flags)")
    with pytest.raises(Problem, match=r"is a line of the solution that test_visible\.py would"):
        rebuild(root)


@pytest.mark.parametrize("written", range(5))
def test_a_build_that_is_broken_off_leaves_whole_files_and_is_finished_by_the_next(
    folder, root, tree, monkeypatch, written
):
    complete = dict(rebuild(root).write)
    count = 0

    def write(path, text):
        nonlocal count
        if count == written:
            raise KeyboardInterrupt
        count += 1
        files.write_text(path, text)

    plan = rebuild(root)
    with monkeypatch.context() as patch:
        patch.setattr(build, "write_text", write)
        with pytest.raises(KeyboardInterrupt):
            plan.carry_out()
    for name, content in tree(root / "exercises").items():
        assert content.decode() == complete[root / "exercises" / name]
    rebuild(root).carry_out()
    assert len(tree(root / FOLDER)) == len(complete)
    assert not rebuild(root)


def test_a_write_that_fails_leaves_the_old_text_and_no_rest(tmp_path, monkeypatch, tree):
    files.write_text(tmp_path / "a.txt", "old")

    def full(descriptor):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OSError, match="No space"):
        files.write_text(tmp_path / "a.txt", "new")
    assert tree(tmp_path) == {"a.txt": b"old"}


@pytest.mark.parametrize("name", ["_config.yml", "pyproject.toml"])
def test_outside_of_a_repository_there_is_a_clear_error(catalogue, root, name):
    (root / name).unlink()
    with pytest.raises(Problem, match="not a repository of the course") as caught:
        rebuild(root)
    assert name in caught.value.where


def test_a_missing_setting_is_named(catalogue, root):
    path = root / "_config.yml"
    path.write_text(path.read_text(encoding="utf-8").replace("  branch: trunk\n", ""), encoding="utf-8")
    with pytest.raises(Problem, match=r"`repository\.branch` is not set"):
        rebuild(root)


def test_an_nbgrader_course_has_a_notebook_for_each_exercise_and_our_grading(catalogue, root, tmp_path, tree):
    new_exercise(root, "00_start/first")
    course = tmp_path / "course-for-nbgrader"
    plan_nbgrader(Catalogue(root), course).carry_out()
    assert sorted(tree(course)) == [
        "nbgrader_config.py", "source/0_1_first/first.ipynb", "source/8_1_lateness/lateness.ipynb",
    ]  # fmt: skip
    assert not plan_nbgrader(Catalogue(root), course)


def test_a_teachers_own_nbgrader_configuration_stays_but_must_hand_the_grading_over(catalogue, tmp_path):
    config = tmp_path / "nbgrader_config.py"
    config.write_text("c = get_config()\n", encoding="utf-8")
    with pytest.raises(Problem, match="students' kernel"):
        plan_nbgrader(catalogue, tmp_path)
    config.write_text("from autograder.cohort.nbgrader import configure  # mine\n", encoding="utf-8")
    assert config not in plan_nbgrader(catalogue, tmp_path).write
