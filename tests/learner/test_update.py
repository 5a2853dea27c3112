"""`ninety update`: what is new comes in, what is the learner's stays, and a pass is never taken away."""

import json
import os
import shutil
import subprocess
import sys
import time

import pytest

from autograder.course import Catalogue
from autograder.errors import Exit
from autograder.learner.progress.state import Standing
from autograder.learner.workspace import Workspace
from autograder.verdict import Outcome

MINE = "def answer():\n    return 41\n"
ANSWER = "def answer():\n    return 42\n"


@pytest.fixture
def first(catalogue):
    return catalogue.get("0.1")


def release(workspace, exercise, name, text):
    (workspace.catalogue.released(exercise) / name).write_text(text, encoding="utf-8")


def test_nothing_new_changes_nothing(ninety, workspace):
    before = {path: path.stat().st_mtime_ns for path in workspace.root.rglob("*.py")}
    ran = ninety("update")
    assert (ran.code, ran.out) == (Exit.PASSED, "your workspace has all that is in the course\n")
    assert {path: path.stat().st_mtime_ns for path in before} == before


def test_a_new_exercise_and_a_mended_check_come_in_and_a_second_time_nothing_does(ninety, workspace, first):
    shutil.rmtree(workspace.root / "08_serving")
    release(workspace, first, "test_visible.py", "# mended\n")
    assert ninety("update").out == (
        "updated  work/00_start/01_ninety_seven/test_visible.py\n"
        "new      8.3 Wait a little, win a lot: work/08_serving/03_micro_batching/batcher.py\n"
    )
    assert ninety("update").out == "your workspace has all that is in the course\n"


def learner_renamed(module):
    module.rename(module.with_name("mine.py"))


def learner_made_it_read_only(module):
    module.chmod(0o400)


def learner_made_it_a_link(module):
    module.rename(module.with_name("elsewhere.py"))
    module.symlink_to("elsewhere.py")


def learner_made_it_a_broken_link(module):
    module.rename(module.with_name("elsewhere.py"))
    module.symlink_to("nowhere.py")


def learner_made_it_a_folder(module):
    module.rename(module.with_name("elsewhere.py"))
    module.mkdir()
    (module / "parts.py").write_text(MINE, encoding="utf-8")


def learner_did_nothing_else(module):
    pass


WAYS = [
    learner_did_nothing_else,
    learner_renamed,
    learner_made_it_read_only,
    learner_made_it_a_link,
    learner_made_it_a_broken_link,
    learner_made_it_a_folder,
]


@pytest.mark.parametrize("way", WAYS)
def test_nothing_of_the_learner_s_is_ever_written_over(ninety, workspace, first, way):
    module = workspace.module(first)
    module.write_text(MINE, encoding="utf-8")
    way(module)
    kinds = {path: (path.is_symlink(), path.is_dir()) for path in workspace.root.rglob("*")}
    mine = {path: path.read_text(encoding="utf-8") for path in kinds if path.is_file() and MINE in path.read_text()}
    assert mine
    for number in range(3):
        release(workspace, first, "count.py", f"# new {number}\n")
        assert ninety("update").code == Exit.PASSED
    assert {path: path.read_text(encoding="utf-8") for path in mine} == mine
    assert {path: (path.is_symlink(), path.is_dir()) for path in kinds} == kinds


def test_a_file_that_cannot_be_written_keeps_back_no_other(ninety, workspace, catalogue, first):
    folder = workspace.root / "00_start"
    shutil.rmtree(folder)
    folder.write_text("my notes", encoding="utf-8")
    release(workspace, catalogue.get("1.2"), "threshold.py", "# new\n")
    ran = ninety("update")
    assert ran.code == Exit.ENVIRONMENT
    assert "failed   work/00_start/01_ninety_seven/count.py: Not a directory" in ran.out
    assert "updated  work/01_framing/02_threshold/threshold.py" in ran.out


@pytest.fixture
def changed(ninety, workspace, first, judged, verdict_of):
    """0.1 was passed; then a check was mended, and the learner's file goes on changing."""
    judged.append(verdict_of(first, Outcome.PASSED))
    workspace.module(first).write_text(ANSWER, encoding="utf-8")
    ninety("check", "0.1")
    workspace.module(first).write_text(MINE, encoding="utf-8")
    (first.folder / "test_hidden.py").write_text("# mended\n", encoding="utf-8")
    return judged


def standing(workspace, exercise):
    return workspace.standing(exercise, workspace.store.read())


def test_a_pass_before_the_checks_changed_is_told_and_kept(ninety, workspace, first, changed):
    ran = ninety("update")
    assert ran.code == Exit.PASSED
    assert "passed before  0.1 Ninety-seven percent: its checks have changed since; `ninety update --check`" in ran.out
    assert standing(workspace, first) is Standing.PASSED_BEFORE


def test_the_text_that_passed_is_judged_again_not_the_file(ninety, workspace, first, changed, monkeypatch):
    from autograder import examiner

    texts, real = [], examiner.judge

    def judge(exercise, source, **more):
        texts.append(source.decode())
        return real(exercise, source, **more)

    monkeypatch.setattr(examiner, "judge", judge)
    ran = ninety("update", "--check")
    assert ran.code == Exit.PASSED
    assert "passed   0.1 Ninety-seven percent: the text that you passed with passes the checks of today" in ran.out
    assert texts == [ANSWER]
    assert standing(workspace, first) is Standing.PASSED
    assert workspace.store.read().record(first.path).attempts == 1
    assert ninety("update", "--check").out == "your workspace has all that is in the course\n"


@pytest.mark.parametrize(
    ("outcome", "code", "said"),
    [
        (Outcome.FAILED, Exit.NOT_YET, "the checks have changed, and test_it_says_42 failed with that text"),
        (Outcome.GRADER_ERROR, Exit.PASSED, "not judged again: the grader itself failed"),
    ],
)
def test_no_pass_is_taken_away(ninety, workspace, first, changed, verdict_of, outcome, code, said):
    changed[:] = [verdict_of(first, outcome)]
    before = workspace.store.read().record(first.path)
    ran = ninety("update", "--check")
    assert ran.code == code
    assert said in ran.out
    assert workspace.store.read().record(first.path) == before
    assert json.loads(ninety("list", "--json").out)[0]["state"] == "passed before"
    assert json.loads(ninety("next", "--json").out)["exercise"] == "1.2"


def test_a_text_that_was_not_kept_is_told(ninety, workspace, changed):
    shutil.rmtree(workspace.root / ".ninety" / "passed")
    report = json.loads(ninety("update", "--check", "--json").out)
    (result,) = report["passed_before"]
    assert (result["passes_now"], result["why"]) == (None, "the text that passed was not kept")


UPDATER = "from autograder.cli import main; main()"


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL is Unix's")
def test_an_update_that_is_killed_goes_on_the_next_time(ninety, workspace, catalogue, course, tmp_path):
    mine = workspace.module(catalogue.get("1.2"))
    mine.write_text(MINE, encoding="utf-8")
    words = [sys.executable, "-c", UPDATER, "update"]
    for number, pause in enumerate((0.15, 0.2, 0.22, 0.24, 0.26, 0.3, 0.35)):
        for exercise in catalogue:
            for name in (exercise.module_file, "test_visible.py", *(f"more_{n}.py" for n in range(20))):
                release(workspace, exercise, name, f"# release {number}\n")
        updating = subprocess.Popen(words, env=os.environ | {"NINETY_COURSE": str(course)}, stdout=subprocess.DEVNULL)
        time.sleep(pause)
        updating.kill()
        updating.wait()
        again = Workspace(workspace.root, Catalogue(course), print)
        assert again.store.read() is not None
        assert ninety("update").code == Exit.PASSED
        assert mine.read_text(encoding="utf-8") == MINE
        for exercise in catalogue:
            for path in (workspace.root / exercise.path).glob("*.py"):
                if path != mine:
                    assert path.read_text(encoding="utf-8") == f"# release {number}\n"
        assert ninety("update").out == "your workspace has all that is in the course\n"
    assert not list(workspace.root.rglob("*.tmp"))
