"""A client of a language server, as an editor is one: it opens files, asks, and answers what the server asks."""

import json
import subprocess
import threading
import time
from pathlib import Path
from typing import Any


class LanguageServer:
    """A server at work in the folder `root`, told that Python is the interpreter at the path `python`."""

    def __init__(self, command: list[str], root: Path, python: str | None) -> None:
        self._python = python
        self._answers: dict[int, Any] = {}
        self._news = threading.Condition()
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=root)
        threading.Thread(target=self._listen, daemon=True).start()
        folder = {"uri": root.as_uri(), "name": root.name}
        able = {"workspace": {"configuration": True, "workspaceFolders": True}, "textDocument": {"diagnostic": {}}}
        self.ask("initialize", processId=None, rootUri=root.as_uri(), capabilities=able, workspaceFolders=[folder])
        self._send(method="initialized", params={})

    def open(self, path: Path, text: str | None = None) -> None:
        """Show the server a file, with `text` in it or its own."""
        text = path.read_text(encoding="utf-8") if text is None else text
        document = {"uri": path.as_uri(), "languageId": "python", "version": 1, "text": text}
        self._send(method="textDocument/didOpen", params={"textDocument": document})

    def faults(self, path: Path) -> list[str]:
        """What the server finds in an open file, each with its line."""
        answer = self.ask("textDocument/diagnostic", textDocument={"uri": path.as_uri()})
        return [
            f"{one['range']['start']['line'] + 1}: {one['message']}" for one in answer["items"] if one["severity"] < 3
        ]

    def at(self, method: str, path: Path, line: int, column: int) -> Any:
        """The answer to `textDocument/...` at a place, both counted from 0."""
        place = {"textDocument": {"uri": path.as_uri()}, "position": {"line": line, "character": column}}
        return self.ask(f"textDocument/{method}", **place)

    def ask(self, method: str, **params: Any) -> Any:
        """The answer to any request."""
        number = time.monotonic_ns()
        self._send(id=number, method=method, params=params)
        with self._news:
            assert self._news.wait_for(lambda: number in self._answers, 60), f"no answer to {method}"
            return self._answers.pop(number)

    def close(self) -> None:
        """End it."""
        self._process.kill()
        self._process.wait()
        for stream in (self._process.stdin, self._process.stdout):
            stream.close()

    def _send(self, **message: Any) -> None:
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        self._process.stdin.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
        self._process.stdin.flush()

    def _listen(self) -> None:
        stream = self._process.stdout
        while head := stream.readline():
            size = int(head.partition(b":")[2])
            while stream.readline().strip():
                pass
            self._take(json.loads(stream.read(size)))

    def _take(self, message: dict[str, Any]) -> None:
        if "method" not in message:
            with self._news:
                self._answers[message["id"]] = message.get("result")
                self._news.notify_all()
        elif message["method"] == "workspace/configuration":
            known = {"python": {"pythonPath": self._python} if self._python else {}}
            items = [known.get(item.get("section"), {}) for item in message["params"]["items"]]
            self._send(id=message["id"], result=items)
        elif "id" in message:
            self._send(id=message["id"], result=None)
