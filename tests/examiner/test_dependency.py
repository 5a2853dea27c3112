"""What a learner's service depends on fails as a check says, and counts what it is asked."""

import contextlib
import http.client
import itertools
import json
import socket
import time

import pytest

from autograder.examiner.dependency import CLOSES, HANGS, OK, Dependency, error, slow
from autograder.examiner.faults import CheckFailed, ProtocolBroken
from autograder.examiner.proxy import Candidate
from autograder.examiner.session import Session
from autograder.sandbox import Limits, choose_sandbox
from autograder.sandbox.process import ProcessCell
from tests.sandboxes import SANDBOXES

# Calls the model for each request, waits as many seconds for it as the path says, and tells what it saw.
SERVICE = b"""
import http.client, http.server, json, os, socket, socketserver, sys
model = sys.argv[2]

class Connection(http.client.HTTPConnection):
    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(self.timeout)
        self.sock.connect(model)

def ask(text):
    connection = Connection("model", timeout=float(text.strip("/")))
    try:
        connection.request("POST", "/score", json.dumps({"text": text}))
        response = connection.getresponse()
        return f"{response.status} {response.read().decode()}"
    except (OSError, http.client.HTTPException) as error:
        return type(error).__name__
    finally:
        connection.close()

class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        answer = ask(self.path).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)
    def log_message(self, *args): pass

class Server(socketserver.ThreadingMixIn, socketserver.UnixStreamServer):
    daemon_threads = True

Server(sys.argv[1], Handler).serve_forever()
"""


@pytest.fixture
def cell():
    cell = ProcessCell(Limits())
    yield cell
    cell.close()


def call(dependency, body=b"{}", seconds=10.0, path="/"):
    """Status and body of one call, by a client in this process."""
    connection = http.client.HTTPConnection("model")
    connection.sock = socket.socket(socket.AF_UNIX)
    connection.sock.settimeout(seconds)
    connection.sock.connect(dependency.address)
    try:
        connection.request("POST", path, body)
        response = connection.getresponse()
        return response.status, response.read()
    finally:
        connection.close()


@pytest.mark.parametrize("sandbox", SANDBOXES)
def test_a_service_meets_a_dependency_that_is_slow_dead_or_flaps(sandbox):
    session = Session({"app.py": SERVICE}, (), choose_sandbox(sandbox), Limits())
    candidate = Candidate(session, "app")
    with contextlib.closing(session), candidate._opened:
        model = candidate.dependency("model", lambda call: {"length": len(call.json()["text"])})
        service = candidate.start_service("app.py", "app.sock", model.address)

        def seen(patience=20):
            return service.request("GET", f"/{patience}", seconds=30).body.decode()

        assert seen() == '200 {"length": 3}'
        model.behave(slow(0.05))
        assert seen() == '200 {"length": 3}'
        model.behave(slow(30))
        assert seen(patience=0.2) == "TimeoutError"
        model.behave(HANGS)
        assert seen(patience=0.2) == "TimeoutError"
        model.behave(CLOSES)
        assert seen() == "RemoteDisconnected"
        model.behave(itertools.cycle([OK, error(503)]))
        assert [seen()[:3] for _ in range(4)] == ["200", "503", "200", "503"]
        assert len(model.calls) == 9
        assert model.calls[0].json() == {"text": "/20"}
        model.stop()
        assert seen() in ("FileNotFoundError", "ConnectionRefusedError")
        model.start()
        model.behave(OK)
        assert seen() == '200 {"length": 3}'
        assert len(model.calls) == 10


def test_what_passes_is_counted(cell):
    with Dependency(cell, "model", lambda call: "x" * 1000) as model:
        assert call(model, b"a" * 500, path="/one") == (200, json.dumps("x" * 1000).encode())
        model.behave(error(404))
        assert call(model) == (404, b"")
        assert [(c.method, c.path, len(c.body), c.behaviour.status) for c in model.calls] == [
            ("POST", "/one", 500, 200),
            ("POST", "/", 2, 404),
        ]
        assert model.calls[0].headers["content-length"] == "500"
        assert model.calls[0].at <= model.calls[1].at <= time.monotonic()
        assert 502 < model.bytes_in < 1000
        assert 1002 < model.bytes_out < 1500


def test_a_schedule_goes_on_with_its_last_behaviour(cell):
    with Dependency(cell, "model", lambda call: 1) as model:
        model.behave([error(500), OK, error(503)])
        assert [call(model)[0] for _ in range(5)] == [500, 200, 503, 503, 503]


def test_it_lets_go_of_a_caller_that_lost_patience(cell):
    with Dependency(cell, "model", lambda call: 1) as model:
        model.behave(HANGS)
        for _ in range(200):  # more than it would serve at once
            with pytest.raises((OSError, http.client.HTTPException)):
                call(model, seconds=0.002)
        model.behave(OK)
        end = time.monotonic() + 20
        while True:
            try:
                assert call(model) == (200, b"1")
                break
            except (http.client.HTTPException, ConnectionError):
                assert time.monotonic() < end


def test_what_its_answer_raises_is_the_checks(cell):
    def answer(call):
        raise CheckFailed("never score a ticket twice")

    with pytest.raises(CheckFailed, match="twice"), Dependency(cell, "model", answer) as model:
        assert call(model) == (500, b"")

    with pytest.raises(ProtocolBroken, match="with no JSON"), Dependency(cell, "model", lambda c: c.json()) as model:
        assert call(model, b"{") == (500, b"")


@pytest.mark.parametrize(
    "raw",
    [
        b"\x00\xff garbage\r\n\r\n",
        b"POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
        b"POST / HTTP/1.1\r\nContent-Length: 99999999999999\r\n\r\n",
        b"POST / HTTP/1.1\r\nContent-Length: 2000000\r\n\r\n",
        b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
        b"POST / HTTP/1.1\r\nContent-Length: 10\r\n\r\nabc",
        b"POST / HTTP/1.1\r\n" + b"X: 1\r\n" * 1000 + b"\r\n",
        b"X" * 100_000,
        b"",
    ],
)
def test_a_caller_that_speaks_no_http_makes_no_call_and_does_no_harm(cell, raw):
    with Dependency(cell, "model", lambda call: 1) as model:
        with socket.socket(socket.AF_UNIX) as sock:
            sock.settimeout(10)
            sock.connect(model.address)
            sock.sendall(raw)
            sock.shutdown(socket.SHUT_WR)
            while True:
                try:
                    if not sock.recv(4096):
                        break
                except ConnectionResetError:
                    break
        assert model.calls == ()
        assert call(model) == (200, b"1")


def test_calls_on_one_connection_are_told_apart(cell):
    with Dependency(cell, "model", lambda call: call.path) as model:
        connection = http.client.HTTPConnection("model")
        connection.sock = socket.socket(socket.AF_UNIX)
        connection.sock.connect(model.address)
        for path in ("/a", "/b"):
            connection.request("GET", path)
            assert json.loads(connection.getresponse().read()) == path
        connection.close()
        assert [c.path for c in model.calls] == ["/a", "/b"]
