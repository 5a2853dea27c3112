"""What code in bubblewrap cannot see or reach."""

import os
from types import SimpleNamespace

import pytest

from autograder.sandbox import bubblewrap
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


def test_the_kernel_refuses_what_nobody_needs(bench):
    calls = "import ctypes\nlibc = ctypes.CDLL(None, use_errno=True)\ndef no(n, *a):\n"
    calls += "    return libc.syscall(n, *a), ctypes.get_errno()\n"
    names = {
        "unshare": (272, 0x10000000),
        "keyctl": (250, 0, -3, 1),
        "ptrace": (101, 0, 0, 0, 0),
        "bpf": (321, 0, 0, 0),
    }
    for name, arguments in names.items():
        assert answer(bench, f"no{arguments}", calls) == "(-1, 1)", name
    assert answer(bench, "no(319, b'x', 0)", calls) == "(-1, 38)"  # memfd_create: not there


def test_what_starts_processes_and_shares_memory_still_works(bench):
    code = """
import multiprocessing as mp, subprocess, threading
from multiprocessing import shared_memory
def all_of_it():
    with mp.get_context('fork').Pool(2) as pool:
        squares = pool.map(abs, [-1, 2])
    block = shared_memory.SharedMemory(create=True, size=100)
    block.close(); block.unlink()
    thread = threading.Thread(target=squares.append, args=(3,)); thread.start(); thread.join()
    return squares, subprocess.run([sys.executable, '-c', 'print(4)'], capture_output=True).stdout
"""
    assert answer(bench, "all_of_it()", code) == "([1, 2, 3], b'4\\n')"


def test_libraries_are_used_for_the_first_time_while_the_first_candidate_works(bench):
    bench.checks(
        '@task("a")\ndef test_x(candidate):\n    "x."\n    expect(False, "", got=candidate.go())\n', memory_mb=333
    )  # with limits of its own it has a server of its own
    (bench.folder / "answer.py").write_text("import numpy\n")
    code = "import sys, time\ndef go():\n    time.sleep(1)\n    return str('numpy.random' in sys.modules)\n"
    assert [bench.one(code, "bubblewrap").failure.got for _ in range(2)] == ["False", "True"]


def test_an_old_kernel_is_told(monkeypatch):
    monkeypatch.setattr(os, "uname", lambda: SimpleNamespace(release="5.4.0-150-generic"))
    assert "need Linux 5.8 or later; this is 5.4.0-150-generic" in bubblewrap._missing.__wrapped__()
    monkeypatch.setattr(os, "uname", lambda: SimpleNamespace(release="6.1"))
    assert bubblewrap._missing.__wrapped__() == ""
