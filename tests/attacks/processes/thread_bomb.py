# Starts threads that start threads, until it can start no more.
# proof: threads started|no answer within
import threading
import time


def more():
    while True:
        try:
            threading.Thread(target=more, daemon=True).start()
        except RuntimeError:
            time.sleep(0.1)


def describe(numbers):
    for _ in range(4):
        threading.Thread(target=more, daemon=True).start()
    print("threads started")
    time.sleep(0.5)


def mean(numbers):
    time.sleep(30)
