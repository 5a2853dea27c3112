"""Messages are whole, bounded in size and time, and come only from who knows the token."""

import mmap
import socket
import struct
import threading
import time

import pytest

from autograder.wire import Closed, Connection, Late, Listener, Malformed, Unsendable, dial
from autograder.wire.connection import MAX_BYTES, MAX_JSON


@pytest.fixture
def pair():
    ours, theirs = socket.socketpair()
    with ours, theirs:
        yield Connection(ours), theirs


def soon(seconds=1.0):
    return time.monotonic() + seconds


def test_a_message_arrives_whole(pair):
    ours, theirs = pair
    Connection(theirs).send({"a": [1, "é"]}, [b"abc", b""], soon())
    message, buffers = ours.receive(soon())
    assert message == {"a": [1, "é"]}
    assert buffers == [b"abc", b""]


def test_large_buffers_go_back_to_the_system(pair):
    ours, theirs = pair
    sent = [bytes([number]) * (3 * 2**20) for number in range(4)]
    thread = threading.Thread(target=Connection(theirs).send, args=({"is": "large"}, sent, soon(20)))
    thread.start()
    _, buffers = ours.receive(soon(20))
    thread.join()
    assert [bytes(buffer) for buffer in buffers] == sent
    assert all(
        isinstance(buffer, mmap.mmap) for buffer in buffers
    )  # unmapped with its last user, whatever malloc keeps


def test_silence_is_late_and_hanging_up_is_closed(pair):
    ours, theirs = pair
    with pytest.raises(Late):
        ours.receive(soon(0.05))
    theirs.sendall(b"\0\0")  # half a head
    with pytest.raises(Late):
        ours.receive(soon(0.05))
    theirs.close()
    with pytest.raises(Closed):
        ours.receive(soon())


@pytest.mark.parametrize(
    "raw",
    [
        struct.pack("!II", MAX_JSON + 1, 0),
        struct.pack("!II", 2, 2**31),
        struct.pack("!IIQ", 2, 1, MAX_BYTES + 1) + b"{}",
        struct.pack("!II", 3, 0) + b"[1]",
        struct.pack("!II", 3, 0) + b"{]}",
        struct.pack("!II", 8, 0) + b'{"a":NaN}'[:8],
        struct.pack("!II", 2, 0) + b"\xff\xff",
        struct.pack("!II", 60_000, 0) + b"[" * 60_000,
        struct.pack("!II", 10_000, 0) + b"9" * 10_000,
    ],
)
def test_bytes_that_are_no_message_are_malformed(pair, raw):
    ours, theirs = pair
    theirs.sendall(raw)
    with pytest.raises(Malformed):
        ours.receive(soon())


def test_an_announced_size_alone_takes_no_memory(pair):
    ours, theirs = pair
    theirs.sendall(struct.pack("!IIQ", 2, 1, MAX_BYTES) + b"{}")
    theirs.close()
    with pytest.raises(Closed):
        ours.receive(soon())


def test_a_message_too_large_to_send_is_said_so(pair):
    ours, _ = pair
    with pytest.raises(Unsendable, match="too large"):
        ours.send({"a": "x" * MAX_JSON})


def test_a_peer_that_does_not_read_is_late(pair):
    ours, _ = pair
    with pytest.raises(Late):
        ours.send({}, [bytes(50 * 2**20)], soon(0.05))


def test_only_who_knows_the_token_is_let_in(tmp_path):
    listener = Listener(tmp_path)
    wrong = listener.address.replace(listener.address[:4], "beef", 1)
    stranger = dial(wrong)
    friend = dial(listener.address)
    friend.send({"who": "friend"})
    accepted = listener.accept(soon(5))
    assert accepted.receive(soon())[0] == {"who": "friend"}
    with pytest.raises(Closed):
        stranger.receive(soon())
    for end in (stranger, friend, accepted, listener):
        end.close()


def test_a_listener_does_not_wait_for_the_dead(tmp_path):
    listener = Listener(tmp_path)
    with pytest.raises(Closed):
        listener.accept(soon(30), lambda: False)
    with pytest.raises(Late):
        listener.accept(soon(0.01))
    listener.close()
