"""Where a candidate runs: what it may read, how much it may use, and how it is stopped."""

from autograder.sandbox.base import Box, BoxFault, Cell, Limits, Running, Sandbox
from autograder.sandbox.bubblewrap import Bubblewrap
from autograder.sandbox.choose import NAMES, choose_sandbox, sandbox_for_strangers
from autograder.sandbox.docker import Docker
from autograder.sandbox.image import Tier, build_image, image_of
from autograder.sandbox.inline import Inline
from autograder.sandbox.process import BareProcess
from autograder.sandbox.server import ServerGone

__all__ = [
    "NAMES",
    "BareProcess",
    "Box",
    "BoxFault",
    "Bubblewrap",
    "Cell",
    "Docker",
    "Inline",
    "Limits",
    "Running",
    "Sandbox",
    "ServerGone",
    "Tier",
    "build_image",
    "choose_sandbox",
    "image_of",
    "sandbox_for_strangers",
]
