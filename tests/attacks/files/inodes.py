# Makes as many empty files and folders as it can, which the examiner has to list and to remove.
# proof: files made
# only: bubblewrap docker
import os
import threading
import time


def make():
    for number in range(1500):
        os.mkdir(f"d{number}")
        for other in range(100):
            os.close(os.open(f"d{number}/f{other}", os.O_CREAT | os.O_WRONLY))


def describe(numbers):
    threading.Thread(target=make, daemon=True).start()
    time.sleep(1)
    print("files made", len(os.listdir(".")))


def __getattr__(name):
    return lambda *args: time.sleep(0.5)
