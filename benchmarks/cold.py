"""One grade in Docker with nothing warm, against `docker run` of the same image that imports the same libraries."""

import statistics
from pathlib import Path
from typing import Any

from autograder.course import Catalogue
from autograder.course.imports import imported_modules
from autograder.sandbox import Tier, image_of
from benchmarks.measure import run
from benchmarks.tools import ours

# No network, nothing to write on, no privileges.
_HARDENED = [
    "--rm", "--network=none", "--read-only", "--cap-drop=ALL", "--security-opt=no-new-privileges", "--pids-limit=128",
    "--memory=2g", "--memory-swap=2g", "--cpus=1", "--user=65534", "--tmpfs=/tmp:rw,size=64m,nosuid,nodev",
    "--log-driver=none",
]  # fmt: skip
_PYTHON = "/ninety/python/bin/python"


def cold(folder: Path, made: int, rounds: int) -> dict[str, Any]:
    """Median seconds of each over `rounds` in turns, and their ratio."""
    tool = ours(folder, "docker", 1, made, 1)
    modules = imported_modules(Catalogue(folder / "course").get("0.1"))
    image = image_of(Tier.for_modules(modules))
    assert image is not None
    program = f"import {', '.join(modules)}"
    command = ["docker", "run", *_HARDENED, image, _PYTHON, "-I", "-B", "-c", program]
    grades, runs = [], []
    for number in range(rounds):
        grades.append(tool.batch([number % made], 1).wall)
        runs.append(run(command, folder).wall)
    grade, plain = statistics.median(grades), statistics.median(runs)
    return {
        "ninety_grade_seconds": round(grade, 3),
        "docker_run_seconds": round(plain, 3),
        "ratio": round(statistics.median(g / r for g, r in zip(grades, runs, strict=True)), 2),
        "imports": list(modules),
    }
