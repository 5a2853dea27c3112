# Kills itself with one signal after another, sets alarms, and ignores what it is sent.
# proof: signal 9
import os
import signal
import threading

order = [signal.SIGSEGV, signal.SIGBUS, signal.SIGXCPU, signal.SIGHUP, signal.SIGTERM, signal.SIGPIPE, signal.SIGUSR1]


def __getattr__(name):
    return attack


def describe(numbers):
    os.kill(os.getpid(), signal.SIGKILL)


def attack(*args):
    for number in range(1, 60):
        try:
            signal.signal(number, signal.SIG_IGN)
        except (OSError, ValueError):
            continue
    chosen = order[len(str(args)) % len(order)]
    signal.signal(chosen, signal.SIG_DFL)
    signal.setitimer(signal.ITIMER_REAL, 0.2)
    threading.Timer(0.1, os.kill, (0, chosen)).start()
    os.kill(os.getpid(), chosen)


def save(numbers):
    os.kill(os.getpid(), signal.SIGKILL)
