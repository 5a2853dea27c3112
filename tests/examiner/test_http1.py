"""What a service may send in place of an answer, and that none of it is anything but its own fault."""

import contextlib
import random
import socket
import threading
import time

import pytest

from autograder.examiner.faults import CandidateFault, CandidateLate
from autograder.examiner.http1 import MAX_BODY, BadAnswer, Request, exchange

GOOD = b'HTTP/1.1 200 OK\r\nX-Id: 7\r\nX-A: 1\r\nx-a: 2\r\nContent-Length: 10\r\n\r\n{"a": [1]}'
CHUNKED = b'HTTP/1.1 201 Created\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{"a":\r\n3\r\n 1}\r\n0\r\n\r\n'
GET = Request("GET", "/x")


def answered(raw, request=GET, seconds=5.0, **more):
    """What becomes of a request when the service sends these bytes and hangs up."""
    ours, theirs = socket.socketpair()
    with theirs:

        def send():
            with contextlib.suppress(OSError):
                theirs.sendall(raw)
                theirs.shutdown(socket.SHUT_WR)

        sender = threading.Thread(target=send)
        sender.start()
        try:
            return exchange(ours, request, time.monotonic() + seconds, **more)
        finally:
            sender.join()


def test_an_answer_is_read_whole():
    response = answered(GOOD)
    assert (response.status, response.headers["x-a"], response.body) == (200, "1, 2", b'{"a": [1]}')
    assert answered(CHUNKED).json() == {"a": 1}
    assert answered(b"HTTP/1.0 200 OK\r\n\r\nuntil it closes").body == b"until it closes"
    assert answered(b"HTTP/1.1 100 Continue\r\n\r\n" + GOOD).status == 200
    assert answered(b"HTTP/1.1 204 No Content\r\n\r\n").body == b""
    assert answered(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", Request("HEAD", "/x")).body == b""


def test_what_is_sent_is_http():
    ours, theirs = socket.socketpair()
    with theirs:
        theirs.sendall(GOOD)
        exchange(ours, Request.with_json("POST", "/predict?k=1", {"text": "ü"}, {"X-Id": "7"}), time.monotonic() + 5)
        head, _, body = theirs.recv(65536).partition(b"\r\n\r\n")
    lines = head.split(b"\r\n")
    assert lines[0] == b"POST /predict?k=1 HTTP/1.1"
    assert {b"Host: localhost", b"Connection: close", b"X-Id: 7", b"Content-Type: application/json"} <= set(lines)
    assert b"Content-Length: %d" % len(body) in lines
    assert body == b'{"text": "\\u00fc"}'


HEAD = b"HTTP/1.1 200 OK\r\n"
BAD = {
    "nothing": b"",
    "garbage": b"\x00\xff\xfe garbage",
    "a line of garbage": b"hello\r\n\r\n",
    "a status that is none": b"HTTP/1.1 abc OK\r\n\r\n",
    "a status too low": b"HTTP/1.1 99 OK\r\n\r\n",
    "a status too high": b"HTTP/1.1 1000 OK\r\n\r\n",
    "another version": b"HTTP/7.5 200 OK\r\n\r\n",
    "a status line without end": b"HTTP/1.1 200 " + b"a" * 2**20,
    "a header without a colon": HEAD + b"what is this\r\nContent-Length: 2\r\n\r\nok",
    "a header of a megabyte": HEAD + b"X: " + b"a" * 2**20 + b"\r\n\r\n",
    "a thousand headers": HEAD + b"".join(b"X%d: 1\r\n" % i for i in range(1000)) + b"\r\n",
    "interim answers only": b"HTTP/1.1 100 Continue\r\n\r\n" * 50_000,
    "a body cut short": HEAD + b"Content-Length: 10\r\n\r\nabc",
    "a length beyond all memory": HEAD + b"Content-Length: 1" + b"0" * 30 + b"\r\n\r\nabc",
    "a length of 5000 digits": HEAD + b"Content-Length: " + b"9" * 5000 + b"\r\n\r\nabc",
    "a negative length": HEAD + b"Content-Length: -1\r\n\r\nabc",
    "a length in words": HEAD + b"Content-Length: three\r\n\r\nabc",
    "a body too large": HEAD + b"\r\n" + b"a" * (MAX_BODY + 1),
    "a chunk without a size": HEAD + b"Transfer-Encoding: chunked\r\n\r\nzz\r\nabc\r\n0\r\n\r\n",
    "a chunk of negative size": HEAD + b"Transfer-Encoding: chunked\r\n\r\n-5\r\nabc\r\n0\r\n\r\n",
    "a chunk beyond all memory": HEAD + b"Transfer-Encoding: chunked\r\n\r\n" + b"f" * 16 + b"\r\nabc",
    "chunks without end": HEAD + b"Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n",
    "chunks that are too many": HEAD + b"Transfer-Encoding: chunked\r\n\r\n" + b"3\r\nabc\r\n" * 400_000 + b"0\r\n\r\n",
}


@pytest.mark.parametrize("raw", BAD.values(), ids=BAD)
def test_what_is_no_answer_is_the_services_fault(raw):
    with pytest.raises(BadAnswer, match=r"the answer to GET /x|without an answer|too large"):
        answered(raw)


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"NaN", b"[" * 100_000, b"9" * 10_000, b'"\\ud800"', b"\xff", b'{"a": Infinity}'],
    ids=["empty", "open", "nan", "deep", "long number", "half a character", "no text", "infinity"],
)
def test_a_body_that_is_no_json_is_the_services_fault(body):
    response = answered(HEAD + b"\r\n" + body)
    assert response.body == body
    with pytest.raises(BadAnswer, match="is no JSON"):
        response.json()


def test_an_answer_that_drips_is_late():
    ours, theirs = socket.socketpair()
    over = threading.Event()

    def drip():
        with contextlib.suppress(OSError):
            theirs.sendall(HEAD)
            while not over.wait(0.01):
                theirs.sendall(b"X")

    dripping = threading.Thread(target=drip)
    dripping.start()
    with pytest.raises(CandidateLate, match="no whole answer to GET /x"):
        exchange(ours, Request("GET", "/x"), time.monotonic() + 0.3)
    over.set()
    dripping.join()
    theirs.close()


def test_a_request_that_is_not_read_is_late():
    ours, theirs = socket.socketpair()
    with theirs, pytest.raises(CandidateLate):
        exchange(ours, Request("POST", "/x", b"a" * 2**24), time.monotonic() + 0.2)


def test_a_request_may_be_answered_before_it_is_read():
    refused = answered(b"HTTP/1.1 413 Too Large\r\nContent-Length: 0\r\n\r\n", Request("POST", "/x", b"a" * 1000))
    assert refused.status == 413
    ours, theirs = socket.socketpair()
    theirs.sendall(b"HTTP/1.1 413 Too Large\r\nContent-Length: 0\r\n\r\n")
    theirs.close()
    assert exchange(ours, Request("POST", "/x", b"a" * 2**24), time.monotonic() + 5).status == 413


def test_no_answer_that_was_tampered_with_breaks_the_examiner():
    rng = random.Random(8)
    seen = {"answers": 0, "faults": 0}
    for _ in range(1500):
        raw = bytearray(rng.choice([GOOD, CHUNKED, b"HTTP/1.1 100 Continue\r\n\r\n" + GOOD]))
        for _ in range(rng.randint(1, 6)):
            at = rng.randrange(len(raw))
            raw[at : at + rng.choice([0, 1, 1, 5])] = rng.choice(
                [bytes([rng.randrange(256)]), b"", b"\r\n", b"\r\n\r\n", b":", b"\0", b"-1", b"9" * 20, b" ", b"\n"]
            )
        try:
            response = answered(bytes(raw), seconds=2)
            with contextlib.suppress(BadAnswer):
                response.json()
            seen["answers"] += 1
        except CandidateFault:
            seen["faults"] += 1
    assert min(seen.values()) > 100, seen
