# Leaves thousands of files as large as one may be, without a byte in them, for the examiner to read.
# proof: thousands
import os
import sys

if __name__ == "__main__":
    for number in range(3000):
        with open(f"attack-{number}", "wb") as file:
            os.truncate(file.fileno(), 2 * 2**20)
    print("thousands")
    sys.exit(3)
