# Gives its processes names that are no text, with brackets and line ends in them, before it leaves them behind.
# proof: renamed
import ctypes
import os
import time


def rename(name):
    ctypes.CDLL(None).prctl(15, name, 0, 0, 0)  # PR_SET_NAME


def describe(numbers):
    for name in (b"\xff\xfe\x80", b") Z 1 1 1", b"a b\n(c", b""):
        if os.fork() == 0:
            os.setsid()
            rename(name)
            time.sleep(300)
    print("renamed")
    rename(b"\xff) Z 0")


def mean(numbers):
    return describe(numbers)
