"""Design documents for Wren's triage, as colleagues hand them in, each with a record of what is impossible in it.

A spec is a dictionary of plain data with the sections brief, announcement, model, desk, parts, front, flows, stores,
training, metrics, kill and plan; exercise 1.3 says what the words in them mean. All numbers in it are whole.

The truth is `Draft.faults`. A draft begins sound, with slack of 0 in about half of the places, so that a number which
just fits is common. Then faults are planted from `PLANTS`: each breaks one rule, mostly by 1, and says how.
The one rule that needs a queue is kept or broken by a margin: a sound roster has half as many people again as there is
work in each hour, and its 95th percentile of waits is some 15 minutes; that of a planted one is 180 or more, and the
announcement, which says 40 to 60, lies between the two.

Every draw but the tickets comes from `wren.dice`.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from wren.arrivals import daily_rate, diurnal
from wren.dice import Dice

Spec = dict[str, Any]
Ticket = tuple[int, int]

BRIEF: Spec = {
    "tickets": 600,
    "minutes": 8,
    "hours": 56,
    "gb": 400,
    "quiet": [22, 6],
    "days": 60,
    "accuracy": {
        "rule": {25: 80, 50: 86, 75: 90},
        "words": {25: 91, 50: 95, 75: 97},
        "deep": {25: 93, 50: 96, 75: 98},
    },
    "asked": {"wait": 45, "alone": 50, "accuracy": 94, "ms": 500, "down": 90, "forgotten": 90},
}
"""What Wren gives and asks, for the design of the exercise. Half of its 600 tickets a day are 40 hours of work."""

PARTS = ("inbox", "cleaner", "customers", "features", "encoder", "model", "policy", "audit", "reply")

_ALWAYS = ("inbox", "features", "reply")
_STREAM = 13
_DAYS = 2


@dataclass(frozen=True)
class Draft:
    """A colleague's spec, some days of tickets as `make_tickets` has them, and what is impossible: code -> why."""

    spec: Spec
    tickets: list[Ticket]
    faults: Mapping[str, str]


def make_tickets(seed: int, per_day: int, days: int = 7) -> list[Ticket]:
    """Tickets in order of time: the minute of arrival since Monday 0:00, and the rank.

    Of `rank` percent of all tickets the model is less sure than of this one, so that those with a rank below 30 are
    the 30% that it is least sure of. Every day has the same wave, with its top at 14 o'clock.
    """
    rng = np.random.default_rng(seed)
    minutes = (diurnal(rng, per_day, days) // 60).astype(int).tolist()
    return list(zip(minutes, rng.integers(0, 100, len(minutes)).tolist(), strict=True))


def make_draft(seed: int, *plants: str) -> Draft:
    """The draft of this seed, with these faults of `PLANTS` in it; ValueError when two of them break the same rule."""
    dice = Dice(seed, _STREAM)
    spec = _sound(dice)
    faults = {plant.partition(":")[0]: PLANTS[plant](spec, dice) for plant in PLANTS if plant in plants}
    if len(faults) < len(plants):
        raise ValueError(f"two of {plants} break the same rule")
    if "cycle" in faults:  # where parts wait in a circle, no chain is the slowest
        faults.pop("promise", None)
    return Draft(spec, make_tickets(seed, spec["brief"]["tickets"], _DAYS), faults)


def work_by_hour(spec: Spec) -> list[float]:
    """Hours of work that the tickets for people bring in each hour of a mean day."""
    brief, share = spec["brief"], spec["desk"]["to_people"] / 100
    middles = np.arange(0.5, 24) * 3600
    tickets = 3600 * daily_rate(middles, brief["tickets"])
    return [float(count) * share * brief["minutes"] / 60 for count in tickets]


# ---- a sound spec


def _sound(dice: Dice) -> Spec:
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
    brief["gb"] = _size(stores) + _slack(dice, 100)
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


def _size(stores: Spec) -> int:
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


# ---- what colleagues get wrong; each function breaks one rule of a sound spec and says how


def _shift(spec: Spec, dice: Dice) -> str:
    people = sum(spec["desk"]["roster"]) // 8
    spec["desk"]["roster"] = [people if 9 <= hour < 17 else 0 for hour in range(24)]
    return (
        f"{people} people from 9 to 17 are enough for a day's work, and whoever writes at night waits for the morning"
    )


def _flat(spec: Spec, dice: Dice) -> str:
    spec["desk"]["roster"] = [3] * 24
    return "3 people around the clock are enough for the mean hour, and too few for every afternoon"


def _circle(spec: Spec, dice: Dice) -> str:
    source, target = dice.pick([(flow["from"], flow["to"]) for flow in spec["flows"]])
    middle = {"from": target, "to": source, "owner": "data", "format": "json"}
    spec["flows"].insert(dice.below(len(spec["flows"]) + 1), middle)
    return f"{source} waits for {target}, and {target} waits for {source}"


def _long_circle(spec: Spec, dice: Dice) -> str:
    """From the front back to the first part, when each part on the way waits for the one before."""
    spec["flows"].append({"from": spec["front"], "to": PARTS[0], "owner": "data", "format": "json"})
    return f"{PARTS[0]} waits for {spec['front']}, and {spec['front']} waits for it, through other parts"


def _itself(spec: Spec, dice: Dice) -> str:
    name = dice.pick(list(spec["parts"]))
    spec["flows"].append({"from": name, "to": name, "owner": "data", "format": "json"})
    return f"{name} waits for itself"


def _slow_front(spec: Spec, dice: Dice) -> str:
    return _slower(spec, spec["front"])


def _slow(spec: Spec, dice: Dice) -> str:
    return _slower(spec, dice.pick([name for name in spec["parts"] if name != PARTS[0]]))


def _slower(spec: Spec, name: str) -> str:
    """The part's own time grows until its promise is short by 1."""
    part = spec["parts"][name]
    promised = part["promises"]["ms"]
    part["ms"] += promised - _slowest(spec, name) + 1
    return f"{name} promises {promised} ms, and its slowest chain takes {promised + 1}"


def _shaky(spec: Spec, dice: Dice) -> str:
    name = dice.pick([name for name in spec["parts"] if name != PARTS[0]])
    part = spec["parts"][name]
    promised = part["promises"]["down"]
    part["down"] += promised - sum(spec["parts"][need]["down"] for need in _needs(spec, name)) + 1
    return f"{name} promises {promised} minutes a month, and it and all that it needs are down for {promised + 1}"


def _tighter(spec: Spec, dice: Dice) -> str:
    flow = dice.pick([flow for flow in spec["flows"] if flow["to"] != spec["front"]])
    source, name = flow["from"], flow["to"]
    loose = max(_slowest(spec, name), spec["parts"][name]["promises"]["ms"]) + dice.between(1, 30)
    spec["parts"][source]["promises"]["ms"] = loose
    spec["parts"][name]["promises"]["ms"] = loose - 1
    return f"{name} promises {loose - 1} ms and waits for {source}, which promises {loose}"


def _sources(spec: Spec, name: str) -> list[str]:
    return [flow["from"] for flow in spec["flows"] if flow["to"] == name]


def _slowest(spec: Spec, name: str) -> int:
    """The time of the slowest chain of parts that ends with this one, in ms; no circles."""
    before = max((_slowest(spec, source) for source in _sources(spec, name)), default=0)
    return int(spec["parts"][name]["ms"]) + before


def _needs(spec: Spec, name: str) -> set[str]:
    """The part and all that it waits for, directly or through others; no circles."""
    return {name}.union(*(_needs(spec, source) for source in _sources(spec, name)))


def _for_ever(spec: Spec, dice: Dice) -> str:
    name = dice.pick(("models", "labels"))
    spec["stores"][name]["days"] = None
    return f"{name} are kept without end, and {spec['brief']['gb']} GB are not"


def _too_large(spec: Spec, dice: Dice) -> str:
    size = _size(spec["stores"])
    spec["brief"]["gb"] = size - 1
    return f"the stores hold {size} GB when they are full, and there are {size - 1}"


def _no_backup(spec: Spec, dice: Dice) -> str:
    name = dice.pick(("tickets", "models", "labels"))
    spec["stores"][name]["copies"] = 1
    return f"there is one copy of {name}, and no backup"


def _too_many_alone(spec: Spec, dice: Dice) -> str:
    share = spec["desk"]["to_people"]
    spec["announcement"]["alone"] = 101 - share
    return f"{101 - share}% alone are announced, and {share}% go to people"


def _sooner(spec: Spec, dice: Dice) -> str:
    promised = spec["parts"][spec["front"]]["promises"]["ms"]
    spec["announcement"]["ms"] = promised - 1
    return f"{promised - 1} ms are announced, and {spec['front']}, which customers meet, promises {promised}"


def _steadier(spec: Spec, dice: Dice) -> str:
    promised = spec["parts"][spec["front"]]["promises"]["down"]
    spec["announcement"]["down"] = promised - 1
    return f"{promised - 1} minutes a month are announced, and {spec['front']} promises {promised}"


def _remembered(spec: Spec, dice: Dice) -> str:
    days = spec["stores"]["tickets"]["days"]
    spec["announcement"]["forgotten"] = days - 1
    return f"tickets are forgotten after {days - 1} days in the announcement, and kept for {days}"


def _unmeasured_below(spec: Spec, dice: Dice) -> str:
    return _unmeasured(spec, "below")


def _unmeasured_above(spec: Spec, dice: Dice) -> str:
    return _unmeasured(spec, "above")


def _unmeasured(spec: Spec, side: str) -> str:
    spec["kill"].append({"metric": "happiness", side: 50, "day": 1})
    return "nobody measures happiness"


def _never_below(spec: Spec, dice: Dice) -> str:
    metric = dice.pick(list(spec["metrics"]))
    least = spec["metrics"][metric][0]
    spec["kill"].insert(0, {"metric": metric, "below": least, "day": 1})
    return f"{metric} is never below {least}"


def _never_above(spec: Spec, dice: Dice) -> str:
    metric = dice.pick(list(spec["metrics"]))
    most = spec["metrics"][metric][1]
    spec["kill"].append({"metric": metric, "above": most, "day": 1})
    return f"{metric} is never above {most}"


def _too_late(spec: Spec, dice: Dice) -> str:
    days = spec["brief"]["days"]
    dice.pick(spec["kill"])["day"] = days + 1
    return f"a criterion is looked at on day {days + 1}, and the launch is on day {days}"


def _no_criteria(spec: Spec, dice: Dice) -> str:
    spec["kill"] = []
    return "nothing stops the project"


def _asked_for_more(spec: Spec, dice: Dice) -> str:
    name = dice.pick(list(spec["announcement"]))
    more = 1 if name in ("alone", "accuracy") else -1
    spec["brief"]["asked"][name] = spec["announcement"][name] + more
    return f"{name}: {spec['announcement'][name]} is announced, and {spec['brief']['asked'][name]} asked"


def _other_model(spec: Spec, dice: Dice) -> str:
    chosen = spec["model"]
    spec["model"] = dice.pick([name for name in spec["brief"]["accuracy"] if name != chosen])
    return f"{chosen} is the simplest model that reaches the accuracy announced, not {spec['model']}"


def _unpaid(spec: Spec, dice: Dice) -> str:
    hours = sum(spec["desk"]["roster"])
    spec["brief"]["hours"] = hours - 1
    return f"the roster has {hours} hours a day, and {hours - 1} are paid"


def _unowned(spec: Spec, dice: Dice) -> str:
    flow, key = dice.pick(spec["flows"]), dice.pick(("owner", "format"))
    flow[key] = ""
    return f"the flow from {flow['from']} to {flow['to']} has no {key}"


def _by_day(spec: Spec, dice: Dice) -> str:
    begins = (spec["training"]["starts"] - 22) % 24
    spec["training"]["hours"] = 9 - begins
    return f"training from {spec['training']['starts']} on takes {9 - begins} hours, and the quiet ones end at 6"


def _deleted_days(spec: Spec, dice: Dice) -> str:
    days = spec["stores"]["tickets"]["days"]
    spec["training"]["reads"] = days + 1
    return f"training reads {days + 1} days of tickets, and {days} are kept"


def _overrun(spec: Spec, dice: Dice) -> str:
    steps = spec["plan"]
    days = sum(3 * step["estimate"] if step["actual"] is None else step["actual"] for step in steps)
    longest = max(days, max(criterion["day"] for criterion in spec["kill"]) + 1)
    steps[-1]["estimate"] += math.ceil((longest - days) / 3)
    days += 3 * math.ceil((longest - days) / 3)
    spec["brief"]["days"] = days - 1
    return f"the plan takes {days} days with the estimates left times three, and the launch is on day {days - 1}"


PLANTS: Mapping[str, Callable[[Spec, Dice], str]] = {
    "wait: one shift": _shift,
    "wait: round the clock": _flat,
    "promise: ms of the front": _slow_front,
    "promise: ms": _slow,
    "promise: down": _shaky,
    "promise: tighter than another": _tighter,
    "cycle: two parts": _circle,
    "cycle: through the front": _long_circle,
    "cycle: one part": _itself,
    "storage: for ever": _for_ever,
    "storage: too large": _too_large,
    "storage: one copy": _no_backup,
    "claim: alone": _too_many_alone,
    "claim: ms": _sooner,
    "claim: down": _steadier,
    "claim: forgotten": _remembered,
    "plan: times three": _overrun,
    "kill: below, not measured": _unmeasured_below,
    "kill: above, not measured": _unmeasured_above,
    "kill: below the least": _never_below,
    "kill: above the most": _never_above,
    "kill: after the launch": _too_late,
    "kill: nothing": _no_criteria,
    "asked: more": _asked_for_more,
    "model: another": _other_model,
    "hours: unpaid": _unpaid,
    "flow: nobody's": _unowned,
    "training: by day": _by_day,
    "training: deleted days": _deleted_days,
}
"""What can be planted, in the order in which it is. The name of the rule that is broken stands before the colon."""
