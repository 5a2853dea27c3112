"""One submission's candidate: started when needed, asked, and started again after it died."""

import contextlib
import shutil
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn

from autograder.examiner.faults import (
    CandidateDied,
    CandidateFault,
    CandidateLate,
    Injected,
    LearnerRaised,
    ProtocolBroken,
    short,
)
from autograder.sandbox import Limits, Running, Sandbox
from autograder.verdict import Place
from autograder.wire import Closed, Connection, Late, Listener, Malformed, WireFault, decode, encode

_GRACE = 2.0  # s that the learner's code has to come back after a check has failed inside a callback


class RemoteObject:
    """Where an object over there is to be found: a module's name or a handle's number, and attributes from it."""

    def __init__(self, session: "Session", root: str | int, path: tuple[str, ...], life: int, name: str) -> None:
        self.session = session
        self.root = root
        self.path = path
        self.life = life
        self.name = name


class Session:
    """A candidate process with the modules it has loaded, in a folder of its own that is thrown away after it.

    `files` maps names to contents; `modules` are loaded in order, each by name from `NAME.py`.
    What goes wrong while they are loaded is remembered and raised again at every use. `ours` says that all of them
    are the exercise's own code, whose faults are never the learner's.
    """

    def __init__(
        self,
        files: dict[str, bytes],
        modules: tuple[str, ...],
        sandbox: Sandbox,
        limits: Limits,
        *,
        ours: bool = False,
    ) -> None:
        self.files = files
        self.modules = modules
        self.sandbox = sandbox
        self.limits = limits
        self.ours = ours
        self.life = 0
        self.last_call = ""
        self.last_place: Place | None = None
        self._broken: CandidateFault | None = None
        self._running: Running | None = None
        self._listener: Listener | None = None
        self._line: _Line | None = None
        self._root = Path(tempfile.mkdtemp(prefix="ninety-"))
        self._callbacks: list[Callable[..., Any]] = []
        self._spent = 0.0
        self._thread = 0
        self._doors = 0

    # ---- life

    def ensure(self) -> None:
        """Start the candidate if none runs; raises what went wrong when its module was loaded before."""
        if self._broken:
            self._blame(self._broken)
        if self._running is None:
            if self._spent > self.limits.total_seconds:
                raise CandidateLate(f"not run: the submission used up its {self.limits.total_seconds:g} s")
            self._start()

    def restart(self) -> None:
        """Throw the process away and start a fresh one."""
        self.stop()
        self.ensure()

    def stop(self) -> None:
        """End the process, if one runs."""
        if self._running:
            self._running.kill()
            self._running = None
        if self._listener:
            self._listener.close()
        if self._line:
            self._line.connection.close()
        self._listener = self._line = None

    def close(self) -> None:
        """End the process and remove its folder."""
        self.stop()
        shutil.rmtree(self._root, ignore_errors=True)

    def pause(self) -> None:
        """Stop the candidate's processes until `resume`."""
        if self._running:
            self._running.pause()

    def resume(self) -> None:
        """Let the candidate's processes go on."""
        if self._running:
            self._running.resume()

    def take_output(self) -> str:
        """What the learner's code printed since the last time."""
        return self._running.output.take() if self._running else ""

    def _start(self) -> None:
        self.life += 1
        self._thread = threading.get_ident()
        self._doors += 1
        folder, wire = self._root / f"box{self._doors}", self._root / f"wire{self._doors}"
        self.write_files(folder)
        wire.mkdir(mode=0o755)
        self._callbacks.clear()
        listener = self._listener = Listener(wire)
        deadline = time.monotonic() + self.limits.start_seconds
        self._running = self.sandbox.start(["serve", listener.address], folder, self.limits, wire)
        line = self._line = _Line(self, self._greet(self._running, listener, deadline))
        threading.Thread(target=self._answer_callers, args=(listener,), daemon=True).start()
        for module in self.modules:
            message = {"do": "load", "module": module, "path": f"{module}.py"}
            try:
                line.ask(message, [], self.limits.start_seconds)
            except CandidateFault as fault:
                fault.call = f"import {module}"
                self._broken = fault
                self._blame(fault)

    def write_files(self, folder: Path) -> None:
        """A fresh copy of the submission and what runs beside it."""
        folder.mkdir(mode=0o755)
        for name, content in self.files.items():
            (folder / name).write_bytes(content)

    def _greet(self, running: Running, listener: Listener, deadline: float) -> Connection:
        try:
            connection = listener.accept(deadline, lambda: running.wait(0) is None)
            connection.receive(deadline)
        except WireFault:
            status = running.wait(0.5)
            said = running.output.take().strip()
            self.stop()
            raise RuntimeError(f"the candidate did not start (exit status {status}): {said[-2000:]}") from None
        return connection

    def _answer_callers(self, listener: Listener) -> None:
        """Serve callbacks that come from threads and processes the learner's code started."""
        for _ in range(256):
            try:
                connection = listener.accept(time.monotonic() + 3600)
                connection.receive(time.monotonic() + 5)
            except WireFault:
                return
            threading.Thread(target=_Line(self, connection).serve_callbacks, daemon=True).start()

    # ---- asking

    def call(self, target: RemoteObject, args: tuple[Any, ...], kwargs: dict[str, Any], seconds: float | None) -> Any:
        """Call an object over there; the result, or what went wrong as a `CandidateFault`."""
        words = [short(arg, 60) for arg in args] + [f"{name}={short(arg, 60)}" for name, arg in kwargs.items()]
        self.last_call = f"{target.name}({', '.join(words)})"
        buffers: list[Any] = []
        message = self._about("call", target)
        message["args"] = [encode(arg, buffers, self.export) for arg in args]
        message["kwargs"] = {name: encode(arg, buffers, self.export) for name, arg in kwargs.items()}
        return self._ask(message, buffers, seconds)

    def get(self, target: RemoteObject) -> Any:
        """The value of an attribute over there."""
        self.last_call = target.name
        return self._ask(self._about("get", target), [], None)

    def _about(self, do: str, target: RemoteObject) -> dict[str, Any]:
        self.ensure()
        if isinstance(target.root, int) and target.life != self.life:
            raise RuntimeError(f"{target.name} lived in a process that is gone")
        return {"do": do, "root": target.root, "path": list(target.path)}

    def _ask(self, message: dict[str, Any], buffers: list[Any], seconds: float | None) -> Any:
        if threading.get_ident() != self._thread:
            raise RuntimeError("a candidate is asked by the thread that started it; a shared line would cross replies")
        call, started = self.last_call, time.monotonic()
        try:
            assert self._line is not None
            return self._line.ask(message, buffers, seconds or self.limits.call_seconds)
        except CandidateFault as fault:
            fault.call = call
            if not isinstance(fault, LearnerRaised):
                self.stop()
            self._blame(fault)
        finally:
            self.last_call = call
            self._spent += time.monotonic() - started

    def _blame(self, fault: CandidateFault) -> NoReturn:
        if self.ours:
            raise RuntimeError(f"the exercise's own harness failed: {fault}") from fault
        raise fault

    # ---- what crosses

    def export(self, value: Any) -> dict[str, Any] | None:
        """A handle goes back as what it stands for; a function of the check becomes a callback."""
        target = getattr(value, "_remote", None)
        if isinstance(target, RemoteObject):
            return {"$": "handle", "id": target.root}
        if callable(value):
            if value not in self._callbacks:
                self._callbacks.append(value)
            return {"$": "callback", "id": self._callbacks.index(value)}
        return None

    def import_handle(self, tree: dict[str, Any]) -> Any:
        """A proxy for an object over there."""
        from autograder.examiner.proxy import Handle

        if tree["$"] != "handle" or type(tree["id"]) is not int or not isinstance(tree["type"], str):
            raise Malformed("a handle that is none")
        return Handle(RemoteObject(self, tree["id"], (), self.life, tree["type"][:80]))

    def callback(self, number: Any) -> Callable[..., Any]:
        """The function of the check that was sent under that number."""
        if type(number) is not int or not 0 <= number < len(self._callbacks):
            raise Malformed("a callback that was never sent")
        return self._callbacks[number]

    def died(self) -> CandidateFault:
        """Why the process is gone, in words."""
        running = self._running
        assert running is not None
        status = running.wait(2)
        if running.over_limit:
            return CandidateDied(f"the process was stopped: {running.over_limit}")
        if status is None:
            return ProtocolBroken("the process hung up without an answer")
        if status < 0 or status > 128:
            number = -status if status < 0 else status - 128
            return CandidateDied(f"the process was ended by signal {number}{_SIGNALS.get(number, '')}")
        return CandidateDied(f"the process ended itself with exit status {status} in the middle of a call")


_SIGNALS = {
    9: " (killed; the usual cause is too much memory)",
    11: " (a fault in native code)",
    24: " (CPU time limit)",
    25: " (file size limit)",
}


class _Line:
    """One connection as the examiner uses it: ask, and answer callbacks until the reply is there."""

    def __init__(self, session: Session, connection: Connection) -> None:
        self.session = session
        self.connection = connection
        self.asked = 0

    def ask(self, message: dict[str, Any], buffers: list[Any], seconds: float) -> Any:
        deadline = time.monotonic() + seconds
        self.asked += 1
        number = self.asked
        failure: BaseException | None = None
        try:
            self.connection.send(message | {"id": number}, buffers, deadline)
            while True:
                reply, received = self.connection.receive(deadline)
                if reply.get("is") != "callback":
                    break
                error = self._answer(reply, received, failure is not None, deadline)
                if error and not failure:
                    failure, deadline = error, min(deadline, time.monotonic() + _GRACE)
        except Late:
            self.session.stop()
            raise failure or CandidateLate(f"no answer within {seconds:g} s") from None
        except Closed:
            raise failure or self.session.died() from None
        except Malformed as error:
            raise failure or ProtocolBroken(f"what came back is no answer: {error}") from None
        if failure:
            raise failure
        return self._result(reply, received, number)

    def serve_callbacks(self) -> None:
        """Answer a thread or process of the learner's until it hangs up."""
        with contextlib.suppress(WireFault):
            while True:
                message, buffers = self.connection.receive()
                self._answer(message, buffers, False, None)
        self.connection.close()

    def _result(self, reply: dict[str, Any], buffers: list[bytearray], number: int) -> Any:
        try:
            if reply.get("id") != number:
                raise Malformed("an answer to another question")
            kind = reply.get("is")
            if kind == "value":
                self.session.last_place = _place(reply.get("where"))
                return decode(reply["value"], buffers, self.session.import_handle)
            if kind == "error":
                frames = tuple(filter(None, map(_place, reply["frames"][:20])))
                names = [str(name)[:100] for name in reply["bases"][:20]]
                raise LearnerRaised(str(reply["type"])[:100], names, str(reply["message"])[:4000], frames)
            if kind == "unsendable":
                raise LearnerRaised("Unsendable", [], f"what came back is {str(reply['message'])[:300]}", ())
            raise Malformed("an answer of unknown kind")
        except (Malformed, KeyError, TypeError) as error:
            raise ProtocolBroken(f"what came back is no answer: {error}"[:300]) from None

    def _answer(
        self, message: dict[str, Any], buffers: list[bytearray], over: bool, deadline: float | None
    ) -> BaseException | None:
        """Run a callback and send its result; what the check itself raised in it comes back to be raised later."""
        number = message.get("id")
        out: list[Any] = []
        failure: BaseException | None = None
        reply: dict[str, Any] = {"do": "answer", "id": number if type(number) is int else 0}
        if over:
            reply["error"] = ["RuntimeError", "the check is over"]
        else:
            try:
                callback, args, kwargs = self._request(message, buffers)
                reply["value"] = encode(callback(*args, **kwargs), out, self.session.export)
            except Injected as injected:
                reply["error"] = [injected.type_name, injected.message]
            except WireFault:
                raise
            except BaseException as error:
                failure = error
                reply["error"] = ["RuntimeError", "the check is over"]
        self.connection.send(reply, out, deadline)
        return failure

    def _request(self, message: dict[str, Any], buffers: list[bytearray]) -> tuple[Callable[..., Any], Any, Any]:
        try:
            resolve = self.session.import_handle
            args = [decode(arg, buffers, resolve) for arg in message["args"]]
            kwargs = {str(name): decode(arg, buffers, resolve) for name, arg in message["kwargs"].items()}
            return self.session.callback(message["callback"]), args, kwargs
        except (KeyError, TypeError, AttributeError) as error:
            raise Malformed(f"a callback that cannot be read: {error!r}"[:300]) from None


def _place(raw: Any) -> Place | None:
    """A line of the learner's file, as far as what came over the wire is one."""
    if not isinstance(raw, dict):
        return None
    file, line, code = raw.get("file"), raw.get("line"), raw.get("code")
    if not isinstance(file, str) or type(line) is not int or not isinstance(code, str):
        return None
    return Place(file[:200], line, code[:200])
