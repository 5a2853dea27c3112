"""A run of Wren's triage: a configuration in, the workers' parts out. Run me: python runs.py [FILE or PATH=VALUE ...]

A configuration is nested dictionaries, as JSON has them. A path names a value in it: "model.rate".
"""

import hashlib
import json
import math
import re
import sys
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from itertools import zip_longest
from pathlib import Path
from typing import Any

import numpy as np

from wren.phrases import ACTION
from wren.tickets import make_tickets
from wren.triage import words

Config = dict[str, Any]
Layer = tuple[str, Config]  # where it comes from, and what it sets

SCHEMA: Config = {
    "data": {"conversations": 40, "days": 14, "seed": 3},
    "words": {"most": 80, "drop": ["a", "the"]},
    "features": {
        "*": {"pattern": "^", "scale": 1.0, "on": True},
        "always": {"pattern": "^", "scale": 1.0, "on": True},
    },
    "model": {"rate": 0.1, "passes": 2},
    "seed": 0,
}
"""All keys there are, with their defaults; a value has the type of its default. "*" stands for every other name."""


# ---- what the run is to be


class ConfigError(ValueError):
    """A layer says something that the schema has no place for."""


def override(argument: str) -> Layer:
    """The layer of "model.rate=0.2": a value is read as JSON where it is JSON, else as text."""
    path, _, text = argument.partition("=")
    try:
        value: Any = json.loads(text)
    except ValueError:
        value = text
    for key in reversed(path.split(".")):
        value = {key: value}
    return argument, value


def nearest(path: str, schema: Config) -> str:
    """The known path that is most like `path`: "model.rate" for "model.rte" and for "rate"."""
    given = path.split(".")
    known = []
    for keys in _paths(schema):
        pairs = zip_longest(keys, given[: len(keys)], fillvalue="*")
        known.append(".".join(name if key == "*" else key for key, name in pairs))
    return max(known, key=lambda other: SequenceMatcher(None, other, path).ratio())


def _paths(schema: Config, above: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """All paths of a schema, sections too."""
    for key, value in schema.items():
        yield (*above, key)
        if isinstance(value, dict):
            yield from _paths(value, (*above, key))


def resolve(layers: Sequence[Layer], schema: Config = SCHEMA) -> Config:
    """Task a. The whole configuration: each value from the last layer that sets it, else the schema's default.

    Sections are merged key by key, lists replaced whole. Where a section of the schema holds "*", a layer may add any
    name that the section does not hold; what "*" holds is the schema of that entry, defaults included. "*" itself is
    no key of a configuration.

    A value has the type of its default: bool, int, float, str, or list of str. None, and text that reads like a number,
    are none of these, and a bool is no int. An int where a float belongs becomes that float. A float is finite and not
    -0.0. Text, in keys too, is brought to Unicode's normal form NFC.

    `ConfigError` for anything else in any layer, also where a later one overrides it. Its message holds the layer's
    source and the path; of a key that there is not, also the `nearest` path of the whole schema. The layers and the
    schema stay as they are.
    """
    raise NotImplementedError("3.3, task a: merge the layers over the defaults, each value checked (about 35 lines, with helpers)")


# ---- which run it is


def run_id(config: Config) -> str:
    """Task b. The run's name: 16 to 64 characters from a-z and 0-9, the same in every process.

    `config` is what `resolve` returns, for any schema. Two of them have one name exactly when they are equal: keys in
    any order, items of a list in theirs, each value with its type: 1, 1.0, True and "1" are four values, and {"a": {}}
    is not {}.
    """
    raise NotImplementedError("3.3, task b: one text for each configuration, and its hash (about 3 lines)")


# ---- the run


def count(feature: Config, text: str) -> float:
    """A feature of a text: how often its pattern is found, times its scale."""
    return feature["scale"] * len(re.findall(feature["pattern"], text))


def fit(table: np.ndarray, labels: Sequence[float], seed: int, rate: float, passes: int) -> np.ndarray:
    """Logistic regression on tickets that are drawn, with replacement, by the seed.

    `table`: float64 of shape (tickets, columns). `labels`: 1.0 for an account action, else 0.0. Returns the weights,
    float64 of shape (columns,).
    """
    rng = np.random.Generator(np.random.PCG64(seed))
    weights = np.zeros(table.shape[1])
    for place in rng.integers(len(labels), size=passes * len(labels)).tolist():
        row = table[place]
        likely = 0.5 + 0.5 * math.tanh(float(np.sum(row * weights)) / 2)
        weights += rate * (labels[place] - likely) * row
    return weights


def train(config: Config, worker: int) -> bytes:
    """Task c. One worker's part of the run, from `fit` on the tickets `make_tickets(**config["data"])`.

    The table has a row for each ticket, in their order. Its columns, in any order that you keep to:
    - the config["words"]["most"] words (see `words`) that stand in the most tickets, those of config["words"]["drop"]
      left out before; of words in equally many the alphabetically first ones. 1.0 if the ticket has it, else 0.0;
    - each feature that is on, under the name "features.NAME": its `count`.

    The part is JSON in UTF-8, an object with "run", the `run_id`; "config"; "worker"; "seed", an int from 0 to
    2**64 - 1, which `fit` was given; and "weights", an object with a float for each column.

    The workers of a run, counted from 0, have different seeds, and another run has others. A part is the same bytes for
    an equal configuration, whatever the order of its keys: in each process, folder and year, and whichever parts were
    made before. Python's and NumPy's global generators are left as they were.
    """
    raise NotImplementedError("3.3, task c: columns in one order, a seed from run and worker, one form of the bytes (about 16 lines)")


def main() -> None:
    """Make the parts of two workers by the layers that are named, later ones over earlier ones, and write them here."""
    layers = []
    for argument in sys.argv[1:]:
        file = Path(argument)
        layers.append(override(argument) if "=" in argument else (argument, json.loads(file.read_text("utf-8"))))
    config = resolve(layers)
    for worker in range(2):
        path = Path(f"{run_id(config)}.{worker}.json")
        path.write_bytes(train(config, worker))
        print(path)


if __name__ == "__main__":
    main()
