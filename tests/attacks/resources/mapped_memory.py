# Takes memory that is no process's own: shared mappings, files in memory, pipes and sockets filled to the brim.
# proof: mapped
# only: bubblewrap docker
import mmap
import socket


def describe(numbers):
    print("mapped soon")


def mean(numbers):
    kept = []
    total = 0
    try:
        for _ in range(1200):
            kept.append(mmap.mmap(-1, 2**20, mmap.MAP_SHARED | mmap.MAP_ANONYMOUS))
            kept[-1].write(b"x" * 2**20)
            total += 2**20
    except (OSError, ValueError):
        pass
    try:
        for _ in range(100):
            kept.append(socket.socketpair())
            kept[-1][0].setblocking(False)
            total += kept[-1][0].send(bytes(2**20))
    except OSError:
        pass
    print("mapped", total // 2**20)
    globals()["kept"] = kept
