"""What is not shown."""

from itertools import chain

from support import (
    DAYS,
    day,
    expect_few_bytes,
    expect_rates,
    expect_same_events,
    load,
    make_log,
    raw_stock,
    some_items,
    stock,
    write_stock,
)

from autograder.examiner import expect_at_least, expect_equal, measure_ratio, task

# How many times as fast as the script with forty items, lowest and highest of 5 grades on 2 cores: the solution 23 and
# 28, Polars 33 and 45, pyarrow.dataset 33 and 45, DuckDB on folders of days 16 and 20 (in logarithms the bar is 9
# standard deviations below their mean); 0 of 20 fail who should not. A query for each item: 2.7 and 3.5.
FASTER = 10
QUESTIONS = 3  # answered while the script answers one: a single answer takes 30 ms


@task("a", points=1)
def test_an_empty_batch_is_no_trouble(candidate, harness, seed):
    """On a day on which the shop heard of nothing there is a batch without rows."""
    log = make_log(seed).first(3)
    batches = chain([log.table[:0]], log.batches(), [log.table[:0]])
    expect_same_events(write_stock(candidate, harness, batches), log)


@task("b", points=1)
def test_periods_that_overlap_count_an_event_once(candidate, harness, seed, rng):
    """An event on a day of two periods counts once, and an item that was never shown is (0, 0)."""
    log = make_log(seed)
    kept = stock(candidate, harness, log)
    first = int(rng.integers(DAYS - 10))
    items = [*some_items(rng, log, 20), 1_000_000]
    periods = [(day(first), day(first + 5)), (day(first + 3), day(first + 8)), (day(first + 4), day(first + 4))]
    kept.reset()
    expect_rates(harness.rates(kept, kept.sizes, items, periods), log, items, periods)
    expect_few_bytes(kept, log, items, periods)


@task("b", points=1)
def test_ten_times_as_fast_as_the_script(candidate, harness, rival, seed, rng):
    """A week is counted in a tenth of the time of the shop's script, which reads every row and column."""
    log = make_log(seed)
    kept, raw = stock(candidate, harness, log), raw_stock(log)

    def ask(rates, files):
        first, items = int(rng.integers(DAYS - 7)), some_items(rng, log, 40)
        periods = [(day(first), day(first + 6))]
        expect_rates(rates(files, files.sizes, items, periods), log, items, periods)

    def ask_all():
        for _ in range(QUESTIONS):
            ask(harness.rates, kept)

    ask(harness.rates, kept)  # what is loaded at the first use is loaded now
    ratio = measure_ratio(candidate, ask_all, rival, lambda: ask(rival.naive_rates, raw), rounds=3)
    times = ratio.median * QUESTIONS
    expect_at_least(times, FASTER, f"the answer for a week comes only {times:.1f} times as fast as the script's")


@task("c", points=1)
def test_loading_leaves_no_row_behind(candidate, harness, seed, postgres):
    """Batches without rows are no trouble, and every column is what it was."""
    log = make_log(seed).first(2)
    load(harness, chain([log.table[:0]], log.batches()), postgres)
    stored = postgres.ask("SELECT customer, time, position, item FROM shown ORDER BY customer, time, position, item")
    rows = log.rows
    wanted = zip(rows.customer.tolist(), rows.time.tolist(), rows.position.tolist(), rows.item.tolist(), strict=True)
    expect_equal(stored, sorted(wanted), "the table shown holds what was shown")
