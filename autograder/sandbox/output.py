"""What a program prints, read as it comes so that it never blocks, and bounded."""

import contextlib
import os
import select
import sys
import threading
from collections.abc import Callable
from typing import IO

_CAN_WAIT = sys.platform != "win32"  # for a pipe; there a read waits, and nothing is taken before its time


class Output:
    """Reads a pipe in a thread. Past `bound` bytes it calls `overflow` once and keeps nothing more."""

    def __init__(self, pipe: IO[bytes], bound: int, overflow: Callable[[], None]) -> None:
        self._pipe = pipe
        self._kept = bytearray()
        self._taken = 0
        self._seen = 0
        self._bound = bound
        self._overflow = overflow
        self._over = False
        self._lock = threading.Lock()  # whoever holds it reads and stores what it has read
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    def take(self) -> str:
        """What was printed since the last call, without what goes beyond the bound.

        The program flushed before it answered: what it printed has been stored, or is still in the pipe.
        """
        with contextlib.suppress(OSError, ValueError):  # it is closed
            while _CAN_WAIT and not self._over and self._take_chunk():
                pass
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

    def _read(self) -> None:
        with contextlib.suppress(OSError, ValueError):
            while True:
                if _CAN_WAIT:
                    select.select([self._pipe], [], [])
                if self._take_chunk() is None:
                    return

    def _take_chunk(self) -> bool | None:
        """Store what is there: True when there was something, None at the end of the pipe."""
        with self._lock:
            if _CAN_WAIT and not select.select([self._pipe], [], [], 0)[0]:
                return False
            chunk = os.read(self._pipe.fileno(), 65536)
            room = max(self._bound // 10, 1) - len(self._kept)
            self._kept += chunk[: max(room, 0)]
            self._seen += len(chunk)
            told, self._over = self._over, self._over or self._seen > self._bound
        if self._over and not told:
            self._overflow()
        return True if chunk else None
