# Dataclasses that parse, as pydantic has it; BLAKE2 of text with types and lengths; random.Random of run and worker; columns by name.
"""A run of Wren's triage: a configuration in, the workers' parts out. Run me: python runs.py [FILE or PATH=VALUE ...]

A configuration is nested dictionaries, as JSON has them. A path names a value in it: "model.rate".
"""

import hashlib
import json
import math
import random
import re
import sys
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
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
        value = json.loads(text)
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


@dataclass(frozen=True)
class Field:
    """A value: its type and its default."""

    default: Any

    def parse(self, value: Any, where: str) -> Any:
        kind = type(self.default)
        if kind is float and isinstance(value, int) and not isinstance(value, bool):
            value = float(value)
        if type(value) is not kind:
            raise ConfigError(f"{where}: expected {kind.__name__}, found {type(value).__name__} {value!r}")
        if kind is float and (
            value != value or value in (math.inf, -math.inf) or (value == 0 and repr(value)[0] == "-")
        ):
            raise ConfigError(f"{where}: {value!r} is refused")
        if kind is list:
            return [Field("").parse(item, f"{where}[{place}]") for place, item in enumerate(value)]
        return unicodedata.normalize("NFC", value) if kind is str else value


@dataclass(frozen=True)
class Section:
    """What a section may hold: its keys, and what any other name stands for, if other names are allowed."""

    keys: dict[str, "Field | Section"]
    others: "Field | Section | None"

    @classmethod
    def of(cls, schema: Any) -> "Field | Section":
        if not isinstance(schema, dict):
            return Field(schema)
        parts = {key: cls.of(value) for key, value in schema.items()}
        return cls({key: part for key, part in parts.items() if key != "*"}, parts.get("*"))

    def part(self, key: str) -> "Field | Section | None":
        return None if key == "*" else self.keys.get(key, self.others)

    def parse(self, layer: Any, where: str, above: str, schema: Config) -> Config:
        """The layer with each value in its type; nothing is added."""
        if not isinstance(layer, dict):
            raise ConfigError(f"{where}: {above.rstrip('.')} is a section, not {layer!r}")
        parsed: Config = {}
        for key, value in layer.items():
            key = unicodedata.normalize("NFC", key)
            part = self.part(key)
            if part is None:
                raise ConfigError(f"{where}: unknown key {above}{key}, nearest key {nearest(above + key, schema)}")
            if isinstance(part, Section):
                parsed[key] = part.parse(value, where, f"{above}{key}.", schema)
            else:
                parsed[key] = part.parse(value, f"{where}: {above}{key}")
        return parsed

    def whole(self, layers: list[Config]) -> Config:
        """All keys, from the last layer that has them."""
        names = {**self.keys, **{key: None for layer in layers for key in layer}}
        config: Config = {}
        for name in sorted(names):
            part, said = self.part(name), [layer[name] for layer in layers if name in layer]
            config[name] = part.whole(said) if isinstance(part, Section) else [part.default, *said][-1]
        return config


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
    section = Section.of(schema)
    return section.whole([section.parse(layer, source, "", schema) for source, layer in layers])


# ---- which run it is


def _spelled(value: Any) -> str:
    """A text that tells its type and its length before it begins."""
    if isinstance(value, dict):
        inner = "".join(_spelled(key) + _spelled(value[key]) for key in sorted(value))
    elif isinstance(value, list):
        inner = "".join(map(_spelled, value))
    else:
        inner = value if isinstance(value, str) else repr(value)
    return f"{type(value).__name__}{len(inner)}:{inner}"


def run_id(config: Config) -> str:
    """Task b. The run's name: 16 to 64 characters from a-z and 0-9, the same in every process.

    `config` is what `resolve` returns, for any schema. Two of them have one name exactly when they are equal: keys in
    any order, items of a list in theirs, each value with its type: 1, 1.0, True and "1" are four values, and {"a": {}}
    is not {}.
    """
    return hashlib.blake2b(_spelled(config).encode(), digest_size=16).hexdigest()


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
    tickets = make_tickets(**config["data"])
    columns: dict[str, list[float]] = {}
    found = Counter()
    for ticket in tickets:
        found.update(words(ticket.text) - frozenset(config["words"]["drop"]))
    for word in sorted(sorted(found), key=found.__getitem__, reverse=True)[: config["words"]["most"]]:
        columns[word] = [float(word in words(ticket.text)) for ticket in tickets]
    for name, feature in config["features"].items():
        if feature["on"]:
            columns["features." + name] = [count(feature, ticket.text) for ticket in tickets]
    names = sorted(columns)
    run = run_id(config)
    seed = random.Random(f"worker {worker} of {run}").getrandbits(64)
    labels = [float(ticket.label == ACTION) for ticket in tickets]
    weights = fit(np.array([columns[name] for name in names]).T.copy(), labels, seed, **config["model"])
    return json.dumps(
        {
            "config": config,
            "run": run,
            "seed": seed,
            "weights": dict(zip(names, weights.tolist(), strict=True)),
            "worker": worker,
        },
        sort_keys=True,
        separators=(",", ":"),
    ).encode()


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
