# Gives files names that are no text, look like options, hold line ends and are as long as they may be.
# proof: strange names given
import contextlib
import os

NAMES = [
    b"\xff\xfe",
    b"-rf",
    b"a\nPASSED",
    b"..\\..",
    b"\x1b[2J",
    "é".encode() * 127,
    b"x" * 255,
    b"CON",
    b" ",
    b"numbers.txt ",
]


def save(numbers):
    for name in NAMES:
        with contextlib.suppress(OSError):
            os.makedirs(name + b".d")
            with open(name, "wb") as file:
                file.write(b"1\n")
    print("strange names given")


if __name__ == "__main__":
    save([])
