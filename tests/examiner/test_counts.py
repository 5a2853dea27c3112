"""What a service does is counted by the kernel, whatever the service says of itself."""

import contextlib
import os

import pytest

from autograder.errors import Exit, Problem
from autograder.examiner.counts import counts_available, io_counts, service_processes, tracing
from autograder.examiner.proxy import Candidate
from autograder.examiner.session import Session
from autograder.sandbox import Limits, choose_sandbox
from tests.sandboxes import SANDBOXES

SERVICE = b"""
import http.server, os, socketserver, sys

def write(name):
    with open(name, "wb", buffering=0) as file:
        for _ in range(10):
            file.write(b"x" * 10_000)
        for _ in range(3):
            os.fsync(file.fileno())
    with open(name, "rb", buffering=0) as file:
        while file.read(1_000): pass

class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        if self.path == "/child":
            pid = os.fork()
            if pid == 0:
                write("child")
                os._exit(0)
            os.waitpid(pid, 0)
        elif self.path == "/write":
            write("own")
        self.send_response(200)
        self.end_headers()
    def log_message(self, *args): pass

socketserver.UnixStreamServer("app.sock", Handler).serve_forever()
"""


@pytest.fixture(autouse=True)
def _needs_the_kernels_counts():
    if reason := counts_available():
        pytest.skip(reason)


@pytest.fixture
def serve():
    with contextlib.ExitStack() as made:

        def start(sandbox):
            session = made.enter_context(
                contextlib.closing(Session({"app.py": SERVICE}, (), choose_sandbox(sandbox), Limits()))
            )
            candidate = Candidate(session, "app")
            made.enter_context(candidate._opened)
            return candidate.start_service("app.py", ready="/")

        yield start


@pytest.mark.parametrize("sandbox", SANDBOXES)
def test_bytes_and_calls_are_counted(serve, sandbox):
    service = serve(sandbox)
    before = service.io_counts()
    service.request("GET", "/")
    quiet = service.io_counts() - before
    before = service.io_counts()
    service.request("GET", "/write")
    done = service.io_counts() - before
    assert (quiet.bytes_written, quiet.writes) == (0, 0)
    assert (done.bytes_written, done.writes) == (100_000, 10)
    assert (done.bytes_read - quiet.bytes_read, done.reads - quiet.reads) == (100_000, 101)


@pytest.mark.parametrize("sandbox", SANDBOXES)
def test_what_a_child_did_is_counted(serve, sandbox):
    service = serve(sandbox)
    before = service.io_counts()
    service.request("GET", "/child")
    assert (service.io_counts() - before).bytes_written == 100_000


@pytest.mark.parametrize("sandbox", SANDBOXES)
def test_system_calls_are_counted_by_their_names(serve, sandbox):
    service = serve(sandbox)
    with service.tracing("fsync", "fdatasync") as counts:
        for path in ("/", "/write", "/child"):
            service.request("GET", path)
    assert counts == {"fsync": 6}
    with service.tracing("fsync") as counts:
        service.request("GET", "/")
    assert not counts


def test_another_programs_counts_are_not_in_it(serve):
    """Two services of one submission, and the examiner itself, are told apart."""
    first, second = serve("process"), serve("process")
    assert not set(first.processes()) & set(second.processes())
    assert os.getpid() not in first.processes()


@pytest.mark.parametrize(
    "attempt",
    [
        lambda: service_processes(0),
        lambda: io_counts([2**30]),
        lambda: contextlib.ExitStack().enter_context(tracing([2**30], ["fsync"])),
    ],
    ids=["unseen", "gone", "cannot attach"],
)
def test_where_it_cannot_be_counted_the_machine_is_at_fault(attempt):
    with pytest.raises(Problem) as problem:
        attempt()
    assert problem.value.code is Exit.ENVIRONMENT
