# The same, but the daemon overwrites its own environment in memory and forbids others to look into it.
# proof: hidden daemon left
# only: bubblewrap docker
import ctypes
import os
import time


def hide():
    libc = ctypes.CDLL(None)
    libc.prctl(4, 0, 0, 0, 0)  # PR_SET_DUMPABLE
    with open("/proc/self/stat", encoding="utf-8") as file:
        words = file.read().rpartition(")")[2].split()
    low, high = int(words[47]), int(words[48])  # where the environment lies
    ctypes.memset(low, 0, high - low)


def describe(numbers):
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            hide()
            time.sleep(300)
        os._exit(0)
    time.sleep(0.3)
    print("hidden daemon left")


def mean(numbers):
    return describe(numbers)
