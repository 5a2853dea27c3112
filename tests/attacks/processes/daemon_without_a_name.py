# The same, but the daemon becomes another program with an empty environment, so that no mark tells whose it is.
# proof: nameless daemon left
# only: bubblewrap docker
import os
import sys
import time


def describe(numbers):
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            os.execve(sys.executable, [sys.executable, "-I", "-S", "-c", "import time; time.sleep(300)"], {})
        os._exit(0)
    time.sleep(0.3)
    print("nameless daemon left")


def mean(numbers):
    return describe(numbers)
