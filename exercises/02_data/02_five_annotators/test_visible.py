"""What each function has to do, on tables that can be read by hand and on four teams of Wren's."""

from itertools import permutations

import numpy as np
from support import (
    QUEUES,
    choice_of,
    counted,
    expect_kappa,
    known_of,
    model_of,
    saved_of,
    teams,
)

from autograder.examiner import expect, task


@task("a", points=2)
def test_kappa_is_what_is_left_of_the_agreement_beyond_chance(candidate):
    """Chance is what two people with these shares would agree on without reading."""
    expect_kappa(candidate, [0, 0, 1, 1], [0, 0, 1, 0])
    expect_kappa(candidate, [0, 0, 0, 0, 0, 0, 1, 2], [0, 0, 0, 0, 1, 1, 1, 0])
    expect_kappa(candidate, [0, 1, 2, 0, 1, 2], [1, 2, 0, 1, 2, 0])
    expect_kappa(candidate, [2, 2, 0, 1, 1], [2, 2, 0, 1, 1])


@task("a", points=1)
def test_only_tickets_that_both_labelled_count(candidate):
    """A ticket that one of the two has not labelled is looked at for nothing."""
    expect_kappa(candidate, [0, 0, 1, 1, -1, -1, 2, 2], [0, 0, 1, 0, -1, -1, -1, -1])
    expect_kappa(candidate, [0, 1, -1, 0, 1, -1, -1, 2], [0, 1, 1, 1, -1, 2, 2, 2])


@task("a", points=1)
def test_kappa_is_nan_where_nothing_can_be_told(candidate):
    """Without a ticket that both labelled, or with one queue for all of them, kappa is nan."""
    expect_kappa(candidate, [0, 1, -1, -1], [-1, -1, 0, 1], because="no ticket was labelled by both people")
    same = "both wrote one and the same queue on all tickets that both labelled, so chance is 1"
    expect_kappa(candidate, [2, 2, 2, -1, 0], [2, 2, 2, 1, -1], because=same)
    expect_kappa(candidate, [0, 0, 0], [1, 1, 1])
    expect_kappa(candidate, [0, 0, 0, 0], [0, 1, 0, 0])


@task("b", points=1)
def test_where_all_agree_that_is_what_is_believed(candidate):
    """Three people who agree on every ticket are believed, whatever the names of the queues."""
    queue = np.repeat([3, 0, 2, 1], [24, 16, 12, 8])
    labels = np.stack([queue] * 3, axis=1)
    known = np.full(60, -1)
    known[[0, 24, 40, 52]] = queue[[0, 24, 40, 52]]
    belief, confusion = model_of(candidate, labels, known, 4)
    wrong = np.flatnonzero(belief.argmax(axis=1) != queue)
    if len(wrong):
        at = int(wrong[0])
        expect(False, f"three people, who never disagree, wrote queue {queue[at]} on ticket {at}, and another one is "
               "held for more probable", call="label_model(labels, known, 4)", got=belief[at].round(3).tolist(),
               expected=f"queue {queue[at]} the most probable")  # fmt: skip
    low = np.argwhere(confusion.argmax(axis=2) != np.arange(4))
    if len(low):
        person, true = low[0].tolist()
        expect(False, f"the three people never disagree, and person {person} is held to write mostly another queue on "
               f"tickets of queue {true}", call="label_model(labels, known, 4)",
               got=confusion[person, true].round(3).tolist(), expected=f"queue {true} mostly")  # fmt: skip


@task("b", points=1)
def test_every_row_adds_up_to_one_whatever_is_missing(candidate):
    """Tickets and people without labels, and a queue that nobody wrote, have shares as well."""
    labels = np.array([[0, 0, -1], [1, 1, -1], [0, 1, -1], [-1, -1, -1], [0, 0, -1], [1, -1, -1], [-1, 0, -1]])
    known = np.array([0, 1, -1, -1, -1, -1, -1])
    model_of(candidate, labels, known, 3)
    model_of(candidate, labels[:2], known[:2], 3)


# Gain over the majority in the mean of four teams, measured on 50 times four: the solution 0.075 (standard deviation
# 0.004), ability as one number 0.064 (0.003), votes weighted by the known tickets 0.061 (0.005), matrices counted on
# those 0.057 (0.006; lowest 0.042). That last one is four deviations away, and fails once in 50 000 grades; whoever
# rounds the beliefs to 0 and 1 in each round gains 0.056 (0.010), and failed in 1 grade of 15. The majority gains 0.007
# at most; models that forget the queues' shares, or start from somebody's labels, lose 0.03 and more.
GAIN = 0.03


@task("b", points=4)
def test_the_beliefs_are_three_points_better_than_the_majority(candidate, seed):
    """In the mean of four teams, the most probable queue is right 3 points more often than the majority."""
    gains, shares, renamed = [], [], ""
    for week in teams(seed):
        known = known_of(week)
        belief, _ = model_of(candidate, week.labels, known, QUEUES)
        others = known < 0
        said, true = belief.argmax(axis=1)[others], week.truth.queue[others]
        shares.append(float(np.mean(said == true)))
        gains.append(shares[-1] - counted(week, others))
        renamed = renamed or _renamed(said, true)
    gain, share = float(np.mean(gains)), float(np.mean(shares))
    because = f"{share:.1%} of the tickets are right, and by counting votes {share - gain:.1%}{renamed}"
    expect(gain >= GAIN, because, call="label_model(labels, known, 3)", got=f"{100 * gain:+.1f} points",
           expected="+3 points or more")  # fmt: skip


def _renamed(said: np.ndarray, true: np.ndarray) -> str:
    """A remark for the message where the queues have other names than the true ones."""
    right = {names: float(np.mean(np.array(names)[said] == true)) for names in permutations(range(QUEUES))}
    best = max(right, key=lambda names: right[names])
    if right[best] < right[0, 1, 2] + 0.1:
        return ""
    return f". Were your queues 0, 1, 2 called {best}, it would be {right[best]:.0%} in one of the teams"


@task("c", points=1)
def test_the_chosen_tickets_are_the_ones_with_the_most_to_save(candidate):
    """What is saved is what the cheapest answer is still expected to cost."""
    belief = np.array(
        [
            [0.50, 0.50, 0.00],  # answered as 0 or 1: costs 4
            [0.90, 0.00, 0.10],  # as 2: 5.4
            [0.02, 0.06, 0.92],  # as 2: 0.48
            [0.98, 0.00, 0.02],  # as 0: 1.8
            [0.00, 0.93, 0.07],  # as 2: 5.58
            [0.70, 0.30, 0.00],  # as 0: 2.4
            [0.00, 0.00, 1.00],  # as 2: nothing
            [0.30, 0.30, 0.40],  # as 2: 3.6
        ]
    )
    costs = np.array([[0.0, 8.0, 6.0], [8.0, 0.0, 6.0], [90.0, 90.0, 0.0]])
    for count in (1, 2, 3, 5):
        call = f"next_tickets(belief, costs, {count})"
        chosen = choice_of(candidate.next_tickets(belief, costs, count), 8, count, call)
        saved, most = saved_of(belief, costs, chosen)
        because = f"the tickets {sorted(chosen.tolist())} are expected to save {saved:.4g}, and others {most:.4g}"
        expect(saved >= 0.99 * most, because, call=call, got=f"{saved:.4g}", expected=f"{most:.4g}")


@task("c", points=1)
def test_the_right_number_of_different_tickets_is_chosen(candidate):
    """As many tickets as are asked for are chosen, each once; all of them, where there are fewer."""
    belief = np.array([[1.0, 0.0], [0.0, 1.0], [0.5, 0.5], [0.5, 0.5], [0.2, 0.8]])
    costs = np.array([[0.0, 1.0], [3.0, 0.0]])
    for count in (0, 1, 4, 5, 9):
        call = f"next_tickets(belief, costs, {count})"
        choice_of(candidate.next_tickets(belief, costs, count), 5, count, call)
    choice_of(candidate.next_tickets(np.empty((0, 2)), costs, 3), 0, 3, "next_tickets(belief of no tickets, costs, 3)")
