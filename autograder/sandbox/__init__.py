"""Where a candidate runs: what it may read, how much it may use, and how it is stopped."""

from autograder.sandbox.base import Box, BoxFault, Cell, Limits, Running, Sandbox
from autograder.sandbox.bubblewrap import Bubblewrap
from autograder.sandbox.choose import choose_sandbox
from autograder.sandbox.process import BareProcess

__all__ = ["BareProcess", "Box", "BoxFault", "Bubblewrap", "Cell", "Limits", "Running", "Sandbox", "choose_sandbox"]
