"""What the checks of this exercise share: schemas, configurations, and what a part has to look like."""

import copy
import json
import math
import re
from collections.abc import Iterator
from typing import Any

from autograder.examiner import LearnerRaised, expect, expect_raises, expect_type

Config = dict[str, Any]

KITCHEN: Config = {
    "oven": {"degrees": 180.0, "minutes": 40, "fan": True, "rack": {"height": 2, "label": "middle"}},
    "leave": ["nuts", "salt"],
    "spices": {
        "*": {"grams": 1.5, "name": "none", "ground": False},
        "pepper": {"grams": 0.5, "name": "black", "ground": True},
    },
    "guests": 4,
}
"""A schema that has nothing to do with Wren."""


def configuration(data_seed: int, **sections: Any) -> Config:
    """A whole configuration of a small run, as `resolve` would return it, with some sections in place of others."""
    return copy.deepcopy(
        {
            "data": {"conversations": 30, "days": 10, "seed": data_seed},
            "words": {"most": 40, "drop": ["w", "the"]},
            "features": {
                "always": {"pattern": "^", "scale": 1.0, "on": True},
                "question": {"pattern": "\\?", "scale": 0.5, "on": True},
            },
            "model": {"rate": 0.1, "passes": 2},
            "seed": 0,
        }
        | sections
    )


# ---- configurations


def leaves(config: Any, above: str = "") -> Iterator[tuple[str, Any]]:
    """Paths and values of a configuration; an empty section is a value."""
    if isinstance(config, dict) and config:
        for key, value in config.items():
            yield from leaves(value, f"{above}.{key}" if above else f"{key}")
    else:
        yield above, config


def expect_config(call: str, got: Any, expected: Config, because: str) -> None:
    """The answer of `resolve` holds these values, each with its type, and no others."""
    expect_type(got, dict, because=f"{call} has to return a configuration, which is a dict")
    try:
        have, want = dict(leaves(got)), dict(leaves(expected))
    except RecursionError:  # JSON may be nested deeper than we can go
        expect(False, f"{because}: this one has no end", call=call)
    for path in sorted(want.keys() - have.keys()):
        expect(False, f"{because}: {path} is not there", call=call, got=got, expected=f"{path} is {want[path]!r}")
    for path in sorted(have.keys() - want.keys()):
        expect(False, f"{because}: {path} is there, and should not be", call=call, got={path: have[path]},
               expected=", ".join(sorted(want)))  # fmt: skip
    for path, value in want.items():
        expect(_identical(have[path], value), f"{because}: {path} is another value", call=call,
               got=have[path], expected=value)  # fmt: skip


def _identical(got: Any, expected: Any) -> bool:
    if isinstance(expected, list):
        return type(got) is list and len(got) == len(expected) and all(map(_identical, got, expected))
    return type(got) is type(expected) and bool(got == expected)


def refused(call: str, action: Any, source: str, path: str, because: str) -> LearnerRaised:
    """The `ConfigError` that has to come, which names its source and the path."""
    raised = expect_raises("ConfigError", action, because=because)
    for word, what in ((source, "the layer it stands in"), (path, "the path of the key")):
        expect_named(raised, word, f"{because}, and the error has to name {what}", call)
    return raised


def expect_named(raised: LearnerRaised, word: str, because: str, call: str) -> None:
    """The error holds a source or a path, and not as a part of another one."""
    found = re.search(rf"(?<![\w.]){re.escape(word)}(?!\w)", str(raised))
    expect(found is not None, because, call=call, got=str(raised), expected=word)


# ---- parts


def expect_same_bytes(one: Any, other: Any, because: str) -> None:
    """Two parts are equal byte for byte; else where they begin to differ."""
    for part in (one, other):
        expect_type(part, bytes, because="train(config, worker) has to return bytes")
    if one == other:
        return
    place = next((at for at, pair in enumerate(zip(one, other, strict=False)) if pair[0] != pair[1]), None)
    if place is None:
        place = min(len(one), len(other))
    cut = slice(max(place - 24, 0), place + 24)
    here, there = (part[cut].decode("utf-8", "replace") for part in (one, other))
    expect(False, f"{because}: they differ from byte {place} on", call="train(config, worker)",
           got=f"…{here}…", expected=f"…{there}…")  # fmt: skip


def opened(part: Any, config: Config, worker: int) -> dict[str, Any]:
    """A part as data, with what it has to hold: run, config, worker, seed, weights."""
    call = f"train(config, {worker})"
    expect_type(part, bytes, because=f"{call} has to return bytes")
    try:
        data = json.loads(part)
    except (ValueError, RecursionError):
        data = None
    expect(isinstance(data, dict), f"{call} has to return a JSON object in UTF-8", call=call, got=part[:60])
    for key, kind in (("run", str), ("config", dict), ("worker", int), ("seed", int), ("weights", dict)):
        good = isinstance(data.get(key), kind) and not isinstance(data.get(key), bool)
        expect(good, f'"{key}" of a part has to be there and of type {kind.__name__}', call=call, got=data.get(key),
               expected=kind.__name__)  # fmt: skip
    expect_config(f'"config" of {call}', data["config"], config, "a part holds the configuration it was made by")
    expect(data["worker"] == worker, '"worker" of a part is the number of its worker', call=call, got=data["worker"],
           expected=worker)  # fmt: skip
    expect(0 <= data["seed"] < 2**64, '"seed" of a part is from 0 to 2**64 - 1', call=call, got=data["seed"])
    for column, weight in data["weights"].items():
        good = isinstance(weight, float | int) and not isinstance(weight, bool) and abs(weight) < 1e300
        expect(good and math.isfinite(weight), f'"weights" of a part: the weight of {column[:40]!r} is no number',
               call=call, got=weight)  # fmt: skip
    return data
