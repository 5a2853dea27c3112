"""Pairs of functions, of which one was meant to do what the other does.

Either the two are *equal*, written in different ways, or one of them is off on some inputs: at a limit, at ties, where
there is nothing. What tells them apart is mostly an input that chance would not give. `Twins.example` is a valid list
of arguments from the middle of what is usual, on which both agree.

Which of the two is off, and `Twins.kind`, "" where neither is, are truth; `Twins.call_one` and `Twins.call_other` are
what can be seen. Every draw comes from one seed (see `wren.dice`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from wren.dice import Dice
from wren.families import FAMILIES
from wren.family import Check, Family, Function
from wren.outcomes import Outcome, outcome, same

KINDS = ("boundary", "ties", "empty", "single", "duplicates", "negative", "zero", "missing", "last batch", "in place",
         "too many")  # fmt: skip
_STREAM = 46


@dataclass(frozen=True, eq=False)
class Twins:
    """Two functions with an example of their arguments. `kind` says how they differ, "" where they do not."""

    one: Function
    other: Function
    takes: tuple[Check, ...]
    example: list[Any]
    kind: str

    def call_one(self, *arguments: Any) -> Outcome:
        """The outcome of a call of `one`. What the contract does not allow is refused, and by `other` alike."""
        return self._call(self.one, list(arguments))

    def call_other(self, *arguments: Any) -> Outcome:
        """The outcome of a call of `other`."""
        return self._call(self.other, list(arguments))

    def _call(self, function: Function, given: list[Any]) -> Outcome:
        allowed = len(given) == len(self.takes) and all(
            good(value) for good, value in zip(self.takes, given, strict=True)
        )
        return outcome(function, given) if allowed else {"raised": "not allowed", "came": None, "left": None}

    def differ(self, arguments: list[Any]) -> bool:
        """Whether the two do on these arguments."""
        return not same(self.call_one(*arguments), self.call_other(*arguments))


def make_twins(seed: int, kinds: Sequence[str] = ("", *KINDS)) -> list[Twins]:
    """Each family's pairs of these kinds, one for each way to be off, and an equal one where "" is among them."""
    dice = Dice(seed, _STREAM)
    every = [_pair(dice, family, kind, off) for family in FAMILIES for kind, off in family.wrong.items()]
    every += [_pair(dice, family, "", dice.pick(family.anew)) for family in FAMILIES]
    return [twins for twins in every if twins.kind in kinds]


def _pair(dice: Dice, family: Family, kind: str, second: Function) -> Twins:
    first = dice.pick((family.right, *family.anew)) if kind else family.right
    one, other = (first, second) if dice.chance(0.5) else (second, first)
    for _ in range(1000):  # an example that is usual, and so gives nothing away
        twins = Twins(one, other, family.takes, family.example(dice), kind)
        if not twins.differ(twins.example):
            return twins
    raise ValueError(f"every example shows that these differ: {kind}")
