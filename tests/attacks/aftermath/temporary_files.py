# Leaves files in every folder that the next submission might look into.
# proof: droppings
# only: bubblewrap docker
import contextlib
import os
import tempfile


def describe(numbers):
    left = 0
    for place in ("/tmp", "/var/tmp", "/dev/shm", "/run", tempfile.gettempdir(), os.path.expanduser("~"), "..", "/"):
        with contextlib.suppress(OSError), open(f"{place}/attack-dropping.py", "w", encoding="utf-8") as file:
            file.write("print('PASSED')\n")
            left += 1
    print("droppings", left)


def mean(numbers):
    return describe(numbers)
