"""What is not shown: six files with six causes each, from all three tasks at once."""

from support import expect_told_apart

from autograder.examiner import task


@task("a", points=3)
def test_values_are_told_apart_when_much_is_wrong(harness, seed):
    """In six files with six causes each, five in six of the values' are found, and at most two findings are false."""
    expect_told_apart(harness, "values", seed)


@task("b", points=3)
def test_rows_are_told_apart_when_much_is_wrong(harness, seed):
    """In six files with six causes each, five in six of the rows' are found, and at most two findings are false."""
    expect_told_apart(harness, "rows", seed)


@task("c", points=3)
def test_times_are_told_apart_when_much_is_wrong(harness, seed):
    """In six files with six causes each, five in six of the times' are found, and at most two findings are false."""
    expect_told_apart(harness, "times", seed)
