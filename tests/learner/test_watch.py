"""Saving a module is noticed, however the editor writes it; nothing else is."""

import os
import signal
import subprocess
import sys
import threading
import time

import pytest

from autograder.learner.watch import saves


@pytest.fixture
def noticed(workspace):
    """The numbers of the exercises noticed so far, and a wait for the watcher to have seen what was written."""
    numbers, stop = [], threading.Event()

    def watch():
        for exercise in saves(workspace, stop):
            numbers.append(exercise.number)

    thread = threading.Thread(target=watch)
    thread.start()
    time.sleep(0.3)
    yield numbers
    stop.set()
    thread.join(10)


def settle(numbers, count):
    deadline = time.monotonic() + 5
    while len(numbers) < count and time.monotonic() < deadline:
        time.sleep(0.02)
    time.sleep(0.2)


def test_a_save_is_noticed_once(workspace, catalogue, noticed):
    module = workspace.module(catalogue.get("1.2"))
    module.write_text("# one\n", encoding="utf-8")
    settle(noticed, 1)
    swap = module.with_name("threshold.py~")
    swap.write_text("# two\n", encoding="utf-8")
    os.replace(swap, module)
    settle(noticed, 2)
    assert noticed == ["1.2", "1.2"]


def test_other_files_and_deletions_are_not(workspace, catalogue, noticed):
    module = workspace.module(catalogue.get("0.1"))
    module.with_name("notes.txt").write_text("x", encoding="utf-8")
    module.with_name("README.md").write_text("x", encoding="utf-8")
    module.unlink()
    workspace.store.update(lambda state: state)
    workspace.module(catalogue.get("8.3")).write_text("# last\n", encoding="utf-8")
    settle(noticed, 1)
    assert noticed == ["8.3"]


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="SIGINT is Unix's")
def test_ctrl_c_ends_start_cleanly(course, tmp_path):
    book = course / "_build" / "html"
    book.mkdir(parents=True)
    (book / "index.html").write_text("the book", encoding="utf-8")
    running = subprocess.Popen(
        [sys.executable, "-c", "from autograder.cli import main; main()", "start", "--port", "0"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    lines = [running.stdout.readline() for _ in range(6)]
    assert lines[1].startswith("book       http://127.0.0.1:")
    assert lines[-1] == "  save it  and its verdict appears here; Ctrl-C ends this\n"
    time.sleep(0.5)
    running.send_signal(signal.SIGINT)
    out, err = running.communicate(timeout=20)
    assert running.returncode == 0
    assert "stopped" in out
    assert "Traceback" not in err
