"""`ninety watch` as its user runs it: a process, a terminal's worth of text, real judgements in ready processes."""

import os
import re
import signal
import subprocess
import sys
import threading
import time
from contextlib import contextmanager

import pytest

pytestmark = [pytest.mark.slow, pytest.mark.skipif(sys.platform == "win32", reason="signals are Unix's")]

CHECK = '@task("a")\ndef test_x(candidate):\n    "It is one."\n    expect_equal(candidate.one(), 1)\n'
NINETY = [sys.executable, "-c", "from autograder.cli import main; main()"]


class Watch:
    """A running `ninety watch`, and what it has printed so far."""

    def __init__(self, root, workspace, **environment):
        self.printed = ""
        self.process = subprocess.Popen(
            [*NINETY, "watch", "--workspace", workspace],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            cwd=root,
            env={**os.environ, "NINETY_COURSE": str(root), "NO_COLOR": "1", **environment},
        )
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self):
        for line in self.process.stdout:
            self.printed += line.decode("utf-8", "replace")

    def wait_for(self, words, times=1):
        deadline = time.monotonic() + 30
        while self.printed.count(words) < times:
            assert time.monotonic() < deadline, f"no {words!r} in {self.printed}"
            time.sleep(0.01)

    def end(self, number=signal.SIGINT):
        self.process.send_signal(number)
        self.process.wait(20)
        self.process.stdout.close()


@pytest.fixture
def workspace(bench):
    """A workspace with one exercise, whose check is run for real."""
    bench.checks(CHECK)
    released = bench.root / "exercises" / "00_start" / "01_made"
    released.mkdir(parents=True)
    (released / "answer.py").write_text("def one():\n    ...\n", encoding="utf-8")
    folder = bench.root / "Домашняя работа"
    ninety(bench, "start", "--no-serve", "--no-watch", "--workspace", folder)
    return folder


def ninety(bench, *words):
    environment = {**os.environ, "NINETY_COURSE": str(bench.root)}
    done = subprocess.run(
        [*NINETY, *words], cwd=bench.root, env=environment, capture_output=True, text=True, check=True
    )
    return done.stdout


@contextmanager
def watch(bench, workspace, **environment):
    running = Watch(bench.root, workspace, **environment)
    running.wait_for("watching")
    time.sleep(0.5)
    try:
        yield running
    finally:
        if running.process.poll() is None:
            running.end()


def save(workspace, answer):
    (workspace / "00_start" / "01_made" / "answer.py").write_text(
        f"def one():\n    return {answer}\n", encoding="utf-8"
    )


def test_two_saves_of_one_size_within_a_second_get_two_verdicts(bench, workspace):
    with watch(bench, workspace) as running:
        save(workspace, 9)
        running.wait_for("FAILED  0.1")  # from here on a process waits, and the next verdict takes milliseconds
        time.sleep(1)
        started = time.monotonic()
        for answer, verdict in ((1, "PASSED"), (2, "FAILED"), (1, "PASSED"), (3, "FAILED")):
            save(workspace, answer)
            running.wait_for(verdict, times=len(re.findall(verdict, running.printed)) + 1)
        took = time.monotonic() - started
    assert re.findall(r"^(PASSED|FAILED)", running.printed, re.MULTILINE) == ["FAILED", *["PASSED", "FAILED"] * 2]
    assert took < 10


@pytest.mark.parametrize("environment", [{}, {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONIOENCODING": "ascii"}])
def test_a_folder_in_cyrillic_on_any_terminal(bench, workspace, environment):
    with watch(bench, workspace, **environment) as running:
        save(workspace, 9)
        running.wait_for("FAILED  0.1")
    assert "Traceback" not in running.printed
    assert ("Домашняя" in running.printed) is not environment


def test_killed_at_any_moment_it_leaves_a_workspace_that_goes_on(bench, workspace):
    bench.checks(CHECK)
    for pause in (0.0, 0.05, 0.3):
        with watch(bench, workspace) as running:
            save(workspace, "__import__('time').sleep(60)")
            time.sleep(pause)
            running.end(signal.SIGKILL)
    save(workspace, 1)
    assert "PASSED  0.1" in ninety(bench, "check", "0.1", "--workspace", workspace)
    assert '"passed"' in ninety(bench, "list", "--json", "--workspace", workspace)


def test_two_watchers_of_one_workspace(bench, workspace):
    with watch(bench, workspace) as first, watch(bench, workspace) as second:
        second.wait_for("another `ninety` watches this workspace as well")
        for number in range(2, 5):
            save(workspace, number)
            for running in (first, second):
                running.wait_for("FAILED  0.1", times=number - 1)
        time.sleep(0.3)
    state = (workspace / ".ninety" / "state.json").read_text(encoding="utf-8")
    assert '"attempts": 6' in state
    assert not list((workspace / ".ninety").glob("*damaged*"))
