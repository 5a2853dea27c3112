"""What code in a container cannot see, reach or leave behind: each of the container's options, tried."""

import os
import subprocess
import sys
import time

import pytest

from autograder.sandbox import Limits, Tier, choose_sandbox
from autograder.sandbox.docker import hardened
from autograder.sandbox.engine import sdk
from autograder.verdict import Outcome

pytestmark = pytest.mark.docker


def answer(bench, expression, setup=""):
    """What an expression gives over there; an exception as its text."""
    bench.checks('@task("a")\ndef test_x(candidate):\n    "x."\n    expect(False, "", got=candidate.go())\n')
    code = f"import os, socket, sys\n{setup}\ndef go():\n    try:\n        return str({expression})\n"
    result = bench.one(code + "    except Exception as error:\n        return type(error).__name__\n", "docker")
    assert result.outcome is Outcome.FAILED, result.failure
    return result.failure.got


def status(bench, name):
    words = f"[line for line in open('/proc/self/status').read().splitlines() if line.startswith('{name}')][0]"
    return answer(bench, words).split()[-1]


def test_it_has_no_network(bench):
    assert answer(bench, "[name for _, name in socket.if_nameindex()]") == "['lo']"
    assert answer(bench, "socket.create_connection(('127.0.0.1', 22), 1)") in ("ConnectionRefusedError", "OSError")
    assert answer(bench, "socket.create_connection(('198.51.100.1', 80), 1)") == "OSError"


def test_its_file_system_is_read_only(bench):
    for place in (
        "/x",
        "/etc/x",
        "/usr/x",
        "/ninety/libraries/x",
        "/ninety/code/autograder/wire/x",
        "/wire/x",
        "/boxes/x",
    ):
        assert answer(bench, f"open({place!r}, 'w')") in ("OSError", "PermissionError", "FileNotFoundError"), place
    assert answer(bench, "open('/tmp/x', 'w').write('ok')") == "2"
    assert answer(bench, "open('x', 'w').write('ok')") == "2"


def test_it_has_no_capability_and_gets_none_back(bench):
    assert int(status(bench, "CapEff"), 16) == 0
    assert int(status(bench, "CapPrm"), 16) == 0
    assert status(bench, "NoNewPrivs") == "1"
    assert int(answer(bench, "os.getuid()")) >= 2**20
    assert answer(bench, "os.setuid(0)") == "PermissionError"


def test_it_cannot_reach_the_server(bench):
    assert answer(bench, "os.kill(1, 9)") == "PermissionError"
    assert answer(bench, "open('/proc/1/environ').read()") == "PermissionError"
    assert answer(bench, "os.listdir('/proc/1/fd')") == "PermissionError"
    assert answer(bench, "open('/proc/1/mem', 'rb').read(1)") == "PermissionError"


def test_it_sees_neither_checks_nor_solutions_nor_the_engine(bench):
    package = "os.path.dirname(sys.modules['autograder'].__file__)"
    assert answer(bench, f"sorted(os.listdir({package}))") == "['__init__.py', 'candidate', 'wire']"
    assert answer(bench, f"os.listdir({str(bench.folder)!r})") == "FileNotFoundError"
    assert answer(bench, "os.path.exists('/var/run/docker.sock')") == "False"


def test_tmp_and_the_folder_are_bounded_and_hold_no_device(bench):
    fill = """
def fill(place):
    for number in range(100_000):
        with open(f"{place}/{number}", "wb") as file:
            file.write(bytes(2**20))
"""
    for place in (".", "/tmp", "/dev/shm"):
        assert answer(bench, f"fill({place!r})", fill) == "OSError", place
    assert answer(bench, "os.mknod('/tmp/device', 0o600 | 0o020000, os.makedev(1, 3))") == "PermissionError"


@pytest.mark.slow
def test_all_processes_together_have_a_bound_on_memory(bench):
    code = """
import os, time
def go():
    for _ in range(12):
        if os.fork() == 0:
            block = bytearray(80 * 2**20)
            for at in range(0, len(block), 4096): block[at] = 1
            time.sleep(20)
            os._exit(0)
    time.sleep(15)
    alive = 0
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            alive += os.stat(f"/proc/{pid}").st_uid == os.getuid() and open(f"/proc/{pid}/statm").read()[0] != "0"
        except OSError: pass
    return alive
"""
    bench.checks(
        '@task("a")\ndef test_x(candidate):\n    "x."\n    expect_at_most(candidate.go(), 9)\n', memory_mb=100,
        call_seconds=40,
    )  # fmt: skip
    assert bench.one(code, "docker").outcome in (Outcome.PASSED, Outcome.CRASHED)


def test_what_a_submission_leaves_the_next_does_not_find(bench):
    leave = """
import ctypes, os, time
open('/tmp/mine', 'w').write('x')
open('/dev/shm/mine', 'w').write('x')
libc = ctypes.CDLL(None)
libc.shmget(4711, 4096, 0o1666)
libc.msgget(4712, 0o1666)
libc.semget(4713, 1, 0o1666)
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        time.sleep(60)
    os._exit(0)
"""
    assert answer(bench, "1", leave) == "1"
    left = """
def left():
    names = os.listdir('/tmp') + os.listdir('/dev/shm')
    ipc = [open(f'/proc/sysvipc/{kind}').read().splitlines()[1:] for kind in ('shm', 'msg', 'sem')]
    users = [os.stat(f'/proc/{pid}').st_uid for pid in os.listdir('/proc') if pid.isdigit()]
    return names, ipc, [user for user in users if user not in (0, os.getuid())]
"""
    assert answer(bench, "left()", left) == "([], [[], [], []], [])"


def test_no_two_submissions_are_the_same_user(bench):
    assert len({answer(bench, "os.getuid()") for _ in range(3)}) == 3


def test_the_container_is_made_as_said():
    sandbox = choose_sandbox("docker")
    cell = sandbox.cell((), Limits())
    try:
        ours = sdk().containers.list(filters={"label": f"ninety={os.getpid()}"})
        host = next(c.attrs["HostConfig"] for c in ours if c.attrs["HostConfig"]["Memory"] == (2 * 1024 + 256) * 2**20)
        assert host["LogConfig"]["Type"] == "none"
        assert host["CapDrop"] == ["ALL"]
        assert host["MemorySwap"] == host["Memory"]
        assert (host["PidsLimit"], host["NanoCpus"], host["ReadonlyRootfs"]) == (128, 10**9, True)
        assert host["NetworkMode"] == "none"
    finally:
        cell.close()


def test_a_gpu_is_passed_through_when_asked_for(tmp_path):
    assert hardened(tmp_path, Limits(), Tier.CORE, None)["HostConfig"]["DeviceRequests"] == []
    (request,) = hardened(tmp_path, Limits(), Tier.CORE, "all")["HostConfig"]["DeviceRequests"]
    assert (request["Count"], request["Capabilities"]) == (-1, [["gpu"]])


@pytest.mark.slow
def test_a_container_does_not_outlive_an_examiner_that_is_killed():
    script = """
import sys
from autograder.sandbox import Limits, choose_sandbox
cell = choose_sandbox("docker").cell((), Limits())
print("ready", flush=True)
sys.stdin.read()
"""
    examiner = subprocess.Popen(
        [sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    with examiner:
        assert examiner.stdout.readline() == "ready\n"
        assert containers(examiner.pid)
        examiner.kill()
    end = time.monotonic() + 20
    while containers(examiner.pid) and time.monotonic() < end:
        time.sleep(0.1)
    assert containers(examiner.pid) == []


def containers(pid):
    found = sdk().containers.list(all=True, filters={"label": f"ninety={pid}"}, ignore_removed=True)
    return [container.id for container in found]
