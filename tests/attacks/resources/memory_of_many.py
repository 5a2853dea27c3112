# Takes as much memory as one process may have, in as many processes as there may be.
# proof: many take memory
# only: bubblewrap docker
import os
import signal
import time


def describe(numbers):
    print("many take memory")


def mean(numbers):
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    for _ in range(20):
        try:
            if os.fork() == 0:
                kept = [bytearray(b"x" * 2**20) for _ in range(180)]
                time.sleep(60 + len(kept))
        except OSError:
            break
    time.sleep(1.9)


def __getattr__(name):
    raise AttributeError(name)
