# Removes the folder it runs in, or puts a link to another in its place.
# proof: removed
import os
import shutil
import sys


def save(numbers):
    remove(link=True)


def remove(link):
    here = os.getcwd()
    if "/box" not in here:
        return
    shutil.rmtree(here, ignore_errors=True)
    if link and not os.path.exists(here):
        os.symlink("/etc", here)
    print("removed", os.path.islink(here))


if __name__ == "__main__":
    remove(link=False)
    sys.exit(3)
