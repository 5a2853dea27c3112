"""A sandbox that keeps servers warm: one for each set of libraries, lent to one submission at a time."""

import contextlib
import shutil
import tempfile
import threading
import time
import weakref
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

from autograder.errors import Exit, Problem
from autograder.sandbox.base import Limits, ServerGone
from autograder.sandbox.server import WarmCell, WarmServer
from autograder.wire import Listener, WireFault

_Key = tuple[tuple[str, ...], Limits]
_START_SECONDS = 120.0  # for a server: an interpreter, torch, on a slow disk


class WarmSandbox(ABC):
    """Lends a server to each cell, and takes it back when nothing was left in it."""

    name: str
    isolation: str
    forks = True
    patience = 0.0
    wire_inside = "/wire"

    def __init__(self) -> None:
        self._idle: dict[_Key, list[WarmServer]] = {}
        self._coming: dict[_Key, Future[WarmServer]] = {}  # expected, and not asked for yet
        self._starting: set[Future[WarmServer]] = set()  # these, and those that a cell is waiting for
        self._lock = threading.Lock()
        # One thread that lasts: Linux ends what dies with its parent when the thread that started it ends.
        self._starter = ThreadPoolExecutor(1, thread_name_prefix="sandbox")

    @abstractmethod
    def available(self) -> str:
        """See `Sandbox.available`."""

    @abstractmethod
    def boot(
        self, wire: Path, settings: dict[str, Any], limits: Limits
    ) -> tuple[Callable[[bool], None], Callable[[], str]]:
        """Start the server's program with these settings, `wire` being its `/wire`, for candidates of these limits.

        Gives two functions: one ends it and all in it (told not to wait, it may leave that to the server, whose
        connection is closed), the other says why it ended (empty while it runs).
        """

    def cell(self, preload: Sequence[str], limits: Limits) -> WarmCell:
        """See `Sandbox.cell`."""
        key = (tuple(preload), limits)
        with self._lock:
            idle = self._idle.get(key)
            server = idle.pop() if idle else None
            future = None if server else self._coming.pop(key, None) or self._submit(key)
        if future:
            server = self._started(future)
        assert server is not None
        return WarmCell(server, limits, lambda server: self._take_back(key, server))

    def expect(self, preload: Sequence[str], limits: Limits) -> None:
        """See `Sandbox.expect`: where no server is idle, one is started."""
        key = (tuple(preload), limits)
        with self._lock:
            if not self._idle.get(key) and key not in self._coming:
                self._coming[key] = self._submit(key)

    def close(self) -> None:
        """End the servers that nobody uses."""
        with self._lock:
            servers = [server for idle in self._idle.values() for server in idle]
            starting = list(self._starting)
            for kept in (self._idle, self._coming, self._starting):
                kept.clear()
        for future in starting:
            with contextlib.suppress(Exception):  # it did not start, which is why nobody has it
                servers.append(future.result())
        for server in servers:
            server.close(wait=False)

    def _submit(self, key: _Key) -> Future[WarmServer]:
        future = self._starter.submit(self._start, *key)
        self._starting.add(future)
        return future

    def _started(self, future: Future[WarmServer]) -> WarmServer:
        """The server; who is interrupted while they wait for it leaves it to `close`."""
        try:
            server = future.result()
        except Exception:
            self._starting.discard(future)
            raise
        self._starting.discard(future)
        return server

    def _take_back(self, key: _Key, server: WarmServer) -> None:
        with contextlib.suppress(ServerGone):
            if not server.reset():
                with self._lock:
                    self._idle.setdefault(key, []).append(server)
                return
        server.close()

    def _start(self, preload: tuple[str, ...], limits: Limits) -> WarmServer:
        root = Path(tempfile.mkdtemp(prefix="ninety-"))
        # At the latest when this process ends: an interrupt can come anywhere, also while a server is being ended.
        remove = weakref.finalize(self, shutil.rmtree, root, ignore_errors=True)
        wire = root / "wire"
        wire.mkdir(mode=0o711)
        listener = Listener(wire)
        address = listener.address.replace(str(wire), self.wire_inside)
        settings = {"address": address, "isolation": self.isolation, "preload": list(preload)}
        try:
            stop, why = self.boot(wire, settings, limits)
        except BaseException:
            listener.close()
            remove()
            raise

        def end(wait: bool) -> None:
            stop(wait)
            remove()

        try:
            deadline = time.monotonic() + _START_SECONDS
            connection = listener.accept(deadline, lambda: not why())
            connection.receive(deadline)
        except WireFault as fault:
            reason = why() or str(fault)
            end(True)
            raise Problem(
                f"the {self.name} sandbox did not start: {reason[-1500:]}",
                fix="run `ninety doctor`, or choose another with --sandbox",
                code=Exit.ENVIRONMENT,
            ) from None
        finally:
            listener.close()
        return WarmServer(connection, wire, end)
