"""What a program prints, read as it comes so that it never blocks, and bounded."""

import contextlib
import os
import select
import threading
import time
from collections.abc import Callable
from typing import IO


class Output:
    """Reads a pipe in a thread. Past `bound` bytes it calls `overflow` once and keeps nothing more."""

    def __init__(self, pipe: IO[bytes], bound: int, overflow: Callable[[], None]) -> None:
        self._pipe = pipe
        self._kept = bytearray()
        self._taken = 0
        self._seen = 0
        self._bound = bound
        self._overflow = overflow
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    def _read(self) -> None:
        told = False
        while True:
            try:
                chunk = os.read(self._pipe.fileno(), 65536)
            except (OSError, ValueError):
                return
            if not chunk:
                return
            room = max(self._bound // 10, 1) - len(self._kept)
            self._kept += chunk[: max(room, 0)]
            self._seen += len(chunk)
            if self._seen > self._bound and not told:
                told = True
                self._overflow()

    def take(self) -> str:
        """What was printed since the last call, without what goes beyond the bound."""
        self._settle()
        text = bytes(self._kept[self._taken :]).decode("utf-8", errors="replace")
        self._taken = len(self._kept)
        return text

    def all(self, seconds: float = 1) -> bytes:
        """Everything kept, once the program has closed its end (waiting `seconds` for that)."""
        self._thread.join(seconds)
        return bytes(self._kept)

    def close(self) -> None:
        """Read no more."""
        self._thread.join(0.2)
        if not self._thread.is_alive():
            with contextlib.suppress(OSError):
                self._pipe.close()

    def _settle(self) -> None:
        """Wait, briefly, until the pipe is empty: the program flushed before it answered."""
        end = time.monotonic() + 0.1
        while time.monotonic() < end and self._thread.is_alive():
            try:
                if not select.select([self._pipe], [], [], 0)[0]:
                    time.sleep(0)  # let the reader store what it has taken
                    return
            except (OSError, ValueError):  # a pipe that cannot be waited on (Windows) or is closed
                return
            time.sleep(0.0005)
