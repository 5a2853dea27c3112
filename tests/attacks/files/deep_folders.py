# Makes folders in folders until no path can name the last, and leaves them to be listed and removed.
# proof: folders deep
import os


def dig(depth):
    home = os.open(".", os.O_RDONLY)
    try:
        for _ in range(depth):
            os.mkdir("d")
            os.chdir("d")
    finally:
        os.fchdir(home)
        os.close(home)


def describe(numbers):
    dig(3000)
    print("folders deep")


def save(numbers):
    try:
        dig(3000)
    except FileExistsError:
        return


def load():
    return []
