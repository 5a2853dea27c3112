# Makes and removes files as fast as it can, in several processes, while the examiner lists them.
# proof: now you see it
import contextlib
import os


def flicker(number):
    os.setsid()
    while True:
        for other in range(200):
            with contextlib.suppress(OSError):
                os.close(os.open(f"attack-{number}-{other}", os.O_CREAT | os.O_WRONLY))
        for other in range(200):
            with contextlib.suppress(OSError):
                os.unlink(f"attack-{number}-{other}")


def save(numbers):
    print("now you see it", flush=True)
    for number in range(3):
        if os.fork() == 0:
            flicker(number)
