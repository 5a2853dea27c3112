"""Serves the built book to a browser on this machine, and to nothing else."""

import socketserver
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http import HTTPStatus
from http.server import SimpleHTTPRequestHandler
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

from autograder.course import Catalogue, Exercise
from autograder.errors import Exit, Problem

HOST = "127.0.0.1"
DEFAULT_PORT = 8090
_POLL_S = 0.1  # how often it looks whether it should end
_TRIES = 21  # the default port and the next 20


def book_folder(catalogue: Catalogue) -> Path:
    """Where `make book` puts the pages."""
    return catalogue.root / "_build" / "html"


def book_url(port: int, exercise: Exercise | None = None) -> str:
    """The address of the book, or of the page in it that leads to `exercise`."""
    page = Path(exercise.page).with_suffix(".html").as_posix() if exercise else ""
    return f"http://{HOST}:{port}/{page}"


class _Handler(SimpleHTTPRequestHandler):
    server: "_Server"

    def send_head(self) -> BytesIO | BinaryIO | None:
        # Without this a page of another site could read the book through a name that it points at 127.0.0.1.
        if self.headers.get("Host", "") not in self.server.hosts:
            self.send_error(HTTPStatus.MISDIRECTED_REQUEST, "Unknown host")
            return None
        try:
            inside = Path(self.translate_path(self.path)).resolve().is_relative_to(self.directory)
        except ValueError:  # a NUL in the path
            inside = False
        if not inside:
            self.send_error(HTTPStatus.NOT_FOUND)
            return None
        return super().send_head()

    def list_directory(self, path: object) -> None:
        self.send_error(HTTPStatus.NOT_FOUND)

    def end_headers(self) -> None:
        self.send_header("Cache-Control", "no-cache")
        self.send_header("X-Content-Type-Options", "nosniff")
        super().end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing: the terminal belongs to the verdicts."""


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = sys.platform != "win32"  # there it would let two servers share a port

    @property
    def port(self) -> int:
        return int(self.server_address[1])

    @property
    def hosts(self) -> tuple[str, ...]:
        return f"{HOST}:{self.port}", f"localhost:{self.port}"

    def handle_error(self, request: object, client_address: object) -> None:
        """A browser that hangs up is nothing to report."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)  # type: ignore[arg-type]


@contextmanager
def serving(book: Path, port: int | None) -> Iterator[int]:
    """Serve the folder `book` while the block runs; yields the port.

    With `port` None it is the default one, or the first free one of the next 20. `Problem` when none is free.
    """
    handler = partial(_Handler, directory=str(book.resolve()))
    with _bind(handler, port) as server:
        thread = threading.Thread(target=server.serve_forever, args=(_POLL_S,), name="book", daemon=True)
        thread.start()
        try:
            yield server.port
        finally:
            server.shutdown()
            thread.join()


def _bind(handler: partial[_Handler], port: int | None) -> _Server:
    wanted = range(DEFAULT_PORT, DEFAULT_PORT + _TRIES) if port is None else (port,)
    for candidate in wanted:
        try:
            return _Server((HOST, candidate), handler)
        except (OSError, OverflowError) as error:
            reason = error
    raise Problem(
        f"the book cannot be served: {getattr(reason, 'strerror', None) or reason}",
        where=f"{HOST}:{wanted[0]}" + (f" to {wanted[-1]}" if len(wanted) > 1 else ""),
        fix="name a free port with --port, or leave the book out with --no-serve",
        code=Exit.ENVIRONMENT,
    )
