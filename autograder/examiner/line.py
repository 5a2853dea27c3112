"""One connection as the examiner uses it: it asks, and answers callbacks until the reply is there."""

import contextlib
import threading
import time
from collections.abc import Callable
from typing import Any

from autograder.examiner.exchange import Exchange
from autograder.examiner.faults import CandidateFault, Injected, LearnerRaised, ProtocolBroken
from autograder.verdict import Place, readable
from autograder.wire import Connection, Listener, Malformed, Received, Unsendable, WireFault, decode, encode

_MAX_CALLERS = 256
_GRACE = 2.0  # s that the learner's code has to come back after a check has failed inside a callback
_OVER = ["RuntimeError", "the check is over"]


class Line:
    """Questions and answers over one connection, by one thread.

    After a `WireFault` the line is `broken`, and so is the candidate behind it.
    """

    def __init__(self, connection: Connection, exchange: Exchange) -> None:
        self.connection = connection
        self.exchange = exchange
        self.broken = False
        self._asked = 0

    def ask(self, message: dict[str, Any], buffers: list[Any], seconds: float) -> Any:
        """The value asked for.

        Raises `LearnerRaised` for an exception over there, `WireFault` when no proper answer came in time; but what
        the check itself raised in a callback goes before both.
        """
        deadline = time.monotonic() + seconds
        self._asked += 1
        number = self._asked
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
            value = self._value(reply, received, number)
        except WireFault:
            self.broken = True
            if failure is None:
                raise
        except LearnerRaised:
            if failure is None:
                raise
        failure = failure or self.exchange.take_failure()
        if failure:
            raise failure
        return value

    def serve_callbacks(self) -> None:
        """Answer a thread or process of the learner's until it hangs up."""
        with contextlib.closing(self.connection), contextlib.suppress(WireFault):
            self.connection.receive()  # who is calling
            while True:
                message, buffers = self.connection.receive()
                failure = self._answer(message, buffers, False, None)
                if failure:
                    self.exchange.keep_failure(failure)

    def _value(self, reply: dict[str, Any], buffers: list[Received], number: int) -> Any:
        try:
            if reply.get("id") != number:
                raise Malformed("an answer to another question")
            kind = reply.get("is")
            if kind == "value":
                return decode(reply["value"], buffers, self.exchange.handle)
            if kind == "error":
                frames = tuple(filter(None, map(read_place, reply["frames"][:20])))
                names = [readable(str(name)[:100]) for name in reply["bases"][:20]]
                kind, said = readable(str(reply["type"])[:100]), readable(str(reply["message"])[:4000])
                raise LearnerRaised(kind, names, said, frames)
            if kind == "unsendable":
                raise LearnerRaised("Unsendable", [], f"what came back is {readable(str(reply['message'])[:300])}", ())
            raise Malformed("an answer of unknown kind")
        except (KeyError, TypeError) as error:
            raise Malformed(f"an answer without its parts: {error!r}"[:300]) from None

    def _answer(
        self, message: dict[str, Any], buffers: list[Received], over: bool, deadline: float | None
    ) -> BaseException | None:
        """Run a callback and send its result; what the check itself raised in it comes back to be raised later."""
        number = message.get("id")
        out: list[Any] = []
        failure: BaseException | None = None
        reply: dict[str, Any] = {"do": "answer", "id": number if type(number) is int else 0}
        try:
            if over:
                raise Injected(*_OVER)
            reply["value"] = encode(self._called(message, buffers)(), out, self.exchange.export)
        except Injected as injected:
            reply["error"] = [injected.type_name, injected.message]
        except WireFault:
            raise
        except BaseException as error:
            failure = _blamed(error, message)
            reply["error"] = _OVER
        try:
            self.connection.send(reply, out, deadline)
        except Unsendable as error:
            failure = _blamed(error, message)
            self.connection.send({"do": "answer", "id": reply["id"], "error": _OVER}, [], deadline)
        return failure

    def _called(self, message: dict[str, Any], buffers: list[Received]) -> Callable[[], Any]:
        """The call a message asks for, once its arguments are known to fit the callback."""
        try:
            resolve = self.exchange.handle
            args = [decode(arg, buffers, resolve) for arg in message["args"]]
            kwargs = {str(name): decode(arg, buffers, resolve) for name, arg in message["kwargs"].items()}
            number = message["callback"]
        except (KeyError, TypeError, AttributeError) as error:
            raise Malformed(f"a callback that cannot be read: {error!r}"[:300]) from None
        try:
            return self.exchange.call(number, args, kwargs)
        except TypeError as error:  # over there it is a call like any other
            raise Injected("TypeError", str(error)) from None


def _blamed(error: BaseException, message: dict[str, Any]) -> BaseException:
    """What to raise for an error in a callback: unless the check says what is wrong, it was called in no proper way."""
    if isinstance(error, AssertionError | CandidateFault) or not isinstance(error, Exception):
        return error
    said = f"{type(error).__name__}: {error}"
    return ProtocolBroken(f"a function that the check gave was called as it cannot be: {said}"[:500])


def answer_callers(listener: Listener, exchange: Exchange) -> None:
    """Serve callbacks that come from threads and processes the learner's code started."""
    for _ in range(_MAX_CALLERS):
        try:
            connection = listener.accept(time.monotonic() + 3600)
        except WireFault:
            return
        threading.Thread(target=Line(connection, exchange).serve_callbacks, daemon=True).start()


def read_place(raw: Any) -> Place | None:
    """A line of the learner's file, as far as what came over the wire is one."""
    if not isinstance(raw, dict):
        return None
    file, line, code = raw.get("file"), raw.get("line"), raw.get("code")
    if not isinstance(file, str) or type(line) is not int or not isinstance(code, str):
        return None
    return Place(readable(file[:200]), line, readable(code[:200]))
