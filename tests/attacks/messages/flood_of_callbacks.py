# Calls a callback as fast as it can from eight threads, and goes on when the question has been answered.
# proof: flood begun
import contextlib
import threading


def flood(say):
    with contextlib.suppress(Exception):
        while True:
            say(0)


def echo(say, words):
    for _ in range(8):
        threading.Thread(target=flood, args=(say,), daemon=True).start()
    print("flood begun")
    return [say(word)[0] for word in words]


def pick(numbers, index):
    return None
