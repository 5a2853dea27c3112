"""The learner's commands, run as a learner runs them; only the judge is a stand-in."""

import errno
import json
import os
import subprocess
import sys
from dataclasses import replace

import pytest

from autograder.course import Catalogue
from autograder.errors import Exit, Problem
from autograder.learner import extras
from autograder.learner.screen import Screen
from autograder.verdict import Outcome

MINE = "def answer():\n    return 41\n"


@pytest.fixture
def first(catalogue):
    return catalogue.get("0.1")


def states(ninety):
    return {entry["exercise"]: entry["state"] for entry in json.loads(ninety("list", "--json").out)}


@pytest.mark.parametrize(
    ("outcome", "code"),
    [
        (Outcome.PASSED, Exit.PASSED),
        (Outcome.FAILED, Exit.NOT_YET),
        (Outcome.NOT_ATTEMPTED, Exit.NOT_YET),
        (Outcome.CRASHED, Exit.NOT_YET),
        (Outcome.TIMED_OUT, Exit.TIMED_OUT),
        (Outcome.GRADER_ERROR, Exit.OUR_BUG),
    ],
)
def test_check_says_the_outcome_first_and_in_its_exit_code(ninety, workspace, first, judged, verdict_of, outcome, code):
    judged.append(verdict_of(first, outcome))
    ran = ninety("check", "0.1")
    assert ran.code == code
    assert ran.out.startswith(outcome.upper())
    assert ran.err == ""
    assert json.loads(ninety("check", "0.1", "--json").out)["outcome"] == outcome


def test_a_pass_is_recorded_and_says_what_comes_next(ninety, workspace, first, judged, verdict_of):
    judged.append(verdict_of(first, Outcome.PASSED))
    out = ninety("check", "0.1").out
    assert "ninety solution 0.1" in out
    assert "next: 1.2 The threshold is a business decision, 15 min (the first one not passed)" in out
    assert states(ninety) == {"0.1": "passed", "1.2": "not attempted", "8.3": "not attempted"}
    judged[:] = [verdict_of(first, Outcome.FAILED)]
    ninety("check")
    entry = json.loads(ninety("list", "--json").out)[0]
    assert (entry["state"], entry["earned"], entry["attempts"], entry["last_outcome"]) == ("passed", 3, 2, "failed")


def test_visible_checks_alone_never_read_as_done(ninety, workspace, first, judged, verdict_of):
    judged.append(verdict_of(first, Outcome.FAILED, hidden_fails=True))
    ran = ninety("check", "0.1")
    assert ran.code == Exit.NOT_YET
    assert ran.out.startswith("FAILED")
    assert states(ninety)["0.1"] == "started"


def test_sealed_checks_leave_an_exercise_to_hand_in(ninety, workspace, first, judged, verdict_of):
    judged.append(verdict_of(first, Outcome.PASSED, sealed=3))
    assert ninety("check", "0.1").code == Exit.PASSED
    assert states(ninety)["0.1"] == "to hand in"
    assert json.loads(ninety("next", "--json").out)["exercise"] == "1.2"
    assert "0 of 3 exercises passed, 1 to hand in" in ninety("progress").out
    judged[:] = [verdict_of(first, Outcome.PASSED)]
    ninety("check", "0.1")
    assert states(ninety)["0.1"] == "passed"


def test_a_grader_error_is_nobody_s_attempt(ninety, workspace, first, judged, verdict_of):
    judged.append(verdict_of(first, Outcome.GRADER_ERROR))
    ninety("check", "0.1")
    assert states(ninety)["0.1"] == "not attempted"


def test_check_takes_the_exercise_the_user_is_in_or_else_the_current_one(
    ninety, workspace, catalogue, judged, verdict_of, monkeypatch
):
    assert ninety("check").code == Exit.USAGE
    ninety("open", "1.2")
    judged.append(verdict_of(catalogue.get("1.2"), Outcome.FAILED))
    assert ninety("check").out.startswith("FAILED  1.2")
    monkeypatch.chdir(workspace.module(catalogue.get("8.3")).parent)
    judged[:] = [verdict_of(catalogue.get("8.3"), Outcome.FAILED)]
    assert ninety("check").out.startswith("FAILED  8.3")


def test_check_of_another_file_without_a_workspace_is_not_recorded(ninety, course, judged, verdict_of, tmp_path):
    judged.append(verdict_of(Catalogue(course).get("0.1"), Outcome.PASSED))
    other = tmp_path / "other.py"
    other.write_text(MINE, encoding="utf-8")
    ran = ninety("check", "0.1", str(other))
    assert ran.code == Exit.PASSED
    assert "not recorded" in ran.err
    assert not (tmp_path / "here" / "work").exists()


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("check", "8.4"), Exit.USAGE, "did you mean 8.3?"),
        (("check", "micro_batchng"), Exit.USAGE, "did you mean micro_batching?"),
        (("open", "nothing-like-it"), Exit.USAGE, "`ninety list` shows them all"),
        (("hint", "0.1", "--task", "z"), Exit.USAGE, "its tasks with hints: a, b"),
        (("solution", "0.1"), Exit.NOT_YET, "--give-up"),
        (("reset", "0.2"), Exit.USAGE, "there is no exercise"),
    ],
)
def test_what_is_wrong_is_named_with_what_mends_it(ninety, workspace, words, code, said):
    ran = ninety(*words)
    assert ran.code == code
    assert said in ran.err
    assert "Traceback" not in ran.err


@pytest.mark.parametrize("command", ["check", "hint", "reset", "solution", "watch"])
def test_a_missing_workspace_says_what_makes_it(ninety, command, tmp_path):
    words = () if command == "watch" else ("0.1",)
    ran = ninety(command, *words)
    assert ran.code == Exit.USAGE
    assert "ninety start" in ran.err
    assert list((tmp_path / "here").iterdir()) == []


@pytest.mark.parametrize("command", ["list", "next", "progress", "check", "open", "start", "hint", "doctor"])
def test_a_folder_that_is_no_workspace_is_refused(ninety, tmp_path, command):
    other = tmp_path / "thesis"
    other.mkdir()
    (other / "thesis.tex").write_text("mine", encoding="utf-8")
    words = ("0.1",) if command in ("check", "open", "hint") else ()
    ran = ninety(command, *words, "--workspace", str(other))
    assert ran.code == (Exit.ENVIRONMENT if command == "doctor" else Exit.USAGE)
    assert "this is not a workspace" in ran.out + ran.err
    assert [path.name for path in other.iterdir()] == ["thesis.tex"]


def test_an_exercise_that_is_not_in_the_workspace_says_what_puts_it_there(ninety, workspace, first):
    workspace.module(first).unlink()
    ran = ninety("check", "0.1")
    assert ran.code == Exit.USAGE
    assert "ninety open 0.1" in ran.err


def test_a_missing_extra_is_said_before_judging(ninety, workspace, first, judged, monkeypatch):
    manifest = first.folder / "exercise.toml"
    manifest.write_text('needs = ["data"]\n' + manifest.read_text(encoding="utf-8"), encoding="utf-8")
    monkeypatch.setattr(extras, "find_spec", lambda name: None)
    ran = ninety("check", "0.1")
    assert ran.code == Exit.ENVIRONMENT
    assert "pip install -c constraints.txt -e '.[data]'" in ran.err


def test_a_unix_exercise_on_windows_says_so(first, monkeypatch):
    monkeypatch.setattr(sys, "platform", "win32")
    with pytest.raises(Problem, match="does not run on this system"):
        extras.require(replace(first, unix=True))


def test_a_full_disk_still_shows_the_verdict(ninety, workspace, first, judged, verdict_of, monkeypatch):
    judged.append(verdict_of(first, Outcome.PASSED))

    def full(descriptor):
        raise OSError(errno.ENOSPC, "No space left on device")

    before = workspace.store.path.read_bytes()
    monkeypatch.setattr(os, "fsync", full)
    ran = ninety("check", "0.1")
    assert ran.code == Exit.PASSED
    assert ran.out.startswith("PASSED")
    assert "not recorded: No space left on device" in ran.err
    assert workspace.store.path.read_bytes() == before


def test_a_damaged_state_is_said_beside_the_report(ninety, workspace):
    workspace.store.path.write_text("{", encoding="utf-8")
    ran = ninety("list", "--json")
    assert len(json.loads(ran.out)) == 3
    assert "state.json.damaged-" in ran.err


def test_a_newer_workspace_is_refused_and_left_alone(ninety, workspace):
    workspace.store.path.write_text('{"schema": 99}', encoding="utf-8")
    for words in (("list",), ("open", "0.1"), ("start", "--no-serve", "--no-watch"), ("doctor",)):
        ran = ninety(*words)
        assert ran.code == Exit.ENVIRONMENT
        assert "newer version" in ran.out + ran.err
    assert workspace.store.path.read_text(encoding="utf-8") == '{"schema": 99}'


def test_list_by_chapter(ninety, workspace, first):
    workspace.module(first).write_text(MINE, encoding="utf-8")
    ninety("open", "8.3")
    assert ninety("list").out == (
        "0 start\n"
        "  started        0.1   Ninety-seven percent                   15 min  0/3 points\n"
        "1 framing\n"
        "  not attempted  1.2   The threshold is a business decision   15 min  0/3 points\n"
        "8 serving\n"
        "  not attempted  8.3   Wait a little, win a lot               15 min  0/3 points  <- current\n"
    )


@pytest.mark.parametrize("columns", ["20", "80", "300"])
def test_list_fits_the_terminal(ninety, workspace, monkeypatch, columns):
    monkeypatch.setenv("COLUMNS", columns)
    ninety("open", "8.3")
    out = ninety("list").out
    assert max(map(len, out.splitlines())) <= max(int(columns), 72)


def test_next_names_the_started_one_and_then_what_it_opens(ninety, workspace, catalogue, judged, verdict_of):
    assert json.loads(ninety("next", "--json").out) == {"exercise": "0.1", "why": "the first one not passed"}
    for number, following in (("0.1", "1.2"), ("1.2", "8.3"), ("8.3", None)):
        judged[:] = [verdict_of(catalogue.get(number), Outcome.PASSED)]
        ninety("check", number)
        assert json.loads(ninety("next", "--json").out)["exercise"] == following
    assert ninety("next").out == "next: nothing; all 3 exercises are done\n"


def test_next_says_who_waits_for_whom(ninety, workspace, catalogue, judged, verdict_of):
    judged[:] = [verdict_of(catalogue.get("8.3"), Outcome.FAILED)]
    ninety("check", "8.3")
    out = ninety("next").out
    assert out.startswith("next: 0.1 Ninety-seven percent, 15 min (the first one not passed)")
    assert "ninety open 0.1" in out


def test_open_makes_the_workspace_and_prints_the_path(ninety, course, tmp_path):
    ran = ninety("open", "0.1")
    module = (tmp_path / "here" / "work").resolve() / "00_start" / "01_ninety_seven" / "count.py"
    assert ran.out == f"{module}\n"
    assert "made a workspace" in ran.err
    assert module.exists()
    module.write_text(MINE, encoding="utf-8")
    assert ninety("open", "0.1", "--print").err == ""
    assert module.read_text(encoding="utf-8") == MINE


def test_hints_open_one_by_one_and_are_counted(ninety, workspace, first, judged, verdict_of):
    judged.append(verdict_of(first, Outcome.FAILED))
    ninety("check", "0.1")
    out = ninety("hint").out
    assert out.startswith("When test_it_says_42 fails:\nPrint what `answer()` returns.\n")
    assert "hint 1 of 3:\nWhere to look." in out
    assert "The idea" not in out
    assert "hint 2 of 3:\nThe idea,\non two lines." in ninety("hint").out
    for _ in range(2):
        assert "hint 3 of 3:\nNearly the code." in ninety("hint").out
    assert "hint 1 of 1:\nOnly one." in ninety("hint", "--task", "b").out
    assert "0.1   4 hints" in ninety("progress").out


def test_the_solution_is_shown_after_passing_or_giving_up(ninety, workspace, first, judged, verdict_of):
    workspace.module(first).write_text(MINE, encoding="utf-8")
    ran = ninety("solution", "0.1", "--give-up")
    assert "return 42  # the answer" in ran.out
    assert "SOLUTION" not in ran.out
    assert "0.1   solution seen before passing" in ninety("progress").out
    assert workspace.module(first).read_text(encoding="utf-8") == MINE
    judged.append(verdict_of(first, Outcome.PASSED))
    ninety("check", "0.1")
    assert ninety("solution", "0.1").code == Exit.PASSED
    assert json.loads(ninety("list", "--json").out)[0]["gave_up_at"]


def test_reset_asks_and_says_where_the_backup_is(ninety, workspace, first, starter, monkeypatch):
    module = workspace.module(first)
    assert "is the starter already" in ninety("reset", "0.1").out
    module.write_text(MINE, encoding="utf-8")
    monkeypatch.setattr("click.termui.visible_prompt_func", lambda text: "n")
    assert "nothing was changed" in ninety("reset", "0.1").out
    assert module.read_text(encoding="utf-8") == MINE
    out = ninety("reset", "0.1", "--yes").out
    assert module.read_text(encoding="utf-8") == starter
    backup = out.splitlines()[0].removeprefix("your file is kept at ")
    with open(backup, encoding="utf-8") as file:
        assert file.read() == MINE


def test_reports_without_a_workspace_make_none(ninety, tmp_path):
    for command in ("list", "next", "progress"):
        assert ninety(command).code == Exit.PASSED
    assert list((tmp_path / "here").iterdir()) == []


def test_start_says_in_a_few_lines_what_to_do(ninety, tmp_path):
    ran = ninety("start", "--no-serve", "--no-watch")
    root = (tmp_path / "here" / "work").resolve()
    assert ran.code == Exit.PASSED
    assert ran.out == (
        f"workspace  {root} (0 of 3 exercises passed)\n"
        "next       0.1 Ninety-seven percent, 15 min\n"
        f"  edit     {root}/00_start/01_ninety_seven/count.py\n"
        "  then     ninety check 0.1\n"
    )


def test_start_goes_on_without_a_book(ninety):
    ran = ninety("start", "--no-watch")
    assert ran.code == Exit.PASSED
    assert "`make book` builds it" in ran.err


def test_start_resumes_where_the_learner_was_and_tells_of_new_starters(ninety, workspace, catalogue):
    later = catalogue.get("1.2")
    ninety("open", "1.2")
    workspace.module(later).write_text(MINE, encoding="utf-8")
    (catalogue.released(later) / later.module_file).write_text("# new\n", encoding="utf-8")
    ran = ninety("start", "--no-serve", "--no-watch")
    assert "next       1.2" in ran.out
    assert "threshold.new.py" in ran.err
    assert workspace.module(later).read_text(encoding="utf-8") == MINE


@pytest.mark.slow
def test_a_terminal_without_utf_8_gets_no_traceback(workspace, first):
    manifest = first.folder / "exercise.toml"
    text = manifest.read_text(encoding="utf-8").replace("Ninety-seven", "Neunzig\u2013sieben")
    manifest.write_text(text, encoding="utf-8")
    runs = [("ascii", ["list"]), ("latin-1", ["list"]), ("ascii", ["doctor"]), ("latin-1", ["check", "9.9"])]
    for encoding, words in runs:
        ran = subprocess.run(
            [sys.executable, "-c", "from autograder.cli import main; main()", *words],
            env=os.environ | {"PYTHONIOENCODING": encoding},
            capture_output=True,
            timeout=60,
        )
        assert ran.stdout + ran.stderr
        assert b"Traceback" not in ran.stderr


def test_no_colour_is_honoured(monkeypatch):
    monkeypatch.delenv("NO_COLOR", raising=False)
    assert Screen.of(plain=False).colour
    assert not Screen.of(plain=True).colour
    monkeypatch.setenv("NO_COLOR", "1")
    assert not Screen.of(plain=False).colour


def test_wide_lines_are_wrapped_and_code_is_not_touched():
    screen = Screen(width=30, colour=False)
    text = "a line of words that is wider than that\n\n    for x in y:\n        print(x)"
    assert screen.wrap(text) == "a line of words that is wider\nthan that\n\n    for x in y:\n        print(x)"


def test_an_interrupted_check_records_nothing(ninety, workspace, judged):
    judged.append(KeyboardInterrupt())
    ran = ninety("check", "0.1")
    assert ran.code == 130
    assert states(ninety)["0.1"] == "not attempted"


CHECKS = """
from autograder.examiner import expect_equal, task


@task("{task}", points={points})
def {name}(candidate):
    \"\"\"It says 42.\"\"\"
    expect_equal(candidate.answer(), 42, because="the answer is 42")
"""


@pytest.mark.slow
def test_right_wrong_and_empty_answers_are_really_judged(ninety, workspace, first):
    visible = CHECKS.format(task="a", points=2, name="test_it_says_42")
    hidden = CHECKS.format(task="b", points=1, name="test_it_says_42_again")
    first.visible_checks.write_text(visible, encoding="utf-8")
    first.hidden_checks.write_text(hidden, encoding="utf-8")
    assert ninety("check", "0.1").out.startswith("NOT ATTEMPTED")
    workspace.module(first).write_text(MINE, encoding="utf-8")
    ran = ninety("check", "--seed", "5", "--sandbox", "process", "--json")
    verdict = json.loads(ran.out)
    assert (ran.code, verdict["outcome"], verdict["seed"], verdict["sandbox"]) == (1, "failed", 5, "process")
    workspace.module(first).write_text("def answer():\n    return 42\n", encoding="utf-8")
    ran = ninety("check")
    assert (ran.code, ran.out[:6]) == (0, "PASSED")
    assert json.loads(ninety("progress", "--json").out)["exercises"][0]["earned"] == 3
    assert not list(workspace.root.rglob("__pycache__"))
