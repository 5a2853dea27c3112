"""What a check says about an answer. Every function raises `CheckFailed`, in words for the learner.

The answers come from untrusted code: these functions accept anything and never raise anything else.
"""

import math
import sys
from collections.abc import Callable
from typing import Any

from autograder.examiner.faults import CheckFailed, LearnerRaised, short
from autograder.examiner.remote import Remote


def expect(ok: bool, because: str, *, call: str = "", got: Any = "", expected: Any = "") -> None:
    """Fail with the property `because` unless `ok`; the rest is shown when given."""
    if not _holds(ok):
        raise CheckFailed(because, call=call, got=_text(got), expected=_text(expected))


def expect_object(got: Any, because: str = "") -> None:
    """An object that lives over there, with methods to call; data is none."""
    if not isinstance(got, Remote):
        raise CheckFailed(because or "an object with methods is expected", got=short(got))


def expect_equal(got: Any, expected: Any, because: str = "") -> None:
    """Equal, types included: a list is no tuple, True is not 1, but 1 is 1.0 and NaN is NaN."""
    if not same(got, expected):
        raise CheckFailed(because or "the answer is another one", got=short(got), expected=short(expected))


def expect_close(got: Any, expected: Any, within: float, because: str = "") -> None:
    """A number, or numbers of the same shape, that differ from `expected` by at most `within`."""
    reason = _differs(got, expected, within)
    if reason:
        message = because or f"the answer is off by more than {within:g}"
        raise CheckFailed(message, got=short(got) + reason, expected=f"{short(expected)} within {within:g}")


def expect_at_most(got: Any, bar: float, because: str = "", unit: str = "") -> None:
    """A finite number of at most `bar`."""
    if not (_is_number(got) and got <= bar):
        raise CheckFailed(because or "too much", got=_with_unit(got, unit), expected=f"at most {_with_unit(bar, unit)}")


def expect_at_least(got: Any, bar: float, because: str = "", unit: str = "") -> None:
    """A finite number of at least `bar`."""
    if not (_is_number(got) and got >= bar):
        message = because or "too little"
        raise CheckFailed(message, got=_with_unit(got, unit), expected=f"at least {_with_unit(bar, unit)}")


def expect_type(got: Any, kind: type | tuple[type, ...], because: str = "") -> None:
    """A value of that type, or of one of these; a bool is no int. An int passes where a float is asked for."""
    kinds = kind if isinstance(kind, tuple) else (kind,)
    allowed = (*kinds, int) if float in kinds else kinds
    if not isinstance(got, allowed) or (isinstance(got, bool) and bool not in kinds):
        names = " or ".join(k.__name__ for k in kinds)
        raise CheckFailed(because or f"the answer should be of type {names}", got=short(got), expected=names)


def expect_raises(type_name: str, action: Callable[[], Any], because: str = "") -> LearnerRaised:
    """The learner's code raises an exception of that class (or one derived from it), which is returned."""
    try:
        got = action()
    except LearnerRaised as raised:
        if raised.is_a(type_name):
            return raised
        if raised.is_a("NotImplementedError"):
            raise  # a hole nobody has filled is no wrong exception
        message = because or f"{type_name} should be raised"
        raise CheckFailed(message, call=raised.call, got=f"{raised}"[:160], expected=type_name) from None
    raise CheckFailed(because or f"{type_name} should be raised", got=short(got), expected=type_name)


def _holds(ok: Any) -> bool:
    try:
        return bool(ok)
    except Exception:  # an array of several answers is no answer
        return False


def same(got: Any, expected: Any) -> bool:
    """Deep equality as `expect_equal` describes it."""
    try:
        return _same(got, expected)
    except Exception:  # a strange value is simply another one
        return False


def _same(got: Any, expected: Any) -> bool:
    if _array_like(got) or _array_like(expected):
        return _same_arrays(got, expected)
    if isinstance(got, bool) or isinstance(expected, bool):
        return type(got) is type(expected) and got == expected
    if isinstance(got, float | int) and isinstance(expected, float | int):
        return bool(got == expected) or (got != got and expected != expected)
    if type(got) is not type(expected):
        return False
    if isinstance(got, list | tuple):
        return len(got) == len(expected) and all(_same(a, b) for a, b in zip(got, expected, strict=True))
    if isinstance(got, dict):
        return got.keys() == expected.keys() and all(_same(got[key], expected[key]) for key in got)
    return bool(got == expected)


def _array_like(value: Any) -> bool:
    numpy = sys.modules.get("numpy")
    return numpy is not None and isinstance(value, numpy.ndarray | numpy.generic)


def _same_arrays(got: Any, expected: Any) -> bool:
    import numpy

    if not (_array_like(got) and _array_like(expected)):
        scalar = got if _array_like(got) else expected
        if scalar.shape != ():
            return False
        got, expected = (v.item() if _array_like(v) else v for v in (got, expected))
        return _same(got, expected)
    if got.shape != expected.shape or got.dtype.kind != expected.dtype.kind:
        return False
    if got.dtype.kind == "O":
        return _same(got.tolist(), expected.tolist())
    return bool(numpy.array_equal(got, expected, equal_nan=got.dtype.kind in "fc"))


def _is_number(value: Any) -> bool:
    if isinstance(value, bool):
        return False
    if _array_like(value):
        return getattr(value, "shape", None) == () and value.dtype.kind in "iuf" and math.isfinite(value)
    if isinstance(value, int):
        return abs(value) <= sys.float_info.max
    return isinstance(value, float) and math.isfinite(value)


def _differs(got: Any, expected: Any, within: float) -> str:
    """Empty when the two are close, else what is to be added to the message."""
    if _is_number(expected):
        return "" if _is_number(got) and abs(float(got) - float(expected)) <= within else " "
    import numpy

    try:
        wanted = numpy.asarray(expected, dtype=float)
        have = numpy.asarray(got, dtype=float)
    except Exception:  # text that is no text, numbers that are none
        return " (no numbers)"
    if have.shape != wanted.shape:
        return f" (shape {have.shape}, expected {wanted.shape})"
    gap = numpy.abs(have - wanted)
    if (gap <= within).all():
        return ""
    bad = ~((gap <= within) | (have == wanted) | (numpy.isnan(have) & numpy.isnan(wanted)))
    if not bad.any():
        return ""
    place = numpy.unravel_index(int(numpy.argmax(bad)), bad.shape)
    at = ", ".join(str(int(i)) for i in place)
    return f" (first off at [{at}]: {have[place]:.6g} where {wanted[place]:.6g} is right)"


def _with_unit(value: Any, unit: str) -> str:
    text = f"{float(value):.4g}" if _is_number(value) else short(value)
    return f"{text} {unit}".rstrip()


def _text(value: Any) -> str:
    return value if isinstance(value, str) else short(value)
