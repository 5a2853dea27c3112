"""Messages over a socket, each bounded in size and time.

A message is a JSON object and any number of raw buffers:
`u32 length of the JSON | u32 number of buffers | u64 length of each buffer | JSON | buffers`.
"""

import contextlib
import hmac
import io
import json
import mmap
import os
import select
import socket
import struct
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from autograder.wire.arrays import Received
from autograder.wire.faults import Closed, Late, Malformed, Unsendable
from autograder.wire.values import Buffer

MAX_JSON = 16 * 2**20
MAX_BUFFERS = 10_000
MAX_BYTES = 256 * 2**20
_HEAD = struct.Struct("!II")
_TOKEN_BYTES = 16
_SMALL = 2**16
_LARGE = 2**20


class Purse:
    """How many bytes of messages that are not whole yet all connections of one peer may hold together."""

    def __init__(self, size: int = MAX_JSON + MAX_BYTES) -> None:
        self._left = size
        self._lock = threading.Lock()

    def take(self, size: int) -> None:
        """Hold so many more; `Malformed` when they are too many."""
        with self._lock:
            if size > self._left:
                raise Malformed("more bytes are half sent than there is room for")
            self._left -= size

    def give_back(self, size: int) -> None:
        """Hold so many less."""
        with self._lock:
            self._left += size


class Connection:
    """One socket used by one thread: whole messages go out and come in.

    Every method raises `Closed` when the peer is gone, and `Late` when `deadline` (a `time.monotonic()` value) has
    passed. Connections of one peer may share a `purse`.
    """

    def __init__(self, sock: socket.socket, purse: Purse | None = None) -> None:
        self.sock = sock
        self._purse = purse
        self._held = 0
        sock.setblocking(False)  # it is waited for only when there is nothing to do

    def send(self, message: dict[str, Any], buffers: Sequence[Buffer] = (), deadline: float | None = None) -> None:
        """Send one message; `Unsendable` when it is larger than the wire's bounds."""
        body = _ENCODER.encode(message).encode()
        total = sum(map(len, buffers))
        if len(body) > MAX_JSON or len(buffers) > MAX_BUFFERS or total > MAX_BYTES:
            raise Unsendable(f"a message of {len(body) + total:,} bytes in {len(buffers)} buffers is too large")
        lengths = struct.pack(f"!{len(buffers)}Q", *map(len, buffers))
        head = _HEAD.pack(len(body), len(buffers)) + lengths + body
        for part in (head, *buffers) if total > _SMALL else (b"".join([head, *buffers]),):
            self._write(part, deadline)

    def receive(self, deadline: float | None = None) -> tuple[dict[str, Any], list[Received]]:
        """Wait for one message; `Malformed` when the bytes are none."""
        self._held = 0
        try:
            return self._receive(deadline)
        finally:
            if self._purse:
                self._purse.give_back(self._held)

    def _receive(self, deadline: float | None) -> tuple[dict[str, Any], list[Received]]:
        self._wait(False, deadline)
        json_size, count = _HEAD.unpack(self._read(_HEAD.size, deadline))
        if json_size > MAX_JSON or count > MAX_BUFFERS:
            raise Malformed(f"a message of {json_size:,} bytes and {count:,} buffers")
        front = self._read(8 * count + json_size, deadline)
        lengths = struct.unpack_from(f"!{count}Q", front)
        total = sum(lengths)
        if total > MAX_BYTES:
            raise Malformed(f"buffers of {total:,} bytes")
        try:
            message = _DECODER.decode(str(memoryview(front)[8 * count :], "utf-8"))
        except (ValueError, RecursionError) as error:
            raise Malformed(f"a message that is no JSON: {error}"[:300]) from None
        if not isinstance(message, dict):
            raise Malformed("a message that is no object")
        if total > _SMALL:
            return message, [self._read(length, deadline) for length in lengths]
        rest = io.BytesIO(self._read(total, deadline))
        return message, [bytearray(rest.read(length)) for length in lengths]

    def send_descriptors(self, descriptors: Sequence[int]) -> None:
        """Hand open files over, right after a message; Unix only."""
        try:
            socket.send_fds(self.sock, [b"f"], list(descriptors))
        except OSError as error:
            raise _gone(error) from None

    def receive_descriptors(self, most: int, deadline: float | None = None) -> list[int]:
        """The open files that `send_descriptors` hands over, `most` at most."""
        self._wait(False, deadline)
        try:
            return list(socket.recv_fds(self.sock, 1, most)[1])
        except OSError as error:
            raise _gone(error) from None

    def close(self) -> None:
        """Hang up."""
        with contextlib.suppress(OSError):
            self.sock.close()

    def _wait(self, writing: bool, deadline: float | None) -> None:
        """Wait until something can be read, or written."""
        left = None if deadline is None else deadline - time.monotonic()
        if left is not None and left <= 0:
            raise Late("the time for this message is over")
        waited = [self.sock]
        try:
            ready = select.select([], waited, [], left) if writing else select.select(waited, [], [], left)
        except (OSError, ValueError) as error:  # closed by another thread
            raise _gone(error) from None
        if not any(ready):
            raise Late("the peer did not take the message in time" if writing else "the peer did not answer in time")

    def _write(self, data: Buffer, deadline: float | None) -> None:
        rest = memoryview(data)
        while rest:
            try:
                rest = rest[self.sock.send(rest) :]
            except BlockingIOError:
                self._wait(True, deadline)
            except OSError as error:
                raise _gone(error) from None

    def _read(self, size: int, deadline: float | None) -> Received:
        # Pages that nobody has written to cost nothing, so an announced size alone does not either; and a mapping goes
        # back to the system with its last user, where what malloc had for a thread may stay with the process.
        data: Received = mmap.mmap(-1, size) if size > _LARGE else bytearray(size)
        place = memoryview(data)
        while place:
            try:
                count = self.sock.recv_into(place)
            except BlockingIOError:
                self._wait(False, deadline)
                continue
            except OSError as error:
                raise _gone(error) from None
            if not count:
                raise Closed("the peer hung up")
            place = place[count:]
            if self._purse:
                self._purse.take(count)
                self._held += count
            if deadline is not None and time.monotonic() > deadline:
                raise Late("the time for this message is over")
        return data


def _gone(error: Exception) -> Closed:
    return Closed(f"the peer is gone: {error}")


class Listener:
    """Where a candidate dials in: a Unix socket in `folder`, or a loopback port where there are no Unix sockets.

    Whoever dials must send the token first; `address` holds both and is what `dial` takes.
    """

    def __init__(self, folder: Path) -> None:
        self._purse = Purse()
        self._token = os.urandom(_TOKEN_BYTES)
        self._path: Path | None = None
        if hasattr(socket, "AF_UNIX"):
            path = self._path = folder / "wire"
            self._sock = socket.socket(socket.AF_UNIX)
            self._sock.bind(str(path))
            os.chmod(path, 0o666)  # the folder decides who may come here; the candidate may run as another user
            place = f"unix:{path}"
        else:
            self._sock = socket.create_server(("127.0.0.1", 0))
            place = f"tcp:{self._sock.getsockname()[1]}"
        self._sock.listen(64)
        self.address = f"{self._token.hex()}@{place}"

    def accept(self, deadline: float, alive: Callable[[], bool] = lambda: True) -> Connection:
        """The next peer that knows the token. Others are turned away.

        `Late` when none came in time, `Closed` when nobody will because `alive` says so.
        """
        while True:
            left = deadline - time.monotonic()
            if left <= 0:
                raise Late("nobody dialled in time")
            try:
                self._sock.settimeout(min(left, 0.2))
                sock, _ = self._sock.accept()
            except TimeoutError:
                if not alive():
                    raise Closed("nobody is left to dial") from None
                continue
            except OSError:
                raise Closed("nobody listens here any more") from None
            connection = Connection(sock, self._purse)
            with contextlib.suppress(Closed, Late):
                token = connection._read(_TOKEN_BYTES, min(deadline, time.monotonic() + 1))
                if hmac.compare_digest(bytes(token), self._token):
                    return connection
            connection.close()

    def close(self) -> None:
        """Take no more calls, and leave no socket behind."""
        with contextlib.suppress(OSError):
            self._sock.close()
            if self._path:
                self._path.unlink()


def dial(address: str) -> Connection:
    """Connect to the `Listener` of that address; OSError when nobody answers."""
    token, _, place = address.partition("@")
    kind, _, where = place.partition(":")
    if kind == "unix":
        sock = socket.socket(socket.AF_UNIX)
        sock.connect(where)
    else:
        sock = socket.create_connection(("127.0.0.1", int(where)))
    sock.sendall(bytes.fromhex(token))
    return Connection(sock)


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is no JSON")


_ENCODER = json.JSONEncoder(separators=(",", ":"), allow_nan=False)
_DECODER = json.JSONDecoder(parse_constant=_no_constant)
