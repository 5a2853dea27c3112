"""What the standard library lacks of Linux: namespaces, mounts, capabilities."""

import contextlib
import ctypes
import fcntl
import os
import signal
import socket
import struct
from collections.abc import Iterator

_CLONE_NEWNS, _CLONE_NEWUTS, _CLONE_NEWIPC = 0x20000, 0x4000000, 0x8000000
_CLONE_NEWPID, _CLONE_NEWNET = 0x20000000, 0x40000000
_MS_RDONLY, _MS_NOSUID, _MS_NODEV, _MS_NOEXEC = 1, 2, 4, 8
_MS_BIND, _MS_REC, _MS_PRIVATE = 4096, 16384, 1 << 18
_MNT_DETACH = 2
_PR_SET_PDEATHSIG, _PR_SET_DUMPABLE, _PR_CAPBSET_DROP, _PR_SET_NO_NEW_PRIVS, _PR_CAP_AMBIENT = 1, 4, 24, 38, 47
_PR_CAP_AMBIENT_CLEAR_ALL = 4
_CAPABILITY_VERSION = 0x20080522
_LAST_CAPABILITY = 63
_SIOCGIFFLAGS, _SIOCSIFFLAGS, _IFF_UP = 0x8913, 0x8914, 1

_libc = ctypes.CDLL(None, use_errno=True)


def enter(process: int) -> None:
    """Go over to the mounts, network, host's name and inter-process communication of a process, open as a pidfd."""
    call("setns", process, _CLONE_NEWNS | _CLONE_NEWNET | _CLONE_NEWIPC | _CLONE_NEWUTS)


def pids_for_children(place: int) -> None:
    """The next children are in this pid namespace, or in that of the process with this pidfd."""
    call("setns", place, _CLONE_NEWPID)


def new_pids_for_children(own: int) -> None:
    """The next child is the first process of a new pid namespace; `own` is a descriptor of this process's own."""
    call("setns", own, _CLONE_NEWPID)  # back from the namespace of the child before
    call("unshare", _CLONE_NEWPID)


def new_namespaces() -> None:
    """Leave the mounts, the network, the host's name and the inter-process communication of everybody else."""
    call("unshare", _CLONE_NEWNS | _CLONE_NEWNET | _CLONE_NEWIPC | _CLONE_NEWUTS)
    call("mount", b"none", b"/", None, _MS_REC | _MS_PRIVATE, None)


def mount_tmpfs(path: str, options: str, read_only: bool = False) -> None:
    """An empty file system in memory at `path`."""
    flags = _MS_NOSUID | _MS_NODEV | (_MS_RDONLY if read_only else 0)
    call("mount", b"tmpfs", path.encode(), b"tmpfs", flags, options.encode())


def mount_proc() -> None:
    """/proc of the pid namespace this process is in."""
    call("mount", b"proc", b"/proc", b"proc", _MS_NOSUID | _MS_NODEV | _MS_NOEXEC, None)


def bind(source: str, target: str) -> None:
    """Let `target` show what is at `source`."""
    call("mount", source.encode(), target.encode(), None, _MS_BIND, None)


def mount_points() -> list[str]:
    """Where something is mounted."""
    with open("/proc/self/mounts", encoding="utf-8") as file:
        return [line.split()[1].replace("\\040", " ") for line in file]


def unmount(path: str) -> None:
    """Take away what is mounted at `path`, even while it is used."""
    call("umount2", path.encode(), _MNT_DETACH)


def loopback_up() -> None:
    """Switch on the loopback of this network namespace."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        request = struct.pack("16sh14x", b"lo", 0)
        flags = struct.unpack("16sh14x", fcntl.ioctl(sock, _SIOCGIFFLAGS, request))[1]
        fcntl.ioctl(sock, _SIOCSIFFLAGS, struct.pack("16sh14x", b"lo", flags | _IFF_UP))


def die_with_parent() -> None:
    """Be killed when the parent ends: a paused or endless candidate must not stay behind."""
    call("prctl", _PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)


def gain_nothing() -> None:
    """No program that this process or its children start has a capability its user does not have; theirs they keep."""
    for capability in range(_LAST_CAPABILITY):
        _libc.prctl(_PR_CAPBSET_DROP, capability, 0, 0, 0)  # the last ones do not exist everywhere
    call("prctl", _PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)


def give_up_privileges(user: int) -> None:
    """Become the user with this number (0: stay who you are) and keep no capability, for good."""
    if user:
        os.setgroups([])
        os.setresgid(user, user, user)
        os.setresuid(user, user, user)
    _libc.prctl(_PR_CAP_AMBIENT, _PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0)
    header = struct.pack("Ii", _CAPABILITY_VERSION, 0)
    call("capset", ctypes.create_string_buffer(header), ctypes.create_string_buffer(24))
    call("prctl", _PR_SET_DUMPABLE, 1, 0, 0, 0)  # as after an exec: /proc/self is its own again


def ended_children() -> Iterator[tuple[int, int]]:
    """The children that have ended, adopted ones as well: their numbers and wait statuses, each told once."""
    with contextlib.suppress(ChildProcessError):
        while (ended := os.waitpid(-1, os.WNOHANG))[0]:
            yield ended


def private_memory(pid: int) -> int:
    """The bytes in memory that a process has of its own or shares with others, but with no file; 0 when it is gone."""
    try:
        with open(f"/proc/{pid}/status", "rb") as file:
            lines = file.read().splitlines()
        return sum(int(line.split()[1]) * 1024 for line in lines if line.startswith((b"RssAnon:", b"RssShmem:")))
    except OSError:
        return 0


def call(name: str, *arguments: object) -> None:
    """Call a function of the C library that gives 0; OSError with its reason when it does not."""
    if getattr(_libc, name)(*arguments) != 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{name}: {os.strerror(number)}")
