# Calls callbacks that were never sent, with arguments that are none, and without their parts.
# proof: what came back is no answer
import gc
import json
import struct
import time

import autograder.candidate.serve as serve

FORMS = [
    {"callback": 99, "args": [], "kwargs": {}},
    {"callback": -1, "args": [], "kwargs": {}},
    {"callback": True, "args": [], "kwargs": {}},
    {"callback": "0", "args": [], "kwargs": {}},
    {"callback": 0},
    {"callback": 0, "args": 5, "kwargs": 5},
    {"callback": 0, "args": {"a": 1}, "kwargs": [1]},
    {"callback": 0, "args": [{"$": "callback", "id": 0}], "kwargs": {}},
    {"callback": 0, "args": [{"$": "handle", "id": "x"}], "kwargs": {"": {"$": 1}}},
    {"callback": [0], "args": None, "kwargs": None},
]


def __getattr__(name):
    return attack


def attack(*args):
    candidate = next(thing for thing in gc.get_objects() if isinstance(thing, serve.Candidate))
    line = candidate.local.line.connection.sock
    form = FORMS[len(str(args)) % len(FORMS)]
    body = json.dumps({"is": "callback", "id": [], **form}).encode()
    line.sendall(struct.pack("!II", len(body), 0) + body)
    time.sleep(5)
