"""Specs in which nothing is impossible, with slack of 0 in about half of the places; see `wren.specs`."""

import math
from typing import Any

import numpy as np

from wren.arrivals import daily_rate
from wren.dice import Dice

Spec = dict[str, Any]

PARTS = ("inbox", "cleaner", "customers", "features", "encoder", "model", "policy", "audit", "reply")

_ALWAYS = ("inbox", "features", "reply")


def work_by_hour(spec: Spec) -> list[float]:
    """Hours of work that the tickets for people bring in each hour of a mean day."""
    brief, share = spec["brief"], spec["desk"]["to_people"] / 100
    middles = np.arange(0.5, 24) * 3600
    tickets = 3600 * daily_rate(middles, brief["tickets"])
    return [float(count) * share * brief["minutes"] / 60 for count in tickets]


def make_sound_spec(dice: Dice) -> Spec:
    """A spec in which nothing is impossible."""
    share, minutes = dice.between(40, 60), dice.between(12, 18)
    work = 2.6 + 0.3 * dice.roll()  # people who are busy, on average over a day
    brief: Spec = {"tickets": round(work * 1440 / minutes / share * 100), "minutes": minutes}
    spec: Spec = {"brief": brief, "desk": {"to_people": share}}
    spec["desk"]["roster"] = [math.ceil(1.5 * hours) for hours in work_by_hour(spec)]
    brief["hours"] = sum(spec["desk"]["roster"]) + _slack(dice, 6)
    parts, flows = _graph(dice)
    front = PARTS[-1]
    stores = {
        name: {"gb": dice.between(1, 4), "days": dice.between(35, 120), "copies": dice.between(2, 3)}
        for name in ("tickets", "models", "labels")
    }
    brief["gb"] = size(stores) + _slack(dice, 100)
    brief["quiet"] = [22, 6]
    begins = dice.between(0, 5)
    training = {
        "starts": (22 + begins) % 24,
        "hours": 8 - begins - min(_slack(dice, 3), 7 - begins),
        "reads": stores["tickets"]["days"] - _slack(dice, 20),
    }
    plan, days = _plan(dice)
    brief["days"] = days + _slack(dice, 10)
    accuracy, chosen, promised = _models(dice, share)
    brief["accuracy"] = accuracy
    announcement = {
        "wait": dice.between(40, 60),
        "alone": 100 - share - _slack(dice, 5),
        "accuracy": promised,
        "ms": parts[front]["promises"]["ms"] + _slack(dice, 100),
        "down": parts[front]["promises"]["down"] + _slack(dice, 20),
        "forgotten": stores["tickets"]["days"] + _slack(dice, 30),
    }
    brief["asked"] = {
        name: value - _slack(dice, 3) if name in ("alone", "accuracy") else value + _slack(dice, 20)
        for name, value in announcement.items()
    }
    return {
        "brief": brief,
        "announcement": announcement,
        "model": chosen,
        "desk": spec["desk"],
        "parts": parts,
        "front": front,
        "flows": _shuffled(flows, dice),
        "stores": stores,
        "training": training,
        "metrics": {"accuracy": [0, 100], "alone": [0, 100], "wait": [0, 10_080], "complaints": [0, 600]},
        "kill": [
            {"metric": "accuracy", "below": dice.between(70, 90), "day": brief["days"] - _slack(dice, 15)},
            {"metric": "wait", "above": dice.between(60, 600), "day": dice.between(1, brief["days"])},
        ],
        "plan": plan,
    }


def _slack(dice: Dice, most: int, chance: float = 0.5) -> int:
    """1 to `most` with this chance, else nothing."""
    return dice.between(1, most) if dice.chance(chance) else 0


def _shuffled(items: list[Any], dice: Dice) -> list[Any]:
    return [items[place] for _, place in sorted((dice.roll(), place) for place in range(len(items)))]


def _graph(dice: Dice) -> tuple[Spec, list[Spec]]:
    """The first, the last and most others of `PARTS`, in no particular order, with promises that hold; their flows."""
    names = [name for name in PARTS if name in _ALWAYS or dice.chance(0.75)]
    before = {
        name: sorted({names[dice.below(place)] for _ in range(dice.between(1, 3))}) if place else []
        for place, name in enumerate(names)
    }
    own = {name: {"ms": dice.between(1, 60), "down": dice.between(1, 15)} for name in names}
    waits: dict[str, int] = {}
    above: dict[str, set[str]] = {}
    for name in names:
        waits[name] = own[name]["ms"] + max((waits[source] for source in before[name]), default=0)
        above[name] = {name}.union(*(above[source] for source in before[name]))
    promises: dict[str, Spec] = {}
    for name in names:
        least = {"ms": waits[name], "down": sum(own[other]["down"] for other in above[name])}
        promises[name] = {
            key: max([value, *(promises[source][key] for source in before[name])]) + _slack(dice, 20, 0.3)
            for key, value in least.items()
        }
    parts = {name: {**own[name], "promises": promises[name]} for name in _shuffled(names, dice)}
    flows = [
        {
            "from": source,
            "to": name,
            "owner": dice.pick(("desk", "data", "models")),
            "format": dice.pick(("json", "arrow")),
        }
        for name in names
        for source in before[name]
    ]
    return parts, flows


def size(stores: Spec) -> int:
    """GB of all stores when they are full."""
    return sum(store["gb"] * store["days"] * store["copies"] for store in stores.values())


def _plan(dice: Dice) -> tuple[list[Spec], int]:
    """Steps, the first of them done, and the days they take when each estimate left is three times too small."""
    plan, days = [], 0
    done = dice.between(1, 2)
    for place, step in enumerate(("rule", "labels", "model", "service", "shadow run")):
        estimate = dice.between(2, 8)
        actual = dice.between(0, 20) if place < done else None
        plan.append({"step": step, "estimate": estimate, "actual": actual})
        days += 3 * estimate if actual is None else actual
    return plan, days


def _models(dice: Dice, share: int) -> tuple[Spec, str, int]:
    """What each model reaches by share for people, the one to choose, and an accuracy that it is the first to reach."""
    names = ("rule", "words", "deep")
    accuracy: Spec = {}
    reached = dice.between(78, 84)
    for name in names:
        accuracy[name] = {share - 20: reached - 4, share: reached, share + 20: reached + 4}
        reached += dice.between(2, 5)
    chosen = dice.below(3)
    simpler = accuracy[names[chosen - 1]][share] if chosen else accuracy["rule"][share] - 3
    return accuracy, names[chosen], dice.between(simpler + 1, accuracy[names[chosen]][share])
