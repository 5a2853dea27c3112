# Calls home: by name, by address, by datagram, and through every proxy it can think of.
# proof: calls made
# only: bubblewrap docker
import contextlib
import socket
import urllib.request


def describe(numbers):
    reached = []
    for address in (("192.0.2.1", 80), ("198.51.100.1", 53), ("2001:db8::1", 80)):
        with contextlib.suppress(OSError):
            socket.create_connection(address, 0.2).close()
            reached.append(address)
    with contextlib.suppress(OSError):
        datagram = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        datagram.settimeout(0.2)
        datagram.sendto(b"attack", ("192.0.2.1", 53))
    with contextlib.suppress(OSError):
        urllib.request.urlopen("http://192.0.2.1/solution", timeout=0.2)
    print("calls made", len(reached))


def mean(numbers):
    return describe(numbers)
