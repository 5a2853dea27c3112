# Recurses without end, in Python and through C, with the bound on it lifted.
# proof: signal 11|RecursionError
import sys
import threading


def describe(numbers):
    sys.setrecursionlimit(10**9)
    return describe(numbers)


def mean(numbers):
    value = []
    for _ in range(10**6):
        value = [value]
    return repr(value)


def echo(say, words):
    threading.stack_size(2**16)
    return say(lambda: echo(say, words))


def pick(numbers, index):
    return pick(numbers, index)
