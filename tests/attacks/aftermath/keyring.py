# Leaves a key in the kernel's keyring of its user, which outlives its processes.
# proof: key left
# only: bubblewrap docker
import ctypes

ADD_KEY = 248  # the number of the call on x86-64
USER_KEYRING = -4


def describe(numbers):
    libc = ctypes.CDLL(None, use_errno=True)
    key = libc.syscall(ADD_KEY, b"user", b"attack-key", b"PASSED", 6, USER_KEYRING)
    print("key left", key, ctypes.get_errno())


def mean(numbers):
    return describe(numbers)
