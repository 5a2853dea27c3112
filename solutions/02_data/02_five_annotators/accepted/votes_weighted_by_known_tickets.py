# Each vote weighs what its owner has right on the known tickets; people are measured against the outcome; lists.
"""What five people's labels are worth, what is true, and what to read next. Run me: python labelling.py

Tickets, people and queues are numbered from 0. The arrays are
    labels      (tickets, people), int: the queue that a person wrote on a ticket, -1 where the person did not
    known       (tickets,), int: the true queue of the few tickets that the head of the desk has read, -1 elsewhere
    belief      (tickets, queues), float: how probable each queue is for a ticket; each row adds up to 1
    confusion   (people, queues, queues), float: confusion[p, true, said] is the share of the tickets of the queue
                `true` on which person p writes `said`; each row adds up to 1
    costs       (queues, queues), float: costs[true, answered] is what it costs to answer a ticket of the queue `true`
                as one of the queue `answered`; nothing where the two are the same
"""

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


# ---- what two people have in common


def agreement(first: Ints, second: Ints) -> float:
    """The share of the tickets labelled by both people on which their labels agree; nan if there are none.

    This is given. `first` and `second` are columns of labels, of shape (tickets,).
    """
    both = (first >= 0) & (second >= 0)
    return float(np.mean(first[both] == second[both])) if both.any() else float("nan")


def kappa(first: Ints, second: Ints) -> float:
    """Task a. Cohen's kappa of two people: (agreement - chance) / (1 - chance), 1 at most.

    Only tickets that both have labelled are looked at, for the agreement and for everything else. Chance is the
    agreement that is to be expected of two people who write each queue as often as these two do on those tickets, each
    in his or her own shares, and do not look at the ticket. Where nothing can be told, kappa is nan: no ticket was
    labelled by both, or each wrote one and the same queue on all of them, so that chance is 1.
    """
    both = (first >= 0) & (second >= 0)
    mine, yours = first[both], second[both]
    chance = sum(float(np.mean(mine == queue) * np.mean(yours == queue)) for queue in np.unique(mine))
    return (agreement(first, second) - chance) / (1 - chance) if chance < 1 else float("nan")


# ---- what is true, and who is how wrong


def majority(labels: Ints, queues: int) -> Floats:
    """A belief by counting: for each ticket, the share of its labels that each queue has; even without labels.

    This is given.
    """
    votes = np.stack([(labels == queue).sum(axis=1) for queue in range(queues)], axis=1) + 1e-9
    return votes / votes.sum(axis=1, keepdims=True)


def label_model(labels: Ints, known: Ints, queues: int) -> tuple[Floats, Floats]:
    """Task b. What is true of each ticket, and how each person errs: (belief, confusion), from the labels.

    People err in ways of their own: one may be right about most, another sees one queue where another is, and one does
    not read at all. Any way of finding out will do. The few tickets in `known` may be used or not.

    There is at least one ticket. A ticket without labels, a person without labels and a queue that nobody wrote have
    beliefs and shares as well: finite numbers from 0 to 1, in rows that add up to 1.

    A matrix is off by the share of the person's labels, over all tickets, that would have to be others for the true
    matrix to come out.
    """
    sure = known >= 0
    said = (labels[:, :, None] == np.arange(queues)).astype(float)
    seen = (labels >= 0) & sure[:, None]
    right = ((labels == known[:, None]) & sure[:, None]).sum(axis=0) + 1
    share = right / (seen.sum(axis=0) + queues)
    weights = np.maximum(0, np.log(share / (1 - share) * (queues - 1)))
    belief = np.exp(np.einsum("tps,p->ts", said, weights))
    belief[sure] = np.eye(queues)[known[sure]]
    belief /= belief.sum(axis=1, keepdims=True)
    confusion = np.einsum("tq,tps->pqs", belief, said) + 0.2
    return belief.tolist(), (confusion / confusion.sum(axis=2, keepdims=True)).tolist()


def tells_least(confusion: Floats) -> int:
    """The person whose labels depend least on the ticket: whose rows are the most alike. This is given."""
    spread = np.abs(confusion[:, :, None, :] - confusion[:, None, :, :]).sum(axis=(1, 2, 3))
    return int(np.argmin(spread))


# ---- what to read next


def answers(belief: Floats, costs: Floats) -> Ints:
    """The answer that each ticket gets, the one of the lowest expected cost; shape (tickets,). This is given."""
    return np.argmin(belief @ costs, axis=1)


def next_tickets(belief: Floats, costs: Floats, count: int) -> Ints:
    """Task c. The numbers of `count` different tickets that the head of the desk should read next; shape (count,).

    Whatever is read costs nothing any more: the head of the desk is always right. Each of the others gets its answer
    from `answers`. Choose those whose reading is expected to save the most, as far as the beliefs can be believed.
    Their order makes no difference. If there are no more than `count` tickets, all are chosen.
    """
    at_stake = np.min(belief @ costs, axis=1)
    return sorted(range(len(belief)), key=lambda ticket: at_stake[ticket], reverse=True)[:count]


# ---- a week of Wren's


def main() -> None:
    """Who agrees with whom in a table of Wren's, how many tickets are answered rightly, and what to read next."""
    from wren.annotators import make_labelling

    week = make_labelling(1000, seed=22)
    known = np.where(np.arange(1000) % 20 == 0, week.truth.queue, -1)
    costs = np.array([[0, 8, 6], [8, 0, 6], [90, 90, 0]])
    try:
        for place, name in enumerate(week.names):
            others = [kappa(week.labels[:, place], week.labels[:, other]) for other in range(5) if other != place]
            print(f"{name:8} kappa with the others: {np.round(others, 2)}")
        belief, confusion = label_model(week.labels, known, 3)
        for way, right in (("majority", majority(week.labels, 3)), ("your label model", belief)):
            print(f"{way}: {np.mean(right.argmax(axis=1) == week.truth.queue):.1%} right")
        print(f"{week.names[tells_least(confusion)]} tells least, as far as you know")
        cost = costs[week.truth.queue, answers(belief, costs)]
        read = next_tickets(belief, costs, 300)
        print(f"300 tickets read save {cost[read].sum()} of {cost.sum()}; at random: {0.3 * cost.sum():.0f}")
    except NotImplementedError as hole:
        print(hole)


if __name__ == "__main__":
    main()
