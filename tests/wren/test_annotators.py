"""The five people label as it is recorded of them, and what is seen of them can be told from what is known.

Each bound on something drawn is one that a right generator leaves in fewer than one run of a thousand; the seeds are
fixed, so a run repeats itself.
"""

import math

import numpy as np
import pytest
from numpy.typing import NDArray

from wren.annotators import MIX, QUEUES, SPAMMER, UNLABELLED, USUAL, Labelling, Person, make_labelling, queue_of
from wren.tickets import make_tickets


@pytest.fixture(scope="module", params=[0, 1])
def labelling(request: pytest.FixtureRequest) -> Labelling:
    return make_labelling(1500, seed=request.param)


def place_of(labelling: Labelling, kind: str) -> int:
    """The column of the person of this kind."""
    return [person.kind for person in labelling.truth.people].index(kind)


def seen(labelling: Labelling, place: int, queue: int, part: slice = slice(None)) -> tuple[NDArray[np.float64], int]:
    """The shares of what a person says of tickets of a queue, in a part of the person's tickets, and of how many."""
    own = np.flatnonzero(labelling.labels[:, place] != UNLABELLED)[part]
    said = labelling.labels[own, place][labelling.truth.queue[own] == queue]
    return np.bincount(said, minlength=len(QUEUES)) / len(said), len(said)


def near(share: float, expected: float, count: int) -> bool:
    """Whether a share seen among `count` draws is one that `expected` gives in 999 of 1000 tables of 45 shares."""
    return abs(share - expected) <= 4.5 * math.sqrt(expected * (1 - expected) / count) + 1 / count


def test_people_say_what_their_matrices_say(labelling: Labelling) -> None:
    for place in range(5):
        for queue in range(len(QUEUES)):
            shares, count = seen(labelling, place, queue)
            for share, expected in zip(shares, labelling.truth.confusion[place, queue], strict=True):
                assert near(share, expected, count)


def test_one_person_drifts_and_the_recorded_ends_are_those_that_are_seen(labelling: Labelling) -> None:
    drifting = [place for place, person in enumerate(labelling.truth.people) if person.drifts]
    assert drifting == [place_of(labelling, "tired")]
    person = labelling.truth.people[drifting[0]]
    for queue in (0, 1):
        for part, progress in ((slice(0, 400), 0.14), (slice(-400, None), 0.86)):
            shares, count = seen(labelling, drifting[0], queue, part)
            assert near(shares[queue], person.says(queue, progress)[queue], count)


def test_the_spammer_does_not_look_at_the_ticket(labelling: Labelling) -> None:
    place = labelling.truth.spammer
    assert labelling.truth.people[place].kind == SPAMMER
    assert np.ptp(labelling.truth.confusion[place], axis=0).max() == 0
    others = np.delete(labelling.truth.confusion, place, axis=0)
    assert np.ptp(others, axis=1).max(axis=1).min() > 0.4


def test_each_ticket_is_labelled_by_four_and_who_is_faster_labels_more(labelling: Labelling) -> None:
    labelled = labelling.labels != UNLABELLED
    assert (labelled.sum(axis=1) == 4).all()
    by_speed = sorted(range(5), key=lambda place: labelling.truth.people[place].seconds)
    counts = labelled.sum(axis=0)[by_speed]
    assert by_speed[0] == labelling.truth.spammer
    assert (np.diff(counts) < 0).all()


def test_seconds_are_those_of_the_person(labelling: Labelling) -> None:
    assert np.array_equal(np.isnan(labelling.seconds), labelling.labels == UNLABELLED)
    for place, person in enumerate(labelling.truth.people):
        own = labelling.seconds[:, place]
        own = own[~np.isnan(own)]
        assert own.min() >= person.seconds / 2
        assert own.max() < 1.5 * person.seconds
        assert abs(own.mean() - person.seconds) < 3.5 * person.seconds * math.sqrt(1 / 12 / len(own))


def test_the_tickets_are_those_of_the_help_desk(labelling: Labelling) -> None:
    assert [queue_of(ticket) for ticket in labelling.tickets] == labelling.truth.queue.tolist()
    assert near(float(np.mean(labelling.truth.queue == 2)), 0.075, 1500)
    assert near(float(np.mean(labelling.truth.queue == 0)), 0.55, 1500)
    assert {ticket.kind for ticket in labelling.tickets} == {"first"}


def test_every_matrix_is_one_of_shares_and_no_two_teams_are_the_same() -> None:
    teams = [make_labelling(40, seed).truth for seed in range(30)]
    for team in teams:
        assert sorted(person.kind for person in team.people) == sorted([*USUAL, SPAMMER])
        assert len({person.name for person in team.people}) == 5
        for person in team.people:
            for matrix in (person.start, person.end):
                assert np.allclose(np.sum(matrix, axis=1), 1)
                assert np.min(matrix) > 0
    assert len({team.spammer for team in teams}) == 5
    assert len({team.people[0].start for team in teams}) == 30


def test_small_tables_are_labelled_too() -> None:
    assert make_labelling(0, 0).labels.shape == (0, 5)
    assert (make_labelling(1, 0).labels != UNLABELLED).sum() == 4
    assert (make_labelling(30, 0, per_ticket=5).labels != UNLABELLED).all()


def test_the_same_seed_gives_the_same_labels() -> None:
    first, second, other = (make_labelling(60, seed) for seed in (3, 3, 4))
    assert np.array_equal(first.labels, second.labels)
    assert np.array_equal(first.seconds, second.seconds, equal_nan=True)
    assert first.truth.people == second.truth.people
    assert not np.array_equal(first.labels, other.labels)
    assert tuple(make_tickets(60, 7, 3, MIX)) == first.tickets


def test_a_person_without_drift_says_the_same_all_week() -> None:
    row = ((0.8, 0.1, 0.1),) * 3
    assert Person("Ana", "careful", 45.0, row, row).says(1, 0.7) == pytest.approx(row[1])
