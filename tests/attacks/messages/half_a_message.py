# Announces messages larger than all memory, sends half of one, or one byte at a time, and hangs up in the middle.
# proof: what came back is no answer
import gc
import socket
import struct
import time

import autograder.candidate.serve as serve

HEADS = iter([
    struct.pack("!II", 2**31, 0),
    struct.pack("!IIQ", 2, 1, 2**60) + b"{}",
    struct.pack("!II", 2, 2**31),
    struct.pack("!IIQQ", 2, 2, 2**63, 2**63) + b"{}",
    struct.pack("!II", 2**24, 0) + b"{" * 1000,
    b"\0",
])  # fmt: skip
PLACE = "attack-heads"


def __getattr__(name):
    return attack


def attack(*args):
    candidate = next(thing for thing in gc.get_objects() if isinstance(thing, serve.Candidate))
    line = candidate.local.line.connection.sock
    head = {"describe": 0, "mean": 1}.get(args[0] if args and isinstance(args[0], str) else "", len(str(args)) % 6)
    for number, chosen in enumerate(HEADS):
        if number == head:
            for byte in chosen:
                line.sendall(bytes([byte]))
                time.sleep(0.001)
            break
    time.sleep(0.3 if head < 4 else 5)
    line.shutdown(socket.SHUT_RDWR)
