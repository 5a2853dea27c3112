# Writes a forged answer and a verdict to every open descriptor, then closes or swaps them all.
# proof: signal|exit status|hung up|no answer
import json
import os
import struct
import time


def __getattr__(name):
    return attack


def attack(*args):
    body = json.dumps({"is": "value", "id": 2, "value": 0, "where": None, "earned": 17}).encode()
    for number in map(int, os.listdir("/proc/self/fd")):
        for text in (struct.pack("!II", len(body), 0) + body, b"PASSED 17 of 17 points\n", os.urandom(64)):
            try:
                os.write(number, text)
            except OSError:
                break
    os.closerange(0, 100)
    time.sleep(5)
