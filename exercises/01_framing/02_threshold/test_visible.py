"""What each policy has to do, on tickets that can be counted by hand."""

import numpy as np
from support import band_of, destinations, threshold_of, tickets

from autograder.examiner import expect, expect_equal, task

PRICES = {"wrong_action": 20, "wrong_information": 10, "person": 1}


@task("a", points=1)
def test_answers_that_were_always_right_are_decided_alone(candidate):
    """Where the 2000 surest answers were all right, hundreds of them are decided alone, and few of the others."""
    confidence = np.linspace(0.5, 1, 4000)
    right = (np.arange(4000) >= 2000) | (np.arange(4000) % 3 != 0)
    got = threshold_of(candidate.guaranteed_threshold(confidence, right, 0.95))
    decided = confidence >= (np.inf if got is None else got)
    hits, count = int(right[decided].sum()), int(decided.sum())
    expect(
        count >= 300 and hits >= 0.95 * count,
        "from confidence 0.75 on, 2000 of 2000 answers were right; below, two of three. The promise is 95%. You "
        f"decide {count} tickets alone, of which {hits} were right",
        got=got, expected="a threshold a little below 0.75, or some way above it",
    )  # fmt: skip


@task("a", points=1)
def test_out_of_reach_is_said(candidate):
    """Where nine of ten answers are right at every confidence, 95% cannot be promised: None."""
    confidence = np.linspace(0.5, 1, 1000)
    right = np.arange(1000) % 10 != 0
    got = threshold_of(candidate.guaranteed_threshold(confidence, right, 0.95))
    if got is not None:
        hits, decided = int(right[confidence >= got].sum()), int((confidence >= got).sum())
        expect(
            False,
            f"nine of ten are right at every confidence, and nothing can be promised: None. From {got:.4f} on there "
            f"are {decided} tickets, {hits} of them right",
            got=got, expected="None",
        )  # fmt: skip


@task("a", points=1)
def test_forty_right_answers_prove_little(candidate):
    """40 right answers of 40 are no evidence for 95%: a model that is right in 94% has them too often."""
    confidence, right = tickets((0.99, 40, 40), (0.7, 300, 180))
    got = threshold_of(candidate.guaranteed_threshold(confidence, right, 0.95))
    expect(
        got is None,
        f"40 of 40 were right: a model that is right in 94% has such luck in {0.94**40:.0%} of shops. The risk is 5%",
        got=got, expected="None",
    )  # fmt: skip


@task("b", points=1)
def test_each_ticket_goes_where_it_costs_least(candidate):
    """A score's destination follows from how often such tickets were actions, not from the score."""
    groups = ((0.1, 500, 10), (0.5, 500, 250), (0.9, 500, 400), (0.99, 500, 490))
    score, action = tickets(*groups)
    got = band_of(candidate.cheapest_band(score, action, float(action.mean()), **PRICES))
    # score 0.1:  information costs 10 x 10/500 = 0.2, less than a person
    # score 0.5:  information costs 5, an action 10, a person 1
    # score 0.9:  information costs 8, an action 20 x 100/500 = 4, a person 1
    # score 0.99: an action costs 20 x 10/500 = 0.4
    expect_equal(
        destinations(got, *groups),
        {0.1: "information", 0.5: "person", 0.9: "person", 0.99: "action"},
        because="of 500 tickets with score 0.9, 400 were actions: answering them as actions costs 20 x 100/500 = 4 a "
        f"ticket, a person costs 1. Your band is {got}",
    )


@task("b", points=1)
def test_a_person_who_costs_too_much_is_not_asked(candidate):
    """Where a person costs more than any mistake, one threshold is left, at the costs of the mistakes."""
    groups = ((0.2, 500, 25), (0.6, 500, 300), (0.8, 500, 400))
    score, action = tickets(*groups)
    prices = {"wrong_action": 20, "wrong_information": 10, "person": 25}
    got = band_of(candidate.cheapest_band(score, action, float(action.mean()), **prices))
    # score 0.6: information costs 10 x 300/500 = 6, an action 20 x 200/500 = 8; score 0.8: 8 against 4
    expect_equal(
        destinations(got, *groups),
        {0.2: "information", 0.6: "information", 0.8: "action"},
        because="a person costs 25. Of 500 tickets with score 0.6, 300 were actions: as information they cost "
        f"10 x 300/500 = 6 a ticket, as actions 20 x 200/500 = 8. Your band is {got}",
    )


@task("b", points=1)
def test_tomorrow_has_another_mix(candidate):
    """When fewer tickets ask for actions from now on, a score means an action less often than it did."""
    groups = ((0.1, 500, 10), (0.5, 500, 250), (0.9, 500, 490))
    score, action = tickets(*groups)
    got = band_of(candidate.cheapest_band(score, action, 0.05, **PRICES))
    # In validation half of the tickets are actions. From now on an action is 0.1 times as frequent, a ticket for
    # information 1.9 times: of those with score 0.5 one in 20 is an action, of those with score 0.9 72 in 100.
    expect_equal(
        destinations(got, *groups),
        {0.1: "information", 0.5: "information", 0.9: "person"},
        because="half of the validation tickets are actions, from now on 5% are. Of the tickets with score 0.5 that "
        f"leaves one action in 20: as information they cost 0.5 each, a person costs 1. Your band is {got}",
    )


@task("c", points=1)
def test_people_who_have_time_change_nothing(candidate):
    """Where people could answer all tickets of any hour, the cheapest band stays the cheapest."""
    groups = ((0.1, 500, 10), (0.5, 500, 250), (0.9, 500, 400), (0.99, 500, 490))
    score, action = tickets(*groups)
    arrivals = np.array([10, 30, 60, 20])
    got = band_of(candidate.capacity_band(score, action, float(action.mean()), arrivals, 60, **PRICES))
    expect_equal(
        destinations(got, *groups),
        {0.1: "information", 0.5: "person", 0.9: "person", 0.99: "action"},
        because=f"at most 60 tickets come in an hour and people can answer 60. Your band is {got}",
    )


@task("c", points=1)
def test_the_busiest_hour_has_to_fit(candidate):
    """A queue that fits on average is too long when it matters."""
    groups = ((0.1, 500, 10), (0.3, 500, 100), (0.5, 500, 250), (0.7, 500, 400), (0.95, 500, 485))
    score, action = tickets(*groups)
    arrivals = np.array([4, 6, 20, 100, 60, 10])
    got = band_of(candidate.capacity_band(score, action, float(action.mean()), arrivals, 45, **PRICES))
    where = destinations(got, *groups)
    asked = 20 * sum(place == "person" for place in where.values())
    expect(
        asked <= 45,
        f"in the busiest hour 100 tickets come and {asked} of them go to people, who answer 45. Your band is {got}",
        got=where, expected="at most two of the five groups to people",
    )  # fmt: skip
    expect_equal(
        where,
        {0.1: "information", 0.3: "information", 0.5: "person", 0.7: "person", 0.95: "action"},
        because="of the groups that people have time for, those belong to them where a mistake costs most: a person "
        f"saves 1 at score 0.3, 4 at 0.5 and 3 at 0.7. Your band is {got}",
    )
