"""The learner's files: copied from the course, and never written over."""

import errno
import os
import shutil
import subprocess
import sys
import time

import pytest

from autograder.errors import Exit, Problem
from autograder.learner.progress.state import Standing
from autograder.learner.workspace import MARK, Workspace, locate

MINE = "def answer():\n    return 41\n"


@pytest.fixture
def first(catalogue):
    return catalogue.get("0.1")


def release(workspace, exercise, name, text):
    (workspace.catalogue.released(exercise) / name).write_text(text, encoding="utf-8")


def test_the_layout_mirrors_the_course(workspace, first, starter):
    folder = workspace.module(first).parent
    assert sorted(path.name for path in folder.iterdir()) == ["README.md", "count.py", "test_visible.py"]
    assert workspace.module(first).read_text(encoding="utf-8") == starter


def test_caches_and_colab_s_notebook_are_not_copied(workspace, first):
    cache = workspace.catalogue.released(first) / "__pycache__"
    cache.mkdir()
    (cache / "count.pyc").write_bytes(b"x")
    release(workspace, first, "count.colab.ipynb", "{}")
    assert workspace.place([first]) == ()


def test_a_second_start_changes_nothing(workspace, catalogue):
    before = {path: path.stat().st_mtime_ns for path in workspace.root.rglob("*") if path.is_file()}
    assert workspace.place(catalogue) == ()
    assert {path: path.stat().st_mtime_ns for path in before} == before


def test_what_the_learner_changed_is_kept(workspace, first):
    workspace.module(first).write_text(MINE, encoding="utf-8")
    assert workspace.place([first]) == ()
    assert workspace.module(first).read_text(encoding="utf-8") == MINE


def test_a_new_starter_replaces_one_that_was_not_changed(workspace, first):
    release(workspace, first, "count.py", "# new\n")
    (placed,) = workspace.place([first])
    assert placed.how == "updated"
    assert workspace.module(first).read_text(encoding="utf-8") == "# new\n"


def test_a_new_starter_goes_beside_one_that_was_changed(workspace, first):
    workspace.module(first).write_text(MINE, encoding="utf-8")
    release(workspace, first, "count.py", "# new\n")
    (placed,) = workspace.place([first])
    assert (placed.how, placed.path.name) == ("beside", "count.new.py")
    assert placed.path.read_text(encoding="utf-8") == "# new\n"
    assert workspace.module(first).read_text(encoding="utf-8") == MINE
    assert workspace.place([first]) == ()


def test_a_starter_beside_that_was_changed_is_the_learner_s_too(workspace, first):
    workspace.module(first).write_text(MINE, encoding="utf-8")
    release(workspace, first, "count.py", "# new\n")
    (placed,) = workspace.place([first])
    placed.path.write_text("# my notes\n", encoding="utf-8")
    for text in ("# newer\n", "# newest\n"):
        release(workspace, first, "count.py", text)
        (again,) = workspace.place([first])
        assert again.path.name == "count.new-2.py"
        assert again.path.read_text(encoding="utf-8") == text
    assert placed.path.read_text(encoding="utf-8") == "# my notes\n"


def test_without_a_state_a_file_that_differs_is_the_learner_s(workspace, first):
    workspace.module(first).write_text(MINE, encoding="utf-8")
    workspace.store.path.unlink()
    workspace.store.previous.unlink(missing_ok=True)
    workspace.place([first])
    assert workspace.module(first).read_text(encoding="utf-8") == MINE
    assert workspace.standing(first, workspace.store.read()) is Standing.STARTED


def test_a_broken_link_and_a_folder_in_a_file_s_place_are_kept(workspace, first):
    module = workspace.module(first)
    module.unlink()
    module.symlink_to("nowhere.py")
    readme = module.with_name("README.md")
    readme.unlink()
    readme.mkdir()
    release(workspace, first, "count.py", "# new\n")
    workspace.place([first])
    assert module.is_symlink()
    assert readme.is_dir()


def test_reset_backs_up_first(workspace, first):
    workspace.module(first).write_text(MINE, encoding="utf-8")
    backups = [workspace.reset(first)]
    assert workspace.is_starter(first)
    workspace.module(first).write_text(MINE + "# again\n", encoding="utf-8")
    backups.append(workspace.reset(first))
    assert [path.read_text(encoding="utf-8") for path in backups] == [MINE, MINE + "# again\n"]


def test_reset_brings_back_a_file_that_is_gone(workspace, first):
    workspace.module(first).unlink()
    assert workspace.reset(first) is None
    assert workspace.is_starter(first)


@pytest.mark.parametrize("failing_call", [1, 2, 3, 4])
def test_a_full_disk_during_reset_keeps_the_learner_s_file(workspace, first, monkeypatch, failing_call):
    workspace.module(first).write_text(MINE, encoding="utf-8")
    release(workspace, first, "count.py", "# new\n")
    real, calls = os.fsync, []

    def full(descriptor):
        calls.append(descriptor)
        if len(calls) == failing_call:
            raise OSError(errno.ENOSPC, "No space left on device")
        real(descriptor)

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        workspace.reset(first)
    assert workspace.module(first).read_text(encoding="utf-8") == MINE
    assert not list(workspace.root.rglob("*.tmp"))
    assert all(path.read_text(encoding="utf-8") == MINE for path in (workspace.root / MARK).rglob("count.py"))


RESETTER = """
import itertools, sys
from pathlib import Path
from autograder.course import Catalogue
from autograder.learner.workspace import Workspace
workspace = Workspace(Path(sys.argv[1]), Catalogue(Path(sys.argv[2])), print)
exercise = workspace.catalogue.get("0.1")
for number in itertools.count(1):
    workspace.module(exercise).write_text(f"# version {number}")
    print(number, flush=True)
    workspace.reset(exercise)
"""


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL is Unix's")
@pytest.mark.parametrize("pause", [0.0, 0.005, 0.012, 0.023])
def test_a_killed_reset_never_loses_what_the_learner_wrote(workspace, first, starter, pause):
    words = [sys.executable, "-c", RESETTER, str(workspace.root), str(workspace.catalogue.root)]
    resetting = subprocess.Popen(words, stdout=subprocess.PIPE, text=True)
    said = resetting.stdout.readline()
    time.sleep(pause)
    resetting.kill()
    said += resetting.communicate()[0]
    kept = {path.read_text(encoding="utf-8") for path in (workspace.root / MARK / "backups").rglob("count.py")}
    there = workspace.module(first).read_text(encoding="utf-8")
    assert there == starter or not there or there.startswith("# version ")
    last = int(said.split()[-1])
    assert {f"# version {number}" for number in range(1, last)} <= kept
    assert f"# version {last}" in kept | {there} or not there  # the writer itself may be killed while it writes


def test_an_exercise_that_was_not_built_says_what_builds_it(workspace, first):
    (workspace.catalogue.released(first) / "count.py").unlink()
    with pytest.raises(Problem, match="has not been built") as caught:
        workspace.place([first])
    assert caught.value.code is Exit.ENVIRONMENT


def test_the_workspace_is_found_from_inside_and_beside(workspace, first, tmp_path):
    assert locate(None, workspace.module(first).parent) == workspace.root
    assert locate(None, workspace.root.parent) == workspace.root
    assert locate(None, tmp_path) == (tmp_path / "work").resolve()
    assert locate(tmp_path / "other", workspace.root) == (tmp_path / "other").resolve()


@pytest.mark.parametrize("what", ["file", "full folder", "mark is a file"])
def test_what_is_no_workspace_is_left_alone(catalogue, tmp_path, told, what):
    root = tmp_path / "other"
    if what == "file":
        root.write_text("mine", encoding="utf-8")
    else:
        root.mkdir()
        (root / (MARK if what == "mark is a file" else "thesis.tex")).write_text("mine", encoding="utf-8")
    workspace = Workspace(root, catalogue, told.append)
    for use in (workspace.make, workspace.require):
        with pytest.raises(Problem, match="not a workspace"):
            use()
    assert told == []


def test_an_empty_folder_becomes_a_workspace(catalogue, tmp_path, told):
    (tmp_path / "other").mkdir()
    workspace = Workspace(tmp_path / "other", catalogue, told.append)
    with pytest.raises(Problem, match="there is no workspace"):
        workspace.require()
    workspace.make()
    workspace.require()


def test_a_workspace_whose_memory_was_deleted_keeps_every_file_and_goes_on(workspace, catalogue, first, told):
    workspace.module(first).write_text(MINE, encoding="utf-8")
    before = {
        path: path.read_bytes() for path in workspace.root.rglob("*") if path.is_file() and MARK not in path.parts
    }
    shutil.rmtree(workspace.root / MARK)
    again = Workspace(workspace.root, catalogue, told.append)
    again.make()
    assert again.place(catalogue) == ()
    assert {path: path.read_bytes() for path in before} == before
    assert again.standing(first, again.store.read()) is Standing.STARTED
    assert "what was recorded of them is gone" in told[0]


def test_a_link_to_the_starter_is_the_learner_s(workspace, first, tmp_path):
    module = workspace.module(first)
    elsewhere = tmp_path / "elsewhere.py"
    module.rename(elsewhere)
    module.symlink_to(elsewhere)
    before = elsewhere.read_bytes()
    release(workspace, first, "count.py", "# new\n")
    (placed,) = workspace.place([first])
    assert placed.how == "beside"
    assert module.is_symlink()
    assert elsewhere.read_bytes() == before


def test_what_stands_where_a_new_starter_would_go_is_kept(workspace, first):
    workspace.module(first).write_text(MINE, encoding="utf-8")
    beside = workspace.module(first).with_name("count.new.py")
    beside.mkdir()
    release(workspace, first, "count.py", "# new\n")
    (placed,) = workspace.place([first])
    assert beside.is_dir()
    assert placed.path.read_text(encoding="utf-8") == "# new\n"
    assert workspace.place([first]) == ()


def test_a_file_in_a_folder_s_place_keeps_back_no_other_exercise(workspace, catalogue, first):
    folder = workspace.root / "00_start"
    shutil.rmtree(folder)
    folder.write_text("my notes", encoding="utf-8")
    release(workspace, catalogue.get("1.2"), "threshold.py", "# new\n")
    how = [(placed.path.name, placed.how) for placed in workspace.place(catalogue)]
    assert ("count.py", "failed") in how
    assert how[-1] == ("threshold.py", "updated")
    assert folder.read_text(encoding="utf-8") == "my notes"


def test_what_passed_is_kept_by_its_digest(workspace):
    digest = workspace.keep(MINE.encode())
    assert workspace.keep(MINE.encode()) == digest
    assert workspace.kept(digest) == MINE.encode()
    (workspace.root / MARK / "passed" / digest).write_text("damaged", encoding="utf-8")
    assert workspace.kept(digest) is None
    assert workspace.kept("") is None
