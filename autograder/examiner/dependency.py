"""What the learner's service depends on: a small HTTP server of the examiner's, which fails as a check says."""

import contextlib
import io
import itertools
import json
import math
import os
import select
import socket
import socketserver
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler
from typing import Any, Self

from autograder.examiner.faults import ProtocolBroken, short
from autograder.sandbox import Cell

MAX_BODY = 2**20
_MAX_CALLS = 100_000
_MAX_BYTES = 2**26  # of all calls together; they are kept
_MAX_CONNECTIONS = 128
_POLL = 0.05


@dataclass(frozen=True)
class Behaviour:
    """What becomes of a call: after `delay` s it is answered with `status`; 0 closes the connection instead.

    Only 200 carries the answer.
    """

    status: int = 200
    delay: float = 0.0


OK = Behaviour()
HANGS = Behaviour(delay=math.inf)
CLOSES = Behaviour(status=0)


def slow(seconds: float) -> Behaviour:
    """It answers, but so late."""
    return Behaviour(delay=seconds)


def error(status: int = 500) -> Behaviour:
    """It answers with that status."""
    return Behaviour(status=status)


@dataclass(frozen=True)
class Call:
    """One call that the service made, at this instant (s) of the monotonic clock. Header names are in lower case."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes
    at: float
    behaviour: Behaviour

    def json(self) -> Any:
        """The body as JSON; `ProtocolBroken` when it is none."""
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError) as reason:
            what = f"{short(self.body, 100)} ({short(reason)})"
            raise ProtocolBroken(f"the service called {self.method} {self.path} with no JSON: {what}") from None


class Dependency:
    """A server on a Unix socket that the learner's programs dial at `address`; `with` ends it.

    `answer` gives the value that a good call is answered with, as JSON; what it raises the caller sees as status 500,
    and the check as that exception when the dependency is closed. What the dependency does can be changed at any
    time, by any thread.
    """

    def __init__(self, cell: Cell, name: str, answer: Callable[[Call], object]) -> None:
        self.answer = answer
        self.closing = threading.Event()
        self.failure: BaseException | None = None
        self.bytes_in = 0
        self.bytes_out = 0
        self._path = cell.wire / f"{name}.sock"
        self.address = cell.inside(str(self._path))
        self._lock = threading.Lock()
        self._calls: list[Call] = []
        self._schedule: Iterator[Behaviour] = itertools.repeat(OK)
        self._now = OK
        self._server: _Server | None = None
        self.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def calls(self) -> tuple[Call, ...]:
        """The calls until now, in their order."""
        with self._lock:
            return tuple(self._calls)

    def behave(self, behaviour: Behaviour | Iterable[Behaviour]) -> None:
        """From now on each call is treated so; or the next calls in turn, and those after the last like the last.

        A dependency that flaps: `behave(itertools.cycle([OK, OK, error(503)]))`.
        """
        with self._lock:
            self._schedule = itertools.repeat(behaviour) if isinstance(behaviour, Behaviour) else iter(behaviour)

    def stop(self) -> None:
        """Be gone: its connections end, and nobody can connect, until `start`."""
        server, self._server = self._server, None
        if server:
            self.closing.set()
            server.end()
            self._path.unlink(missing_ok=True)

    def start(self) -> None:
        """Be there again, with the behaviour it had."""
        if self._server is None:
            self.closing = threading.Event()
            self._server = _Server(str(self._path), self)
            os.chmod(self._path, 0o666)  # the folder decides who may come here
            threading.Thread(target=self._server.serve_forever, args=(_POLL,), daemon=True).start()

    def close(self) -> None:
        """Be gone for good; raises what `answer` raised first."""
        self.stop()
        failure, self.failure = self.failure, None
        if failure:
            raise failure

    # ---- for the server

    def count(self, received: int = 0, sent: int = 0) -> None:
        """So many more bytes have passed."""
        with self._lock:
            self.bytes_in += received
            self.bytes_out += sent

    def take_call(self, method: str, path: str, headers: Mapping[str, str], body: bytes) -> Call | None:
        """A call has come; None when there have been too many."""
        with self._lock:
            if len(self._calls) >= _MAX_CALLS or self.bytes_in > _MAX_BYTES:
                return None
            self._now = next(self._schedule, self._now)
            call = Call(method, path, headers, body, time.monotonic(), self._now)
            self._calls.append(call)
            return call

    def reply(self, call: Call) -> tuple[int, bytes]:
        """The status and body of an answer."""
        if call.behaviour.status != 200:
            return call.behaviour.status, b""
        try:
            return 200, json.dumps(self.answer(call)).encode()
        except BaseException as failure:
            with self._lock:
                self.failure = self.failure or failure
            return 500, b""


class _Server(socketserver.ThreadingMixIn, socketserver.UnixStreamServer):
    """Serves each connection in a thread."""

    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def __init__(self, path: str, dependency: Dependency) -> None:
        self.dependency = dependency
        self.closing = dependency.closing
        self._open: set[socket.socket] = set()
        super().__init__(path, _Handler)

    def verify_request(self, request: Any, client_address: Any) -> bool:
        """Whether there is room for another connection."""
        return len(self._open) < _MAX_CONNECTIONS

    def process_request(self, request: Any, client_address: Any) -> None:
        """Remember a connection, to end it with the server."""
        self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        """Forget a connection."""
        self._open.discard(request)
        super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """The learner's service hung up: its caller may have lost patience, as it should."""

    def end(self) -> None:
        """Listen no more, and end all connections."""
        self.shutdown()
        self.server_close()
        for connection in list(self._open):
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)


class _Handler(BaseHTTPRequestHandler):
    """Answers the calls of one connection."""

    server: _Server
    protocol_version = "HTTP/1.1"

    def setup(self) -> None:
        """Count what passes."""
        super().setup()
        raw = _Counted(self.connection, self.server.dependency)
        self.rfile, self.wfile = io.BufferedReader(raw), io.BufferedWriter(raw)

    def do_POST(self) -> None:
        """Take a call and treat it as the dependency behaves now."""
        dependency = self.server.dependency
        length = self.headers.get("Content-Length", "0")
        size = int(length) if length.isdecimal() and len(length) < 10 else math.inf
        if size > MAX_BODY or "Transfer-Encoding" in self.headers:
            self.close_connection = True
            self._send(413, b"")
            return
        body = self.rfile.read(int(size))
        if len(body) < size:
            return
        headers = {name.lower(): value for name, value in self.headers.items()}
        call = dependency.take_call(self.command, self.path, headers, body)
        if call is None or not self._outlasts(call.behaviour.delay) or not call.behaviour.status:
            self.close_connection = True
        else:
            self._send(*dependency.reply(call))

    do_GET = do_PUT = do_DELETE = do_POST

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing is printed."""

    def _outlasts(self, delay: float) -> bool:
        """Wait so many seconds; whether the caller and the dependency are still there then."""
        until = time.monotonic() + delay
        while (left := until - time.monotonic()) > 0:
            if self.server.closing.is_set() or select.select([self.connection], [], [], min(left, _POLL))[0]:
                return False
        return True

    def _send(self, status: int, body: bytes) -> None:
        self.send_response_only(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


class _Counted(io.RawIOBase):
    """A connection whose bytes are counted."""

    def __init__(self, sock: socket.socket, dependency: Dependency) -> None:
        self._sock = sock
        self._dependency = dependency

    def readable(self) -> bool:
        """It is."""
        return True

    def writable(self) -> bool:
        """It is."""
        return True

    def readinto(self, buffer: Any) -> int:
        """See `io.RawIOBase`. A connection that was reset has ended."""
        try:
            count = self._sock.recv_into(buffer)
        except OSError:
            return 0
        self._dependency.count(received=count)
        return count

    def write(self, data: Any) -> int:
        """See `io.RawIOBase`. A caller that has hung up is seen when it is read from."""
        self._dependency.count(sent=len(data))  # before it is sent: who has the answer finds it counted
        with contextlib.suppress(OSError):
            self._sock.sendall(data)
        return len(data)
