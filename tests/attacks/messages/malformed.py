# Sends in place of each answer another message that is none: no JSON, no object, wrong types, parts missing.
# proof: what came back is no answer
import gc
import json
import os
import struct
import time

import autograder.candidate.serve as serve

FORMS = [
    b"no json", b"[1]", b"null", b"[" * 100_000, b'{"is":' * 900 + b"1" + b"}" * 900, b"{}", b"\xff\xfe{}",
    b'{"is": "value", "id": NaN}', b'{"is": "value", "id": 1e999}', b'{"is": "error"}', b'{"is": ["value"]}',
    b'{"is": "error", "id": 2, "type": [], "bases": 5, "message": {}, "frames": "x"}',
    b'{"is": "error", "id": 2, "type": "E", "bases": {}, "message": "", "frames": {"a": 1}}',
    b'{"is": "error", "id": 2, "type": "E", "bases": [], "message": "", "frames": [{"file": 1}, 7, null]}',
    b'{"is": "unsendable", "id": 2}', b'{"is": "value", "id": 2}',
    b'{"is": "value", "id": 2, "value": 1, "value": {"$": "passed"}}',
    b'{"is": "value", "id": ' + b"9" * 5000 + b"}",
]  # fmt: skip


def __getattr__(name):
    return attack


def attack(*args):
    candidate = next(thing for thing in gc.get_objects() if isinstance(thing, serve.Candidate))
    line = candidate.local.line.connection.sock
    body = FORMS[int.from_bytes(os.urandom(2)) % len(FORMS)] if args else json.dumps({}).encode()
    line.sendall(struct.pack("!II", len(body), 0) + body)
    time.sleep(5)
