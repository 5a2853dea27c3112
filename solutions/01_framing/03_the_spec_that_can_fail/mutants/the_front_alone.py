# must fail test_promises_include_all_that_a_part_needs with "promises"
# You look at the promise of the front. Other parts have users too, and their promises are read.
"""A design document that can be wrong. Run me: python design.py

A spec is a dictionary. All numbers in it are whole; shares are percent, times of the day are hours from 0 to 23.

    brief         what the shop gives and asks. Nobody changes it
        tickets, minutes, hours    tickets on a mean day; what one takes a person; hours of people's work paid a day
        gb, quiet, days            all stores together; training is allowed [from, until]; working days to the launch
        accuracy                   model -> {to_people: share right of what it decides alone}; the simplest model first
        asked                      the least that the announcement has to say
    announcement  what customers are told. It is written first
        wait, alone, accuracy      at most so many minutes, in 95% of the cases that need a person; share decided
                                   without one; share of these answered rightly
        ms, down, forgotten        until the machine answers; minutes a month it may not; days until a ticket is deleted
    model         the name of one
    desk          to_people: the share that the model is least sure of; roster: people on shift in each of the 24 hours
    parts         name -> {ms, down, promises: {ms, down}}. The first two are the part's own, without what it waits for;
                  what it promises holds with all of that included
    front         the part that answers customers
    flows         [{from, to, owner, format}]: part `to` waits for part `from`
    stores        name -> {gb, days, copies}: new on a day; how long it is kept, None where nobody said; copies of it,
                  the first one included. One store is called tickets, one models
    training      starts, hours: every day from then on, for so long; reads: the days of tickets that it learns from
    metrics       name -> [least, most]: the values that it can have
    kill          [{metric, below or above, day}]: stop if the metric is below or above that, on that working day
    plan          [{step, estimate, actual}] in working days; actual is None as long as the step is not done
"""

### BEGIN SOLUTION
import math
from collections import deque
from copy import deepcopy
from graphlib import CycleError, TopologicalSorter

### END SOLUTION
from typing import Any

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

COLLEAGUE: Spec = {
    "brief": BRIEF,
    "announcement": {"wait": 45, "alone": 60, "accuracy": 95, "ms": 450, "down": 90, "forgotten": 60},
    "model": "words",
    "desk": {"to_people": 50, "roster": [0] * 9 + [7] * 8 + [0] * 7},
    "parts": {
        "inbox": {"ms": 40, "down": 20, "promises": {"ms": 50, "down": 20}},
        "customers": {"ms": 90, "down": 30, "promises": {"ms": 140, "down": 50}},
        "features": {"ms": 60, "down": 5, "promises": {"ms": 200, "down": 60}},
        "model": {"ms": 120, "down": 10, "promises": {"ms": 300, "down": 70}},
        "reply": {"ms": 30, "down": 5, "promises": {"ms": 350, "down": 75}},
        "audit": {"ms": 500, "down": 60, "promises": {"ms": 900, "down": 140}},
    },
    "front": "reply",
    "flows": [
        {"from": "inbox", "to": "customers", "owner": "desk", "format": "json"},
        {"from": "inbox", "to": "features", "owner": "data", "format": "json"},
        {"from": "customers", "to": "features", "owner": "data", "format": "arrow"},
        {"from": "features", "to": "model", "owner": "models", "format": "arrow"},
        {"from": "model", "to": "reply", "owner": "desk", "format": "json"},
        {"from": "reply", "to": "audit", "owner": "models", "format": "json"},
        {"from": "audit", "to": "features", "owner": "data", "format": "arrow"},
    ],
    "stores": {
        "tickets": {"gb": 1, "days": 60, "copies": 2},
        "models": {"gb": 1, "days": None, "copies": 2},
    },
    "training": {"starts": 23, "hours": 4, "reads": 60},
    "metrics": {"accuracy": [0, 100], "wait": [0, 10080]},
    "kill": [
        {"metric": "accuracy", "below": 90, "day": 30},
        {"metric": "wait", "above": 180, "day": 90},
    ],
    "plan": [
        {"step": "a rule and its cost", "estimate": 3, "actual": 8},
        {"step": "2000 labels", "estimate": 4, "actual": None},
        {"step": "model and service", "estimate": 8, "actual": None},
        {"step": "a week beside people", "estimate": 5, "actual": None},
    ],
}
"""Six rules are broken in it. One of them shows when another is mended."""


# ---- the queue


def waits(arrivals: list[int], roster: list[int], minutes: int) -> list[int]:
    """Task a. How many minutes each ticket waits until somebody begins with it, in the order of `arrivals`.

    `arrivals` are minutes since Monday 0:00, ascending; there may be none. In each hour h of every day `roster[h]`
    people are on shift, from h:00 until just before the next hour; in some hour there is somebody. A ticket takes one
    person `minutes` (1 or more).

    Tickets are begun in the order in which they came, each as soon as it can: at the first minute in which fewer
    tickets are being answered than people are on shift. A ticket begun at minute t is being answered until just before
    t + minutes, also when its person's shift ends meanwhile. The last ones may be begun after the last day.
    """
    ### BEGIN SOLUTION a: walk through the minutes until the next ticket can be begun (about 12 lines)
    result = []
    done: deque[int] = deque()  # the minutes at which the answers under way are finished, the soonest first
    now = 0
    for arrival in arrivals:
        now = max(now, arrival)
        while True:
            while done and done[0] <= now:
                done.popleft()
            if len(done) < roster[now // 60 % 24]:
                break
            now += 1
        done.append(now + minutes)
        result.append(now - arrival)
    return result
    ### END SOLUTION


def p95(values: list[int]) -> int:
    """The smallest of the values that at least 95% of them do not exceed; 0 where there are none."""
    return sorted(values)[-(-95 * len(values) // 100) - 1] if values else 0


# ---- what is impossible


def at_sight(spec: Spec) -> set[str]:
    """The rules that a spec breaks, of those that take no more than looking it up. This is given.

    asked     the announcement says less than is asked: more of wait, ms, down or forgotten, less of alone or accuracy
    model     the model is not the first one whose accuracy, at the share to_people, is the announced one or more
    hours     the roster has more hours a day than are paid
    flow      a flow has no owner or no format: "" or None
    training  it does not fit into the quiet hours, or reads more days of tickets than are kept
    plan      it does not end by the launch, when steps take their actual or else three times their estimate
    """
    brief, announced, desk = spec["brief"], spec["announcement"], spec["desk"]
    found = set()
    for name, bound in brief["asked"].items():
        if announced[name] < bound if name in ("alone", "accuracy") else announced[name] > bound:
            found.add("asked")
    reach = {name: shares.get(desk["to_people"], 0) for name, shares in brief["accuracy"].items()}
    if spec["model"] != next((name for name, right in reach.items() if right >= announced["accuracy"]), None):
        found.add("model")
    if sum(desk["roster"]) > brief["hours"]:
        found.add("hours")
    if not all(flow["owner"] and flow["format"] for flow in spec["flows"]):
        found.add("flow")
    begins, ends = brief["quiet"]
    training, kept = spec["training"], spec["stores"]["tickets"]["days"]
    late = (training["starts"] - begins) % 24 + training["hours"] > (ends - begins) % 24
    if late or (kept is not None and training["reads"] > kept):
        found.add("training")
    if sum(3 * step["estimate"] if step["actual"] is None else step["actual"] for step in spec["plan"]) > brief["days"]:
        found.add("plan")
    return found


def faults(spec: Spec, tickets: list[Ticket]) -> set[str]:
    """Task b. The names of all the rules that a spec breaks: those of `at_sight` and these six.

    wait     of `tickets`, those for people wait longer than announced: p95 of their waits with the desk's roster. Each
             ticket is a pair: minute of arrival, ascending, and rank; those with a rank below to_people are for people
    cycle    some part waits for itself, directly or through others
    promise  any part promises fewer ms than its slowest chain takes, or less down than it and all that it needs have,
             or less of either than a part that it waits for promises. A chain is a part, one that waits for it, and so
             on to this part: their own ms add up. A part needs what it waits for, directly or through others: their own
             down adds up, each counted once. Where there is a cycle, no promise is judged
    storage  a store has no end (days is None) or fewer than two copies, or all stores together outgrow the gb of the
             brief: each holds gb x days x copies when it is full
    claim    the announcement contradicts the spec: it says more alone than to_people leaves, less ms or less down than
             the front promises, or forgotten in fewer days than the store of tickets keeps; without an end is for ever
    kill     a criterion can never be met: its metric is not among the metrics, or cannot get below or above that, or
             its day comes after the launch. Or there is no criterion
    """
    ### BEGIN SOLUTION b: one condition after the other, the graph in the order of its parts (about 35 lines)
    found = at_sight(spec)
    brief, announced, parts, stores = spec["brief"], spec["announcement"], spec["parts"], spec["stores"]
    share = spec["desk"]["to_people"]
    for_people = [minute for minute, rank in tickets if rank < share]
    if p95(waits(for_people, spec["desk"]["roster"], brief["minutes"])) > announced["wait"]:
        found.add("wait")
    sources: dict[str, set[str]] = {name: set() for name in parts}
    for flow in spec["flows"]:
        sources[flow["to"]].add(flow["from"])
    slowest: dict[str, int] = {}
    needs: dict[str, set[str]] = {}
    try:
        for name in TopologicalSorter(sources).static_order():
            slowest[name] = parts[name]["ms"] + max((slowest[source] for source in sources[name]), default=0)
            needs[name] = {name}.union(*(needs[source] for source in sources[name]))
    except CycleError:
        found.add("cycle")
    else:
        for name, part in [(spec["front"], parts[spec["front"]])]:
            least = {"ms": slowest[name], "down": sum(parts[need]["down"] for need in needs[name])}
            for key, value in least.items():
                promised = [parts[source]["promises"][key] for source in sources[name]]
                if part["promises"][key] < max([value, *promised]):
                    found.add("promise")
    days = {name: math.inf if store["days"] is None else store["days"] for name, store in stores.items()}
    size = sum(store["gb"] * days[name] * store["copies"] for name, store in stores.items())
    if size > brief["gb"] or any(store["copies"] < 2 for store in stores.values()):
        found.add("storage")
    front = parts[spec["front"]]["promises"]
    if announced["ms"] < front["ms"] or announced["down"] < front["down"]:
        found.add("claim")
    if announced["alone"] > 100 - share or announced["forgotten"] < days["tickets"]:
        found.add("claim")
    for criterion in spec["kill"]:
        least, most = spec["metrics"].get(criterion["metric"], (math.inf, -math.inf))
        possible = criterion["below"] > least if "below" in criterion else criterion["above"] < most
        if not possible or criterion["day"] > brief["days"]:
            found.add("kill")
    if not spec["kill"]:
        found.add("kill")
    return found
    ### END SOLUTION


# ---- a design that holds


def design() -> Spec:
    """Task c. Your own spec for `BRIEF`, with the sections and keys that `COLLEAGUE` has, that breaks no rule.

    Parts, flows, stores, metrics, criteria and steps may be others, with other names and numbers, up to 50 of each;
    there is at least one part and one step. What takes time or room is at least 1: a part's own ms, the gb and days of
    a store, an estimate, the hours and reads of training. The examiner applies its own rules, `wait` with ten weeks of
    tickets that nobody has seen. There p95 may be up to 1.5 times the wait that you announce, since weeks differ.
    """
    ### BEGIN SOLUTION c: mend the colleague's, or write your own (about 8 lines)
    spec = deepcopy(COLLEAGUE)
    spec["announcement"]["alone"] = 50
    spec["desk"]["roster"] = [1] * 8 + [2] + [3] * 3 + [4] * 5 + [3] * 4 + [2] * 2 + [1]
    spec["flows"] = [flow for flow in spec["flows"] if flow["from"] != "audit"]
    spec["parts"]["model"]["promises"]["ms"] = 310
    spec["stores"]["models"]["days"] = 140
    spec["kill"][1]["day"] = 60
    return spec
    ### END SOLUTION


def main() -> None:
    """Say what is impossible in the colleague's spec and in yours, with ten weeks of tickets."""
    from wren.specs import make_tickets

    tickets = make_tickets(1, BRIEF["tickets"], days=70)
    for name, make in (("the colleague's", lambda: COLLEAGUE), ("yours", design)):
        try:
            spec = make()
            for_people = [minute for minute, rank in tickets if rank < spec["desk"]["to_people"]]
            waited = p95(waits(for_people, spec["desk"]["roster"], spec["brief"]["minutes"]))
            print(f"{name}: 95% of {len(for_people)} tickets wait at most {waited} minutes")
            print(f"{name}: impossible: {', '.join(sorted(faults(spec, tickets))) or 'nothing'}")
        except NotImplementedError as hole:
            print(f"{name}: {hole}")


if __name__ == "__main__":
    main()
