"""System calls that no exercise needs, refused by the kernel: new namespaces, mounts, keys, tracing, hidden memory.

A filter is a program for the kernel's packet filter (`man 2 seccomp`); it looks at the number of the call, and at the
flags of `clone`. What it does not name is allowed: the user, the namespaces and the limits bound that.
"""

import ctypes
import errno
import functools
import os
import struct

from autograder.candidate import kernel

_LOAD, _EQUAL, _AT_LEAST, _ANY_BIT, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_ALLOW, _FAIL = 0x7FFF0000, 0x00050000
_PR_SET_SECCOMP, _FILTER = 22, 2
_NUMBER, _ARCHITECTURE, _FIRST_ARGUMENT = 0, 4, 16  # offsets in struct seccomp_data
_NEW_USER_NAMESPACE = 0x10000000
_OTHER_ABI = 0x40000000  # x32's numbers begin here
_CLONE3, _MEMFD_CREATE = "clone3", "memfd_create"

# One number for every architecture, since Linux 5.1.
_COMMON = {
    "io_uring_setup": 425, "io_uring_enter": 426, "io_uring_register": 427, "open_tree": 428, "move_mount": 429,
    "fsopen": 430, "fsconfig": 431, "fsmount": 432, "fspick": 433, _CLONE3: 435, "mount_setattr": 442,
    "memfd_secret": 447,
}  # fmt: skip
_X86_64 = {
    "ptrace": 101, "pivot_root": 155, "chroot": 161, "mount": 165, "umount2": 166, "swapon": 167, "init_module": 175,
    "delete_module": 176, "add_key": 248, "request_key": 249, "keyctl": 250, "unshare": 272, "perf_event_open": 298,
    "open_by_handle_at": 304, "setns": 308, "process_vm_readv": 310, "process_vm_writev": 311, "finit_module": 313,
    _MEMFD_CREATE: 319, "bpf": 321, "userfaultfd": 323,
}  # fmt: skip
_AARCH64 = {
    "umount2": 39, "mount": 40, "pivot_root": 41, "chroot": 51, "unshare": 97, "init_module": 105,
    "delete_module": 106, "ptrace": 117, "add_key": 217, "request_key": 218, "keyctl": 219, "swapon": 224,
    "perf_event_open": 241, "open_by_handle_at": 265, "setns": 268, "process_vm_readv": 270,
    "process_vm_writev": 271, "finit_module": 273, _MEMFD_CREATE: 279, "bpf": 280, "userfaultfd": 282,
}  # fmt: skip
_MACHINES = {"x86_64": (0xC000003E, _X86_64, 56), "aarch64": (0xC00000B7, _AARCH64, 220)}


def refuse_what_nobody_needs() -> None:
    """From now on, for this process and all it starts, and for good. Nothing is done on other processors."""
    program = instructions()
    if program:
        header = struct.pack("HxxxxxxP", len(program) // 8, ctypes.addressof(program))
        kernel.call("prctl", _PR_SET_SECCOMP, _FILTER, ctypes.create_string_buffer(header), 0, 0)


@functools.cache
def instructions() -> "ctypes.Array[ctypes.c_char] | None":
    """The filter for this machine, made at the first call: before a fork, it is made once."""
    machine = _MACHINES.get(os.uname().machine)
    return ctypes.create_string_buffer(program, len(program)) if machine and (program := _program(*machine)) else None


def _program(architecture: int, numbers: dict[str, int], clone: int) -> bytes:
    """The filter's instructions: load a word, compare and jump, return."""
    fail, missing, allow = _FAIL | errno.EPERM, _FAIL | errno.ENOSYS, _ALLOW
    lines = [
        (_LOAD, 0, 0, _ARCHITECTURE),
        (_EQUAL, 1, 0, architecture),
        (_RETURN, 0, 0, fail),  # the calls of another architecture, such as 32-bit ones
        (_LOAD, 0, 0, _NUMBER),
        (_AT_LEAST, 0, 1, _OTHER_ABI),
        (_RETURN, 0, 0, fail),
    ]
    for name, number in (_COMMON | numbers).items():
        # Libraries do without a call that does not exist, but not all of them without one that is forbidden.
        answer = missing if name in (_CLONE3, _MEMFD_CREATE) else fail
        lines += [(_EQUAL, 0, 1, number), (_RETURN, 0, 0, answer)]
    lines += [
        (_EQUAL, 0, 3, clone),
        (_LOAD, 0, 0, _FIRST_ARGUMENT),
        (_ANY_BIT, 0, 1, _NEW_USER_NAMESPACE),
        (_RETURN, 0, 0, fail),
        (_RETURN, 0, 0, allow),
    ]
    return b"".join(struct.pack("HBBI", *line) for line in lines)
