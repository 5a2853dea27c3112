# Leaves pipes, sockets, devices, links to everything and holes in place of the files that are asked for.
# proof: special files made
import contextlib
import os
import socket
import stat


def save(numbers):
    for name, where in (("numbers.txt", "/etc/passwd"), ("a", "/proc/self/mem"), ("b", "/dev/zero"), ("c", "c")):
        with contextlib.suppress(OSError):
            os.symlink(where, name)
    with contextlib.suppress(OSError):
        os.link("/etc/passwd", "d")
    with contextlib.suppress(OSError):
        os.mknod("e", 0o666 | stat.S_IFCHR, os.makedev(1, 5))
    with contextlib.suppress(OSError):
        os.mkfifo("sum.txt")
    with contextlib.suppress(OSError):
        socket.socket(socket.AF_UNIX).bind("f")
    print("special files made")


if __name__ == "__main__":
    save([])
