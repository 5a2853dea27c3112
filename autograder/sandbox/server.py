"""The examiner's end of a warm server (`autograder.candidate.warm`): what is asked of it, and what it started."""

import contextlib
import json
import os
import select
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from autograder.sandbox.base import BoxBusy, BoxFault, Limits, Running, ServerGone, new_mark
from autograder.sandbox.output import Output
from autograder.wire import Connection, Received, WireFault

_SECONDS = 60.0  # for one request: none of them waits for the learner's code
_INSIDE = "/wire"


class WarmServer:
    """One server in its sandbox.

    `wire` is the folder it sees as `/wire`; `stop` ends the sandbox around it, and waits for that when told to.
    """

    def __init__(self, connection: Connection, wire: Path, stop: Callable[[bool], None]) -> None:
        self.wire = wire
        self._connection = connection
        self._stop = stop
        self._lock = threading.Lock()

    def ask(
        self, do: str, buffers: Sequence[bytes] = (), descriptors: Sequence[int] = (), **fields: Any
    ) -> tuple[dict[str, Any], list[Received]]:
        """One request and its reply. Raises `BoxFault` when the submission made it impossible, else `ServerGone`."""
        with self._lock:
            return self._exchange({"do": do} | fields, buffers, descriptors)

    def connect(self, box: int, path: str) -> socket.socket:
        """A connection to the Unix socket at `path` in a box. See `Box.connect`."""
        with self._lock:
            self._exchange({"do": "connect", "box": box, "path": path})
            with _gone():
                (descriptor,) = self._connection.receive_descriptors(1, time.monotonic() + _SECONDS)
        sock = socket.socket(fileno=descriptor)
        sock.setblocking(True)  # the server had put a time limit on it
        return sock

    def reset(self) -> list[str]:
        """End and forget all it has started; what could not be removed, in words."""
        left: list[str] = self.ask("reset")[0]["left"]
        return left

    def close(self, *, wait: bool = True) -> None:
        """End the server and its sandbox; without `wait` it is told to end, and does so by itself."""
        self._connection.close()
        self._stop(wait)

    def _exchange(
        self, message: dict[str, Any], buffers: Sequence[bytes] = (), descriptors: Sequence[int] = ()
    ) -> tuple[dict[str, Any], list[Received]]:
        deadline = time.monotonic() + _SECONDS
        with _gone():
            self._connection.send(message, buffers, deadline)
            if descriptors:
                self._connection.send_descriptors(descriptors)
            reply, received = self._connection.receive(deadline)
        if "refused" in reply:
            raise (BoxBusy if reply.get("busy") else BoxFault)(reply["refused"])
        if "failed" in reply:
            raise ServerGone(f"the warm server could not do what it was asked: {reply['failed']}")
        return reply, received


@contextlib.contextmanager
def _gone() -> Iterator[None]:
    """What goes wrong with the connection means that the server is gone."""
    try:
        yield
    except (WireFault, OSError) as fault:
        raise ServerGone(f"the warm server is gone: {fault}") from None


class WarmCell:
    """One submission's use of a server. See `Cell`."""

    def __init__(self, server: WarmServer, limits: Limits, give_back: Callable[[WarmServer], None]) -> None:
        self._server = server
        self._limits = limits
        self._give_back: Callable[[WarmServer], None] | None = give_back
        self.wire = server.wire / new_mark()
        self.wire.mkdir(mode=0o711)

    def inside(self, text: str) -> str:
        """See `Cell.inside`."""
        return text.replace(str(self._server.wire), _INSIDE)

    def box(self, files: Mapping[str, bytes]) -> "WarmBox":
        """See `Cell.box`."""
        size = int(self._limits.folder_mb * 2**20)
        reply, _ = self._server.ask("box", list(files.values()), names=list(files), size=size)
        return WarmBox(self._server, reply["box"], reply["seen_at"], self._limits)

    def close(self) -> None:
        """Give the server back; it is used again only when nothing of this submission is left in it."""
        give_back, self._give_back = self._give_back, None
        if give_back:
            for path in self.wire.iterdir():
                path.unlink()
            self.wire.rmdir()
            give_back(self._server)


class WarmBox:
    """A folder inside the sandbox. See `Box`."""

    def __init__(self, server: WarmServer, number: int, seen_at: str, limits: Limits) -> None:
        self.seen_at = seen_at
        self._server = server
        self._number = number
        self._limits = limits

    def start(self, arguments: Sequence[str], *, fresh: bool = False, merge: bool = True) -> Running:
        """See `Box.start`."""
        fresh = fresh or arguments[0] != "serve"
        return RunningChild(self._server, self._number, arguments, self._limits, fresh, merge)

    def list_files(self) -> dict[str, int]:
        """See `Box.list_files`."""
        return {str(path): int(size) for path, size in self._server.ask("list", box=self._number)[0]["files"]}

    def read_file(self, path: str, most: int) -> bytes:
        """See `Box.read_file`."""
        return bytes(self._server.ask("read", box=self._number, path=path, most=most)[1][0])

    def connect(self, path: str) -> socket.socket:
        """See `Box.connect`."""
        return self._server.connect(self._number, path)

    def close(self) -> None:
        """See `Box.close`."""
        self._server.ask("drop", box=self._number)


class RunningChild(Running):
    """A candidate that a server forked."""

    def __init__(
        self, server: WarmServer, box: int, arguments: Sequence[str], limits: Limits, fresh: bool, merge: bool
    ) -> None:
        self.over_limit = ""
        self._limits = limits
        self._server = server
        self._code: int | None = None
        self._status, status = os.pipe()
        pipes = [os.pipe() for _ in range(1 if merge else 2)]
        writers = [write for _, write in pipes]
        try:
            reply, _ = server.ask(
                "start",
                descriptors=[writers[0], writers[-1], status],
                box=box,
                arguments=list(arguments),
                limits=limits.launch_settings(),
                fresh=fresh,
            )
        finally:
            for descriptor in (*writers, status):
                os.close(descriptor)
        self._number = reply["child"]
        bound = int(limits.output_kb * 1024)
        streams = [Output(os.fdopen(read, "rb", buffering=0), bound, self._too_much_output) for read, _ in pipes]
        self.output = streams[0]
        self.errors = None if merge else streams[1]

    def wait(self, seconds: float) -> int | None:
        """See `Running.wait`."""
        if self._code is None and select.select([self._status], [], [], max(seconds, 0))[0]:
            report = os.read(self._status, 4096)
            about: dict[str, Any] = json.loads(report.splitlines()[0]) if report else {"code": -signal.SIGKILL}
            if "fault" in about:
                raise ServerGone(f"the sandbox could not be entered: {about['fault']}")
            self.over_limit = self.over_limit or about.get("over", "")
            self._code = about["code"]
        return self._code

    def signal(self, number: int) -> None:
        """See `Running.signal`."""
        self._server.ask("signal", child=self._number, number=number)

    def kill(self) -> None:
        """See `Running.kill`."""
        if self._status < 0:
            return
        with contextlib.suppress(ServerGone):
            self._server.ask("end", child=self._number)
        for stream in (self.output, self.errors):
            if stream:
                stream.close()
        self.wait(0)
        os.close(self._status)
        self._status = -1

    def _too_much_output(self) -> None:
        self.over_limit = f"it printed more than {self._limits.output_kb:g} KiB"
        with contextlib.suppress(ServerGone):
            self.signal(signal.SIGKILL)
