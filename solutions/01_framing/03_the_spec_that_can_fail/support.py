"""What the checks of this exercise share: drafts of Wren's colleagues, and the form of an answer."""

from collections.abc import Iterable
from functools import lru_cache
from typing import Any

import numpy as np

from autograder.examiner import expect, expect_type
from wren.sound_specs import Spec
from wren.specs import BRIEF, Draft, make_draft

RULES = {
    "asked",
    "model",
    "hours",
    "flow",
    "training",
    "plan",
    "wait",
    "cycle",
    "promise",
    "storage",
    "claim",
    "kill",
}
MOST = 10**6


# ---- waits


def expect_waits(
    candidate: Any, arrivals: list[int], roster: list[int], minutes: int, expected: list[int], shifts: str = ""
) -> None:
    """`waits` answers with what is expected; else the first ticket for which it does not."""
    got = plain(candidate.waits(arrivals, roster, minutes))
    call = f"waits({_brief(arrivals)}, {shifts or _brief(roster)}, {minutes})"
    good = isinstance(got, list) and len(got) == len(arrivals) and all(_whole(wait) for wait in got)
    expect(
        good,
        f"waits has to return a list with a whole number for each of {len(arrivals)} tickets",
        call=call,
        got=got,
        expected="a list of int",
    )
    for place, (wait, right) in enumerate(zip(got, expected, strict=True)):
        if wait != right:
            begun, hour = arrivals[place] + right, (arrivals[place] + right) // 60 % 24
            expect(
                False,
                f"ticket {place} comes at {clock(arrivals[place])} and can be begun at {clock(begun)}, no sooner "
                f"and no later. On shift are {roster[hour]} from {hour}:00 on, and {roster[(hour - 1) % 24]} in the "
                "hour before",
                call=call,
                got=f"{wait} minutes",
                expected=f"{right} minutes",
            )


def clock(minute: int) -> str:
    """Day and time of a minute since Monday 0:00."""
    days = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
    return f"{days[minute // 1440 % 7]} {minute // 60 % 24}:{minute % 60:02}"


# ---- faults


_made = lru_cache(maxsize=256)(make_draft)


def drafts(seed: int, *plants: str, count: int) -> Iterable[tuple[str, Draft]]:
    """So many drafts with these faults, each with the call that makes it."""
    for number in range(seed, seed + count):
        yield f"make_draft({', '.join([str(number), *map(repr, plants)])})", _made(number, *plants)


def found_in(candidate: Any, draft: Draft) -> set[str]:
    """What `faults` finds in a draft."""
    found = plain(candidate.faults(draft.spec, draft.tickets))
    expect_type(found, (set, frozenset, list, tuple), "faults has to return a set with the names of rules")
    for name in found:
        expect(
            isinstance(name, str) and name in RULES,
            "faults returns something that is no name of a rule",
            got=name,
            expected=", ".join(sorted(RULES)),
        )
    return set(found)


def expect_found(made: str, draft: Draft, found: set[str]) -> None:
    """Each fault of the draft is found."""
    for rule, why in draft.faults.items():
        expect(
            rule in found,
            f"{why}: that breaks the rule {rule!r}, and you do not name it",
            call=called(made),
            got=", ".join(sorted(found)) or "no rule",
            expected=rule,
        )


def expect_none_else(made: str, draft: Draft, found: set[str]) -> None:
    """Nothing is found but the faults of the draft."""
    extra = sorted(found - set(draft.faults))
    names, planted = ", ".join(map(repr, extra)), "; ".join(draft.faults.values())
    wrong = f"all that is wrong is this: {planted}. You name" if planted else "nothing is impossible here, and you name"
    expect(
        not extra,
        f"{wrong} {names}. What just fits is no fault",
        call=called(made),
        got=", ".join(sorted(found)),
        expected=", ".join(sorted(draft.faults)) or "no rule",
    )


def called(made: str) -> str:
    """How a learner repeats it."""
    return f"draft = wren.specs.{made}; faults(draft.spec, draft.tickets)"


# ---- the form of a design


def expect_design(got: Any) -> Spec:
    """The design as plain data, when each section has its keys and each number is in its bounds."""
    spec = plain(got)
    expect_type(spec, dict, "design has to return a dictionary")
    expect(
        "brief" in spec and _same(spec["brief"], BRIEF),
        "the brief is what the shop gave: it stays as BRIEF is",
        call="design()",
        got=spec.get("brief", "no brief"),
        expected="BRIEF",
    )
    wrong = _wrong({name: part for name, part in spec.items() if name != "brief"}, FORM, "the spec")
    expect(not wrong, wrong, call="design()")
    names = set(spec["parts"])
    unknown = sorted({flow[end] for flow in spec["flows"] for end in ("from", "to")} - names)
    expect(
        not unknown,
        "flows go from part to part, and there is no such part",
        call="design()",
        got=", ".join(unknown),
        expected="names of parts",
    )
    expect(len(spec["plan"]) > 0, "the plan has no step", call="design()", got=spec["plan"])
    expect(spec["front"] in names, "the front is one of the parts", call="design()", got=spec["front"])
    missing = sorted({"tickets", "models"} - set(spec["stores"]))
    expect(not missing, "the stores have to say where tickets and models are", call="design()", got=f"no {missing}")
    pairs = [name for name, values in spec["metrics"].items() if len(values) != 2]
    expect(not pairs, "each metric has the least and the most that it can be", call="design()", got=pairs)
    hours = spec["desk"]["roster"]
    expect(
        len(hours) == 24 and sum(hours) > 0,
        "the roster has one number for each of 24 hours, not all of them 0",
        call="design()",
        got=hours,
    )
    return spec


def plain(value: Any) -> Any:
    """NumPy's numbers and arrays as Python's, tuples as lists, at any depth."""
    if isinstance(value, np.ndarray | np.generic):
        return value.tolist()
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    return value


class Int:
    """A whole number within bounds, or None where that is said."""

    def __init__(self, least: int = 0, most: int = MOST, or_none: bool = False) -> None:
        self.least, self.most, self.or_none = least, most, or_none

    def wrong(self, got: Any) -> str:
        """What is wrong with it, if anything."""
        if got is None and self.or_none:
            return ""
        if not _whole(got):
            return f"is {'neither None nor a' if self.or_none else 'no'} whole number (int): {type(got).__name__}"
        return "" if self.least <= got <= self.most else f"is not from {self.least} to {self.most}"


ANY, COUNT = Int(), Int(1)
SIGNED = Int(-MOST)
PROMISE = {"ms": ANY, "down": ANY}
CRITERION = {"metric": "", "day": COUNT}
FORM: Spec = {
    "announcement": {"wait": ANY, "alone": ANY, "accuracy": ANY, "ms": ANY, "down": ANY, "forgotten": ANY},
    "model": "",
    "desk": {"to_people": Int(0, 100), "roster": [Int(0, 1000)]},
    "parts": {...: {"ms": COUNT, "down": ANY, "promises": PROMISE}},
    "front": "",
    "flows": [{"from": "", "to": "", "owner": None, "format": None}],
    "stores": {...: {"gb": COUNT, "days": Int(1, MOST, or_none=True), "copies": ANY}},
    "training": {"starts": Int(0, 23), "hours": COUNT, "reads": COUNT},
    "metrics": {...: [SIGNED]},
    "kill": [({**CRITERION, "below": SIGNED}, {**CRITERION, "above": SIGNED})],
    "plan": [{"step": "", "estimate": COUNT, "actual": Int(0, MOST, or_none=True)}],
}
"""An `Int`; "" for a text, None for a text that may be missing; `...` for any name; [form] for up to 50; a choice."""


def _wrong(got: Any, form: Any, where: str) -> str:
    """What is wrong with `got`, which stands at `where`; nothing when it has the form."""
    if isinstance(form, Int):
        reason = form.wrong(got)
        return f"{where} {reason}" if reason else ""
    if form is None or form == "":
        good = (isinstance(got, str) and len(got) <= 200) or (form is None and got is None)
        return "" if good else f"{where} is no text of up to 200 letters"
    if isinstance(form, tuple):
        reasons = [_wrong(got, choice, where) for choice in form]
        return "" if "" in reasons else reasons["above" in got if isinstance(got, dict) else 0]
    if isinstance(form, list):
        if not isinstance(got, list) or len(got) > 50:
            return f"{where} is no list of up to 50"
        return next(filter(None, (_wrong(item, form[0], f"{where}[{at}]") for at, item in enumerate(got))), "")
    if not isinstance(got, dict) or not all(isinstance(key, str) for key in got):
        return f"{where} is no dictionary with texts for keys"
    if ... in form:
        if not 1 <= len(got) <= 50:
            return f"{where} has to have from 1 to 50 entries"
        return next(
            filter(None, (_wrong(item, form[...], f"{where}[{name[:40]!r}]") for name, item in got.items())), ""
        )
    if got.keys() != form.keys():
        more, less = sorted(got.keys() - form.keys()), sorted(form.keys() - got.keys())
        return f"{where} lacks {', '.join(less) or 'nothing'}" + (f" and has {', '.join(more)}"[:100] if more else "")
    return next(filter(None, (_wrong(got[name], part, f"{where}[{name!r}]") for name, part in form.items())), "")


def _whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _same(got: Any, expected: Any) -> bool:
    """Equal, and of the same types, as far as `plain` leaves types."""
    if isinstance(expected, dict):
        return (
            isinstance(got, dict)
            and got.keys() == expected.keys()
            and all(_same(got[k], expected[k]) for k in expected)
        )
    if isinstance(expected, list):
        return isinstance(got, list) and len(got) == len(expected) and all(map(_same, got, expected))
    return type(got) is type(expected) and got == expected


def _brief(numbers: list[int]) -> str:
    return str(numbers) if len(numbers) <= 8 else f"[{', '.join(map(str, numbers[:6]))}, ...]"
