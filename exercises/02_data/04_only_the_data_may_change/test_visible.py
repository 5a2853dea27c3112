"""What counts as one message, on rows that can be read by hand, and what 300 labels gain on one of Wren's tables."""

from support import BUDGET, expect_originals, percent, row, table

from autograder.examiner import expect, task

ACTION = "ACCOUNT_ACTION"


@task("a", points=2)
def test_of_rows_with_the_same_words_the_earliest_stays(candidate):
    """Rows with the same words are one message; its earliest row stays as it is, whatever came later."""
    rows = [
        row("T000003", 1.2, "THE SIDELID CAME OFF W-10001", by="relay"),
        row("T000004", 1.1, "the sidelid came off: w-10001!!", by="relay"),
        row("T000001", 1.0, "The sidelid came off. W-10001", ACTION),
        row("T000002", 0.5, "The hipbolt is loose. W-10002"),
        row("T000005", 2.0, "The hipbolt is loose. W-10005", ACTION),
        row("T000006", 3.0, "via the marketplace: my neckcap rattles, W-10003", by="relay"),
        row("T000007", 4.0, "My neckcap rattles. W-10003"),
    ]
    expect_originals(rows, candidate.originals(rows))


@task("a", points=2)
def test_a_message_of_the_test_is_not_learned_from_by_its_copies(candidate):
    """A message without a label is in the test, and its copies are no way round that."""
    rows = [
        row("T000001", 1.0, "The sidelid came off. W-10001", ACTION),
        row("T000002", 60.0, "The hipbolt is loose. W-10002", None),
        row("T000003", 60.1, "the hipbolt is loose. w-10002", by="relay"),
        row("T000004", 60.2, "THE HIPBOLT IS LOOSE. W-10002", by="relay"),
    ]
    expect_originals(rows, candidate.originals(rows))


# Over 225 tables labels bought at random bring back 0.16 of what is lost, with a standard deviation of 0.03. The
# solution ends at least 0.17 of the test above this bar, and each accepted one 0.13 (four deviations); none fails.
@task("b", points=4)
def test_the_labels_gain_twice_what_300_at_random_gain(candidate, seed):
    """At most 300 labels, each message once, none of the test: and twice the gain of labels bought at random."""
    here = table(seed, 0)
    yours = here.improved(candidate)
    gained, by_chance = yours.score.total - here.as_is.total, here.at_random - here.as_is.total
    expect(gained >= 2 * by_chance, f"the model says {percent(yours.score.total)} of the test right, "
           f"{percent(here.as_is.total)} without you. {BUDGET} labels bought at random make it "
           f"{percent(here.at_random)}: you were to gain twice as much. {yours}", call="improve(rows, ask)",
           got=f"{100 * gained:.1f} points gained",
           expected=f"{200 * by_chance:.1f} points or more")  # fmt: skip
