# Writes gigabytes to a file that exists in memory alone.
# proof: memory file
# only: bubblewrap docker
import os
import time


def describe(numbers):
    print("memory file")
    total = 0
    files = [os.memfd_create(f"attack-{number}") for number in range(1000)]
    end = time.monotonic() + 1.5
    for file in files:
        try:
            while time.monotonic() < end:
                total += os.write(file, bytes(2**20))
        except OSError:
            continue
    print("memory file", total // 2**20)
    globals()["files"] = files
