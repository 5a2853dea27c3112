"""Which sandbox a command uses."""

import atexit
import functools
from collections.abc import Callable, Iterable

from autograder.errors import Exit, Problem
from autograder.sandbox.base import Sandbox
from autograder.sandbox.image import Tier, image_of

NAMES = ("docker", "bubblewrap", "process")


# Each imports its own: a container could have been started by the time the others are imported.


def _docker(gpus: str | None = None) -> Sandbox:
    from autograder.sandbox.docker import Docker

    return Docker(gpus)


def _bubblewrap() -> Sandbox:
    from autograder.sandbox.bubblewrap import Bubblewrap

    return Bubblewrap()


def _process(spares: bool = False) -> Sandbox:
    from autograder.sandbox.process import BareProcess
    from autograder.sandbox.spare import Spares

    return BareProcess(Spares() if spares else None)


_KINDS: dict[str, Callable[[], Sandbox]] = {
    "docker": _docker,
    "docker-gpu": lambda: _docker(gpus="all"),
    "bubblewrap": _bubblewrap,
    "process": _process,
    "ready process": lambda: _process(spares=True),
}


def choose_sandbox(name: str | None = None) -> Sandbox:
    """The sandbox of that name; the bare process when none is named, as a learner's own code needs no more.

    `Problem` when it cannot be used on this machine: a stronger sandbox is never quietly replaced by a weaker one.
    """
    if name is not None and name not in _KINDS:
        raise Problem(f"there is no sandbox {name!r}", fix=f"known are {', '.join(NAMES)}")
    sandbox = _sandbox(name or "process")
    missing = sandbox.available()
    if missing:
        raise Problem(missing, fix="install it, or choose another with --sandbox", code=Exit.ENVIRONMENT)
    return sandbox


def sandbox_for_strangers(modules: Iterable[str]) -> str:
    """The name of the strongest sandbox that is ready here for code that needs these modules: Docker, bubblewrap.

    `Problem` when neither is: the bare process is never chosen without an explicit word.
    """
    docker, bubblewrap = _sandbox("docker"), _sandbox("bubblewrap")
    no_docker = docker.available() or ("" if image_of(Tier.for_modules(modules)) else "its image is not built")
    if not no_docker:
        return docker.name
    no_bubblewrap = bubblewrap.available()
    if not no_bubblewrap:
        return bubblewrap.name
    raise Problem(
        f"no sandbox is ready for other people's code: Docker: {no_docker}; bubblewrap: {no_bubblewrap}",
        fix="install one; --sandbox process runs the code as you, with your files in reach: for code you trust",
        code=Exit.ENVIRONMENT,
    )


@functools.cache
def _sandbox(name: str) -> Sandbox:
    """One of each for this process, so that its servers stay warm from one judgement to the next."""
    sandbox = _KINDS[name]()
    atexit.register(sandbox.close)
    return sandbox
