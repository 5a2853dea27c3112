"""For each task: its causes one by one, and tables in which nothing is wrong."""

from support import expect_each_alone, expect_quiet

from autograder.examiner import task


@task("a", points=2)
def test_strange_values_are_found_with_their_cause(harness, seed):
    """A sentinel, a mix of units, a typo and a leaky column, each alone in a table, are found with column and cause."""
    expect_each_alone(harness, "values", seed)


@task("a", points=1)
def test_values_that_are_only_unusual_are_no_finding(harness, seed):
    """In two tables in which nothing is wrong there is at most one finding about values and columns."""
    expect_quiet(harness, "values", seed)


@task("b", points=2)
def test_strange_rows_are_found_with_their_cause(harness, seed):
    """Truncation, duplicates, bots and a damaged encoding, each alone in a table, are found with column and cause."""
    expect_each_alone(harness, "rows", seed)


@task("b", points=1)
def test_rows_that_are_only_unusual_are_no_finding(harness, seed):
    """In two tables in which nothing is wrong there is at most one finding about rows and texts."""
    expect_quiet(harness, "rows", seed)


@task("c", points=2)
def test_strange_times_are_found_with_their_cause(harness, seed):
    """A shift, an impossible date, a dead feed and flipped labels, each alone, are found with cause and window."""
    expect_each_alone(harness, "times", seed)


@task("c", points=1)
def test_days_that_are_only_unusual_are_no_finding(harness, seed):
    """In two tables in which nothing is wrong there is at most one finding about times and labels."""
    expect_quiet(harness, "times", seed)
