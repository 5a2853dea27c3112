"""What the learner is not given: whole weeks of Wren's, each person's matrix, and what a choice brings in truth."""

import numpy as np
from support import COSTS, QUEUES, choice_of, expect_kappa, known_of, model_of, saved_of, team, teams

from autograder.examiner import expect, task


@task("a", points=1)
def test_kappa_is_exact_for_any_columns(candidate, rng):
    """Columns of all lengths, with all kinds of gaps, have the kappa that fractions give."""
    for _ in range(30):
        count, queues = int(rng.integers(2, 40)), int(rng.integers(2, 5))
        first, second = (rng.integers(-1, queues, count).tolist() for _ in range(2))
        expect_kappa(candidate, first, second, because="nothing can be told from these columns")


@task("a", points=1)
def test_kappa_is_exact_for_the_people_of_wren(candidate, seed):
    """The kappas of all pairs in a team are what fractions give."""
    labels = team(seed).labels
    for first in range(5):
        for second in range(5):
            expect_kappa(candidate, labels[:, first].tolist(), labels[:, second].tolist())


# The largest distance between a person's matrix and the true one, in the mean of four teams, on 50 times four: the
# solution 0.041 (at most 0.058), ability as one number 0.061 (0.076), weighted votes 0.066 (0.080), matrices counted on
# the known tickets 0.060 (0.077; standard deviation 0.008). So 0.15 is eleven deviations away. Measured against the
# majority's answers, or after one step away from them, people look worse than they are by 0.18 and more.
OFF = 0.15


@task("b", points=2)
def test_each_confusion_matrix_is_found(candidate, seed):
    """In the mean of four teams, no person's matrix is further from the true one than 0.15."""
    worst = []
    for week in teams(seed):
        _, confusion = model_of(candidate, week.labels, known_of(week), QUEUES)
        share = np.bincount(week.truth.queue, minlength=QUEUES) / len(week.tickets)
        off = np.abs(confusion - week.truth.confusion).sum(axis=2) / 2 @ share
        worst.append((float(off.max()), week.truth.confusion, confusion, int(off.argmax()), share))
    mean = float(np.mean([off for off, *_ in worst]))
    _, true, got, person, _ = max(worst, key=lambda entry: entry[0])
    queue = int(np.argmax(np.abs(true - got)[person].sum(axis=1)))
    expect(mean <= OFF, f"the matrix that fits worst is off by {mean:.3f}, in the mean of four teams. In one of them "
           f"person {person} writes {true[person, queue].round(2).tolist()} on tickets of queue {queue}",
           call="label_model(labels, known, 3)", got=got[person, queue].round(2).tolist(),
           expected=f"{true[person, queue].round(2).tolist()}, about")  # fmt: skip


# Of 200 teams the solution, weighted votes, ability as one number, and matrices counted on the known tickets found the
# one in all.
@task("b", points=2)
def test_who_does_not_read_is_found(candidate, seed):
    """In each of four teams, the rows of the person who does not read are the most alike."""
    for week in teams(seed):
        _, confusion = model_of(candidate, week.labels, known_of(week), QUEUES)
        spread = [sum(float(np.abs(a - b).sum()) for a in rows for b in rows) for rows in confusion]
        found, true = int(np.argmin(spread)), week.truth.spammer
        expect(found == true, f"by your matrices person {found} looks at the tickets least. It is person {true}, who "
               f"writes {week.truth.confusion[true, 0].round(2).tolist()} whatever the ticket says",
               call="label_model(labels, known, 3)", got=f"person {found}", expected=f"person {true}")  # fmt: skip


@task("c", points=1)
def test_the_choice_follows_the_beliefs_and_the_costs(candidate, rng):
    """Whatever the costs, the choice is expected to save 99% of the most that can be saved."""
    for queues in (2, 3, 5):
        belief = rng.dirichlet(np.full(queues, 0.3), 200)
        costs = rng.uniform(1, 10, (queues, queues)) * rng.choice([1.0, 10.0], (queues, 1))
        np.fill_diagonal(costs, 0)
        chosen = choice_of(candidate.next_tickets(belief, costs, 40), 200, 40, "next_tickets(belief, costs, 40)")
        saved, most = saved_of(belief, costs, chosen)
        because = f"with {queues} queues, your 40 tickets are expected to save {saved:.4g}, and others {most:.4g}"
        expect(saved >= 0.99 * most, because, call="next_tickets(belief, costs, 40)", got=f"{saved:.4g}",
               expected=f"{most:.4g}")  # fmt: skip


# Of the cost that is left after random reading, the solution leaves 0.20 (standard deviation 0.045; at most 0.32 in 50
# times four teams): 0.45 is five deviations away. Reading the surest leaves 1.3, reading none answered as access 0.62
# (0.10). Doubt alone leaves 0.29 (0.07), and doubt between the frequent queues 0.43 (0.08): those fail by the beliefs.
LEFT = 0.45


@task("c", points=2)
def test_the_choice_saves_in_truth(candidate, seed, rng):
    """After 300 tickets were read, the others cost at most 0.45 times what they would after 300 at random."""
    left, at_random, call = 0.0, 0.0, "next_tickets(belief, costs, 300)"
    for week in teams(seed):
        known, truth = known_of(week), week.truth.queue
        belief = _belief(week.labels, known)
        chosen = choice_of(candidate.next_tickets(belief, COSTS, 300), len(truth), 300, call)
        known[chosen] = truth[chosen]
        left += _cost(_belief(week.labels, known), known, truth)
        drawn = known_of(week)
        places = rng.permutation(np.flatnonzero(drawn < 0))[:300]
        drawn[places] = truth[places]
        at_random += _cost(_belief(week.labels, drawn), drawn, truth)
    expect(left <= LEFT * at_random, f"after your 300 tickets were read the answers to the others cost {left:.0f} in "
           f"four teams, after 300 at random {at_random:.0f}", call=call, got=f"{left / at_random:.2f} times as much",
           expected=f"at most {LEFT} times")  # fmt: skip


def _cost(belief: np.ndarray, known: np.ndarray, truth: np.ndarray) -> float:
    """What the answers to the tickets that nobody has read cost in truth."""
    answer = (belief @ COSTS).argmin(axis=1)
    return float(COSTS[truth, answer][known < 0].sum())


def _belief(labels: np.ndarray, known: np.ndarray) -> np.ndarray:
    """The examiner's own label model; what is known is believed."""
    fixed, sure = known >= 0, np.eye(QUEUES)[known]
    wrote = np.stack([labels == queue for queue in range(QUEUES)]).astype(float)  # (queues, tickets, people)
    belief = wrote.sum(axis=2).T / (labels >= 0).sum(axis=1, keepdims=True)
    for _ in range(15):
        belief = np.where(fixed[:, None], sure, belief)
        counts = (wrote.transpose(2, 0, 1) @ belief).transpose(0, 2, 1) + 0.5  # (people, true, said)
        weight = np.log(counts / counts.sum(axis=2, keepdims=True))
        score = np.log(belief.mean(axis=0)) + sum(wrote[queue] @ weight[:, :, queue] for queue in range(QUEUES))
        belief = np.exp(score - score.max(axis=1, keepdims=True))
        belief /= belief.sum(axis=1, keepdims=True)
    return np.where(fixed[:, None], sure, belief)
