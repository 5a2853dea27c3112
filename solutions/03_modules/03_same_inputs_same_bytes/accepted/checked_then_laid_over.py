# Each layer is checked first and laid over afterwards; base 32 of a hash of sorted repr; run plus worker as seed; NumPy throughout.
"""A run of Wren's triage: a configuration in, the workers' parts out. Run me: python runs.py [FILE or PATH=VALUE ...]

A configuration is nested dictionaries, as JSON has them. A path names a value in it: "model.rate".
"""

import base64
import copy
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


def _describes(schema: Config, key: str) -> Any:
    """What the schema holds for a key, None for one it does not know."""
    return schema.get(key, schema.get("*")) if key != "*" else None


def _check(value: Any, default: Any, path: str) -> Any:
    """A checked copy of a layer's value, sections included; `LookupError` and `TypeError` name the path."""
    if isinstance(default, dict):
        if not isinstance(value, dict):
            raise TypeError(path)
        checked = {}
        for key, item in value.items():
            key = unicodedata.normalize("NFC", key)
            inner = f"{path}.{key}" if path else key
            if _describes(default, key) is None:
                raise LookupError(inner)
            checked[key] = _check(item, _describes(default, key), inner)
        return checked
    match default, value:
        case (bool(), bool()):
            return value
        case (bool(), _) | (_, bool()):
            raise TypeError(path)
        case float(), int() | float():
            value = float(value)
            if np.isfinite(value) and not (value == 0 and np.signbit(value)):
                return value
        case int(), int():
            return value
        case str(), str():
            return unicodedata.normalize("NFC", value)
        case list(), list():
            return [_check(item, "", path) for item in value]
    raise TypeError(path)


def _laid_over(config: Config, layer: Config, schema: Config) -> Config:
    for key, value in layer.items():
        default = _describes(schema, key)
        if isinstance(value, dict):
            config[key] = _laid_over(config.get(key) or _bare(default), value, default)
        else:
            config[key] = value
    return config


def _bare(schema: Config) -> Config:
    config = copy.deepcopy(schema)
    for key in list(config):
        if key == "*":
            del config[key]
        elif isinstance(config[key], dict):
            config[key] = _bare(config[key])
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
    config = _bare(schema)
    for source, layer in layers:
        try:
            checked = _check(layer, schema, "")
        except LookupError as unknown:
            path = unknown.args[0]
            message = f"{source} has an unknown key {path!r}. Did you mean {nearest(path, schema)!r}?"
            raise ConfigError(message) from unknown
        except TypeError as wrong:
            raise ConfigError(f"{source}: the value of {wrong.args[0]} is of the wrong kind") from wrong
        config = _laid_over(config, checked, schema)
    return config


# ---- which run it is


def _ordered(value: Any) -> Any:
    return [(key, _ordered(value[key])) for key in sorted(value)] if isinstance(value, dict) else value


def run_id(config: Config) -> str:
    """Task b. The run's name: 16 to 64 characters from a-z and 0-9, the same in every process.

    `config` is what `resolve` returns, for any schema. Two of them have one name exactly when they are equal: keys in
    any order, items of a list in theirs, each value with its type: 1, 1.0, True and "1" are four values, and {"a": {}}
    is not {}.
    """
    digest = hashlib.sha3_256(repr(("config", _ordered(config))).encode("utf-8")).digest()
    return base64.b32encode(digest[:15]).decode().lower()


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
    texts = np.array([ticket.text for ticket in tickets], dtype=object)
    bags = [words(text) for text in texts]
    known = np.array(sorted(set().union(*bags) - set(config["words"]["drop"])), dtype=object)
    present = np.array([[word in bag for word in known] for bag in bags])
    order = np.argsort(-present.sum(axis=0), kind="stable")[: config["words"]["most"]]
    on = sorted(name for name, feature in config["features"].items() if feature["on"])
    counts = [[count(config["features"][name], text) for name in on] for text in texts]
    table = np.hstack([np.array(counts, dtype=float).reshape(len(texts), len(on)), present[:, order].astype(float)])
    run = run_id(config)
    seed = (int.from_bytes(hashlib.md5(run.encode()).digest()[:6], "little") << 16) + worker
    labels = np.array([ticket.label for ticket in tickets]) == ACTION
    weights = fit(table, labels.astype(float), seed, **config["model"])
    names = [*(f"features.{name}" for name in on), *known[order]]
    part = {
        "config": config,
        "run": run,
        "seed": seed,
        "weights": {name: float(weight) for name, weight in sorted(zip(names, weights, strict=True))},
        "worker": worker,
    }
    return json.dumps(part, sort_keys=True).encode("ascii")


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
