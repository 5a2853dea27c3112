# Looks for the examiner, databases, metadata and other candidates on this machine's own addresses and sockets.
# proof: doors tried
# only: bubblewrap docker
import contextlib
import glob
import socket

PORTS = (22, 80, 2375, 3306, 5432, 6379, 8000, 8080, 8888, 9200)


def describe(numbers):
    open_doors = []
    for host in ("127.0.0.1", "169.254.169.254"):
        for port in PORTS:
            with contextlib.suppress(OSError):
                socket.create_connection((host, port), 0.05).close()
                open_doors.append(port)
    with contextlib.suppress(OSError), open("/proc/net/unix", encoding="utf-8") as table:
        for line in table.read().splitlines()[1:]:
            words = line.split()
            if len(words) > 7 and words[7].startswith("@"):
                with contextlib.suppress(OSError):
                    socket.socket(socket.AF_UNIX).connect("\0" + words[7][1:])
                    open_doors.append(words[7])
    for path in glob.glob("/run/*.sock") + glob.glob("/var/run/*/*.sock"):
        with contextlib.suppress(OSError):
            socket.socket(socket.AF_UNIX).connect(path)
            open_doors.append(path)
    print("doors tried", len(open_doors))


def mean(numbers):
    return describe(numbers)
