# Takes the memory in many processes while orphans end all the time, so that whoever watches is always busy with them.
# proof: watcher kept busy
# only: bubblewrap docker
import contextlib
import os
import time


def churn():
    while True:
        with contextlib.suppress(OSError):
            pid = os.fork()
            if pid == 0:
                if os.fork() == 0:
                    time.sleep(0.01)
                os._exit(0)
            os.waitpid(pid, 0)


def describe(numbers):
    print("watcher kept busy")


def mean(numbers):
    with contextlib.suppress(OSError):
        for _ in range(3):
            if os.fork() == 0:
                churn()
        for _ in range(10):
            if os.fork() == 0:
                kept = []
                for _ in range(45):
                    kept.append(bytearray(b"x" * 2**22))
                    time.sleep(0.02)
                time.sleep(60)
    time.sleep(1.9)


def __getattr__(name):
    raise AttributeError(name)
