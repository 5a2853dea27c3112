"""What the learner is not given: other schemas, odd values, other processes, another year, a feature nobody planned."""

import copy
import json
import math
import random
import re
from collections import Counter
from typing import Any

import numpy as np
from support import KITCHEN, Config, configuration, expect_config, expect_same_bytes, leaves, opened, refused

from autograder.examiner import expect, expect_equal, expect_type, task
from wren.phrases import ACTION
from wren.tickets import make_tickets
from wren.triage import words


@task("a", points=1)
def test_sections_are_merged_and_lists_are_not(candidate):
    """A layer changes what it sets and nothing beside it, at any depth; false, 0 and "" are values like others."""
    layers = [
        ("base.json", {"oven": {"minutes": 55, "rack": {"label": "top"}}, "leave": ["milk"], "guests": 9}),
        ("night.json", {"oven": {"fan": False, "minutes": 0, "rack": {"height": 3}}, "leave": [], "guests": 0}),
        ("late.json", {"oven": {"rack": {"label": ""}}}),
    ]
    expected = {
        "oven": {"degrees": 180.0, "minutes": 0, "fan": False, "rack": {"height": 3, "label": ""}},
        "leave": [],
        "spices": {"pepper": {"grams": 0.5, "name": "black", "ground": True}},
        "guests": 0,
    }
    got = candidate.resolve(layers, KITCHEN)
    expect_config("resolve([base.json, night.json, late.json], schema)", got, expected, "three layers set some values")


BAD: dict[str, tuple[Any, ...]] = {
    "oven.fan": (1, 0, "true", None, []),
    "oven.minutes": (True, 40.0, "40", None, [40], {}),
    "oven.degrees": (True, "180", None, math.nan, math.inf, -math.inf, -0.0),
    "oven.rack.label": (2, 2.0, False, None, ["middle"], {"middle": 1}),
    "leave": ("nuts", [1], [None], ["nuts", True], [["nuts"]], {"0": "nuts"}, None),
    "oven.rack": (2, "middle", None, ["height"]),
    "spices.cumin": (2.0, None, []),
    "spices.cumin.ground": ("no", 0),
    "spices.pepper.grams": ("1.5", False),
}


@task("a", points=2)
def test_a_value_has_the_type_of_its_default(candidate):
    """Text, numbers and truth values do not stand for each other, and NaN, infinities and -0.0 are refused."""
    for path, values in BAD.items():
        for value in values:
            layers = [("night.json", _layer(path, value))]
            call = f"resolve([night.json], schema) with {path} = {value!r}"
            because = f"{value!r} is no value for {path}"
            refused(call, lambda layers=layers: candidate.resolve(layers, KITCHEN), "night.json", path, because)
    for value in (0, 0.0, -3, 1e300):
        got = candidate.resolve([("night.json", _layer("oven.degrees", value))], KITCHEN)
        expect_type(got, dict, because="resolve(layers, schema) has to return a dict")
        degrees = dict(leaves(got)).get("oven.degrees")
        expect(type(degrees) is float and degrees == value, f"{value!r} for a float is that float",
               call="resolve([night.json], schema)", got=degrees, expected=float(value))  # fmt: skip


def _layer(path: str, value: Any) -> Any:
    for key in reversed(path.split(".")):
        value = {key: value}
    return value


@task("a", points=1)
def test_each_layer_is_checked_for_itself(candidate):
    """A mistake that a later layer overrides is an error, in the name of the layer it stands in."""
    good, bad, unknown = {"guests": 2}, {"guests": "two"}, {"gests": 2}
    for number, wrong in ((0, bad), (1, bad), (2, bad), (0, unknown), (1, unknown)):
        layers = [(f"layer{place}.json", wrong if place == number else good) for place in range(3)]
        path = next(iter(wrong))
        call = f"resolve(layers, schema), of which layer{number}.json holds {wrong}"
        because = f"layer{number}.json holds {wrong}, which is wrong, whatever comes later"
        raised = refused(
            call, lambda layers=layers: candidate.resolve(layers, KITCHEN), f"layer{number}.json", path, because
        )
        others = [source for source, _ in layers if source != f"layer{number}.json" and source in str(raised)]
        expect(not others, "the error names a layer that is right", call=call, got=str(raised),
               expected=f"layer{number}.json alone")  # fmt: skip


@task("a", points=1)
def test_a_star_stands_for_any_other_name(candidate):
    """An entry that only a layer names has the defaults of "*", and is merged over the layers like any section."""
    layers = [
        ("base.json", {"spices": {"cumin": {"name": "whole"}, "salt": {}}}),
        ("night.json", {"spices": {"cumin": {"grams": 2}, "clove": {"ground": True}}}),
    ]
    expected = {key: value for key, value in KITCHEN.items() if key != "spices"}
    expected["spices"] = {
        "pepper": {"grams": 0.5, "name": "black", "ground": True},
        "cumin": {"grams": 2.0, "name": "whole", "ground": False},
        "salt": {"grams": 1.5, "name": "none", "ground": False},
        "clove": {"grams": 1.5, "name": "none", "ground": True},
    }
    got = candidate.resolve(layers, KITCHEN)
    expect_config("resolve([base.json, night.json], schema)", got, expected, "cumin, salt and clove are new names")
    plain = expected | {"spices": {"pepper": KITCHEN["spices"]["pepper"]}}
    expect_config("resolve([], schema)", candidate.resolve([], KITCHEN), plain, "no layer names a spice")
    limits = {"limits": {"*": 1.5, "all": 9.0}}
    got = candidate.resolve([("night.json", {"limits": {"mail": 3}})], limits)
    expect_config("resolve([night.json], schema)", got, {"limits": {"all": 9.0, "mail": 3.0}}, '"*" may hold a value')
    starred = [("night.json", {"spices": {"*": {"grams": 2.0}}})]
    call = 'resolve([("night.json", {"spices": {"*": {"grams": 2.0}}})], schema)'
    refused(call, lambda: candidate.resolve(starred, KITCHEN), "night.json", "spices", '"*" is no name of an entry')


@task("a", points=1)
def test_text_that_looks_alike_is_one_text(candidate):
    """Names and texts come out in Unicode's normal form NFC, whichever keyboard wrote them."""
    apart, joined = "cre\u0300me bru\u0302le\u0301e", "cr\u00e8me br\u00fbl\u00e9e"
    layers = [
        ("phone.json", {"spices": {apart: {"name": apart}}, "leave": [apart], "oven": {"rack": {"label": apart}}}),
        ("desk.json", {"spices": {joined: {"grams": 3.0}}}),
    ]
    expected = copy.deepcopy(KITCHEN)
    del expected["spices"]["*"]
    expected["spices"][joined] = {"grams": 3.0, "name": joined, "ground": False}
    expected["leave"], expected["oven"]["rack"]["label"] = [joined], joined
    got = candidate.resolve(layers, KITCHEN)
    expect_config("resolve([phone.json, desk.json], schema)", got, expected, "phone.json writes accents as characters "
                  "of their own, desk.json does not")  # fmt: skip


@task("a", points=1)
def test_one_answer_does_not_leak_into_the_next(candidate):
    """The module's own schema is the same after any number of calls."""
    first = candidate.resolve([])
    expect_type(first, dict, because="resolve(layers) has to return a dict")
    changed = {
        "model": {"rate": 0.75},
        "words": {"drop": ["x"]},
        "features": {"q": {"scale": 3.0}, "always": {"on": False}},
    }
    candidate.resolve([("a.json", changed)])
    expect_config("resolve([])", candidate.resolve([]), first, "an earlier call had set other values")
    new = candidate.resolve([("b.json", {"features": {"thanks": {"pattern": "hank"}}})])
    expected = copy.deepcopy(first)
    expected.setdefault("features", {})["thanks"] = {"pattern": "hank", "scale": 1.0, "on": True}
    expect_config("resolve([b.json])", new, expected, "an earlier call had named another feature")


# ---- names


@task("b", points=1)
def test_a_value_counts_with_its_type_and_all_its_digits(candidate):
    """1, 1.0, True and "1" are four runs, and so are two floats next to each other."""
    values = [
        0, 0.0, False, "", "0", "0.0", "False", "false", [], [""], ["0"], 1, 1.0, True, "1", "1.0", "True", "true",
        ["1"], ["1", "0"], ["0", "1"], ["1 0"], ["1, 0"], ["1,0"], ["10"], "[]", "['1']", '["1"]', 10**16, 10**16 + 1,
        1e16, 0.1, math.nextafter(0.1, 1), "0.1", 1e-300, 2e-300, -1, -1.0, "-1", "a", "A", " a", "a ", "é", "e",
        "null", "None",
    ]  # fmt: skip
    _expect_names(candidate, [{"key": value} for value in values])


@task("b", points=2)
def test_no_two_configurations_have_one_name(candidate, rng):
    """Configurations that differ have different names, however alike their texts are, or which key holds what."""
    alike: list[Config] = [
        {}, {"a": {}}, {"a": {"b": {}}}, {"a": {"b": 1}}, {"a.b": 1}, {"a": 1, "b": 2}, {"a": 2, "b": 1},
        {"b": 1}, {"a": "1, 'b': 2"}, {"a": "1;b=2"}, {"a": "1\nb=2"}, {"a": "1&b=2"}, {"a": "1,b=2"},
        {"a": "1", "b": "2"}, {"a": "1 b 2"}, {"a": '1","b":"2'}, {"a": "1', 'b': '2"}, {"a=1": "2"}, {"a": "=1"},
        {"a=": "1"}, {"ab": "c"}, {"a": "bc"}, {"a": {"x": 1}, "b": {}}, {"a": {}, "b": {"x": 1}},
        {"a": {"x": 1, "b": {}}}, {"a": {"b": {"x": 1}}}, {"a": {"x": 1}, "b": {"x": 2}},
        {"a": {"x": 2}, "b": {"x": 1}},
        {"a/b": 1}, {"a:b": 1}, {"a": ["b", "1"]}, {"a": ["b=1"]}, {"a": ["x", "y"], "b": []}, {"a": ["x"], "b": ["y"]},
        {"a": [], "b": ["x", "y"]},
    ]  # fmt: skip
    base = configuration(int(rng.integers(1000)))
    changed = [base]
    for path, value in leaves(base):
        other = copy.deepcopy(base)
        *sections, last = path.split(".")
        place = other
        for key in sections:
            place = place[key]
        place[last] = _changed(value)
        changed.append(other)
    _expect_names(candidate, alike + changed)


def _changed(value: Any) -> Any:
    if isinstance(value, bool):
        return not value
    if isinstance(value, list):
        return value[::-1]
    return value + "x" if isinstance(value, str) else value + (1 if isinstance(value, int) else 1e-15)


def _expect_names(candidate: Any, configs: list[Config]) -> None:
    """All have names, and no two have one."""
    had: dict[str, Config] = {}
    for config in configs:
        name = candidate.run_id(config)
        expect_type(name, str, because="run_id(config) has to return a str")
        good = re.fullmatch("[a-z0-9]{16,64}", name) is not None
        expect(good, "a run's name has 16 to 64 characters, each from a-z or 0-9", call="run_id(config)", got=name)
        expect(name not in had, "two configurations that differ have one name", call="run_id(config)",
               got=f"{had.get(name)!r}\n{config!r}", expected="two names")  # fmt: skip
        had[name] = config


@task("b", points=1)
def test_a_run_has_its_name_in_each_process(candidate, seed):
    """The name of a configuration is the same tomorrow."""
    config = configuration(seed % 1000)
    today = candidate.run_id(config)
    expect_type(today, str, because="run_id(config) has to return a str")
    candidate.restart()
    expect_equal(candidate.run_id(config), today, because="the same configuration has another name in another process")


# ---- parts


def expected_weights(config: Config, seed: int) -> dict[str, float]:
    """What `fit` learns with that seed from Wren's tickets, column by column."""
    tickets = make_tickets(**config["data"])
    columns = {word: [float(word in words(ticket.text)) for ticket in tickets] for word in _vocabulary(config)}
    for name, feature in config["features"].items():
        if feature["on"]:
            found = [len(re.findall(feature["pattern"], ticket.text)) for ticket in tickets]
            columns[f"features.{name}"] = [feature["scale"] * times for times in found]
    table = np.array(list(columns.values())).T
    weights = np.zeros(len(columns))
    rng = np.random.Generator(np.random.PCG64(seed))
    for place in rng.integers(len(tickets), size=config["model"]["passes"] * len(tickets)):
        likely = 0.5 + 0.5 * math.tanh(float(table[place] @ weights) / 2)
        weights += config["model"]["rate"] * ((tickets[place].label == ACTION) - likely) * table[place]
    return dict(zip(columns, weights.tolist(), strict=True))


def _spread(data: Config) -> Counter[str]:
    return Counter(word for ticket in make_tickets(**data) for word in words(ticket.text))


def _vocabulary(config: Config) -> list[str]:
    spread = _spread(config["data"])
    known = [word for word in sorted(spread) if word not in config["words"]["drop"]]
    return sorted(known, key=lambda word: -spread[word])[: config["words"]["most"]]


def _cut_through_equals(config: Config) -> int:
    """A size of the vocabulary that leaves out some words of a group that stand in equally many tickets."""
    spread = _spread(config["data"])
    counts = sorted((spread[word] for word in spread if word not in config["words"]["drop"]), reverse=True)
    return next(at for at in range(20, len(counts)) if counts[at - 3] == counts[at + 3])


# The solution and this reference add up in different ways, and were apart by 3e-16 at most in 400 seeds; with another
# seed for `fit` some weight was off by 0.2 at least.
def expect_trained(part: dict[str, Any], config: Config) -> None:
    """A part's weights are those that its seed gives."""
    right = expected_weights(config, part["seed"])
    call = f"train(config, {part['worker']})"
    missing, strange = right.keys() - part["weights"].keys(), part["weights"].keys() - right.keys()
    expect(not missing and not strange, "the part has other columns than its configuration asks for", call=call,
           got=f"too many: {sorted(strange)[:6]}", expected=f"too few: {sorted(missing)[:6]}")  # fmt: skip
    for column, weight in right.items():
        got = part["weights"][column]
        expect(abs(got - weight) < 1e-6, f"with seed {part['seed']} the weight of {column} is another one", call=call,
               got=got, expected=weight)  # fmt: skip


@task("c", points=2)
def test_the_weights_are_those_of_the_seed_and_the_tickets(candidate, seed):
    """Columns and rows are those that the configuration asks for, and the weights are what fit makes of them."""
    features = {
        "shout": {"pattern": "[A-Z]{3,}", "scale": 0.25, "on": True},
        "always": {"pattern": "^", "scale": 1.0, "on": False},
        "order": {"pattern": r"W-\d+", "scale": 2.0, "on": True},
    }
    config = configuration(seed % 1000, features=features)
    config["words"]["most"] = _cut_through_equals(config)
    for worker in (0, 3):
        expect_trained(opened(candidate.train(config, worker), config, worker), config)


# Thirteen columns with counts in each row: turned around, they gave other last digits in each of 400 seeds. (8 or 16
# never do, since NumPy adds up in pairs, and 12 did in 397.) There are two workers, to be sure.
@task("c", points=1)
def test_a_part_does_not_follow_the_order_of_keys(candidate, seed):
    """Two configurations that differ in the order of their keys give the same bytes."""
    features = {
        letter: {"pattern": f"[{letter}]", "scale": 0.017 * (at + 1), "on": True}
        for at, letter in enumerate("etaoinshrdluc")
    }
    config = configuration(seed % 1000, words={"most": 0, "drop": []}, features=features)
    because = "the same configuration, with its keys in another order, gave another part"
    for worker in (0, 1):
        expect_same_bytes(candidate.train(config, worker), candidate.train(_turned(config), worker), because)


def _turned(config: Any) -> Any:
    if not isinstance(config, dict):
        return config
    return {key: _turned(config[key]) for key in reversed(config)}


@task("c", points=1)
def test_a_part_does_not_follow_what_was_made_before(candidate, seed):
    """Worker 2's part is the same whether it is made first, last, or by a machine that makes no other."""
    config, other = configuration(seed % 1000), configuration(seed % 1000 + 1)
    alone = candidate.train(config, 2)
    candidate.train(other, 2)
    for worker in (0, 1):
        candidate.train(config, worker)
    expect_same_bytes(alone, candidate.train(config, 2), "worker 2's part was made first, and after three others")


@task("c", points=1)
def test_another_run_has_other_seeds(candidate, seed):
    """Runs that differ in any value share no seed."""
    base = configuration(seed % 1000, words={"most": 5, "drop": []})
    runs = [base, base | {"seed": 1}, base | {"seed": 2}, base | {"model": {"rate": 0.2, "passes": 2}}]
    runs.append(base | {"features": {"always": base["features"]["always"]}})
    had: dict[int, int] = {}
    for config in runs:
        mine: dict[int, int] = {}
        for worker in range(4):
            drawn = opened(candidate.train(config, worker), config, worker)["seed"]
            expect(drawn not in had, f"worker {worker} of a run has the seed of worker {had.get(drawn)} of another run",
                   call=f"train(config, {worker})", got=drawn, expected="another seed")  # fmt: skip
            mine[drawn] = worker
        had |= mine


ELSEWHERE = """
import datetime, json, os, random, sys, time
import numpy as np
import wren.tickets

sys.path.insert(0, os.getcwd())
os.mkdir("elsewhere")
os.chdir("elsewhere")

YEAR = 400 * 86400
now, now_ns, local, utc, text = time.time, time.time_ns, time.localtime, time.gmtime, time.strftime
time.time = lambda: now() + YEAR
time.time_ns = lambda: now_ns() + YEAR * 10**9
time.localtime = lambda seconds=None: local(time.time() if seconds is None else seconds)
time.gmtime = lambda seconds=None: utc(time.time() if seconds is None else seconds)
time.strftime = lambda form, moment=None: text(form, time.localtime() if moment is None else moment)

class Later(datetime.datetime):
    @classmethod
    def now(cls, tz=None):
        return datetime.datetime.fromtimestamp(time.time(), tz)
    @classmethod
    def utcnow(cls):
        return cls.now(datetime.timezone.utc).replace(tzinfo=None)
    @classmethod
    def today(cls):
        return cls.now()

class LaterDay(datetime.date):
    @classmethod
    def today(cls):
        return Later.now().date()

Later.fromtimestamp = datetime.datetime.fromtimestamp
datetime.datetime, datetime.date = Later, LaterDay
random.seed(7)
np.random.seed(7)
import runs

with open("../config.json", encoding="utf-8") as file:
    config = json.load(file)
part = runs.train(config, 4)
print(json.dumps({"part": bytes(part).hex(), "drawn": [random.random(), float(np.random.random_sample())]}))
"""


@task("c", points=2)
def test_another_folder_and_another_year_make_the_same_bytes(candidate, seed):
    """A program in another folder, whose clock is a year ahead, makes the same part, and draws on as if it had not."""
    config = configuration(seed % 1000)
    here = candidate.train(config, 4)
    expect_type(here, bytes, because="train(config, worker) has to return bytes")
    shipped = {"elsewhere.py": ELSEWHERE.encode(), "config.json": json.dumps(config).encode()}
    done = candidate.run("elsewhere.py", files=shipped)
    said = _last_line(done.stdout)
    expect(isinstance(said, dict), "a program that imports runs and calls train(config, 4) did not come to its end",
           call="python elsewhere.py", got=_last_words(done.stderr), expected="a part")  # fmt: skip
    there = bytes.fromhex(str(said.get("part")))
    expect_same_bytes(here, there, "a program in another folder, a year later, made another part")
    drawn = [random.Random(7).random(), float(np.random.RandomState(7).random_sample())]
    expect(said.get("drawn") == drawn, "the program seeded random and np.random for itself, and after train(config, 4) "
           "they draw other numbers: seed a generator of your own", call="python elsewhere.py", got=said.get("drawn"),
           expected=drawn)  # fmt: skip


def _last_line(output: bytes) -> Any:
    try:
        said = json.loads(output.splitlines()[-1])
        bytes.fromhex(said["part"])
    except (ValueError, IndexError, KeyError, TypeError, RecursionError):
        return None
    return said


def _last_words(errors: bytes) -> str:
    lines = errors.decode("utf-8", "replace").strip().splitlines()
    return lines[-1][:200] if lines else "nothing on stderr"


@task("c", points=2)
def test_a_feature_is_added_by_configuration_alone(candidate, seed):
    """The program trains a feature that only a file and the command line name; no line of the program is changed."""
    night = {"data": {"conversations": 30, "days": 10, "seed": seed % 1000}, "words": {"most": 12, "drop": []}}
    night["features"] = {"thanks": {"scale": 0.5}}
    arguments = ("night.json", "features.thanks.pattern=[Tt]hank|regards", "features.always.on=false")
    call = f"python runs.py {' '.join(arguments)}"
    candidate.train(configuration(0), 0)  # a hole that nobody has filled is no program that fails
    done = candidate.run("runs.py", *arguments, files={"night.json": json.dumps(night).encode()})
    expect(done.exit_code == 0, "the program failed", call=call, got=_last_words(done.stderr), expected="two parts")
    parts = sorted(name for name in done.files if re.fullmatch(r"[a-z0-9]{16,64}\.[01]\.json", name))
    expect(len(parts) == 2, "the program left no two parts, RUN.0.json and RUN.1.json", call=call,
           got=sorted(done.files)[:6])  # fmt: skip
    config = configuration(seed % 1000, words=night["words"])
    config["model"] = {"rate": 0.1, "passes": 2}
    config["features"] = {
        "always": {"pattern": "^", "scale": 1.0, "on": False},
        "thanks": {"pattern": "[Tt]hank|regards", "scale": 0.5, "on": True},
    }
    for worker, name in enumerate(parts):
        part = opened(done.files[name], config, worker)
        expect("features.thanks" in part["weights"], "features.thanks is in the configuration and has no weight",
               call=call, got=sorted(part["weights"])[:6])  # fmt: skip
        expect_trained(part, config)
