"""Each limit, run into on purpose, in each sandbox. What runs into it crashes or times out, and nothing is left."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from autograder.sandbox import processes
from autograder.verdict import Outcome
from tests.sandboxes import SANDBOXES

CHECK = """
@task("a")
def test_x(candidate):
    "x."
    expect_equal(candidate.go(), 1)
@task("b")
def test_still_alive(candidate):
    "The next check is judged."
    expect_equal(candidate.one(), 1)
"""
REST = "\ndef one():\n    return 1\n"
LIMITS = {
    "call_seconds": 8, "memory_mb": 400, "file_mb": 2, "output_kb": 200, "processes": 24,
}  # fmt: skip


@pytest.fixture(params=SANDBOXES)
def go(request, bench):
    """Judge code whose `go()` runs into a limit; its result, once the other check has passed."""

    def run(code, **limits):
        bench.checks(CHECK, **LIMITS | limits)
        verdict = bench.judge(code + REST, request.param)
        assert verdict.checks[1].outcome is Outcome.PASSED, verdict.checks[1].failure
        return verdict.checks[0]

    return run


@pytest.mark.slow
def test_memory(go):
    result = go("def go():\n    x = bytearray(2 * 10**9)\n    return len(x)\n")
    assert result.outcome is Outcome.CRASHED
    assert "MemoryError" in result.failure.message


@pytest.mark.slow
def test_memory_eaten_bit_by_bit(go):
    result = go("def go():\n    x = []\n    while True:\n        x.append('x' * 100_000 + str(len(x)))\n")
    assert result.outcome is Outcome.CRASHED
    assert "MemoryError" in result.failure.message


@pytest.mark.slow
def test_time(go):
    result = go("def go():\n    while True: pass\n", call_seconds=0.5)
    assert result.outcome is Outcome.TIMED_OUT


@pytest.mark.slow
def test_time_cannot_be_won_by_ignoring_signals_and_exceptions(go):
    code = """
import signal, time
def go():
    for number in range(1, 60):
        try: signal.signal(number, signal.SIG_IGN)
        except (OSError, ValueError): pass
    while True:
        try: time.sleep(1)
        except BaseException: pass
"""
    assert go(code, call_seconds=0.5).outcome is Outcome.TIMED_OUT


@pytest.mark.slow
def test_output(go):
    result = go("def go():\n    for _ in range(100_000):\n        print('x' * 1000)\n    return 1\n")
    assert result.outcome is Outcome.CRASHED
    assert "printed more than 200 KiB" in result.failure.message


@pytest.mark.slow
def test_file_size(go):
    result = go("def go():\n    with open('big', 'wb') as f:\n        f.write(bytes(5 * 2**20))\n    return 1\n")
    assert result.outcome is Outcome.CRASHED
    assert "File too large" in result.failure.message


@pytest.mark.slow
def test_processes(go):
    code = """
import os, time
def go():
    while True:
        try:
            if os.fork() == 0: time.sleep(30)
        except OSError:
            raise RuntimeError("no more processes")
"""
    result = go(code)
    assert result.outcome is Outcome.CRASHED
    assert "processes" in result.failure.message


@pytest.mark.slow
def test_a_fork_bomb_leaves_nothing(go):
    before = alive()
    go("import os\ndef go():\n    while True:\n        try: os.fork()\n        except OSError: pass\n", call_seconds=2)
    assert_nothing_left(before)


@pytest.mark.slow
def test_daemons_do_not_outlive_the_grade(go):
    code = """
import os, time
def go():
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            for fd in range(3): os.close(fd)
            time.sleep(120)
        os._exit(0)
    return 1
"""
    before = alive()
    assert go(code).outcome is Outcome.PASSED
    assert_nothing_left(before)


def alive():
    """The processes of candidates: those marked as ours, and our descendants but for the warm servers."""
    ours = processes.marked(f"NINETY_CANDIDATE={os.getpid()}-")
    return {*ours, *processes.descendants(os.getpid())} - servers()


def command(pid):
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""


def servers():
    """bubblewrap, and what runs in its own namespace: its first process, the server, and the server's cradle."""
    ours = processes.descendants(os.getpid())
    outer = [pid for pid in ours if command(pid).startswith(b"bwrap")]
    spaces = {space(pid) for pid in ours if parent(pid) in outer}
    return {*outer, *(pid for pid in ours if space(pid) in spaces)}


def space(pid):
    """The pid namespace it lives in."""
    try:
        return os.readlink(f"/proc/{pid}/ns/pid")
    except OSError:
        return None


def parent(pid):
    try:
        return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
    except OSError:
        return 0


def assert_nothing_left(before):
    end = time.monotonic() + 5
    while alive() - before and time.monotonic() < end:
        time.sleep(0.05)
    assert alive() - before == set()


@pytest.mark.slow
@pytest.mark.parametrize("name", SANDBOXES[:2])
def test_a_candidate_does_not_outlive_an_examiner_that_is_killed(name):
    script = f"""
import sys, time
from autograder.sandbox import Limits, choose_sandbox
from autograder.wire import Listener
cell = choose_sandbox({name!r}).cell((), Limits())
listener = Listener(cell.wire)
box = cell.box({{"answer.py": b"while True: pass"}})
running = box.start(["serve", cell.inside(listener.address)])
listener.accept(time.monotonic() + 60).send({{"id": 1, "do": "load", "module": "answer", "path": "answer.py"}})
running.pause()
print("paused", flush=True)
sys.stdin.read()
"""
    examiner = subprocess.Popen(
        [sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    with examiner:
        assert examiner.stdout.readline() == "paused\n"
        left = set(processes.descendants(examiner.pid))
        assert left
        examiner.kill()
    end = time.monotonic() + 10
    while any(map(command, left)) and time.monotonic() < end:
        time.sleep(0.05)
    assert not any(map(command, left))
