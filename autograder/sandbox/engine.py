"""A Docker engine, as far as a grade waits for it: the few requests of its HTTP interface that run a container.

Where the engine listens at a Unix socket they are made here: to import the SDK takes a tenth of a second, a third of
what a container takes to start. Engines elsewhere are asked through the SDK, and images are built with it.
"""

import functools
import json
import os
import socket
from contextlib import closing
from typing import Any

from autograder.errors import Exit, Problem

_USUAL = "unix:///var/run/docker.sock"
_SECONDS = 600.0


class EngineFault(Problem):
    """What an engine refused, with the status of its answer; 0 where none answers."""

    def __init__(self, what: str, status: int = 0) -> None:
        fix = "start the engine, or choose another with --sandbox" if not status else "see what is said above"
        super().__init__(what, fix=fix, code=Exit.ENVIRONMENT)
        self.status = status


def ask(method: str, path: str, body: dict[str, Any] | None = None) -> Any:
    """The answer to one request, as data; `EngineFault` where it is none that was hoped for."""
    try:
        status, content = _exchange(method, path, None if body is None else json.dumps(body).encode())
    except OSError as error:
        raise EngineFault(_no_answer(error)) from None
    if status >= 400:
        raise EngineFault(f"the Docker engine refused {method} {path}: {_message(content)}", status)
    try:
        return json.loads(content) if content.startswith((b"{", b"[")) else None
    except ValueError:
        raise EngineFault(f"the Docker engine's answer to {method} {path} cannot be read", status) from None


def no_engine() -> str:
    """Empty when a Docker engine answers; else why it cannot be used, and what to do."""
    try:
        ask("GET", "/_ping")
    except Problem as problem:
        return problem.what
    return ""


@functools.cache
def sdk() -> Any:
    """The client of the SDK; `Problem` when it is not installed or no engine answers."""
    try:
        import docker.errors  # a folder called docker in the current one is importable, too, and holds none
    except ImportError:
        raise Problem(
            "the Docker sandbox needs the Python package docker",
            fix="pip install 'the-other-90[docker]'",
            code=Exit.ENVIRONMENT,
        ) from None
    try:
        return docker.from_env(timeout=_SECONDS)
    except (docker.errors.DockerException, OSError) as error:
        raise EngineFault(_no_answer(error)) from None


def _exchange(method: str, path: str, body: bytes | None) -> tuple[int, bytes]:
    """The status and the content of the answer; OSError where none comes."""
    address = os.environ.get("DOCKER_HOST") or _USUAL
    scheme, _, place = address.partition("://")
    if scheme not in ("unix", "http+unix") or not hasattr(socket, "AF_UNIX"):
        client, headers = sdk().api, {"Content-Type": "application/json"}
        answer = client.request(method, f"{client.base_url}{path}", data=body, headers=headers, timeout=_SECONDS)
        return answer.status_code, answer.content
    # In HTTP 1.0 the answer ends where the connection does; for more, http.client would be 10 ms to import.
    length = len(body or b"")
    head = f"{method} {path} HTTP/1.0\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\r\n"
    with closing(socket.socket(socket.AF_UNIX)) as wire:
        wire.settimeout(_SECONDS)
        wire.connect(f"/{place.lstrip('/')}")
        wire.sendall(head.encode() + (body or b""))
        with wire.makefile("rb") as answered:
            first, _, content = answered.read().partition(b"\r\n\r\n")
    words = first.split(None, 2)
    if len(words) < 2 or not words[1].isdigit():
        raise OSError(f"{place} gives no answer in HTTP")
    return int(words[1]), content


def _message(content: bytes) -> str:
    """What the engine says of a refusal."""
    try:
        return str(json.loads(content)["message"])[:1000]
    except (ValueError, KeyError, TypeError):
        return content.decode(errors="replace")[:1000]


def _no_answer(error: Exception) -> str:
    reason = str(error).partition("\n")[0][:200]
    return f"no Docker engine answers ({reason}); start it (Linux: sudo systemctl start docker) or set DOCKER_HOST"
