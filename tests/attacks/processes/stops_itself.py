# Stops itself and all its threads, so that neither an answer nor an end comes.
# proof: no answer within
import os
import signal


def __getattr__(name):
    return attack


def attack(*args):
    os.kill(os.getpid(), signal.SIGSTOP)
