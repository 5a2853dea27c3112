# Leaves a daemon in a session of its own, twice removed from the process that answers.
# proof: daemon left
import os
import time


def describe(numbers):
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            os.closerange(0, 100)
            time.sleep(300)
        os._exit(0)
    print("daemon left")


def __getattr__(name):
    return describe
