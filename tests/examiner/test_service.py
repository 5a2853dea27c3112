"""A learner's service as a check sees it: started, asked, loaded, signalled, killed and started again."""

import contextlib
import os
import secrets
import signal
import textwrap
import threading
import time
from pathlib import Path

import pytest

from autograder.examiner.faults import CandidateDied, CandidateLate
from autograder.examiner.http1 import BadAnswer, Request, ServiceRefused
from autograder.examiner.load import steady
from autograder.examiner.proxy import Candidate
from autograder.examiner.session import Session
from autograder.sandbox import Limits, choose_sandbox
from autograder.verdict import Outcome
from tests.sandboxes import SANDBOXES

SERVER = """
    import http.server, json, os, signal, socketserver, sys, threading, time

    class Server(socketserver.ThreadingMixIn, socketserver.UnixStreamServer):
        request_queue_size = 128
        daemon_threads = False

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            status, answer = getattr(sys.modules["__main__"], self.path.strip("/"))(body)
            self.send_response(status)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)
        do_GET = do_POST
        def log_message(self, *args): pass

    def health(body): return 200, b""
    def echo(body): return 200, body
    def note(body):
        with open("notes/rows.txt", "ab") as file: file.write(body + b"\\n")
        print("noted", len(body))
        return 201, b""
    def nap(body):
        print("napping", flush=True)
        time.sleep(float(body))
        return 200, b"slept"
    def crash(body):
        print("out of luck", file=sys.stderr, flush=True)
        os._exit(3)

    def main():
        path = sys.argv[sys.argv.index("--socket") + 1]
        os.makedirs("notes", exist_ok=True)
        if os.path.exists(path): os.unlink(path)
        server = Server(path, Handler)
        signal.signal(signal.SIGTERM, lambda *_: threading.Thread(target=server.shutdown).start())
        print("up", flush=True)
        server.serve_forever()
        server.server_close()
"""
RUN = textwrap.dedent(SERVER) + "\nif __name__ == '__main__': main()\n"


@pytest.fixture
def submission():
    """Makes the candidate of a module `app` given as text; afterwards none of its programs may still run."""
    mark = f"mark-{secrets.token_hex(8)}"
    made = contextlib.ExitStack()

    def make(code=RUN, sandbox="process", **limits):
        files = {"app.py": textwrap.dedent(code).encode()}
        session = Session(files, (), choose_sandbox(sandbox), Limits(**limits))
        made.callback(session.close)
        candidate = Candidate(session, "app")
        made.enter_context(candidate._opened)
        return Marked(candidate, mark)

    with made:
        yield make
    assert not running(mark)


class Marked:
    """Starts services whose command lines can be told from all others on the machine."""

    def __init__(self, candidate, mark):
        self.candidate = candidate
        self.mark = mark

    def serve(self, **options):
        return self.candidate.start_service("app.py", "--socket", "app.sock", self.mark, **options)


def until(condition, seconds=20):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.01)


def running(mark):
    found = []
    for entry in Path("/proc").iterdir() if os.path.isdir("/proc") else ():
        with contextlib.suppress(OSError):
            if entry.name.isdigit() and mark.encode() in (entry / "cmdline").read_bytes():
                found.append(entry.name)
    return found


@pytest.mark.parametrize("sandbox", SANDBOXES)
def test_a_service_is_started_asked_and_stopped(submission, sandbox):
    service = submission(sandbox=sandbox).serve(ready="/health")
    response = service.request("POST", "/echo", json={"n": [1, 2]})
    assert (response.status, response.json()) == (200, {"n": [1, 2]})
    assert service.request("POST", "/note", body=b"one").status == 201
    assert service.files() == {"app.py": len(RUN.encode()), "notes/rows.txt": 4}
    assert service.read_file("notes/rows.txt") == b"one\n"
    assert service.exit_status() is None
    assert service.stop() == 0
    assert service.exit_status() == 0
    assert service.log().stdout == "up\nnoted 3\n"
    with pytest.raises(CandidateDied, match="the service ended with exit status 0"):
        service.request("GET", "/health")


@pytest.mark.parametrize("sandbox", SANDBOXES)
def test_sigterm_lets_a_request_that_is_under_way_end(submission, sandbox):
    service = submission(sandbox=sandbox).serve(ready="/health")
    got = []
    asking = threading.Thread(target=lambda: got.append(service.request("POST", "/nap", body=b"0.4")))
    asking.start()
    until(lambda: "napping" in service.log().stdout)
    assert service.stop() == 0
    asking.join()
    assert [response.body for response in got] == [b"slept"]


@pytest.mark.parametrize("sandbox", SANDBOXES)
def test_a_killed_service_starts_again_over_the_files_it_left(submission, sandbox):
    service = submission(sandbox=sandbox).serve(ready="/health")
    service.request("POST", "/note", body=b"before")
    service.kill()
    assert service.exit_status() == -signal.SIGKILL
    assert "notes/rows.txt" in service.files()
    with pytest.raises(CandidateDied, match="signal 9") as death:
        service.request("GET", "/health")
    assert death.value.signal == signal.SIGKILL
    service.restart()
    service.request("POST", "/note", body=b"after")
    assert service.read_file("notes/rows.txt") == b"before\nafter\n"
    service.restart()
    assert service.read_file("notes/rows.txt") == b"before\nafter\n"
    assert service.log().stdout.count("up") == 3


@pytest.mark.parametrize("sandbox", SANDBOXES)
def test_a_stopped_service_is_late_and_goes_on_when_it_is_let(submission, sandbox):
    service = submission(sandbox=sandbox).serve()
    service.signal(signal.SIGSTOP)
    with pytest.raises(CandidateLate, match="no whole answer to GET /health"):
        service.request("GET", "/health", seconds=0.3)
    service.signal(signal.SIGCONT)
    assert service.request("GET", "/health").status == 200


@pytest.mark.parametrize("sandbox", SANDBOXES)
def test_a_service_that_ends_in_a_request_has_died_and_its_last_words_are_told(submission, sandbox):
    service = submission(sandbox=sandbox).serve()
    with pytest.raises(CandidateDied, match="exit status 3; it printed last: out of luck") as death:
        service.request("POST", "/crash")
    assert death.value.call == "POST /crash"


@pytest.mark.parametrize("sandbox", SANDBOXES)
def test_a_load_is_an_open_loop(submission, sandbox):
    """While one request stalls the service, an open loop goes on sending: a closed one would show a single stall."""
    code = RUN.replace("socketserver.ThreadingMixIn, ", "")  # one request at a time
    service = submission(code, sandbox).serve(ready="/health")
    stall = 0.5

    def request(number):
        return Request("POST", "/nap", str(stall if number == 10 else 0).encode())

    closed = []
    for number in range(40):
        began = time.monotonic()
        service.request("POST", "/nap", body=request(number).body)
        closed.append(time.monotonic() - began)
    loaded = service.load(steady(100, 0.4), request)
    assert dict(loaded.statuses) == {200: 40}
    assert not loaded.faults
    assert all(response.body == b"slept" for response in loaded.responses)
    # Those due in the first half of the stall wait for at least its other half: 25 requests.
    slow = sum(sent.latency > stall / 2 for sent in loaded.sent)
    assert slow >= 20
    assert slow > 2 * sum(latency > stall / 2 for latency in closed)
    assert loaded.percentile(0) <= loaded.percentile(0.5) <= loaded.percentile(0.99) <= loaded.percentile(1)
    assert loaded.percentile(0.5) > stall / 2


def test_a_load_goes_on_when_the_service_dies_and_tells_what_became_of_each(submission):
    service = submission().serve(ready="/health")
    result = service.load(steady(100, 0.3), lambda n: Request("POST", "/crash" if n == 10 else "/health"), 5)
    assert len(result.sent) == 30
    assert result.statuses[200] >= 1
    assert result.statuses.total() + result.faults.total() == 30
    assert set(result.faults) <= {"CandidateDied", "BadAnswer", "ServiceRefused"}
    assert result.faults.total() >= 1
    assert result.percentile(1) == float("inf")
    assert service.wait() == 3


def test_a_load_waits_where_the_queue_is_full(submission):
    code = RUN.replace("socketserver.ThreadingMixIn, ", "").replace("= 128", "= 1")
    service = submission(code).serve(ready="/health")
    result = service.load([0.0] * 12, lambda number: Request("POST", "/nap", b"0.02"))
    assert dict(result.statuses) == {200: 12}


def test_a_load_needs_arrivals_in_their_order(submission):
    service = submission().serve()
    for wrong in ([], [0.1, 0.0]):
        with pytest.raises(ValueError, match="ascending order"):
            service.load(wrong, lambda number: Request("GET", "/health"))


@pytest.mark.parametrize("sandbox", SANDBOXES)
@pytest.mark.parametrize(
    ("code", "fault", "words"),
    [
        ("raise ValueError('no model')", CandidateDied, "exit status 1; it printed last: ValueError: no model"),
        ("import os\nos.kill(os.getpid(), 11)", CandidateDied, "signal 11"),
        ("import time\ntime.sleep(60)", CandidateLate, "not ready within 1 s: nobody answers at app.sock"),
        (RUN.replace("health(body): return 200", "health(body): return 503"), CandidateLate, "answered with 503"),
        (RUN.replace("health(body): return 200", "health(body): return 'x'"), BadAnswer, "GET /health"),
        ("while True: print('x' * 1000)", CandidateDied, "printed more than"),
    ],
    ids=["raises", "fault", "never listens", "never ready", "no http", "prints for ever"],
)
def test_a_service_that_does_not_become_ready_says_why(submission, sandbox, code, fault, words):
    made = submission(code, sandbox, output_kb=64)
    with pytest.raises(fault, match=words):
        made.serve(ready="/health", seconds=1 if fault is CandidateLate else 10)


@pytest.mark.parametrize("sandbox", SANDBOXES)
def test_a_service_that_no_longer_listens_refuses(submission, sandbox):
    code = RUN.replace("os._exit(3)", "os.unlink('app.sock'); return 200, b''")
    service = submission(code, sandbox).serve()
    assert service.request("POST", "/crash").status == 200
    with pytest.raises(ServiceRefused, match=r"nobody answers at app\.sock"):
        service.request("GET", "/health")


def test_a_socket_that_is_a_link_is_not_followed(submission):
    code = RUN.replace('print("up", flush=True)', "os.rename(path, 'other'); os.symlink('other', path)")
    with pytest.raises(CandidateLate, match=r"there is no socket app\.sock"):
        submission(code).serve(seconds=1.5)


@pytest.mark.parametrize("sandbox", SANDBOXES)
def test_a_service_that_ignores_sigterm_is_late_and_ends_with_the_check(submission, sandbox):
    code = RUN.replace("lambda *_: threading.Thread(target=server.shutdown).start()", "signal.SIG_IGN")
    service = submission(code, sandbox).serve(ready="/health")
    with pytest.raises(CandidateLate, match=r"the service still ran 0\.3 s later"):
        service.stop(0.3)


@pytest.mark.parametrize("sandbox", SANDBOXES)
def test_children_of_a_service_end_with_it(submission, sandbox):
    child = """
        if os.fork() == 0:
            os.setsid()
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
            time.sleep(60)
    """
    made = submission(
        RUN.replace("def main():", f"def main():{textwrap.indent(textwrap.dedent(child), '    ')}"), sandbox
    )
    with made.serve(ready="/health"):
        assert len(running(made.mark)) >= 2
    assert not running(made.mark)


def test_a_client_of_the_checks_own_can_be_slow(submission):
    service = submission().serve()
    with service.connect(5) as sock:
        for byte in b"GET /health HTTP/1.0\r\n\r\n":
            sock.sendall(bytes([byte]))
        assert sock.recv(100).startswith(b"HTTP/1.0 200")


@pytest.mark.parametrize("sandbox", SANDBOXES)
def test_a_service_on_asyncio(submission, sandbox):
    code = """
        import asyncio, sys
        async def answer(reader, writer):
            await reader.readuntil(b"\\r\\n\\r\\n")
            writer.write(b"HTTP/1.1 200 OK\\r\\nContent-Length: 2\\r\\n\\r\\nok")
            writer.close()
        async def main():
            server = await asyncio.start_unix_server(answer, sys.argv[2])
            await server.serve_forever()
        asyncio.run(main())
    """
    service = submission(code, sandbox).serve(ready="/")
    assert service.request("GET", "/").body == b"ok"
    service.restart()
    assert service.request("GET", "/").body == b"ok"


@pytest.mark.parametrize("sandbox", ["process", pytest.param("bubblewrap", marks=pytest.mark.bubblewrap)])
def test_a_service_on_uvicorn(submission, sandbox):
    pytest.importorskip("uvicorn")
    code = """
        async def app(scope, receive, send):
            if scope["type"] == "http":
                headers = [(b"x-path", scope["path"].encode())]
                await send({"type": "http.response.start", "status": 200, "headers": headers})
                await send({"type": "http.response.body", "body": b"hello"})
    """
    made = submission(code, sandbox)
    options = ("--uds", "app.sock", "--lifespan", "off", "--header", f"x-mark:{made.mark}")
    service = made.candidate.start_service("-m", "uvicorn", "app:app", *options, ready="/")
    response = service.request("GET", "/here")
    assert (response.status, response.headers["x-path"], response.body) == (200, "/here", b"hello")
    assert service.stop() == -signal.SIGTERM  # it ends itself by the signal, once it has shut down
    assert "Application shutdown" in service.log().stderr or "Finished server process" in service.log().stderr


HOSTILE = """
    import contextlib, itertools, os, socket, time
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("app.sock")
        server.listen(16)
        while True:
            sock, _ = server.accept()
            with contextlib.suppress(OSError), sock:
                for piece in {pieces}:
                    sock.sendall(piece)
"""


@pytest.mark.parametrize(
    ("pieces", "outcome"),
    [
        ("[]", Outcome.CRASHED),
        (r"[b'HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\nshort']", Outcome.CRASHED),
        (r"itertools.chain([b'HTTP/1.1 200 OK\r\n'], itertools.repeat(b'X: 1\r\n' * 99))", Outcome.CRASHED),
        ("(os.urandom(999) for _ in itertools.count())", Outcome.CRASHED),
        ("iter(lambda: os._exit(0) if sock.recv(999) else b'', b'')", Outcome.CRASHED),
        ("(time.sleep(0.01) or b'H' for _ in itertools.count())", Outcome.TIMED_OUT),
        ("[time.sleep(60)]", Outcome.TIMED_OUT),
    ],
    ids=["closes", "cut short", "endless headers", "noise", "ends", "drips", "silent"],
)
def test_a_hostile_service_is_never_an_error_of_the_graders(bench, pieces, outcome):
    bench.checks("""
        @task("a")
        def test_x(candidate):
            "x."
            with candidate.start_service("answer.py") as service:
                service.request("POST", "/x", json=[1], seconds=0.5)
        """)
    code = textwrap.dedent(HOSTILE).format(pieces=pieces)
    result = bench.one(f"if __name__ == '__main__':\n{textwrap.indent(code, '    ')}")
    assert result.outcome is outcome, result.failure
    assert "POST /x" in result.failure.call
