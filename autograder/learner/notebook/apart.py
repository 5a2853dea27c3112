"""A process of its own that answers a kernel's questions: no cell of the learner's can reach into it."""

import contextlib
import json
import subprocess
import sys
import threading
from collections.abc import Mapping
from typing import Any

from autograder.errors import Exit, Problem

# -P: files beside the notebook, such as a learner's json.py, take the place of no module.
_COMMAND = [sys.executable, "-P", "-m", "autograder.learner.notebook.answers"]


class Apart:
    """Starts the process when it is wanted, and again when it has ended. It ends when the kernel does.

    What it keeps for a while is in `folder`, which it removes at its end.
    """

    def __init__(self, folder: str) -> None:
        self._command = [*_COMMAND, folder]
        self._process: subprocess.Popen[bytes] | None = None
        self._lock = threading.Lock()

    def start(self) -> None:
        """Have it start, unless it runs; the call does not wait for it."""
        if self._process is None or self._process.poll() is not None:
            self.end()
            self._process = subprocess.Popen(
                self._command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                start_new_session=True,  # an interrupt of the kernel is the kernel's
            )

    def ask(self, request: Mapping[str, Any]) -> Mapping[str, Any]:
        """Its answer to the request; both are data for JSON. `Problem` when it ends before it has answered.

        KeyboardInterrupt ends the process too, and with it the judgement it was at.
        """
        with self._lock:
            try:
                self.start()
                assert self._process is not None
                assert self._process.stdin is not None
                assert self._process.stdout is not None
                self._process.stdin.write(json.dumps(request).encode() + b"\n")
                self._process.stdin.flush()
                answer: dict[str, Any] = json.loads(self._process.stdout.readline())
                return answer
            except (OSError, ValueError):
                raise self._gone() from None
            except BaseException:
                self.end()
                raise

    def end(self) -> None:
        """End it."""
        if self._process:
            self._process.kill()
            self._process.wait()
            for stream in (self._process.stdin, self._process.stdout):
                if stream:
                    with contextlib.suppress(OSError):  # the rest of a request that nobody reads any more
                        stream.close()
            self._process = None

    def _gone(self) -> Problem:
        assert self._process is not None
        self.end()
        return Problem(
            "the process that judges has ended before it answered",
            fix="run the cell again; if it happens every time, this machine may be short of memory",
            code=Exit.ENVIRONMENT,
        )
