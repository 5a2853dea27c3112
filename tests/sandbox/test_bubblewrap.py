"""What code in bubblewrap cannot see or reach."""

import pytest

from autograder.verdict import Outcome

pytestmark = pytest.mark.bubblewrap


def answer(bench, expression, setup=""):
    """What an expression gives over there; an exception as its text."""
    bench.checks('@task("a")\ndef test_x(candidate):\n    "x."\n    expect(False, "", got=candidate.go())\n')
    code = f"import os, socket, sys\n{setup}\ndef go():\n    try:\n        return str({expression})\n"
    result = bench.one(code + "    except Exception as error:\n        return type(error).__name__\n", "bubblewrap")
    assert result.outcome is Outcome.FAILED, result.failure
    return result.failure.got


def test_it_is_nobody(bench):
    assert int(answer(bench, "os.getuid()")) > 0
    assert answer(bench, "os.setuid(0)") in ("PermissionError", "OSError")
    assert "CapEff:\t0000000000000000" in answer(
        bench, "[l for l in open('/proc/self/status').read().splitlines() if l.startswith('CapEff')][0]"
    )


def test_it_has_no_network(bench):
    assert answer(bench, "socket.create_connection(('127.0.0.1', 22), 1)") in ("ConnectionRefusedError", "OSError")
    assert answer(bench, "[name for _, name in socket.if_nameindex()]") == "['lo']"


def test_it_sees_its_own_processes_only(bench):
    assert int(answer(bench, "len([p for p in os.listdir('/proc') if p.isdigit()])")) <= 3


def test_it_sees_neither_checks_nor_solutions_nor_the_examiner(bench):
    package = "os.path.dirname(sys.modules['autograder'].__file__)"
    assert answer(bench, f"sorted(os.listdir({package}))") == "['__init__.py', 'candidate', 'wire']"
    assert answer(bench, f"os.listdir(os.path.dirname({package}) + '/solutions')") == "FileNotFoundError"
    assert answer(bench, f"os.listdir({str(bench.folder)!r})") == "FileNotFoundError"
    assert answer(bench, "sorted(os.listdir('.'))") == "['answer.py']"


def test_it_writes_only_to_its_own_folder_and_tmp(bench):
    for place in ("/usr/x", "/x", "sys.prefix + '/x'", "sys.modules['autograder'].__path__[0] + '/x'", "/wire/x"):
        path = place if "sys" in place else repr(place)
        assert answer(bench, f"open({path}, 'w')") in ("OSError", "PermissionError")
    assert answer(bench, "open('/tmp/x', 'w').write('ok')") == "2"
    assert answer(bench, "open('x', 'w').write('ok')") == "2"
