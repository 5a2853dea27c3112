"""Whatever a candidate sends, it is the candidate's fault and never the grader's, and it earns nothing."""

import pytest

from autograder.verdict import Outcome

CHECK = """
@task("a")
def test_x(candidate):
    "x."
    expect_equal(candidate.go(lambda x: x), 1)
"""
# Takes the socket the candidate answers on and speaks for itself.
FORGE = """
import gc, json, os, socket, struct, time
def line():
    return next(s for s in gc.get_objects() if isinstance(s, socket.socket))
def send(message, buffers=()):
    body = message if isinstance(message, bytes) else json.dumps(message).encode()
    head = struct.pack("!II", len(body), len(buffers)) + b"".join(struct.pack("!Q", len(b)) for b in buffers)
    line().sendall(head + body + b"".join(buffers))
def go(f):
    {body}
    time.sleep(60)
"""
FORGERIES = [
    'send({"is": "value", "id": 99, "value": 1, "where": None})',
    'send({"is": "value", "id": "2", "value": 1})',
    'send({"is": "value", "id": 2})',
    'send({"is": "passed", "id": 2, "points": 100})',
    'send({"verdict": "passed"})',
    "send({})",
    "send([1])",
    'send(b"not json")',
    'send(b"[" * 100000)',
    'send({"is": "error", "id": 2})',
    'send({"is": "error", "id": 2, "type": [], "bases": 5, "message": {}, "frames": "x"})',
    'send({"is": "unsendable", "id": 2})',
    'send({"is": "value", "id": 2, "value": {"$": "handle", "id": [], "type": 3}})',
    'send({"is": "value", "id": 2, "value": {"$": "array", "dtype": "|O8", "shape": [1], "b": 0}}, [b"12345678"])',
    'send({"is": "value", "id": 2, "value": {"$": "callback", "id": 0}})',
    'send({"is": "callback", "id": 1, "callback": 99, "args": [], "kwargs": {}})',
    'send({"is": "callback", "id": 1, "callback": "0", "args": [], "kwargs": {}})',
    'send({"is": "callback", "id": 1, "callback": 0})',
    'send({"is": "callback", "id": 1, "callback": 0, "args": 5, "kwargs": 5})',
    'send({"is": "callback"})',
    'line().sendall(struct.pack("!II", 2**31, 0))',
    'line().sendall(struct.pack("!IIQ", 2, 1, 2**60) + b"{}")',
    'line().sendall(struct.pack("!II", 2, 2**31))',
    "line().close()",
    "line().shutdown(socket.SHUT_RDWR)",
    "line().sendall(os.urandom(4096))",
]


@pytest.mark.parametrize("body", FORGERIES)
def test_a_forged_message_is_a_crash(bench, body):
    bench.checks(CHECK, call_seconds=2)
    result = bench.one(FORGE.format(body=body))
    assert result.outcome in (Outcome.CRASHED, Outcome.TIMED_OUT), result.failure
    assert result.failure.message


def test_a_callback_called_wrongly_is_the_candidates_fault(bench):
    bench.checks(CHECK)
    assert bench.one("def go(f):\n    f(1, 2, 3)\n    return 1\n").outcome is Outcome.CRASHED
    assert bench.one("def go(f):\n    f(y=1)\n    return 1\n").outcome is Outcome.CRASHED


GARBAGE = ["None", "''", "[]", "float('nan')", "{}", "10**30", "lambda: 1", "object()", "b'x'", "(1,)", "type"]


@pytest.mark.parametrize("value", GARBAGE)
@pytest.mark.parametrize(
    "expectation",
    [
        "expect_equal(got, 1)",
        "expect_equal(got, np.ones(3))",
        "expect_close(got, 1.0, 0.1)",
        "expect_close(got, [1.0, 2.0], 0.1)",
        "expect_at_most(got, -1)",
        "expect_at_least(got, 10**40)",
        "expect_type(got, (int, np.ndarray), 'x') or expect(got == 1, 'x')",
    ],
)
def test_expectations_take_anything(value, expectation):
    import numpy as np

    from autograder.examiner import (
        CheckFailed,
        expect,
        expect_at_least,
        expect_at_most,
        expect_close,
        expect_equal,
        expect_type,
    )

    names = {"np": np, "expect": expect, "expect_equal": expect_equal, "expect_close": expect_close}
    names |= {"expect_at_most": expect_at_most, "expect_at_least": expect_at_least, "expect_type": expect_type}
    with pytest.raises(CheckFailed):
        eval(expectation, names | {"got": eval(value)})
