"""The form of a review, what its calls show, and pairs of functions that differ at an edge."""

from support import expect_balance, expect_told_apart, pairs, review

from autograder.examiner import expect, task


@task("a", points=1)
def test_each_comment_names_a_changed_line_and_an_allowed_call(candidate, rival):
    """Each comment names a line that the change has made, a cause that is listed, and a call that is allowed."""
    shown = review(candidate, rival)
    expect(len(shown) > 1, "the only comment is on one change", call="comments()", got=len(shown), expected="more")


@task("a", points=2)
def test_calls_show_what_the_line_does(candidate, rival):
    """Wrong comments subtracted, there are three or more whose call differs, by the change around their line alone."""
    expect_balance(review(candidate, rival), 3)


# The bars of task b, over 200 seeds: one step away from the example, as in the solution, finds all 4 of 4 and 10 of 10
# each time; random steps found 4 each time, and 8 or more of 10. Uniform numbers find 2 and 2, each time.
@task("b", points=1)
def test_a_limit_and_ties_are_looked_at(candidate, seed, rng):
    """Of 4 pairs that differ at a limit or at ties, 3 or more are told apart, and none that is equal is accused."""
    expect_told_apart(candidate, pairs(seed, rng, "boundary", "ties"), 3)
    expect_told_apart(candidate, pairs(seed, rng, ""), 0)


@task("b", points=2)
def test_nothing_and_what_is_left_are_looked_at(candidate, seed, rng):
    """Of 10 that differ at nothing, at a last batch, or in what is left of the arguments, 8 or more are told apart."""
    expect_told_apart(candidate, pairs(seed, rng, "empty", "last batch", "in place"), 8)
