"""What the learner is not given: any roster, every kind of fault, several at once, and weeks that nobody has seen."""

from collections import deque
from copy import deepcopy
from dataclasses import replace
from functools import lru_cache

from support import drafts, expect_design, expect_found, expect_none_else, expect_waits, found_in

from autograder.examiner import expect, task
from wren.sound_specs import Spec
from wren.spec_faults import PLANTS
from wren.specs import BRIEF, make_tickets

WEEKS = 10


# ---- the queue


def examiners_waits(arrivals: list[int], roster: list[int], minutes: int) -> list[int]:
    """The waits, by the next moment at which something can change: an answer ends, or an hour does."""
    ends: deque[int] = deque()
    begun: list[int] = []
    now = 0
    for arrival in arrivals:
        now = max(now, arrival)
        while True:
            while ends and ends[0] <= now:
                ends.popleft()
            if len(ends) < roster[now // 60 % 24]:
                break
            now = min(now // 60 * 60 + 60, ends[0] if ends else now + 60)
        ends.append(now + minutes)
        begun.append(now)
    return [start - arrival for start, arrival in zip(begun, arrivals, strict=True)]


def ninety_fifth(waits: list[int]) -> int:
    """The smallest wait that at least 95% do not exceed."""
    ranked = sorted(waits)
    return ranked[-(-95 * len(ranked) // 100) - 1] if ranked else 0


def for_people(tickets: list[tuple[int, int]], spec: Spec) -> list[int]:
    """The minutes of arrival of what goes to people."""
    return [minute for minute, rank in tickets if rank < spec["desk"]["to_people"]]


@task("a", points=1)
def test_no_tickets_and_many_at_once(candidate):
    """No tickets, no waits; ten in one minute; a ticket that takes longer than a day."""
    expect_waits(candidate, [], [1] * 24, 8, [])
    roster = [0] * 23 + [4]
    for arrivals, minutes in (([0] * 10, 20), ([1439, 1440, 1441], 2000)):
        expect_waits(candidate, arrivals, roster, minutes, examiners_waits(arrivals, roster, minutes), "[0] * 23 + [4]")


@task("a", points=2)
def test_any_roster_gives_the_examiners_waits(candidate, rng, seed):
    """Three days of tickets and any roster: each ticket waits as long as it does at the examiner's desk."""
    for number in range(12):
        minutes = int(rng.integers(4, 45))
        roster = rng.integers(0, 5, 24).tolist()
        roster[int(rng.integers(24))] += 1
        busy = int(sum(roster) * 60 / minutes * rng.uniform(0.5, 1.0))
        arrivals = [minute for minute, _ in make_tickets(seed + number, busy, days=3)]
        expect_waits(candidate, arrivals, roster, minutes, examiners_waits(arrivals, roster, minutes), str(roster))


# ---- the faults


@task("b", points=1)
def test_the_wait_is_simulated_and_not_estimated(candidate, seed):
    """A roster too thin by night or by day is found, and p95 of the waits is what is compared, to the minute."""
    for plant in ("wait: one shift", "wait: round the clock"):
        for made, draft in drafts(seed, plant, count=2):
            spec = deepcopy(draft.spec)
            arrivals = for_people(draft.tickets, spec)
            exact = ninety_fifth(examiners_waits(arrivals, spec["desk"]["roster"], spec["brief"]["minutes"]))
            for announced in (exact - 1, exact):
                spec["announcement"]["wait"] = spec["brief"]["asked"]["wait"] = announced
                found = found_in(candidate, replace(draft, spec=spec))
                expect(
                    ("wait" in found) == (announced < exact),
                    f"{announced} minutes are announced. Of {len(arrivals)} tickets for people, with ranks below "
                    f"{spec['desk']['to_people']}, 95% wait at most {exact} minutes, and no smaller number will do",
                    call=f"draft = wren.specs.{made}, with a wait of {announced} announced and asked",
                    got=f"wait is {'' if 'wait' in found else 'not '}found",
                    expected="wait" if announced < exact else "no wait",
                )


@task("b", points=1)
def test_every_circle_is_found(candidate, seed):
    """A part that waits for itself is found, directly or through others, wherever it is."""
    expect_all_found(candidate, seed, "cycle")


@task("b", points=1)
def test_promises_include_all_that_a_part_needs(candidate, seed):
    """A promise of any part that is short by 1, against its slowest chain or all that it needs, is found."""
    expect_all_found(candidate, seed, "promise", count=4)


@task("b", points=1)
def test_stores_end_fit_and_have_a_backup(candidate, seed):
    """A store without an end, one copy alone, and a GB too many are found."""
    expect_all_found(candidate, seed, "storage")
    for made, draft in drafts(seed, count=1):
        spec = deepcopy(draft.spec)
        spec["stores"]["tickets"]["days"] = None
        found = found_in(candidate, replace(draft, spec=spec))
        expect(
            {"storage", "claim"} <= found,
            "tickets are kept for ever, and the announcement has them forgotten after "
            f"{spec['announcement']['forgotten']} days: that breaks the rules 'claim' and 'storage'",
            call=f"draft = wren.specs.{made}, with days of the store of tickets None",
            got=", ".join(sorted(found)) or "no rule",
            expected="claim, storage",
        )


@task("b", points=1)
def test_every_claim_is_compared(candidate, seed):
    """An announcement that is better than the spec by 1 is found, whichever number it is."""
    expect_all_found(candidate, seed, "claim")


@task("b", points=1)
def test_a_criterion_that_cannot_be_met_is_found(candidate, seed):
    """A criterion without a metric, beyond the metric's values, or after the launch; and none at all."""
    expect_all_found(candidate, seed, "kill")


@task("b", points=3)
def test_several_faults_are_all_found_and_nothing_else(candidate, seed, rng):
    """With up to five rules broken at once, those are found, and no others."""
    by_rule: dict[str, list[str]] = {}
    for plant in PLANTS:
        by_rule.setdefault(plant.partition(":")[0], []).append(plant)
    for number in range(16):
        rules = rng.choice(sorted(by_rule), size=int(rng.integers(1, 6)), replace=False).tolist()
        if number < 4:
            rules = ["cycle", "promise", *(rule for rule in rules if rule not in ("cycle", "promise"))][:5]
        plants = [by_rule[rule][int(rng.integers(len(by_rule[rule])))] for rule in rules]
        for made, draft in drafts(seed + 100 + number, *plants, count=1):
            found = found_in(candidate, draft)
            expect_found(made, draft, found)
            expect_none_else(made, draft, found)


def expect_all_found(candidate: object, seed: int, rule: str, count: int = 2) -> None:
    """Every plant that breaks this rule is found, in `count` drafts each."""
    for plant in PLANTS:
        if plant.startswith(f"{rule}:"):
            for made, draft in drafts(seed + 50, plant, count=count):
                expect_found(made, draft, found_in(candidate, draft))


# ---- the design


@task("c", points=2)
def test_the_designs_numbers_agree(candidate):
    """No cycle, no promise or claim that cannot hold, no store without an end, no criterion that cannot be met."""
    spec = expect_design(candidate.design())
    expect_graph(spec)
    stores, announced, kept = spec["stores"], spec["announcement"], spec["stores"]["tickets"]["days"]
    for name, store in stores.items():
        expect(store["days"] is not None, f"storage: {name} are kept without an end", call="design()", got=store)
        expect(store["copies"] >= 2, f"storage: {name} have no backup", call="design()", got=store)
    size = sum(store["gb"] * store["days"] * store["copies"] for store in stores.values())
    expect(
        size <= BRIEF["gb"],
        f"storage: all stores hold {size} GB when they are full, and there are {BRIEF['gb']}",
        call="design()",
        got=size,
        expected=f"at most {BRIEF['gb']}",
    )
    front, share = spec["parts"][spec["front"]]["promises"], spec["desk"]["to_people"]
    for name, good, bound in (
        ("alone", announced["alone"] <= 100 - share, f"{share}% go to people"),
        ("ms", announced["ms"] >= front["ms"], f"the front promises {front['ms']}"),
        ("down", announced["down"] >= front["down"], f"the front promises {front['down']}"),
        ("forgotten", announced["forgotten"] >= kept, f"tickets are kept for {kept} days"),
    ):
        expect(
            good, f"claim: {name} is announced as {announced[name]}, and {bound}", call="design()", got=announced[name]
        )
    expect(len(spec["kill"]) > 0, "kill: nothing stops the project", call="design()")
    for criterion in spec["kill"]:
        name, day = criterion["metric"], criterion["day"]
        expect(name in spec["metrics"], "kill: nobody measures that", call="design()", got=name)
        least, most = spec["metrics"][name]
        possible = criterion["below"] > least if "below" in criterion else criterion["above"] < most
        expect(
            possible, f"kill: {name} is from {least} to {most}, and this is never met", call="design()", got=criterion
        )
        expect(
            day <= BRIEF["days"],
            f"kill: day {day} is after the launch on day {BRIEF['days']}",
            call="design()",
            got=criterion,
        )


def expect_graph(spec: Spec) -> None:
    """The parts can be put in an order in which each waits for earlier ones only, and their promises hold."""
    parts = spec["parts"]
    sources = {name: {flow["from"] for flow in spec["flows"] if flow["to"] == name} for name in parts}
    slowest: dict[str, int] = {}
    needs: dict[str, set[str]] = {}
    while len(slowest) < len(parts):
        ready = [name for name in parts if name not in slowest and sources[name] <= slowest.keys()]
        left = sorted(parts.keys() - slowest.keys())
        expect(
            bool(ready), "cycle: among these parts is one that waits for itself", call="design()", got=", ".join(left)
        )
        for name in ready:
            slowest[name] = parts[name]["ms"] + max((slowest[source] for source in sources[name]), default=0)
            needs[name] = {name}.union(*(needs[source] for source in sources[name]))
    for name, part in parts.items():
        down, promised = sum(parts[need]["down"] for need in needs[name]), part["promises"]
        expect(
            promised["ms"] >= slowest[name],
            f"promise: {name} promises {promised['ms']} ms, and its slowest chain takes {slowest[name]}",
            call="design()",
            got=promised["ms"],
        )
        expect(
            promised["down"] >= down,
            f"promise: {name} promises {promised['down']} minutes a month, and what it needs is down for {down}",
            call="design()",
            got=promised["down"],
        )
        for source in sources[name]:
            for key, unit in (("ms", "ms"), ("down", "minutes a month")):
                below = parts[source]["promises"][key]
                expect(
                    promised[key] >= below,
                    f"promise: {name} promises {promised[key]} {unit}, and waits for {source}, which promises {below}",
                    call="design()",
                    got=promised[key],
                )


@lru_cache(maxsize=4)
def ten_weeks(seed: int) -> list[tuple[int, int]]:
    """Tickets as Wren's come."""
    return make_tickets(seed, BRIEF["tickets"], days=7 * WEEKS)


# Of 100 rosters that just kept 45 minutes in ten weeks of their own (38 to 45), p95 in 5900 other stretches of ten
# weeks was 1.4 times that at most: none failed. Three people by day and two by night, all the hours that are paid, have
# 73 to 108 minutes against a bar of 67.5; sixteen hours that follow the wave 294 to 343; seven people from 9 to 17 923
# to 929.
LONGER = 1.5


@task("c", points=2)
def test_the_design_survives_ten_weeks(candidate, seed):
    """In ten weeks that nobody has seen, 95% of the tickets for people wait at most 1.5 times what is announced."""
    spec = expect_design(candidate.design())
    roster, announced = spec["desk"]["roster"], spec["announcement"]["wait"]
    announced = min(announced, BRIEF["asked"]["wait"])
    arrivals = for_people(ten_weeks(seed), spec)
    waits = examiners_waits(arrivals, roster, BRIEF["minutes"])
    p95 = ninety_fifth(waits)
    if p95 > LONGER * announced:
        hours = [[] for _ in range(24)]
        for arrival, wait in zip(arrivals, waits, strict=True):
            hours[arrival // 60 % 24].append(wait)
        longest = max(range(24), key=lambda hour: ninety_fifth(hours[hour]))
        busy = len(arrivals) * BRIEF["minutes"] / 60 / (7 * WEEKS) / sum(roster)
        expect(
            False,
            f"{announced} minutes are announced. 95% of {len(arrivals)} tickets for people wait at most {p95}, "
            f"with people who are busy {busy:.0%} of their time. Those who write from {longest}:00 on wait longest",
            call="design()",
            got=f"{p95} minutes",
            expected=f"at most {LONGER * announced:g}",
        )
