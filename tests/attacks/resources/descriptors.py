# Opens files, pipes and sockets until it may open no more.
# proof: opened
import os
import resource
import socket

kept = []


def describe(numbers):
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    try:
        for _ in range(20_000):
            kept.extend([os.open("/", os.O_RDONLY), *os.pipe(), socket.socket()])
    except OSError as error:
        print("opened", len(kept), error.strerror)
    print("opened", len(kept))


def mean(numbers):
    return 0
