# Forks for ever, and so do its children.
# proof: processes|no answer within|signal 9
# only: bubblewrap docker
import os


def describe(numbers):
    while True:
        try:
            os.fork()
        except OSError:
            continue


def __getattr__(name):
    raise AttributeError(name)
