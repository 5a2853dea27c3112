# Sends one buffer of bytes and refers to it thousands of times, so that the reader copies it each time.
# proof: buffer sent
import autograder.candidate.serve as serve


def __getattr__(name):
    return attack


def describe(numbers):
    print("buffer sent")


def mean(numbers):
    serve.encode = many


def many(value, buffers, export):
    buffers.append(bytes(8 * 2**20))
    return [{"$": "bytes", "b": 0}] * 150


def attack(*args):
    return None
