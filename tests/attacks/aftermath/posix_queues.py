# Leaves a POSIX message queue and shared memory under a name.
# proof: queues left
# only: bubblewrap docker
import contextlib
import ctypes
import os
from multiprocessing import shared_memory


def describe(numbers):
    queue = -1
    with contextlib.suppress(OSError, AttributeError):
        queue = ctypes.CDLL("librt.so.1").mq_open(b"/attack-queue", os.O_CREAT | os.O_RDWR, 0o666, None)
    with contextlib.suppress(OSError), open("/dev/shm/attack-memory", "wb") as file:
        file.write(bytes(2**20))
    with contextlib.suppress(OSError, FileExistsError):
        shared_memory.SharedMemory("attack-shared", create=True, size=2**16)
    print("queues left", queue)


def mean(numbers):
    return None
