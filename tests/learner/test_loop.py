"""The loop of `ninety watch`: what is saved is judged, the newest save alone, and keys do what the commands do."""

import threading
import time
from contextlib import contextmanager
from dataclasses import replace

import pytest

from autograder import examiner
from autograder.examiner import Cancelled
from autograder.learner import loop as loop_module
from autograder.learner.desk import Desk
from autograder.learner.live import Live
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
        desk = Desk(workspace, Screen(100, False))
        self.live = Live(desk)
        self.thread = threading.Thread(target=Loop(desk, self.live).run, daemon=True)

    def start(self):
        self.thread.start()
        self.wait_for("keys:")
        time.sleep(0.3)  # the watcher has to look before something can be seen

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


def test_a_newer_save_ends_the_judgement_of_the_older(running, verdict_of, catalogue, monkeypatch):
    begun, ended = [], []

    def judge(exercise, source, *, sandbox, seed, cancel):
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
    while not begun:
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
    from autograder.errors import Problem

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

    def judge(exercise, source, *, sandbox, seed, cancel):
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
