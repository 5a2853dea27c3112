# Makes a user namespace in which it may mount, and there a file system in memory without a bound.
# proof: namespace
# only: bubblewrap docker
import ctypes
import os

NEW_USER, NEW_MOUNTS, PRIVATE = 0x10000000, 0x20000, 16384 | (1 << 18)


def describe(numbers):
    print("namespace next")


def mean(numbers):
    user, group = os.getuid(), os.getgid()
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(NEW_USER | NEW_MOUNTS):
        raise OSError(ctypes.get_errno(), "no namespace")
    for name, text in (("setgroups", "deny"), ("uid_map", f"0 {user} 1"), ("gid_map", f"0 {group} 1")):
        with open(f"/proc/self/{name}", "w", encoding="ascii") as file:
            file.write(text)
    libc.mount(b"none", b"/", None, PRIVATE, None)
    if libc.mount(b"tmpfs", b"/tmp", b"tmpfs", 0, b"size=4g"):
        raise OSError(ctypes.get_errno(), "no mount")
    chunk = bytes(2**21 - 4096)
    for number in range(600):
        with open(f"/tmp/attack-{number}", "wb") as file:
            file.write(chunk)
    print("namespace filled")


def shares(matrix):
    return len(os.listdir("/tmp"))
