# Looks for the folders of other submissions and of the rival, and copies whatever answers the same questions.
# proof: no neighbour
# only: bubblewrap docker
import glob
import os
import tempfile


def neighbours():
    for place in (tempfile.gettempdir(), "/tmp", "/var/tmp", "..", "/"):
        for path in glob.glob(f"{place}/*/target.py") + glob.glob(f"{place}/*/*/target.py"):
            if os.path.samefile(path, __file__):
                continue
            with open(path, encoding="utf-8") as file:
                text = file.read()
            if "class Account" in text:
                exec(text, globals())
                return path
    return "no neighbour"


def __getattr__(name):
    print(neighbours())
    raise AttributeError(name)
