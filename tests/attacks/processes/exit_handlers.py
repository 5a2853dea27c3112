# Leaves threads, exit handlers and finalizers that would run when the grade is over.
# proof: handlers left
import atexit
import os
import signal
import sys
import threading
import time
import weakref


def late(*args):
    while True:
        time.sleep(0.01)
        with open("attack-late", "a", encoding="utf-8") as file:
            file.write("PASSED\n")


def __getattr__(name):
    return attack


def attack(*args):
    for _ in range(3):
        threading.Thread(target=late).start()
    atexit.register(late)
    weakref.finalize(sys, late)
    signal.signal(signal.SIGTERM, late)
    print("handlers left", os.getpid())
    return None
