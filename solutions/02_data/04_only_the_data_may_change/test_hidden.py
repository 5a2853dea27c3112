"""What the learner is not given: other tables, the worst supplier, and a table in which nothing has to be mended."""

from collections.abc import Callable
from statistics import fmean

from support import Improved, Score, Table, expect_originals, percent, table

from autograder.examiner import expect, task


@task("a", points=2)
def test_originals_are_found_in_a_whole_table(candidate, seed):
    """In a table of some 600 rows, in any order, the originals are found, and no row of the test."""
    here = table(seed, 0)
    rows = [row for row in here.rows if here.case[row["id"]].message % 5 == 0]
    expect_originals(rows, candidate.originals(rows))
    expect_originals([], candidate.originals([]))


# Over 225 tables the solution and the accepted ones end at -0.007 to +0.03 against the desk's own labels; two suppliers
# swapped without a reason cost 0.27 or more, a model that only knows the bought labels 0.16 or more.
@task("b", points=2)
def test_where_nobody_is_wrong_nothing_gets_worse(candidate, seed):
    """In a table with a slip here and there and no rule behind it, the model stays as good as it is without copies."""
    here = table(seed, 0, habits=0)
    yours = here.improved(candidate)
    expect(yours.score.total >= here.without_copies.total - 0.03, f"in this table nobody follows a wrong rule, and the "
           f"model says {percent(here.without_copies.total)} right on the desk's own labels. On yours it says "
           f"{percent(yours.score.total)}. {yours}", call="improve(rows, ask)", got=str(yours.score),
           expected=str(here.without_copies))  # fmt: skip


# Of all 25,200 pairs of 225 tables, the solution brings back 0.94 of the loss (standard deviation 0.02, 0.85 at least)
# and 0.95 for the worst supplier (0.81 at least): none fails. Of the accepted ones, that which looks at single columns
# does worst: 0.89, and fails in 0.2% of the pairs. Where habits are dropped it is 0.66 (0.77 at most), where everything
# in them gets the label that most of it has 0.65 (0.79 at most), with the bought labels alone 0.26: none passes.
@task("b", points=8)
def test_four_fifths_of_what_wrong_labels_cost_come_back(candidate, seed):
    """Of what wrong labels cost, four fifths come back: for the worst supplier, and in all."""
    tables = [table(seed, 0), table(seed, 1)]
    yours = [here.improved(candidate) for here in tables]
    _expect_back("of the worst supplier's messages", tables, yours, lambda score: score.worst)
    _expect_back("of all messages", tables, yours, lambda score: score.total)


def _expect_back(whose: str, tables: list[Table], yours: list[Improved], part: Callable[[Score], float]) -> None:
    """In the mean of the tables four fifths of what is lost come back; the table where it is least is told about."""
    back = [
        (part(got.score) - part(here.as_is)) / (part(here.right) - part(here.as_is))
        for here, got in zip(tables, yours, strict=True)
    ]
    least = back.index(min(back))
    here, got = tables[least], yours[least]
    expect(fmean(back) >= 0.8, f"{whose} the model says {percent(part(here.as_is))} right as the labels are, and "
           f"{percent(part(here.right))} if all were. With yours it says {percent(part(got.score))}. {got}",
           call="improve(rows, ask)", got=f"{percent(fmean(back))} of the loss in two tables ({got.score})",
           expected="80% or more")  # fmt: skip
