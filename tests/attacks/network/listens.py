# Listens on ports and sockets, and waits for the next submission to call.
# proof: listening
import contextlib
import socket

kept = []


def describe(numbers):
    for port in (0, 8000, 8888):
        with contextlib.suppress(OSError):
            kept.append(socket.create_server(("127.0.0.1", port)))
    with contextlib.suppress(OSError):
        name = socket.socket(socket.AF_UNIX)
        name.bind("\0attack-listens")
        name.listen()
        kept.append(name)
    print("listening", len(kept))


def mean(numbers):
    return describe(numbers)
