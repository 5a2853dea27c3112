# Forks in the middle of a call, so that two processes answer the same question on one line.
# proof: what came back is no answer
import os


def __getattr__(name):
    return attack


def attack(*args):
    os.fork()
    return 0
