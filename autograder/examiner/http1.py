"""One HTTP/1.1 request over a connection to the learner's service, and its answer: bounded, whatever comes back."""

import email.errors
import http.client
import io
import json
import socket
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self

from autograder.examiner.faults import CandidateFault, CandidateLate, ProtocolBroken, short

MAX_BODY = 2**20
_MAX_HEAD = 2**18  # bytes of status lines and headers, of interim answers too
_PIECE = 2**16
_BROKEN_HEADERS = (
    email.errors.FirstHeaderLineIsContinuationDefect,
    email.errors.InvalidHeaderDefect,
    email.errors.MissingHeaderBodySeparatorDefect,
)


class BadAnswer(ProtocolBroken):
    """What came back over a connection is no answer in HTTP/1.1, or one that is too large: `crashed`."""


class ServiceRefused(CandidateFault):
    """The service runs, but does not listen at its socket: `crashed`."""


@dataclass(frozen=True)
class Request:
    """What is asked of a service. `Host`, `Content-Length` and `Connection: close` are added when it is sent."""

    method: str
    path: str
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def with_json(cls, method: str, path: str, value: Any, headers: Mapping[str, str] | None = None) -> Self:
        """A request whose body is this value as JSON."""
        return cls(method, path, json.dumps(value).encode(), {"Content-Type": "application/json"} | dict(headers or {}))

    def __str__(self) -> str:
        words = f"{self.method} {self.path}"
        return f"{words} {short(self.body, 100)}" if self.body else words


@dataclass(frozen=True)
class Response:
    """A service's answer. The names of its headers are in lower case; those of one name are joined by commas."""

    request: Request
    status: int
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> Any:
        """The body as JSON; `BadAnswer` when it is none."""
        try:
            value = json.loads(self.body, parse_constant=_no_constant)
            json.dumps(value, ensure_ascii=False).encode()  # half a surrogate pair is no text, though it can be parsed
            return value
        except (ValueError, RecursionError) as error:
            what = short(self.body, 100)
            raise BadAnswer(f"the body of the answer to {self.request} is no JSON ({short(error)}): {what}") from None


def exchange(sock: socket.socket, request: Request, deadline: float, max_body: int = MAX_BODY) -> Response:
    """Send a request and read its answer, until `deadline` on the monotonic clock (s); closes the connection.

    Raises `CandidateLate` when the answer is not there by then, and `BadAnswer` when it is none.
    """
    started = time.monotonic()
    wire = _Wire(sock, deadline, max_body + _MAX_HEAD)
    connection = http.client.HTTPConnection("localhost")
    connection.sock = wire
    try:
        headers = {"Connection": "close"} | dict(request.headers)
        connection.request(request.method, request.path, request.body or None, headers)
        try:
            return _read(connection.getresponse(), request, max_body)
        except BadAnswer:
            raise
        except http.client.RemoteDisconnected:
            raise BadAnswer(f"the connection was closed without an answer to {request}") from None
        except (http.client.HTTPException, ValueError) as error:
            what = short(f"{type(error).__name__}: {error}", 120)
            raise BadAnswer(f"the answer to {request} is no proper HTTP/1.1 ({what})") from None
    except TimeoutError:
        raise CandidateLate(f"no whole answer to {request} within {max(deadline - started, 0):.3g} s") from None
    finally:
        sock.close()


def _read(response: http.client.HTTPResponse, request: Request, max_body: int) -> Response:
    for defect in response.msg.defects:
        if isinstance(defect, _BROKEN_HEADERS):
            raise BadAnswer(f"the answer to {request} has a line among its headers that is none")
    if response.length is None and "content-length" in response.headers and not response.chunked:
        raise BadAnswer(f"the answer to {request} has a Content-Length that is no length")
    body = bytearray()
    while piece := response.read(_PIECE):  # never all at once: the length is what the service says it is
        body += piece
        if len(body) > max_body:
            raise BadAnswer(f"the answer to {request} has more than {max_body:,} bytes")
    if response.length:
        raise BadAnswer(f"the answer to {request} ends {response.length:,} bytes before its Content-Length")
    headers: dict[str, str] = {}
    for name, value in response.getheaders():
        name = name.lower()
        headers[name] = f"{headers[name]}, {value}" if name in headers else value
    return Response(request, response.status, headers, bytes(body))


class _Wire:
    """A connection as `http.client` uses it, with one deadline and one bound for all it does."""

    def __init__(self, sock: socket.socket, deadline: float, most: int) -> None:
        self._sock = sock
        self._deadline = deadline
        self._most = most

    def sendall(self, data: bytes) -> None:
        """Send all of it by the deadline."""
        self._sock.settimeout(_left(self._deadline))
        try:
            self._sock.sendall(data)
        except ConnectionError:
            return  # a service may answer, and close, before it has read everything

    def makefile(self, mode: str) -> io.BufferedReader:
        """What comes back."""
        return io.BufferedReader(_Bounded(self._sock, self._deadline, self._most))

    def close(self) -> None:
        """`exchange` closes the connection itself."""


class _Bounded(io.RawIOBase):
    """Reads from a connection until a deadline, at most so many bytes."""

    def __init__(self, sock: socket.socket, deadline: float, most: int) -> None:
        self._sock = sock
        self._deadline = deadline
        self._left = most

    def readable(self) -> bool:
        """It is."""
        return True

    def readinto(self, buffer: Any) -> int:
        """See `io.RawIOBase`. A connection that was reset has ended."""
        if not self._left:
            raise BadAnswer("the answer is too large")
        self._sock.settimeout(_left(self._deadline))
        try:
            count = self._sock.recv_into(buffer, min(len(buffer), self._left))
        except ConnectionError:
            return 0
        self._left -= count
        return count


def _left(deadline: float) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is no JSON")
