# Sets the machine's clock, and tells its own timers from it.
# proof: clock not set
# only: bubblewrap docker
import time


def describe(numbers):
    try:
        time.clock_settime(time.CLOCK_REALTIME, time.time() + 1)
    except OSError as error:
        print("clock not set:", error)


def mean(numbers):
    return describe(numbers)
