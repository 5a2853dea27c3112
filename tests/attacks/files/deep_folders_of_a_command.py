# The same by the program that is run, in the folder that is made for it.
# proof: dug
import os
import sys

if __name__ == "__main__":
    for _ in range(3000):
        os.mkdir("d")
        os.chdir("d")
    print("dug")
    sys.exit(3)
