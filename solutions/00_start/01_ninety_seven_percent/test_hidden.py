"""What the learner is not given: nothing of the test was in train, in any order of the rows, on a quiet day."""

from collections import Counter

from support import WORLDS, sides, twins, world

from autograder.examiner import expect, task
from wren.backtest import CONVERSATIONS

SOME = 30
"""Conversations in a table; two or three follow-ups to each on average."""


@task("a", points=2)
def test_nothing_in_the_test_was_in_train(candidate, seed, rng):
    """No conversation has messages on both sides, in whatever order the rows come."""
    # A cut through a table that is sorted by conversation falls between two of them by chance, with a probability of
    # 0.28; it does so in all ten tables once in 300,000 grades.
    for number in range(WORLDS):
        shop = world(seed, number)
        some = set(rng.choice(CONVERSATIONS, SOME, replace=False).tolist())
        tickets = [ticket for ticket in shop.history if ticket.truth.conversation in some]
        rows = [tickets[at].row() for at in rng.permutation(len(tickets))]
        pair, texts = twins(shop, *sides(rows, candidate.split(rows)))
        expect(not pair, f"{pair}: what the test asks was in train", got=texts, expected="no such pair")


@task("a", points=1)
def test_a_quiet_day_is_split_as_well(candidate, seed):
    """No rows, one row, one conversation and one morning are split without an error, and nothing is torn apart."""
    shop = world(seed, 0)
    longest = Counter(ticket.truth.conversation for ticket in shop.history).most_common(1)[0][0]
    conversation = [ticket.row() for ticket in shop.history if ticket.truth.conversation == longest]
    for rows in ([], shop.rows[:1], conversation, shop.rows[:25]):
        pair, texts = twins(shop, *sides(rows, candidate.split(rows)))
        expect(not pair, f"{pair}: a conversation was torn apart", got=texts, expected="no such pair")
