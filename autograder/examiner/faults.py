"""Why a check does not pass, as exceptions. Each maps to one outcome; anything else is the grader's own error."""

import reprlib
from collections.abc import Sequence
from typing import Any

from autograder.verdict import Place, readable


class CheckFailed(AssertionError):
    """What the candidate answered is not what the contract asks for: `failed`."""

    def __init__(self, because: str, *, call: str = "", got: str = "", expected: str = "") -> None:
        super().__init__(because)
        self.because = because
        self.call = call
        self.got = got
        self.expected = expected


class CandidateFault(Exception):
    """The candidate, not the check, made an answer impossible."""

    call = ""


class LearnerRaised(CandidateFault):
    """The learner's code raised an exception: `crashed`, or `not attempted` when it is a hole's own marker."""

    def __init__(self, type_name: str, bases: Sequence[str], message: str, frames: Sequence[Place]) -> None:
        super().__init__(f"{type_name}: {message}" if message else type_name)
        self.type_name = type_name
        self.bases = tuple(bases)
        self.message = message
        self.frames = tuple(frames)

    def is_a(self, name: str) -> bool:
        """Whether the exception's class, or one of its bases, is called `name`."""
        return name == self.type_name or name in self.bases


class CandidateDied(CandidateFault):
    """The candidate's process ended (by `signal`, when it is not 0), or went over a limit: `crashed`."""

    def __init__(self, message: str, signal: int = 0) -> None:
        super().__init__(message)
        self.signal = signal


class CandidateLate(CandidateFault):
    """No answer came in the time a request has: `timed out`."""


class ProtocolBroken(CandidateFault):
    """What came over the wire was no proper answer: `crashed`."""


class Injected(Exception):
    """Raised by a callback of a check to make the learner's code see an exception of that built-in class."""

    def __init__(self, type_name: str, message: str) -> None:
        super().__init__(message)
        self.type_name = type_name
        self.message = message


class _Brief(reprlib.Repr):
    """Of a container the beginning; an array's own text costs a hundred times what it takes to call with one."""

    def repr_ndarray(self, array: Any, level: int) -> str:
        """The first numbers of an array, and its shape when that does not tell itself."""
        if array.dtype.kind not in "biuf":
            return self.repr_instance(array, level)
        words = [f"{item:.8g}" if array.dtype.kind == "f" else str(item) for item in array.ravel()[:8].tolist()]
        if array.ndim == 1 and array.size == len(words):
            return f"array([{', '.join(words)}])"
        more = ", …" if array.size > len(words) else ""
        return f"array of shape {array.shape}: [{', '.join(words)}{more}]"


_BRIEF = _Brief()
_BRIEF.maxlevel = 5
_BRIEF.maxlist = _BRIEF.maxtuple = _BRIEF.maxdict = _BRIEF.maxset = _BRIEF.maxfrozenset = _BRIEF.maxdeque = 20
_BRIEF.maxstring = _BRIEF.maxother = 400
_BRIEF.maxlong = 60


def short(value: Any, width: int = 160) -> str:
    """A value as text of bounded length, whatever it holds; of a large one only the beginning is looked at."""
    try:
        text = _BRIEF.repr(value)
    except Exception as error:
        text = f"<a {type(value).__name__} without a text: {type(error).__name__}>"
    text = readable(" ".join(text.split()))
    return text if len(text) <= width else f"{text[: width - 20]} … {text[-18:]}"
