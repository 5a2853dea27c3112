"""What became of a call, as plain data, and when two such outcomes are the same: all that a comparison looks at."""

import math
from collections.abc import Callable
from copy import deepcopy
from typing import Any

Outcome = dict[str, Any]

ROUNDING = 1e-9
"""Numbers that differ by less than this, in parts of the larger one or of 1, are the same."""


def outcome(function: Callable[..., Any], arguments: list[Any]) -> Outcome:
    """Call the function on a copy of the arguments.

    `raised` is the name of the exception's class, "" where there was none; `came` is what came back; `left` is what the
    arguments are after the call.
    """
    left = deepcopy(arguments)
    try:
        came, raised = function(*left), ""
    except Exception as error:  # whatever it is, it is what the caller gets
        came, raised = None, type(error).__name__
    return {"raised": raised, "came": deepcopy(came), "left": left}


def same(some: Any, other: Any) -> bool:
    """Equal in every part, but for rounding; a list is no tuple, True is not 1, and 1 is 1.0."""
    if isinstance(some, bool) or isinstance(other, bool):
        return some is other
    if isinstance(some, int | float) and isinstance(other, int | float):
        return some == other or math.isclose(some, other, rel_tol=ROUNDING, abs_tol=ROUNDING)
    if type(some) is not type(other):
        return False
    if isinstance(some, list | tuple):
        return len(some) == len(other) and all(map(same, some, other))
    if isinstance(some, dict):
        return some.keys() == other.keys() and all(same(some[key], other[key]) for key in some)
    return bool(some == other)
