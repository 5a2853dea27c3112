"""What each task has to do, on tickets that can be counted by hand and on drafts of Wren's colleagues."""

from support import BRIEF, drafts, expect_design, expect_found, expect_none_else, expect_waits, found_in

from autograder.examiner import expect, task

ONE_OF_EACH = (
    "wait: one shift",
    "cycle: two parts",
    "promise: ms of the front",
    "storage: too large",
    "claim: alone",
    "kill: after the launch",
)


@task("a", points=1)
def test_a_ticket_waits_for_a_free_person(candidate):
    """Tickets are begun in their order, as soon as fewer are being answered than people are on shift."""
    expect_waits(candidate, [0, 1, 2, 40], [1] * 24, 8, [0, 7, 14, 0], "[1] * 24")
    expect_waits(candidate, [0, 1, 2, 3, 4], [2] * 24, 10, [0, 0, 8, 8, 16], "[2] * 24")


@task("a", points=1)
def test_whoever_writes_at_night_waits_for_the_morning(candidate):
    """Where nobody is on shift a ticket waits, over midnight and with the others before it."""
    roster = [0] * 9 + [2] * 8 + [0] * 7  # two people from 9 to 17
    expect_waits(
        candidate, [1019, 1020, 1021, 1500, 2000], roster, 30, [0, 960, 959, 510, 10], "[0] * 9 + [2] * 8 + [0] * 7"
    )


@task("a", points=1)
def test_an_answer_is_finished_after_the_shift(candidate):
    """An answer under way when its shift ends goes on, and its ticket counts among those being answered."""
    roster = [0] * 8 + [3, 1, 2] + [0] * 13  # three at 8, one at 9, two at 10
    expect_waits(
        candidate, [530, 531, 532, 533, 534, 600], roster, 40, [0, 0, 0, 39, 66, 12], "[0] * 8 + [3, 1, 2] + [0] * 13"
    )


@task("b", points=1)
def test_a_sound_spec_breaks_no_rule(candidate, seed):
    """In ten sound specs, in which many numbers just fit, nothing is found."""
    for made, draft in drafts(seed, count=10):
        expect_none_else(made, draft, found_in(candidate, draft))


@task("b", points=1)
def test_a_planted_fault_of_each_kind_is_found(candidate, seed):
    """One broken rule is found: wait, cycle, promise, storage, claim and kill, in a spec for each."""
    for plant in ONE_OF_EACH:
        for made, draft in drafts(seed, plant, count=1):
            expect_found(made, draft, found_in(candidate, draft))


@task("c", points=1)
def test_the_design_has_all_its_sections(candidate):
    """The design has the colleague's sections and keys, whole numbers, and the brief as it was given."""
    expect_design(candidate.design())


@task("c", points=1)
def test_the_design_keeps_the_rules_at_sight(candidate):
    """The design says what is asked, with the simplest model, in the hours, days and quiet hours that there are."""
    spec = expect_design(candidate.design())
    announced, asked = spec["announcement"], BRIEF["asked"]
    for name, bound in asked.items():
        good = announced[name] >= bound if name in ("alone", "accuracy") else announced[name] <= bound
        expect(good, f"asked: {name} has to be {bound} or better", call="design()", got=announced[name], expected=bound)
    reach = [
        name
        for name, right in BRIEF["accuracy"].items()
        if right.get(spec["desk"]["to_people"], 0) >= announced["accuracy"]
    ]
    expect(
        reach[:1] == [spec["model"]],
        f"model: {announced['accuracy']}% are announced, {spec['desk']['to_people']}% "
        "go to people. The first model that reaches it there is to be chosen",
        call="design()",
        got=spec["model"],
        expected=reach[0] if reach else "an accuracy that some model reaches",
    )
    hours = sum(spec["desk"]["roster"])
    expect(
        hours <= BRIEF["hours"],
        f"hours: {hours} are on the roster, {BRIEF['hours']} are paid",
        call="design()",
        got=hours,
    )
    orphans = [flow for flow in spec["flows"] if not flow["owner"] or not flow["format"]]
    expect(not orphans, "flow: each has an owner and a format", call="design()", got=orphans)
    (begins, ends), training, kept = BRIEF["quiet"], spec["training"], spec["stores"]["tickets"]["days"]
    ended = (training["starts"] - begins) % 24 + training["hours"]
    expect(
        ended <= (ends - begins) % 24,
        f"training: it starts at {training['starts']}, takes {training['hours']} hours, and "
        f"is allowed from {begins} to {ends}",
        call="design()",
        got=training,
    )
    expect(
        kept is None or training["reads"] <= kept,
        f"training: it reads {training['reads']} days of tickets, and {kept} are kept",
        call="design()",
        got=training,
    )
    days = sum(3 * step["estimate"] if step["actual"] is None else step["actual"] for step in spec["plan"])
    expect(
        days <= BRIEF["days"],
        f"plan: it takes {days} days, and the launch is on day {BRIEF['days']}",
        call="design()",
        got=days,
    )
