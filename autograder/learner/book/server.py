"""Serves the built book to a browser on this machine, and to nothing else; its pages are told of the learner's work.

A page served here holds a token, new in each run, without which no request below `API` is answered. The published book
holds none, so its pages ask for nothing.
"""

import json
import secrets
import socketserver
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from http import HTTPStatus
from http.server import SimpleHTTPRequestHandler
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO
from urllib.parse import parse_qs, urlsplit

from autograder.course import Exercise
from autograder.errors import Exit, Problem
from autograder.learner.book.live import Live
from autograder.learner.book.place import DEFAULT_PORT, HOST

API = "/-/"
TOKEN = "X-Ninety-Token"  # a header: no form, link or picture of another site can send one
_POLL_S = 0.1  # how often it looks whether it should end
_TRIES = 21  # the default port and the next 20
_PATIENCE_S = 20.0  # for a browser that neither reads nor writes
_HEARTBEAT_S = 10.0  # live.js takes a silence of more than twice this for the end
_STREAMS = 4  # at once: a browser opens six connections to a host, and pages have to load beside these
_MAX_BODY = 1000  # bytes


class _Refused(Exception):
    """A request that is not answered, with its status and, for whoever reads the network log, why."""

    def __init__(self, status: HTTPStatus, why: str) -> None:
        super().__init__(why)
        self.status = status


class _Handler(SimpleHTTPRequestHandler):
    server: "_Server"
    timeout = _PATIENCE_S

    def do_GET(self) -> None:
        if self.path.startswith(API):
            self._answer({"events": self._events})
        else:
            super().do_GET()

    def do_POST(self) -> None:
        self._answer({"hint": self._hint, "open": self._open})

    # ---- pages

    def send_head(self) -> BytesIO | BinaryIO | None:
        if not self._is_for_us():
            self.send_error(HTTPStatus.MISDIRECTED_REQUEST, "Unknown host")
            return None
        index = "index.html" if urlsplit(self.path).path.endswith("/") else ""
        try:
            path = Path(self.translate_path(self.path), index).resolve()
            if path.is_relative_to(self.directory):
                return self._page(path.read_bytes()) if path.suffix == ".html" else super().send_head()
        except (OSError, ValueError):  # ValueError for a NUL in the path
            pass
        self.send_error(HTTPStatus.NOT_FOUND)
        return None

    def _page(self, content: bytes) -> BytesIO:
        """A page with the token in its head; it has no date, so that no browser keeps one with an older token.

        In a frame it gets none: the page of another site around it could lead a reader to press our buttons.
        """
        if self.headers.get("Sec-Fetch-Dest", "document") in ("document", "empty"):
            token = f'<head><meta name="ninety-token" content="{self.server.token}">'
            content = content.replace(b"<head>", token.encode(), 1)
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        return BytesIO(content)

    def list_directory(self, path: object) -> None:
        self.send_error(HTTPStatus.NOT_FOUND)

    def end_headers(self) -> None:
        self.send_header("Cache-Control", "no-cache")
        self.send_header("X-Content-Type-Options", "nosniff")
        self.send_header("Cross-Origin-Resource-Policy", "same-origin")
        super().end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing: the terminal belongs to the verdicts."""

    # ---- what pages ask for

    def _is_for_us(self) -> bool:
        """False under another name: a page of another site may point one of its own at 127.0.0.1 and would read us."""
        return self.headers.get("Host", "") in self.server.hosts

    def _answer(self, actions: dict[str, Callable[[], None]]) -> None:
        try:
            self._admit()
            action = actions.get(urlsplit(self.path).path.removeprefix(API))
            if action is None:
                raise _Refused(HTTPStatus.NOT_FOUND, "There is no such request")
            action()
        except _Refused as refused:
            self.send_error(refused.status, str(refused))

    def _admit(self) -> None:
        """`_Refused` unless one of our own pages asks, under our own name.

        A browser says in Sec-Fetch-Site whose page asks. Origin is for those that do not: behind a forwarded port, as
        of a development container, our own has another name.
        """
        if not self._is_for_us():
            raise _Refused(HTTPStatus.MISDIRECTED_REQUEST, "Unknown host")
        site, own = self.headers.get("Sec-Fetch-Site"), f"http://{self.headers['Host']}"
        if site != "same-origin" if site else self.headers.get("Origin", own) != own:
            raise _Refused(HTTPStatus.FORBIDDEN, "Another origin")
        if not secrets.compare_digest(self.headers.get(TOKEN, "").encode(), self.server.token.encode()):
            raise _Refused(HTTPStatus.FORBIDDEN, "Another token")

    def _exercise(self, number: object) -> Exercise:
        exercise = self.server.live.exercise(number) if isinstance(number, str) else None
        if exercise is None:
            raise _Refused(HTTPStatus.NOT_FOUND, "There is no such exercise")
        return exercise

    def _events(self) -> None:
        """Send the state of the exercises that a page shows, and again whenever it has changed, until it hangs up.

        A browser that reads slowly is sent fewer states, never older ones.
        """
        numbers = parse_qs(urlsplit(self.path).query).get("exercise", [])
        live = self.server.live
        exercises = [exercise for number in numbers if (exercise := live.exercise(number))]
        with self.server.streaming() as goes_on:
            self.send_response(HTTPStatus.OK)
            self.send_header("Content-Type", "text/event-stream")
            self.end_headers()
            seen, sent = -1, ""
            while True:
                seen = live.wait(seen, _HEARTBEAT_S)
                if not goes_on():
                    return
                try:
                    text = json.dumps(live.told(exercises))
                except (Problem, OSError) as problem:
                    text = json.dumps({"problem": str(problem)})
                self.wfile.write(f"data: {text}\n\n".encode() if text != sent else b": still here\n\n")
                sent = text

    def _hint(self) -> None:
        asked = self._body()
        task = asked.get("task")
        if not isinstance(task, str):
            raise _Refused(HTTPStatus.BAD_REQUEST, "A task is missing")
        exercise = self._exercise(asked.get("exercise"))
        self._act(lambda: self.server.live.open_hint(exercise, task))

    def _open(self) -> None:
        exercise = self._exercise(self._body().get("exercise"))
        self._act(lambda: self.server.live.open_file(exercise))

    def _body(self) -> dict[str, Any]:
        """The JSON object that was sent."""
        if self.headers.get_content_type() != "application/json":
            raise _Refused(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "JSON is expected")
        length = self.headers.get("Content-Length", "")
        if not (length.isascii() and length.isdigit()):
            raise _Refused(HTTPStatus.LENGTH_REQUIRED, "The length is missing")
        if len(length) > len(str(_MAX_BODY)) or int(length) > _MAX_BODY:
            raise _Refused(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "Too much")
        try:
            asked = json.loads(self.rfile.read(int(length)))
        except (ValueError, RecursionError):
            asked = None
        if not isinstance(asked, dict):
            raise _Refused(HTTPStatus.BAD_REQUEST, "A JSON object is expected")
        return asked

    def _act(self, action: Callable[[], None]) -> None:
        """Do it and answer with the `Problem` it met, "" for none."""
        problem = ""
        try:
            action()
        except (Problem, OSError) as met:
            problem = str(met)
        content = json.dumps({"problem": problem}).encode()
        self.send_response(HTTPStatus.CONFLICT if problem else HTTPStatus.OK)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = sys.platform != "win32"  # there it would let two servers share a port

    def __init__(self, address: tuple[str, int], handler: Callable[..., _Handler], live: Live) -> None:
        super().__init__(address, handler)
        self.live = live
        self.token = secrets.token_urlsafe()
        self._streams: tuple[object, ...] = ()  # the oldest first
        self._lock = threading.Lock()

    @property
    def port(self) -> int:
        return int(self.server_address[1])

    @property
    def hosts(self) -> tuple[str, ...]:
        return f"{HOST}:{self.port}", f"localhost:{self.port}"

    @contextmanager
    def streaming(self) -> Iterator[Callable[[], bool]]:
        """One more stream, in place of the oldest where there are too many; yields what tells whether it may go on."""
        mine = object()
        with self._lock:
            self._streams = (*self._streams, mine)[-_STREAMS:]
        self.live.stir()
        try:
            yield lambda: mine in self._streams
        finally:
            with self._lock:
                self._streams = tuple(stream for stream in self._streams if stream is not mine)

    def end_streams(self) -> None:
        """Let every stream end."""
        with self._lock:
            self._streams = ()
        self.live.stir()

    def handle_error(self, request: object, client_address: object) -> None:
        """A browser that hangs up is nothing to report."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)  # type: ignore[arg-type]


@contextmanager
def serving(book: Path, port: int | None, live: Live) -> Iterator[int]:
    """Serve the folder `book` while the block runs, and tell its pages what `live` knows; yields the port.

    With `port` None it is the default one, or the first free one of the next 20. `Problem` when none is free.
    """
    handler = partial(_Handler, directory=str(book.resolve()))
    with _bind(handler, port, live) as server:
        thread = threading.Thread(target=server.serve_forever, args=(_POLL_S,), name="book", daemon=True)
        thread.start()
        try:
            yield server.port
        finally:
            server.shutdown()
            server.end_streams()
            thread.join()


def _bind(handler: partial[_Handler], port: int | None, live: Live) -> _Server:
    wanted = range(DEFAULT_PORT, DEFAULT_PORT + _TRIES) if port is None else (port,)
    for candidate in wanted:
        try:
            return _Server((HOST, candidate), handler, live)
        except (OSError, OverflowError) as error:
            reason = error
    raise Problem(
        f"the book cannot be served: {getattr(reason, 'strerror', None) or reason}",
        where=f"{HOST}:{wanted[0]}" + (f" to {wanted[-1]}" if len(wanted) > 1 else ""),
        fix="name a free port with --port, or leave the book out with --no-serve",
        code=Exit.ENVIRONMENT,
    )
