# Takes all rights from its folder and its files, so that they cannot be read or removed.
# proof: rights taken
import os


def save(numbers):
    os.makedirs("deep/deeper", exist_ok=True)
    for name in ("deep/deeper/numbers.txt", "numbers.txt"):
        with open(name, "w", encoding="utf-8") as file:
            file.write("1\n")
        os.chmod(name, 0)
    print("rights taken")
    for name in ("deep/deeper", "deep", "."):
        os.chmod(name, 0)


if __name__ == "__main__":
    save([])
