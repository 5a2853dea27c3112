"""One submission's candidate: started when needed, asked, and started again after it died."""

import contextlib
import signal
import threading
import time
from collections.abc import Callable
from typing import Any, NoReturn

from autograder.examiner.exchange import Exchange
from autograder.examiner.faults import (
    CandidateDied,
    CandidateFault,
    CandidateLate,
    LearnerRaised,
    ProtocolBroken,
    short,
)
from autograder.examiner.lane import Lane
from autograder.examiner.left import fresh_box, left_file, left_files
from autograder.examiner.line import Line, answer_callers, read_place
from autograder.examiner.remote import RemoteObject
from autograder.sandbox import Box, Cell, Limits, Running, Sandbox
from autograder.verdict import Place
from autograder.wire import Closed, Late, Listener, WireFault, encode

_PLACE_SECONDS = 2.0
_SIGNALS = {
    9: " (killed; the usual cause is too much memory)",
    11: " (a fault in native code)",
    24: " (CPU time limit)",
    25: " (file size limit)",
}


class Session:
    """A candidate process with the modules it has loaded, in a folder of its own that is thrown away after it.

    `files` maps names to contents; `modules` are loaded in order, each by name from `NAME.py`; `preload` names what
    they import. What goes wrong while they are loaded is remembered and raised again at every use. `ours` says that
    all of them are the exercise's own code, whose faults are never the learner's. `lane` is where its checks run.
    """

    def __init__(
        self,
        files: dict[str, bytes],
        modules: tuple[str, ...],
        sandbox: Sandbox,
        limits: Limits,
        preload: tuple[str, ...] = (),
        *,
        ours: bool = False,
        lane: Lane | None = None,
    ) -> None:
        self.shipped = files
        self.modules = modules
        self.limits = limits
        self.ours = ours
        self.lane = lane or Lane(None)
        self.life = 0
        self._callers_of = 0  # the life whose callers are listened for
        self.last_call = ""
        self.last_target: RemoteObject | None = None
        self._broken: CandidateFault | None = None
        self._running: Running | None = None
        self._listener: Listener | None = None
        self._line: Line | None = None
        self._sandbox = sandbox
        self._preload = preload
        self._cell: Cell | None = None
        self._box: Box | None = None
        self._spent = 0.0
        self._thread = 0

    # ---- life

    def ensure(self, *, fresh: bool = False) -> None:
        """Start the candidate if none runs; raises what went wrong when its module was loaded before."""
        if self._broken:
            self._blame(self._broken)
        if self._running is None:
            self._start(fresh)

    def restart(self, *, keep_files: bool, fresh: bool) -> None:
        """Throw the process away and start another; its folder is a fresh copy, unless the files are kept."""
        self.stop()
        if self._box and not keep_files:
            self._box.close()
            self._box = None
        self.ensure(fresh=fresh)

    def stop(self) -> None:
        """End the process, if one runs."""
        if self._running:
            self._running.kill()
        if self._listener:
            self._listener.close()
        if self._line:
            self._line.connection.close()
        self._running = self._listener = self._line = None

    def close(self) -> None:
        """End the process and forget its folder."""
        self.stop()
        if self._cell:
            self._cell.close()
        self._cell = self._box = None

    def pause(self) -> None:
        """Stop the candidate's processes until `resume`."""
        if self._running:
            self._running.pause()

    def resume(self) -> None:
        """Let the candidate's processes go on."""
        if self._running:
            self._running.resume()

    def kill(self, number: int) -> None:
        """Send a signal to all of the candidate's processes; the call that is under way ends with them."""
        if self._running:
            self._running.signal(number)

    def abandon(self) -> None:
        """From another thread: end the process, and with it the call that is under way. Nothing is asked after it."""
        running = self._running
        if running:
            running.signal(getattr(signal, "SIGKILL", signal.SIGTERM))

    def until_killed(self, action: Callable[[], object], by: int) -> bool:
        """Whether the process was ended by that signal while `action` asked it; other faults are raised."""
        try:
            action()
        except CandidateDied as death:
            if death.signal == by:
                return True
            raise
        return False

    def list_files(self) -> dict[str, int]:
        """The plain files in the candidate's folder: the path in it, and the size in bytes."""
        return left_files(self._box)

    def read_file(self, path: str, max_mb: float) -> bytes:
        """The content of one of them; `CandidateDied` when there is none, or it is larger."""
        return left_file(self._box, path, max_mb)

    def take_output(self) -> str:
        """What the learner's code printed since the last time."""
        return self.anywhere(self._running.output.take()) if self._running else ""

    def anywhere(self, text: str) -> str:
        """What the learner's code said, without the path of its folder, which is another one in each sandbox."""
        return text.replace(f"{self._box.seen_at}/", "") if self._box else text

    @property
    def cell(self) -> Cell:
        """The submission's share of the sandbox."""
        if self._cell is None:
            self._cell = self._sandbox.cell(self._preload, self.limits)
        return self._cell

    def _start(self, fresh: bool) -> None:
        if self._spent > max(self.limits.total_seconds, self._sandbox.patience):
            raise CandidateLate(f"not run: the submission used up its {self.limits.total_seconds:g} s")
        self.life += 1
        self._thread = threading.get_ident()
        cell = self.cell
        if self._box is None:
            self._box = fresh_box(cell, self.shipped)
        listener = self._listener = Listener(cell.wire)
        deadline = time.monotonic() + self.limits.start_seconds
        try:
            running = self._running = self._box.start(["serve", cell.inside(listener.address)], fresh=fresh)
        except BaseException:
            self.stop()
            raise
        exchange = Exchange(self, self.life)
        self._line = self._greet(running, listener, exchange, deadline)
        for module in self.modules:
            self.last_call = f"import {module}"
            try:
                self._ask({"do": "load", "module": module, "path": f"{module}.py"}, [], self.limits.start_seconds)
            except CandidateFault as fault:
                self._broken = fault
                raise

    def _greet(self, running: Running, listener: Listener, exchange: Exchange, deadline: float) -> Line:
        try:
            connection = listener.accept(deadline, lambda: running.wait(0) is None)
            connection.receive(deadline)
        except WireFault:
            status = running.wait(0.5)
            said = running.output.take().strip()
            self.stop()
            raise RuntimeError(f"the candidate did not start (exit status {status}): {said[-2000:]}") from None
        return Line(connection, exchange)

    # ---- asking

    def call(self, target: RemoteObject, args: tuple[Any, ...], kwargs: dict[str, Any], seconds: float | None) -> Any:
        """Call an object over there; the result, or what went wrong as a `CandidateFault`."""
        words = [short(arg, 60) for arg in args] + [f"{name}={short(arg, 60)}" for name, arg in kwargs.items()]
        self.ensure()
        assert self._line is not None
        self.last_call = f"{target.name}({', '.join(words)})"
        self.last_target = target
        buffers: list[Any] = []
        export = self._line.exchange.export
        message = self._about("call", target)
        message["args"] = [encode(arg, buffers, export) for arg in args]
        message["kwargs"] = {name: encode(arg, buffers, export) for name, arg in kwargs.items()}
        self._expect_callers(self._line.exchange)
        return self._ask(message, buffers, seconds or self.limits.call_seconds)

    def get(self, target: RemoteObject) -> Any:
        """The value of an attribute over there."""
        self.ensure()
        self.last_call = target.name
        self.last_target = target
        return self._ask(self._about("get", target), [], self.limits.call_seconds)

    def last_place(self) -> Place | None:
        """Where in the learner's file that is which was asked last, if its process still lives to tell."""
        if self._line is None or self.last_target is None:
            return None
        with contextlib.suppress(CandidateFault, RuntimeError):
            return read_place(self._ask(self._about("where", self.last_target), [], _PLACE_SECONDS))
        return None

    def _expect_callers(self, exchange: Exchange) -> None:
        """Once it has been given a callback, any thread or process of the learner's may dial."""
        if exchange.has_callbacks and self._callers_of != self.life:
            self._callers_of = self.life
            threading.Thread(target=answer_callers, args=(self._listener, exchange), daemon=True).start()

    def _about(self, do: str, target: RemoteObject) -> dict[str, Any]:
        if isinstance(target.root, int) and target.life != self.life:
            raise RuntimeError(f"{target.name} lived in a process that is gone")
        return {"do": do, "root": target.root, "path": list(target.path)}

    def _ask(self, message: dict[str, Any], buffers: list[Any], seconds: float) -> Any:
        if threading.get_ident() != self._thread:
            raise RuntimeError("a candidate is asked by the thread that started it; a shared line would cross replies")
        line, call, started = self._line, self.last_call, time.monotonic()
        seconds = max(seconds, self._sandbox.patience)
        assert line is not None
        try:
            return line.ask(message, buffers, seconds)
        except LearnerRaised as raised:
            self._blame(raised, call)
        except WireFault as fault:
            self._blame(self._explain(fault, seconds), call)
        finally:
            self.last_call = call
            self._spent += time.monotonic() - started
            if line.broken:
                self.stop()

    def _blame(self, fault: CandidateFault, call: str = "") -> NoReturn:
        fault.call = call or fault.call
        if self.ours:
            raise RuntimeError(f"the exercise's own harness failed: {fault}") from fault
        raise fault

    def _explain(self, fault: WireFault, seconds: float) -> CandidateFault:
        """Why there is no answer, in words."""
        if isinstance(fault, Late):
            return CandidateLate(f"no answer within {seconds:g} s")
        if not isinstance(fault, Closed):
            return ProtocolBroken(f"what came back is no answer: {fault}")
        running = self._running
        status = running.wait(2) if running else None
        if running and running.over_limit:
            return CandidateDied(f"the process was stopped: {running.over_limit}")
        if status is None:
            return ProtocolBroken("the process hung up without an answer")
        if status < 0 or status > 128:
            number = -status if status < 0 else status - 128
            return CandidateDied(f"the process was ended by signal {number}{_SIGNALS.get(number, '')}", number)
        return CandidateDied(f"the process ended itself with exit status {status} in the middle of a call")
