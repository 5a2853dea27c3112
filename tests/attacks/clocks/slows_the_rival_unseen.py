# The same by processes that carry no mark and have another parent.
# proof: too little
# only: bubblewrap docker
import itertools
import os
import sys

# As many as there are processors twice over; they end by themselves.
BUSY = "import time\nend = time.monotonic() + 8\nwhile time.monotonic() < end: pass"


def count_pairs(values):
    if len(values) < 10:
        for _ in range(2 * (os.cpu_count() or 1)):
            if os.fork() == 0:
                os.setsid()
                if os.fork() == 0:
                    os.execve(sys.executable, [sys.executable, "-I", "-S", "-c", BUSY], {})
                os._exit(0)
    return sum(one == other for one, other in itertools.combinations(values.tolist(), 2))
