"""Bare processes started before they are wanted: each has imported what an exercise needs, and waits for a submission.

Starting Python and importing torch takes seconds; handing a folder to a process that waits takes milliseconds. Each
serves one submission and ends, so nothing of one save is left for the next, and each has a hash salt of its own.
"""

import contextlib
import json
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autograder.sandbox.base import launch, new_mark


@dataclass(frozen=True)
class Spare:
    """A process that waits, and the mark in its environment."""

    process: "subprocess.Popen[bytes]"
    mark: str

    @classmethod
    def start(cls, modules: Sequence[str]) -> "Spare":
        """Start one that imports these modules."""
        mark = new_mark()
        settings = {"die_with_parent": sys.platform == "linux"}
        return cls(launch(mark, settings, ["wait", *modules], stdin=subprocess.PIPE), mark)

    def hand(self, folder: Path, address: str, settings: Mapping[str, Any]) -> bool:
        """Let it become the candidate in `folder` that dials `address`; False when it has ended."""
        assert self.process.stdin is not None
        line = json.dumps({"folder": str(folder), "address": address, "settings": dict(settings)})
        try:
            self.process.stdin.write(line.encode() + b"\n")
            self.process.stdin.close()
        except OSError:
            self.end()
            return False
        return True

    def end(self) -> None:
        """It is not wanted any more."""
        self.process.kill()
        self.process.wait()
        for stream in (self.process.stdin, self.process.stdout):
            if stream:
                with contextlib.suppress(OSError):
                    stream.close()


class Spares:
    """At most one waiting process for each set of modules."""

    def __init__(self) -> None:
        self._waiting: dict[tuple[str, ...], Spare] = {}
        self._lock = threading.Lock()
        # One thread that lasts: Linux ends what dies with its parent when the thread that started it ends.
        self._starter = ThreadPoolExecutor(1, thread_name_prefix="spare")

    def expect(self, modules: Sequence[str]) -> None:
        """Have one ready soon; the call does not wait for it."""
        with contextlib.suppress(RuntimeError):  # the interpreter is ending
            self._starter.submit(self._start, tuple(modules))

    def take(self, modules: Sequence[str]) -> Spare | None:
        """One that is alive, if there is any."""
        with self._lock:
            spare = self._waiting.pop(tuple(modules), None)
        if spare and spare.process.poll() is not None:
            spare.end()
            return None
        return spare

    def close(self) -> None:
        """End them all."""
        self._starter.shutdown()
        with self._lock:
            spares = list(self._waiting.values())
            self._waiting.clear()
        for spare in spares:
            spare.end()

    def _start(self, modules: tuple[str, ...]) -> None:
        with self._lock:
            if modules in self._waiting:
                return
        spare = Spare.start(modules)
        with self._lock:
            self._waiting[modules] = spare
