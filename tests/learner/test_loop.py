"""The loop of `ninety watch`: what is saved is judged, the newest save alone, and keys do what the commands do."""

import os
import threading
import time
from contextlib import contextmanager
from dataclasses import replace

import pytest

from autograder import examiner
from autograder.errors import Exit, Problem
from autograder.examiner import Cancelled
from autograder.learner import loop as loop_module
from autograder.learner.book.live import Live
from autograder.learner.desk import Desk
from autograder.learner.loop import Loop
from autograder.learner.screen import Screen
from autograder.verdict import Outcome


class Running:
    """A loop in a thread, a keyboard for it, and what it has printed so far."""

    def __init__(self, workspace, monkeypatch, capsys):
        self.workspace, self._capsys, self._printed = workspace, capsys, ""

        @contextmanager
        def pressed(tell):
            self.press = tell
            yield True

        monkeypatch.setattr(loop_module, "pressed", pressed)
        monkeypatch.setattr(loop_module, "prepare", lambda exercise, sandbox: None)
        self.problem = None  # what ended it
        self.desk = Desk(workspace, Screen(100, False))
        self.live = Live(self.desk)
        self.thread = threading.Thread(target=self._run, daemon=True)

    def _run(self):
        try:
            Loop(self.desk, self.live).run()
        except Problem as problem:
            self.problem = problem

    def start(self):
        self.thread.start()
        self.wait_for("keys:")
        time.sleep(0.1)  # the watcher has to look before something can be seen

    def save(self, number, text):
        self.workspace.module(self.workspace.catalogue.get(number)).write_text(text, encoding="utf-8")

    def told(self, number):
        """What a page with this exercise is told."""
        return self.live.told([self.workspace.catalogue.get(number)])["exercises"][number]

    def out(self):
        self._printed += "".join(self._capsys.readouterr())
        return self._printed

    def wait_for(self, words, times=1):
        deadline = time.monotonic() + 10
        while self.out().count(words) < times:
            assert time.monotonic() < deadline, f"no {words!r} in {self.out()}"
            time.sleep(0.02)


def wait_until(holds):
    deadline = time.monotonic() + 10
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.02)


@pytest.fixture
def running(workspace, monkeypatch, capsys):
    made = Running(workspace, monkeypatch, capsys)
    yield made
    if made.thread.is_alive():
        made.press("q")
        made.thread.join(10)
    assert not made.thread.is_alive()


def test_a_save_is_judged_and_recorded(running, judged, verdict_of, catalogue, workspace):
    judged.append(verdict_of(catalogue.get("0.1"), Outcome.FAILED))
    running.start()
    running.save("0.1", "# one\n")
    running.wait_for("FAILED  0.1")
    wait_until(lambda: workspace.store.read().record("00_start/01_ninety_seven").attempts == 1)
    running.save("0.1", "# one\n")
    running.wait_for("is as it was when it was judged")
    assert running.out().count("FAILED") == 1


def test_what_passed_is_kept(running, judged, verdict_of, catalogue, workspace):
    judged.append(verdict_of(catalogue.get("0.1"), Outcome.PASSED))
    running.start()
    running.save("0.1", "# mine\n")
    running.wait_for("PASSED  0.1")
    wait_until(lambda: workspace.store.read().record("00_start/01_ninety_seven").passes)
    (passed,) = workspace.store.read().record("00_start/01_ninety_seven").passes
    assert workspace.kept(passed.module) == b"# mine\n"


def test_a_newer_save_ends_the_judgement_of_the_older(running, verdict_of, catalogue, monkeypatch):
    begun, ended = [], []

    def judge(exercise, source, *, cancel, **more):
        begun.append(source.read_text())
        if len(begun) == 1:
            over = threading.Event()
            cancel.then(over.set)
            assert over.wait(10)
            ended.append(begun[0])
            raise Cancelled
        return verdict_of(exercise, Outcome.PASSED)

    monkeypatch.setattr(examiner, "judge", judge)
    running.start()
    running.save("0.1", "# older\n")
    deadline = time.monotonic() + 10
    while not begun and time.monotonic() < deadline:
        time.sleep(0.02)
    running.save("0.1", "# newer\n")
    running.wait_for("PASSED  0.1")
    assert (begun, ended) == (["# older\n", "# newer\n"], ["# older\n"])
    assert running.out().count("PASSED") == 1


def test_it_goes_on_where_the_learner_was(running, judged, verdict_of, catalogue, workspace):
    exercise = catalogue.get("1.2")
    judged.append(verdict_of(exercise, Outcome.FAILED))
    workspace.store.update(lambda state: replace(state, current=exercise.path))
    running.save("1.2", "# begun yesterday\n")
    running.start()
    running.wait_for("FAILED  1.2")


def test_keys_do_what_the_commands_do(running, judged, verdict_of, catalogue, workspace):
    judged.append(verdict_of(catalogue.get("0.1"), Outcome.FAILED))
    running.start()
    running.save("0.1", "# mine\n")
    running.wait_for("FAILED  0.1")
    running.press("h")
    running.wait_for("hint 1 of 3")
    running.press("s")
    running.wait_for("is not passed yet")
    running.press("l")
    running.wait_for("<- current")
    running.press("x")
    running.wait_for("keys:", times=2)
    module = workspace.module(catalogue.get("0.1"))
    running.press("r")
    running.wait_for("y or n")
    running.press("n")
    running.wait_for("nothing was changed")
    assert module.read_text() == "# mine\n"
    running.press("r")
    running.wait_for("y or n", times=2)
    running.press("y")
    running.wait_for("your file is kept at")
    assert workspace.is_starter(catalogue.get("0.1"))
    running.press("q")
    running.thread.join(10)
    assert not running.thread.is_alive()


def test_what_cannot_be_judged_is_said_and_watching_goes_on(running, judged, verdict_of, catalogue, monkeypatch):
    judged.extend([Problem("no such library", fix="install it"), verdict_of(catalogue.get("0.1"), Outcome.PASSED)])
    running.start()
    running.save("0.1", "# one\n")
    running.wait_for("no such library")
    wait_until(lambda: running.told("0.1")["problem"] == "no such library\n  fix:   install it")
    assert not running.told("0.1")["judging"]
    running.save("0.1", "# two\n")
    running.wait_for("PASSED  0.1")
    wait_until(lambda: running.told("0.1")["problem"] == "")


def test_pages_are_told_that_a_judgement_is_under_way(running, verdict_of, monkeypatch):
    goes_on = threading.Event()

    def judge(exercise, source, **more):
        assert goes_on.wait(10)
        return verdict_of(exercise, Outcome.FAILED)

    monkeypatch.setattr(examiner, "judge", judge)
    running.start()
    assert not running.told("0.1")["judging"]
    running.save("0.1", "# one\n")
    wait_until(lambda: running.told("0.1")["judging"])
    assert not running.told("1.2")["judging"]
    goes_on.set()
    wait_until(lambda: not running.told("0.1")["judging"])
    assert running.told("0.1")["verdict"]["outcome"] == "failed"


def test_a_file_that_is_gone_is_said_and_one_that_is_back_is_judged(running, judged, verdict_of, catalogue, workspace):
    judged.append(verdict_of(catalogue.get("0.1"), Outcome.FAILED))
    module = workspace.module(catalogue.get("0.1"))
    running.start()
    module.unlink()
    running.wait_for("exercise 0.1 is not in the workspace")
    running.wait_for("`ninety open 0.1` puts it there")
    running.save("0.1", "# again\n")
    running.wait_for("FAILED  0.1")


def test_a_file_that_was_renamed_is_asked_back(workspace, catalogue, ninety):
    module = workspace.module(catalogue.get("0.1"))
    os.replace(module, module.with_name("Count.py"))
    for command in ("check", "debug"):
        ran = ninety(command, "0.1")
        assert (ran.code, "fix:   rename Count.py to count.py" in ran.err) == (Exit.USAGE, True)


def test_a_folder_that_cannot_be_written_does_not_end_the_watch(
    running, judged, verdict_of, catalogue, workspace, monkeypatch
):
    def refuse(path, content):
        raise PermissionError(13, "Permission denied", str(path))

    judged.append(verdict_of(catalogue.get("0.1"), Outcome.FAILED))
    running.start()
    running.save("0.1", "# one\n")
    running.wait_for("FAILED  0.1")
    for module in ("workspace", "progress.store"):
        monkeypatch.setattr(f"autograder.learner.{module}.write_atomically", refuse)
    running.press("r")
    running.press("y")
    running.wait_for("Permission denied")
    running.save("0.1", "# two\n")
    running.wait_for("your progress was not recorded")
    assert workspace.module(catalogue.get("0.1")).read_text() == "# two\n"


def test_another_command_that_holds_the_state_does_not_end_the_watch(
    running, judged, verdict_of, catalogue, workspace, monkeypatch
):
    monkeypatch.setattr("autograder.learner.progress.store._PATIENCE", 0.1)
    judged.append(verdict_of(catalogue.get("0.1"), Outcome.FAILED))
    running.start()
    with workspace.store.locked():
        running.save("0.1", "# one\n")
        running.wait_for("another `ninety` is writing to this workspace")
    running.save("0.1", "# two\n")
    running.wait_for("FAILED  0.1", times=2)


def test_a_workspace_that_is_gone_ends_the_watch_with_its_reason(workspace, running):
    running.start()
    os.replace(workspace.root, workspace.root.with_name("elsewhere"))
    running.thread.join(10)
    assert running.problem.what.startswith("the workspace is gone")
    assert running.problem.code == Exit.ENVIRONMENT


def test_a_pipe_in_a_file_s_place_holds_nothing_up(workspace, catalogue, ninety):
    module = workspace.module(catalogue.get("0.1"))
    module.unlink()
    os.mkfifo(module)
    assert ninety("list").code == Exit.PASSED
    ran = ninety("reset", "0.1", "--yes")
    assert (ran.code, "no plain file" in ran.err, str(module) in ran.err) == (Exit.USAGE, True, True)


@pytest.mark.parametrize("name", ["count.py", "count.ipynb"])
def test_a_pipe_is_not_waited_for_by_what_judges(workspace, catalogue, ninety, judged, verdict_of, name):
    judged.append(verdict_of(catalogue.get("0.1"), Outcome.CRASHED))
    pipe = workspace.module(catalogue.get("0.1")).with_name(name)
    pipe.unlink(missing_ok=True)
    os.mkfifo(pipe)
    ran = []
    thread = threading.Thread(target=lambda: ran.append(ninety("check", "0.1", str(pipe))), daemon=True)
    thread.start()
    thread.join(10)
    assert ran
    assert ("no plain file" in ran[0].err) == (name == "count.ipynb")  # of a module the judge says so
