"""The learner's service: started as its operator would, and judged from outside, over a Unix socket."""

import signal
import socket
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, Self

from autograder.errors import Exit, Problem
from autograder.examiner.counts import IoCounts, io_counts, listener, service_processes, tracing
from autograder.examiner.faults import CandidateDied, CandidateFault, CandidateLate
from autograder.examiner.http1 import MAX_BODY, BadAnswer, Request, Response, ServiceRefused, exchange
from autograder.examiner.left import fresh_box, left_file, left_files
from autograder.examiner.load import LoadResult, send_load
from autograder.examiner.session import Session
from autograder.sandbox import BoxFault, Running
from autograder.sandbox.base import BoxBusy

_POLL = 0.01  # s between two looks at a program that starts or ends
_KILL_SECONDS = 5.0
_END_SECONDS = 0.3  # s in which a service that closed a connection may turn out to have ended
_MAX_LOAD_BODIES = 2**26  # bytes, of all the answers to one load together
_LAST_WORDS = 300  # characters of its log's last line


@dataclass(frozen=True)
class Program:
    """How a service is started: `python ARGUMENTS...`, which listens on the Unix socket `socket` in its folder.

    It is ready when it accepts a connection and, if `ready` is a path, answers GET with 200, within `seconds`.
    """

    arguments: tuple[str, ...]
    socket: str
    ready: str | None
    seconds: float


@dataclass(frozen=True)
class Log:
    """What a service has printed in all its lives; of each life's the first 10% of the limit `output_kb`."""

    stdout: str
    stderr: str


class RunningService:
    """A service in a folder of its own with a copy of the submission; `with` ends it.

    Whatever it answers or does not is raised as a `CandidateFault`. `request`, `connect` and `load` may be used from
    several threads, also while another one stops the service.
    """

    def __init__(self, session: Session, program: Program, files: dict[str, bytes]) -> None:
        if not hasattr(socket, "AF_UNIX"):
            raise Problem(
                "a service is reached by a Unix socket, which Windows lacks",
                fix="run the exercise in WSL",
                code=Exit.ENVIRONMENT,
            )
        self.program = program
        self._session = session
        self._running: Running | None = None
        self._lock = threading.Lock()
        self._said = ["", ""]
        self._pid = 0  # of the process that listens
        self._box = fresh_box(session.cell, session.shipped | files)
        self._closed = False
        try:
            self._start()
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # ---- life

    def exit_status(self) -> int | None:
        """Its exit status (negative: the signal that ended it), or None while it runs."""
        with self._lock:
            return self._process.wait(0)

    def wait(self, seconds: float | None = None) -> int:
        """Wait for its end and give its exit status; `CandidateLate` when it still runs after `seconds`."""
        seconds = self._session.limits.call_seconds if seconds is None else seconds
        status = self._status_within(seconds)
        if status is None:
            raise self._blame(CandidateLate(f"the service still ran {seconds:g} s later"))
        if self._process.over_limit:
            raise self._blame(self._death(status))
        return status

    def signal(self, number: int) -> None:
        """Send a signal to all its processes, if it has not ended."""
        if self.exit_status() is None:
            self._process.signal(number)

    def stop(self, seconds: float | None = None) -> int:
        """Ask it to end, by SIGTERM, and `wait` for it. uvicorn ends by the signal, -15, when it is done."""
        self._session.last_call = "SIGTERM"
        self.signal(signal.SIGTERM)
        return self.wait(seconds)

    def kill(self) -> None:
        """End it at once, by SIGKILL; its files stay."""
        self.signal(signal.SIGKILL)
        self._status_within(_KILL_SECONDS)
        self._keep_log()
        self._process.kill()

    def restart(self) -> None:
        """Start it again over the files it left, its old socket among them; one that still runs is killed first."""
        self.kill()
        self._start()

    def close(self) -> None:
        """End it and forget its folder; safe to call again."""
        if not self._closed:
            self._closed = True
            if self._running:
                self._keep_log()
                self._running.kill()
            self._box.close()

    # ---- what can be asked of it

    def connect(self, seconds: float | None = None) -> socket.socket:
        """A connection to its socket, with this time limit for each operation, for a check that is its own client."""
        seconds = self._session.limits.call_seconds if seconds is None else seconds
        sock = self._connect(time.monotonic() + seconds)
        sock.settimeout(seconds)
        return sock

    def request(
        self,
        method: str,
        path: str,
        *,
        json: Any = None,
        body: bytes = b"",
        headers: Mapping[str, str] | None = None,
        seconds: float | None = None,
    ) -> Response:
        """The answer to an HTTP request over a connection of its own; `json` is sent as the body, if it is not None.

        Raises `CandidateLate` when the answer is not there within `seconds`, `CandidateDied` when the service has
        ended, `ServiceRefused` when it does not listen, and `BadAnswer` for what is no HTTP or has over 1 MiB.
        """
        seconds = self._session.limits.call_seconds if seconds is None else seconds
        request = Request(method, path, body, headers or {})
        if json is not None:
            request = Request.with_json(method, path, json, headers)
        self._session.last_call = str(request)
        try:
            return self._ask(request, time.monotonic() + seconds)
        except (BadAnswer, ServiceRefused) as fault:
            status = self._status_within(_END_SECONDS)
            raise self._blame(fault if status is None else self._death(status)) from None
        except CandidateFault as fault:
            raise self._blame(fault) from None

    def load(
        self, arrivals: Sequence[float], make_request: Callable[[int], Request], seconds: float | None = None
    ) -> LoadResult:
        """Send the requests `make_request(0)`, `make_request(1)`, ... at these instants (s); see `send_load`.

        Each is given up `seconds` after it was due. What goes wrong with a request is in the result.
        """
        seconds = self._session.limits.call_seconds if seconds is None else seconds
        requests = [make_request(number) for number in range(len(arrivals))]
        self._session.last_call = f"a load of {len(requests)} requests"
        most = min(MAX_BODY, _MAX_LOAD_BODIES // max(len(requests), 1))
        return send_load(lambda request, until: self._ask(request, until, most), arrivals, requests, seconds)

    # ---- what it leaves

    def log(self) -> Log:
        """What it has printed until now, the earlier lives' first."""
        self._keep_log()
        return Log(*self._said)

    def files(self) -> dict[str, int]:
        """The plain files in its folder and below: path with `/`, size in bytes."""
        return left_files(self._box)

    def read_file(self, path: str, max_mb: float = 64) -> bytes:
        """The content of one of `files()`."""
        return left_file(self._box, path, max_mb)

    # ---- what it does

    def processes(self) -> list[int]:
        """Its processes, as they are numbered here; `Problem` where that cannot be told."""
        if (status := self.exit_status()) is not None:
            raise self._blame(self._death(status))
        return service_processes(self._pid)

    def io_counts(self) -> IoCounts:
        """What it has read and written since it was started last; `Problem` where that may not be looked at."""
        return io_counts(self.processes())

    def tracing(self, *names: str) -> AbstractContextManager[Counter[str]]:
        """Count its system calls of these names, such as "fsync"; see `counts.tracing`."""
        return tracing(self.processes(), names)

    # ---- within

    @property
    def _process(self) -> Running:
        assert self._running is not None
        return self._running

    def _start(self) -> None:
        self._session.last_call = " ".join(["python", *self.program.arguments])
        self._running = self._box.start(["run", *self.program.arguments], merge=False)
        deadline = time.monotonic() + self.program.seconds
        problem = ""
        while time.monotonic() < deadline:
            try:
                problem = self._not_ready(deadline)
            except CandidateLate as late:
                problem = problem or str(late)
            except CandidateFault as fault:
                status = self._status_within(_END_SECONDS)
                raise self._blame(fault if status is None else self._death(status)) from None
            if not problem:
                return
            if (status := self.exit_status()) is not None:
                raise self._blame(self._death(status))
            time.sleep(_POLL)
        raise self._blame(
            CandidateLate(f"the service was not ready within {self.program.seconds:g} s: {problem}{self._last_words()}")
        )

    def _not_ready(self, deadline: float) -> str:
        """Empty when it is ready, else why it is not."""
        try:
            sock = self._box.connect(self.program.socket)
        except BoxFault as fault:
            return str(fault)
        self._pid = listener(sock)
        if self.program.ready is None:
            sock.close()
            return ""
        response = exchange(sock, Request("GET", self.program.ready), deadline)
        return "" if response.status == 200 else f"GET {self.program.ready} was answered with {response.status}"

    def _ask(self, request: Request, deadline: float, max_body: int = MAX_BODY) -> Response:
        return exchange(self._connect(deadline), request, deadline, max_body)

    def _connect(self, deadline: float) -> socket.socket:
        """A connection, waited for while the service has others waiting."""
        while True:
            try:
                return self._box.connect(self.program.socket)
            except BoxBusy as busy:
                if time.monotonic() > deadline:
                    raise CandidateLate(f"{busy}, until the time was over") from None
                time.sleep(_POLL)
            except BoxFault as fault:
                status = self.exit_status()
                raise ServiceRefused(str(fault)) if status is None else self._death(status) from None

    def _status_within(self, seconds: float) -> int | None:
        """Its exit status, looked for again and again: nobody holds the lock while the service runs."""
        deadline = time.monotonic() + seconds
        while (status := self.exit_status()) is None and time.monotonic() < deadline:
            time.sleep(_POLL)
        return status

    def _blame(self, fault: CandidateFault) -> CandidateFault:
        fault.call = fault.call or self._session.last_call
        return fault

    def _death(self, status: int) -> CandidateDied:
        if self._process.over_limit:
            return CandidateDied(f"the service was stopped: {self._process.over_limit}")
        if status < 0:
            return CandidateDied(f"the service was ended by signal {-status}{self._last_words()}", -status)
        return CandidateDied(f"the service ended with exit status {status}{self._last_words()}")

    def _last_words(self) -> str:
        log = self.log()
        said = (log.stderr or log.stdout).strip().rpartition("\n")[2]
        return f"; it printed last: {said[-_LAST_WORDS:]}" if said else ""

    def _keep_log(self) -> None:
        with self._lock:
            for number, stream in enumerate((self._process.output, self._process.errors)):
                self._said[number] += stream.take() if stream else ""
