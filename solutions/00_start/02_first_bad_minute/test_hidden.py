"""What the learner is not given: more mornings, and mornings without a bad minute."""

from support import MORNINGS, change, expect_cause, expect_hit, expect_minute, morning, tickets

from autograder.examiner import task
from wren.incident import Morning, Truth
from wren.service_log import log_of


@task("a", points=1)
def test_the_first_bad_minute_of_every_morning_is_found(candidate, seed):
    """On each of five more mornings, the first bad minute is found."""
    for number in range(1, MORNINGS):
        made = morning(seed, number)
        expect_minute(candidate.first_bad_minute(list(made.lines)), made.truth.first_bad, made.tickets)


@task("a", points=1)
def test_a_quiet_morning_has_no_bad_minute(candidate, seed):
    """A log without a bad minute, and a log without a line: None."""
    quiet = morning(seed, 0, quiet=True)
    expect_minute(candidate.first_bad_minute(list(quiet.lines)), None, quiet.tickets)
    expect_minute(candidate.first_bad_minute([]), None, ())


@task("b", points=2)
def test_the_cause_of_every_morning_is_found(candidate, seed):
    """On each of five more mornings, the cause is found."""
    for number in range(1, MORNINGS):
        made = morning(seed, number)
        expect_cause(candidate.cause(list(made.lines)), made)


@task("b", points=1)
def test_a_quiet_morning_has_no_cause(candidate, seed):
    """Where no minute is bad, no change has done anything: None."""
    quiet = morning(seed, 0, quiet=True)
    expect_cause(candidate.cause(list(quiet.lines)), quiet)
    few = tuple(tickets(1, "07:30", 20, 0, kept="2- 3+"))
    changes = (change(5, "labels 7", "07:20:00 triage-2"),)
    lines = log_of(few, changes)
    expect_cause(candidate.cause(lines), Morning(tuple(lines), few, changes, Truth(None, None, frozenset(), 5, 5, 5)))


@task("c", points=2)
def test_the_tickets_of_every_morning_are_named(candidate, seed):
    """On each of five more mornings, the tickets that were hit are named."""
    for number in range(1, MORNINGS):
        made = morning(seed, number)
        expect_hit(candidate.tickets_hit(list(made.lines)), made)


@task("c", points=1)
def test_a_quiet_morning_hit_nobody(candidate, seed):
    """Where no minute is bad, single tickets that failed are nobody's incident: an empty list."""
    quiet = morning(seed, 0, quiet=True)
    expect_hit(candidate.tickets_hit(list(quiet.lines)), quiet)
    expect_hit(candidate.tickets_hit([]), Morning((), (), (), quiet.truth))
