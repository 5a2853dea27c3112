# Leaves System V shared memory, a message queue and semaphores, which no end of a process removes.
# proof: left for the next
# only: bubblewrap docker
import ctypes

KEY, CREATE = 0xA77AC4, 0o1666


def describe(numbers):
    libc = ctypes.CDLL(None)
    made = [libc.shmget(KEY, 2**20, CREATE), libc.msgget(KEY, CREATE), libc.semget(KEY, 4, CREATE)]
    print("left for the next", made)


def mean(numbers):
    return describe(numbers)
