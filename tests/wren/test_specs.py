"""What a draft records as impossible is so, and nothing else is: looked up here rule by rule, in another way."""

import pytest

from wren.sound_specs import Spec, work_by_hour
from wren.spec_faults import PLANTS
from wren.specs import BRIEF, Draft, make_draft, make_tickets

SEEDS = range(30)


def p95_of_waits(draft: Draft) -> int:
    """Minute by minute: who comes, who is finished, who is begun."""
    spec = draft.spec
    come = [minute for minute, rank in draft.tickets if rank < spec["desk"]["to_people"]]
    waits: list[int] = []
    ends: list[int] = []
    minute = 0
    while len(waits) < len(come):
        ends = [end for end in ends if end > minute]
        free = spec["desk"]["roster"][minute // 60 % 24] - len(ends)
        for arrival in come[len(waits) : len(waits) + max(0, free)]:
            if arrival <= minute:
                waits.append(minute - arrival)
                ends.append(minute + spec["brief"]["minutes"])
        minute += 1
    return sorted(waits)[-(-95 * len(waits) // 100) - 1]


def ways_to(spec: Spec, name: str, walked: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    """Every chain of parts that ends with this one, the last first; [] where a chain meets itself."""
    if name in walked:
        return []
    here = (*walked, name)
    sources = [flow["from"] for flow in spec["flows"] if flow["to"] == name]
    return [here] + [way for source in sources for way in ways_to(spec, source, here)]


def circular(spec: Spec) -> bool:
    """Whether some part waits for itself."""
    return any(
        flow["to"] in way
        for flow in spec["flows"]
        for way in ways_to(spec, flow["from"])
    )  # fmt: skip


def broken(draft: Draft) -> set[str]:
    """The rules that a draft breaks."""
    spec, found = draft.spec, set()
    brief, said, parts, stores = spec["brief"], spec["announcement"], spec["parts"], spec["stores"]
    share, days = spec["desk"]["to_people"], stores["tickets"]["days"]
    signs = {"alone": -1, "accuracy": -1}
    if any(signs.get(name, 1) * said[name] > signs.get(name, 1) * bound for name, bound in brief["asked"].items()):
        found.add("asked")
    reaching = [name for name, right in brief["accuracy"].items() if right[share] >= said["accuracy"]]
    if [spec["model"]] != reaching[:1]:
        found.add("model")
    if sum(spec["desk"]["roster"]) > brief["hours"]:
        found.add("hours")
    if any("" in flow.values() for flow in spec["flows"]):
        found.add("flow")
    night = [22, 23, 0, 1, 2, 3, 4, 5]
    begins = night.index(spec["training"]["starts"])
    if begins + spec["training"]["hours"] > len(night) or spec["training"]["reads"] > days:
        found.add("training")
    if sum(3 * s["estimate"] if s["actual"] is None else s["actual"] for s in spec["plan"]) > brief["days"]:
        found.add("plan")
    if p95_of_waits(draft) > said["wait"]:
        found.add("wait")
    if circular(spec):
        found.add("cycle")
    else:
        for name, part in parts.items():
            ways = ways_to(spec, name)
            slowest = max(sum(parts[step]["ms"] for step in way) for way in ways)
            down = sum(parts[step]["down"] for step in {step for way in ways for step in way})
            others = [parts[way[1]]["promises"] for way in ways if len(way) > 1]
            least = {"ms": slowest, "down": down}
            if any(part["promises"][key] < max([least[key], *(o[key] for o in others)]) for key in least):
                found.add("promise")
    size = sum(store["gb"] * (store["days"] or 10**6) * store["copies"] for store in stores.values())
    if size > brief["gb"] or min(store["copies"] for store in stores.values()) < 2:
        found.add("storage")
    front = parts[spec["front"]]["promises"]
    if said["alone"] > 100 - share or said["forgotten"] < days or any(said[key] < front[key] for key in front):
        found.add("claim")
    for criterion in spec["kill"]:
        values = spec["metrics"].get(criterion["metric"], ())
        met = [value for value in values if value < criterion.get("below", -1) or value > criterion.get("above", 10**6)]
        if not met or criterion["day"] > brief["days"]:
            found.add("kill")
    if not spec["kill"]:
        found.add("kill")
    return found


@pytest.mark.parametrize("seed", SEEDS)
def test_a_draft_without_plants_breaks_no_rule(seed: int) -> None:
    draft = make_draft(seed)
    assert broken(draft) == set() == set(draft.faults)


@pytest.mark.parametrize("plant", PLANTS)
def test_a_plant_breaks_its_rule_and_no_other(plant: str) -> None:
    for seed in range(6):
        draft = make_draft(seed, plant)
        assert broken(draft) == set(draft.faults) == {plant.partition(":")[0]}


def test_several_plants_break_several_rules() -> None:
    plants = (
        "wait: one shift",
        "claim: ms",
        "asked: more",
        "plan: times three",
        "kill: after the launch",
        "flow: nobody's",
    )
    for seed in range(6):
        draft = make_draft(seed, *plants)
        assert broken(draft) == set(draft.faults) == {plant.partition(":")[0] for plant in plants}


def test_where_parts_wait_in_a_circle_no_promise_is_judged() -> None:
    draft = make_draft(3, "promise: ms", "cycle: two parts")
    assert broken(draft) == set(draft.faults) == {"cycle"}


def test_one_rule_is_broken_once() -> None:
    with pytest.raises(ValueError, match="the same rule"):
        make_draft(1, "claim: ms", "claim: down")


def test_the_announced_wait_lies_far_from_both_kinds_of_roster() -> None:
    for seed in range(10):
        announced = make_draft(seed).spec["announcement"]["wait"]
        assert 40 <= announced <= 60
        assert p95_of_waits(make_draft(seed)) < 0.75 * announced
        for plant in ("wait: one shift", "wait: round the clock"):
            assert p95_of_waits(make_draft(seed, plant)) > 2 * announced


def test_many_numbers_of_a_sound_draft_just_fit() -> None:
    tight = [draft.spec["announcement"]["forgotten"] == draft.spec["stores"]["tickets"]["days"]
             for draft in map(make_draft, range(100))]  # fmt: skip
    assert 30 < sum(tight) < 70


def test_the_same_seed_makes_the_same_draft() -> None:
    assert make_draft(5, "kill: nothing") == make_draft(5, "kill: nothing") != make_draft(6, "kill: nothing")


def test_tickets_come_in_order_with_ranks_in_percent() -> None:
    tickets = make_tickets(2, 600, days=20)
    assert [minute for minute, _ in tickets] == sorted(minute for minute, _ in tickets)
    assert abs(len(tickets) - 12_000) < 400
    assert abs(sum(rank < 30 for _, rank in tickets) / len(tickets) - 0.3) < 0.02
    assert {rank for _, rank in tickets} == set(range(100))


def test_the_work_of_a_day_is_that_of_its_tickets_for_people() -> None:
    spec = {"brief": BRIEF, "desk": {"to_people": 50}}
    assert sum(work_by_hour(spec)) == pytest.approx(600 * 0.5 * 8 / 60)
