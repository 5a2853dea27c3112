"""Which optional parts of the installation are there."""

import sys
from importlib.util import find_spec

from autograder.course import Exercise
from autograder.errors import Exit, Problem

# For each extra the modules that stand for it: when these can be imported, it was installed.
_MODULES = {
    "data": ("pandas", "polars", "pyarrow"),
    "serving": ("fastapi", "uvicorn", "onnxruntime"),
    "torch": ("torch",),
    "notebook": ("jupyterlab",),
    "book": ("jupyter_book",),
    "cohort": ("nbgrader",),
    "services": ("redis", "psycopg"),
    "gpu": ("triton",),
}


def missing(extra: str) -> tuple[str, ...]:
    """The modules of `extra` that are not installed."""
    return tuple(module for module in _MODULES[extra] if find_spec(module) is None)


def install_command(extras: tuple[str, ...]) -> str:
    """What installs `extras`."""
    return f"pip install -c constraints.txt -e '.[{','.join(extras)}]'"


def require(exercise: Exercise) -> None:
    """`Problem` unless this machine has what the exercise needs."""
    elsewhere = exercise.linux and sys.platform != "linux"
    if elsewhere or (exercise.unix and sys.platform == "win32"):
        raise Problem(
            f"exercise {exercise.number} does not run on this system: {exercise.systems}",
            fix="run the course on Linux, in Docker or in WSL" if elsewhere else "run the course in WSL",
            code=Exit.ENVIRONMENT,
        )
    absent = tuple(extra for extra in exercise.needs if missing(extra))
    if absent:
        modules = ", ".join(module for extra in absent for module in missing(extra))
        raise Problem(
            f"exercise {exercise.number} needs what is not installed: {modules}",
            fix=install_command(absent),
            code=Exit.ENVIRONMENT,
        )
