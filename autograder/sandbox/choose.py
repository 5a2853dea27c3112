"""Which sandbox a command uses."""

import atexit
import functools
from collections.abc import Callable

from autograder.errors import Exit, Problem
from autograder.sandbox.base import Sandbox
from autograder.sandbox.bubblewrap import Bubblewrap
from autograder.sandbox.docker import Docker
from autograder.sandbox.process import BareProcess

NAMES = ("docker", "bubblewrap", "process")


def choose_sandbox(name: str | None = None) -> Sandbox:
    """The sandbox of that name; the bare process when none is named, as a learner's own code needs no more.

    `Problem` when it cannot be used on this machine: a stronger sandbox is never quietly replaced by a weaker one.
    """
    if name not in (None, *NAMES):
        raise Problem(f"there is no sandbox {name!r}", fix=f"known are {', '.join(NAMES)}")
    sandbox = _sandbox(name or "process")
    missing = sandbox.available()
    if missing:
        raise Problem(missing, fix="install it, or choose another with --sandbox", code=Exit.ENVIRONMENT)
    return sandbox


@functools.cache
def _sandbox(name: str) -> Sandbox:
    """One of each for this process, so that its servers stay warm from one judgement to the next."""
    kinds: dict[str, Callable[[], Sandbox]] = {"docker": Docker, "bubblewrap": Bubblewrap, "process": BareProcess}
    sandbox = kinds[name]()
    atexit.register(sandbox.close)
    return sandbox
