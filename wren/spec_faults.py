"""What colleagues get wrong in a spec: each function breaks one rule of a sound one, mostly by 1, and says how."""

import math
from collections.abc import Callable, Mapping

from wren.dice import Dice
from wren.sound_specs import PARTS, Spec, size


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
    gigabytes = size(spec["stores"])
    spec["brief"]["gb"] = gigabytes - 1
    return f"the stores hold {gigabytes} GB when they are full, and there are {gigabytes - 1}"


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
