"""Answers the examiner's requests, one at a time on each connection.

While a request is under way the learner's code may call back to the examiner, and the examiner may ask something
else before it answers: requests and answers nest like calls on a stack.
"""

import builtins
import contextlib
import io
import os
import sys
import threading
from collections.abc import Callable
from typing import Any

from autograder.candidate.learner_code import describe_error, load, where
from autograder.wire import Closed, Connection, Received, Unsendable, decode, dial, encode


class Candidate:
    """The objects the examiner knows of, and the connections it asks on."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.folder = os.getcwd()  # the submission's; taken before its code can go elsewhere
        self.places: dict[str, str] = {}  # where a module of the folder is read from, if not there
        self.objects: dict[int, Any] = {}
        self.local = threading.local()

    def line(self) -> "Line":
        """This thread's own connection in this process; a shared one would cross replies."""
        line: Line | None = getattr(self.local, "line", None)
        if line is None or line.process != os.getpid():
            line = Line(self, dial(self.address))
            line.connection.send({"is": "caller"})
            self.local.line = line
        return line

    def serve(self, connection: Connection) -> None:
        """Answer requests until the examiner hangs up."""
        self.local.line = Line(self, connection)
        with contextlib.suppress(Closed):
            while True:
                message, buffers = connection.receive()
                self.local.line.handle(message, buffers)

    def export(self, value: Any) -> dict[str, Any]:
        """A handle for an object that is no data."""
        self.objects[id(value)] = value
        return {"$": "handle", "id": id(value), "type": type(value).__name__}


class Line:
    """One connection, and the thread and process it belongs to."""

    def __init__(self, candidate: Candidate, connection: Connection) -> None:
        self.candidate = candidate
        self.connection = connection
        self.process = os.getpid()
        self.calls = 0

    def handle(self, message: dict[str, Any], buffers: list[Received]) -> None:
        """Do what one request asks for, and answer it with a value or with the error it ended in."""
        reply: dict[str, Any] = {"id": message["id"], "is": "value"}
        out: list[Any] = []
        try:
            value, as_handle = self.perform(message, buffers)
            export = self.candidate.export
            reply["value"] = export(value) if as_handle else encode(value, out, export)
            self.answer(reply, out)
        except Unsendable as error:
            self.answer({"id": message["id"], "is": "unsendable", "message": str(error)}, [])
        except Closed:
            raise
        except BaseException as error:
            self.answer({"id": message["id"], "is": "error"} | describe_error(error, self.candidate.folder), [])

    def answer(self, reply: dict[str, Any], buffers: list[Any]) -> None:
        """Send a reply; what was printed goes before it."""
        for stream in (sys.stdout, sys.stderr):
            with contextlib.suppress(Exception):
                stream.flush()
        self.connection.send(reply, buffers)

    def perform(self, message: dict[str, Any], buffers: list[Received]) -> tuple[Any, bool]:
        """The value asked for, and whether it stays an object here.

        What a class makes stays: it is something to talk to, even where it could go over as data.
        """
        do = message["do"]
        if do == "load":
            path: str = message["path"]
            load(message["module"], self.candidate.places.get(path, path))
            return None, False
        target = self.target(message)
        if do == "get":
            return target, False
        if do == "where":
            return where(target, self.candidate.folder), False
        args, kwargs = (decode(message[part], buffers, self.resolve) for part in ("args", "kwargs"))
        return target(*args, **kwargs), isinstance(target, type)

    def target(self, message: dict[str, Any]) -> Any:
        """The object a request is about: a handle's or a module's, and then attribute by attribute."""
        root = message["root"]
        value = sys.modules[root] if isinstance(root, str) else self.candidate.objects[root]
        for name in message["path"]:
            value = getattr(value, name)
        return value

    def resolve(self, tree: dict[str, Any]) -> Any:
        """The object behind a handle that comes back, or a function that asks the examiner."""
        if tree["$"] == "handle":
            return self.candidate.objects[tree["id"]]
        return _callback(self.candidate, tree["id"])

    def call_back(self, callback: int, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """Ask the examiner for a callback's answer, and serve what it asks meanwhile."""
        self.calls += 1
        call = self.calls
        out: list[Any] = []
        export = self.candidate.export
        message = {"is": "callback", "id": call, "callback": callback}
        message["args"] = [encode(arg, out, export) for arg in args]
        message["kwargs"] = {name: encode(arg, out, export) for name, arg in kwargs.items()}
        self.connection.send(message, out)
        while True:
            reply, buffers = self.connection.receive()
            if reply["do"] != "answer":
                self.handle(reply, buffers)
            elif "error" in reply:
                raise _injected(*reply["error"])
            else:
                return decode(reply["value"], buffers, self.resolve)


def _no_terminal(*args: Any, **kwargs: Any) -> Any:
    raise RuntimeError("code that is judged has no terminal; `ninety debug` gives breakpoint() and input() one")


def _injected(name: str, message: str) -> BaseException:
    """The built-in exception of that name."""
    kind = getattr(builtins, name, RuntimeError)
    is_error = isinstance(kind, type) and issubclass(kind, Exception)
    return kind(message) if is_error else RuntimeError(message)


def _callback(candidate: Candidate, number: int) -> Callable[..., Any]:
    def callback(*args: Any, **kwargs: Any) -> Any:
        return candidate.line().call_back(number, args, kwargs)

    return callback


def serve(address: str) -> None:
    """Dial the examiner and answer it until it hangs up."""
    sys.stdin = io.StringIO()
    sys.breakpointhook = builtins.input = _no_terminal
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(line_buffering=True)  # what is printed keeps its place among the errors
    sys.dont_write_bytecode = True
    candidate = Candidate(address)
    connection = dial(address)
    connection.send({"is": "main"})
    candidate.serve(connection)
    os._exit(0)  # threads the learner left behind must not keep the process
