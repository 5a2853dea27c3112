# Fills the disk with files that are each below the bound.
# proof: files written
# only: bubblewrap docker
import os
import threading
import time


def fill():
    chunk = os.urandom(2**20)
    for number in range(3000):
        with open(f"attack-{threading.get_ident()}-{number}", "wb", buffering=0) as file:
            file.write(chunk)


def describe(numbers):
    threading.Thread(target=fill, daemon=True).start()
    time.sleep(1.5)
    print("files written", len(os.listdir(".")))


def __getattr__(name):
    return lambda *args: time.sleep(1.5)
