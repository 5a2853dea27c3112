# Leaves a process without a mark that keeps the examiner's end of the output open.
# proof: output held
# only: bubblewrap docker
import os
import sys
import time


def describe(numbers):
    for _ in range(3):
        if os.fork() == 0:
            os.setsid()
            if os.fork() == 0:
                os.set_inheritable(1, True)
                os.set_inheritable(2, True)
                os.execve(sys.executable, [sys.executable, "-I", "-S", "-c", "import time; time.sleep(300)"], {})
            os._exit(0)
    time.sleep(0.3)
    print("output held")
