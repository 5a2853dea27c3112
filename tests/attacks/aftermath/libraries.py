# Writes to the installed libraries, the interpreter, the course and the launcher, for whoever comes next.
# proof: libraries tried
# only: bubblewrap docker
import contextlib
import os
import site
import sys

import autograder.candidate.serve as serve

PLACES = [
    *site.getsitepackages(),
    sys.prefix,
    sys.base_prefix,
    os.path.dirname(serve.__file__),
    "/usr",
    "/etc",
    "/usr/bin",
]


def describe(numbers):
    written = []
    for place in PLACES:
        for name in ("attack-was-here.pth", "__pycache__/attack-was-here.pyc"):
            with contextlib.suppress(OSError), open(os.path.join(place, name), "w", encoding="utf-8") as file:
                file.write("import os\n")
                written.append(place)
    with contextlib.suppress(OSError):
        os.rename(sys.executable, f"{sys.executable}-attack")
    print("libraries tried", written)


def mean(numbers):
    return describe(numbers)
