"""Processes that wait for a submission: used once, never stale, replaced when they are gone, ended with the sandbox."""

import ast
import os
import signal
import threading
import time

import pytest

from autograder.examiner import Cancel, Cancelled, judge, prepare
from autograder.sandbox import Limits
from autograder.sandbox.choose import _sandbox
from autograder.sandbox.process import BareProcess
from autograder.sandbox.spare import Spares
from autograder.verdict import Outcome

CHECK = '@task("a")\ndef test_x(candidate):\n    "x."\n    expect_equal(candidate.one(), 1)\n'
READY = "ready process"


@pytest.fixture(params=[READY, pytest.param("bubblewrap", marks=pytest.mark.bubblewrap)])
def sandbox(request):
    return request.param


@pytest.fixture
def spares():
    made = Spares()
    yield made
    made.close()


def waiting(spares, modules=()):
    deadline = time.monotonic() + 20
    while (spare := spares.take(modules)) is None:
        assert time.monotonic() < deadline
        time.sleep(0.02)
    return spare


def test_two_saves_of_one_size_within_a_second_get_two_verdicts(bench):
    bench.checks(CHECK)
    for answer, outcome in ((2, Outcome.FAILED), (1, Outcome.PASSED), (3, Outcome.FAILED), (1, Outcome.PASSED)):
        assert bench.judge(f"def one():\n    return {answer}\n", READY).outcome is outcome


def test_nothing_of_one_submission_is_there_in_the_next(bench):
    bench.checks(CHECK)
    keeps = "import sys\n\ndef one():\n    sys.kept = getattr(sys, 'kept', 0) + 1\n    return sys.kept\n"
    for _ in range(3):
        assert bench.judge(keeps, READY).outcome is Outcome.PASSED


LIBRARIES = {"numpy", "pandas", "pyarrow", "sklearn", "statistics", "torch"}


def modules_of(bench, sandbox, imports, *work):
    """Which of `LIBRARIES` a submission finds imported at its first call, and what `work` imports beside that."""
    bench.checks(
        '@task("a")\ndef test_x(candidate):\n    "x."\n'
        f"    before, more = candidate.look()\n    raise AssertionError(repr((set(before) & {LIBRARIES}, more)))\n"
    )
    body = "".join(f"    {line}\n" for line in ["before = set(sys.modules)", *work])
    text = f"import sys\n{imports}\n\ndef look():\n{body}    return list(before), list(set(sys.modules) - before)\n"
    (bench.folder / "answer.py").write_text(text)  # the solution's imports are what a sandbox has ready
    prepare(bench.exercise, sandbox)
    if sandbox == READY:
        _sandbox(READY)._spares._starter.submit(lambda: None).result()  # started; it may still import
    said = bench.judge(text, sandbox).checks[0].failure.message
    return ast.literal_eval(said.rpartition("AssertionError: ")[2])


def test_what_a_standard_library_exercise_runs_in_holds_no_array_library(bench, sandbox):
    assert modules_of(bench, sandbox, "import statistics") == ({"statistics"}, [])


@pytest.mark.slow
def test_torch_has_loaded_beforehand_what_its_first_step_loads(bench, sandbox):
    pytest.importorskip("torch")
    found, more = modules_of(
        bench,
        sandbox,
        "import torch",
        "weight = torch.nn.Parameter(torch.ones(2))",
        "optimizer = torch.optim.SGD([weight], lr=0.1)",
        "weight.sum().backward()",
        "optimizer.step()",
        "torch.testing.assert_close(torch.ones(1), torch.ones(1))",
    )
    assert "torch" in found
    assert more == []


def test_one_that_was_killed_is_replaced(bench):
    bench.checks(CHECK)
    assert bench.judge("def one():\n    return 1\n", READY).outcome is Outcome.PASSED
    spares = _sandbox(READY)._spares
    spares._starter.submit(lambda: None).result()
    for spare in spares._waiting.values():
        os.kill(spare.process.pid, signal.SIGKILL)
        spare.process.wait()
    assert bench.judge("def one():\n    return 1\n", READY).outcome is Outcome.PASSED


def test_a_spare_is_given_away_once(spares):
    spares.expect(["json"])
    spare = waiting(spares, ["json"])
    assert spares.take(["json"]) is None
    spare.end()


def test_closing_ends_those_that_wait(spares):
    sandbox = BareProcess(spares)
    sandbox.expect(["json"], Limits())
    spares._starter.submit(lambda: None).result()
    process = next(iter(spares._waiting.values())).process
    sandbox.close()
    assert process.poll() is not None


def test_a_judgement_that_is_cancelled_ends_at_once(bench):
    bench.checks(CHECK)
    module = bench.root / "answer.py"
    module.write_text("import time\n\ndef one():\n    time.sleep(60)\n")
    cancel, ended = Cancel(), []

    def run():
        try:
            judge(bench.exercise, module, sandbox=READY, cancel=cancel)
        except Cancelled:
            ended.append(time.monotonic())

    thread = threading.Thread(target=run)
    thread.start()
    time.sleep(1.5)
    cancelled = time.monotonic()
    cancel()
    thread.join(20)
    assert ended
    assert ended[0] - cancelled < 10
