"""Where a candidate runs: what it may read, how much it may use, and how it is stopped."""

from autograder.sandbox.base import Box, BoxFault, Cell, Limits, Running, Sandbox, ServerGone
from autograder.sandbox.choose import NAMES, choose_sandbox, sandbox_for_strangers
from autograder.sandbox.image import Tier, image_of

__all__ = [
    "NAMES",
    "Box",
    "BoxFault",
    "Cell",
    "Limits",
    "Running",
    "Sandbox",
    "ServerGone",
    "Tier",
    "choose_sandbox",
    "image_of",
    "sandbox_for_strangers",
]
