"""What you are given. Your files are read through the examiner, who counts each byte."""

import numpy as np
from support import (
    DAYS,
    day,
    expect_few_bytes,
    expect_rates,
    expect_same_events,
    load,
    make_log,
    skippable,
    some_items,
    stock,
)

from autograder.examiner import expect, expect_at_most, expect_equal, expect_type, task

NEVER_SHOWN = 1_000_000
# Rows beside a day's own that a reader may have to open. Sorted in groups of 4096 it is at most 8,190, in groups of
# 8192 at most 16,382; in order of arrival some 30,000, as each batch reaches back ten days.
SPARE = 20_000
LOADED = 6  # days, some 24,000 rows on some 160 pages

# Pages for a customer. With an index on the customer it is 5 on average (one page of the window lies together, and the
# tree has 2 levels); without one it is the whole table, by time alone 376.
PAGES = 40
STATEMENTS = 20  # a COPY with all around it takes 5


@task("a", points=1)
def test_every_event_is_stored_once(candidate, harness, seed):
    """Every event is in the files once, with all its columns as they were."""
    log = make_log(seed)
    expect_same_events(stock(candidate, harness, log), log)


@task("a", points=2)
def test_a_day_is_found_from_the_footers(candidate, harness, seed, rng):
    """Who knows only the footers has to open little more than the day that is wanted."""
    log = make_log(seed)
    groups = skippable(stock(candidate, harness, log))
    for number in rng.choice(DAYS, 10, replace=False):
        wanted = day(number)
        rows = int(log.within([(wanted, wanted)]).sum())
        opened = sum(count for first, last, count in groups if first <= wanted <= last)
        because = f"for the {rows:,} rows of {wanted} row groups with {opened:,} rows have to be opened"
        expect_at_most(opened, rows + SPARE, because, "rows")


@task("b", points=1)
def test_items_are_counted_on_their_days(candidate, harness, seed, rng):
    """Shown and clicked are counted from the first day to the last, both included."""
    log = make_log(seed)
    kept = stock(candidate, harness, log)
    first, items = int(rng.integers(DAYS - 3)), [*some_items(rng, log, 5), NEVER_SHOWN]
    for periods in ([(day(first), day(first))], [(day(first), day(first + 2))]):
        expect_rates(harness.rates(kept, kept.sizes, items, periods), log, items, periods)


@task("b", points=1)
def test_a_week_is_read_as_a_week(candidate, harness, seed, rng):
    """Counting one item in one week reads little more than that week's times, items and clicks."""
    log = make_log(seed)
    kept = stock(candidate, harness, log)
    first, items = int(rng.integers(DAYS - 7)), some_items(rng, log, 1)
    periods = [(day(first), day(first + 6))]
    kept.reset()
    expect_rates(harness.rates(kept, kept.sizes, items, periods), log, items, periods)
    expect_few_bytes(kept, log, items, periods)


@task("b", points=1)
def test_forty_items_cost_as_much_as_one(candidate, harness, seed, rng):
    """Forty items are counted in one reading of their week."""
    log = make_log(seed)
    kept = stock(candidate, harness, log)
    first, items = int(rng.integers(DAYS - 7)), some_items(rng, log, 40)
    periods = [(day(first), day(first + 6))]
    kept.reset()
    expect_rates(harness.rates(kept, kept.sizes, items, periods), log, items, periods)
    expect_few_bytes(kept, log, items, periods)


@task("b", points=1)
def test_two_periods_far_apart_are_read_as_two(candidate, harness, seed, rng):
    """Four days in March and four in May cost eight days, and not the weeks between."""
    log = make_log(seed)
    kept = stock(candidate, harness, log)
    first, second, items = int(rng.integers(20)), int(rng.integers(60, DAYS - 4)), some_items(rng, log, 12)
    periods = [(day(first), day(first + 3)), (day(second), day(second + 3))]
    kept.reset()
    expect_rates(harness.rates(kept, kept.sizes, items, periods), log, items, periods)
    expect_few_bytes(kept, log, items, periods)


@task("c", points=1)
def test_rows_are_loaded_by_copy(candidate, harness, seed, postgres):
    """All rows reach the server by COPY, in a handful of statements."""
    log = make_log(seed)
    load(harness, log.batches(LOADED), postgres)
    verbs = [statement.split(maxsplit=1)[0].upper() for statement in postgres.statements() if statement.strip()]
    rows = int((log.arrived < LOADED).sum())
    inserts = verbs.count("INSERT")
    because = f"the server was sent {len(verbs):,} statements for {rows:,} rows, {inserts:,} of them INSERT"
    expect_at_most(len(verbs), STATEMENTS, because, "statements")
    expect("COPY" in verbs, "no COPY reached the server", got=", ".join(verbs))
    stored = postgres.ask("SELECT count(*) FROM shown")[0][0]
    expect_equal(stored, rows, "the table shown holds one row for each event")


@task("c", points=2)
def test_a_customer_is_found_through_an_index(candidate, harness, seed, rng, postgres):
    """What a customer saw last is found without looking through the table."""
    log = make_log(seed)
    load(harness, log.batches(LOADED), postgres)
    before = postgres.pages_read()
    customers = rng.choice(np.unique(log.rows.customer[log.arrived < LOADED]), 10, replace=False)
    for customer in customers:
        got = candidate.last_seen(postgres.address, int(customer), 10)
        expect_type(got, list)
        expect_equal(got, log.last_seen(int(customer), 10, LOADED), f"customer {customer} saw these items last")
    pages = (postgres.pages_read() - before) / len(customers)
    table = postgres.ask("SELECT pg_relation_size('shown') / 8192")[0][0]
    because = f"the server looked at {pages:.0f} pages for a customer; the whole table has {table}"
    expect_at_most(pages, PAGES, because, "pages")
