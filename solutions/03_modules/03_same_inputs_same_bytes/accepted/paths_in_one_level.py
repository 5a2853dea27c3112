# All on one level, from paths to values, as OmegaConf and argparse have it; SHA-1 of sorted paths; SeedSequence; features first.
"""A run of Wren's triage: a configuration in, the workers' parts out. Run me: python runs.py [FILE or PATH=VALUE ...]

A configuration is nested dictionaries, as JSON has them. A path names a value in it: "model.rate".
"""

import hashlib
import json
import math
import re
import sys
import unicodedata
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


_MISSING = object()


def _flat(config: Config, above: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Paths and values; a section is told as well, by its path and an empty dictionary."""
    for name, value in config.items():
        path = (*above, unicodedata.normalize("NFC", name))
        if isinstance(value, dict):
            yield path, {}
            yield from _flat(value, path)
        else:
            yield path, value


def _pattern(path: tuple[str, ...], known: Config) -> tuple[str, ...]:
    """The path in the schema that describes `path`."""
    found: tuple[str, ...] = ()
    for key in path:
        found = (*found, key) if (*found, key) in known else (*found, "*")
    return found


def _fits(value: Any, default: Any) -> bool:
    if isinstance(default, bool) or isinstance(value, bool):
        return isinstance(default, bool) and isinstance(value, bool)
    if isinstance(default, float):
        real = isinstance(value, int | float) and abs(value) < math.inf
        return real and math.copysign(1, value) == (-1 if value < 0 else 1)
    if isinstance(default, list):
        return isinstance(value, list) and all(isinstance(item, str) for item in value)
    return isinstance(value, type(default))


def _clean(value: Any, default: Any) -> Any:
    if isinstance(default, float):
        return float(value)
    if isinstance(default, str):
        return unicodedata.normalize("NFC", value)
    return [unicodedata.normalize("NFC", item) for item in value] if isinstance(default, list) else value


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
    known = dict(_flat(schema))
    values = {path: value for path, value in known.items() if "*" not in path}
    for source, layer in layers:
        for path, value in _flat(layer):
            pattern, dotted = _pattern(path, known), ".".join(path)
            if pattern not in known or "*" in path:
                raise ConfigError(f"{source} sets {dotted}, which is unknown; did you mean {nearest(dotted, schema)}?")
            if not _fits(value, known[pattern]):
                raise ConfigError(
                    f"{source} sets {dotted} to {value!r}, where something like {known[pattern]!r} belongs"
                )
            for other, default in known.items():
                if pattern[-1] == "*" and other[: len(pattern)] == pattern and len(other) > len(pattern):
                    values.setdefault((*path, *other[len(pattern) :]), default)
            if isinstance(value, dict):
                values.setdefault(path, {})
            else:
                values[path] = _clean(value, known[pattern])
    config: Config = {}
    for (*sections, last), value in sorted(values.items()):
        place = config
        for key in sections:
            place = place.setdefault(key, {})
        place[last] = {} if isinstance(value, dict) else value
    return config


# ---- which run it is


def run_id(config: Config) -> str:
    """Task b. The run's name: 16 to 64 characters from a-z and 0-9, the same in every process.

    `config` is what `resolve` returns, for any schema. Two of them have one name exactly when they are equal: keys in
    any order, items of a list in theirs, each value with its type: 1, 1.0, True and "1" are four values, and {"a": {}}
    is not {}.
    """
    lines = sorted((path, type(value).__name__, repr(value)) for path, value in _flat(config))
    return hashlib.sha1(repr(lines).encode()).hexdigest()


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
    tickets = list(make_tickets(**config["data"]))
    bags = [words(ticket.text) for ticket in tickets]
    vocabulary = {}
    for bag in bags:
        for word in bag:
            vocabulary[word] = vocabulary.get(word, 0) + 1
    ranked = sorted((-times, word) for word, times in vocabulary.items() if word not in config["words"]["drop"])
    columns = {}
    for name in sorted(config["features"]):
        if config["features"][name]["on"]:
            columns[f"features.{name}"] = [count(config["features"][name], ticket.text) for ticket in tickets]
    for _, word in ranked[: config["words"]["most"]]:
        columns[word] = [1.0 if word in bag else 0.0 for bag in bags]
    table = np.stack([np.array(column, dtype=float) for column in columns.values()], axis=1)
    labels = [1.0 if ticket.label == ACTION else 0.0 for ticket in tickets]
    run = run_id(config)
    sequence = np.random.SeedSequence(int(run, 16), spawn_key=(worker,))
    seed = int(sequence.generate_state(1, np.uint64)[0])
    weights = fit(table, labels, seed, config["model"]["rate"], config["model"]["passes"])
    told = {"worker": worker, "run": run, "seed": seed, "config": config}
    told["weights"] = {name: float(weight) for name, weight in zip(columns, weights, strict=True)}
    return json.dumps(told, sort_keys=True, indent=1, ensure_ascii=False).encode("utf-8")


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
