"""What you are given: small feeds, small shops, and one month of minutes."""

import numpy as np
from support import exact_fit, expect_past, expect_states, expect_weights, feeds_of

from autograder.examiner import task
from wren.streams import HANDLING, FeedMix, make_contacts, make_events, make_feed, make_handling

LATER = 0.0004  # seconds: between two whole milliseconds
TIDY = FeedMix(silent=0, corrected=0, late=0)
CORRECTED = FeedMix(silent=0, corrected=0.5, late=0.3)

# The greatest share by which a weight is off, over 300 seeds: the solution 4e-7, the accepted ones 6e-7; 0 of 1200 fail
# who should not. Normal equations are off by 0.7 at least; standardised columns do not help them (0.6).
WITHIN = 1e-4


@task("a", points=1)
def test_each_event_gets_the_last_state_of_both_feeds(candidate, seed):
    """For each event, delay and load are what each feed reported last."""
    delay, load = make_feed(30, seed, TIDY), make_feed(40, seed, TIDY, number=1)
    events = make_events(60, [delay, load], seed, on_report=0)
    events = events[events > max(delay.changes[0], load.changes[0])]
    expected = np.column_stack([delay.at(events), load.at(events)])
    got = candidate.last_states(events, *feeds_of(delay, load))
    expect_states(got, expected, events, "the last report before an event counts", feeds_of(delay, load))


@task("a", points=1)
def test_a_report_of_the_very_time_of_an_event_is_known(candidate, seed):
    """A report with the event's own time counts; one that is the smallest possible step later does not."""
    delay, load = make_feed(30, seed, TIDY), make_feed(30, seed, TIDY, number=1)
    reports = np.array([*delay.changes, *load.changes])
    reports = reports[reports > max(delay.changes[0], load.changes[0])]
    feeds = (delay.times + LATER, delay.states, load.times + LATER, load.states)
    just_before = np.nextafter(reports, -np.inf), np.nextafter(reports + LATER, -np.inf)
    for held_at, events, because in (
        (reports, reports + LATER, "a report bears the very time of the event, and so it is known"),
        (*just_before, "a report comes a quarter of a microsecond after the event and is not known"),
    ):
        expected = np.column_stack([delay.at(held_at), load.at(held_at)])
        expect_states(candidate.last_states(events, *feeds), expected, events, because, feeds)


@task("a", points=1)
def test_a_correction_replaces_what_it_corrects(candidate, seed):
    """Of several reports of one time the one that comes last in the array counts, in whatever order reports come."""
    delay, load = make_feed(200, seed, CORRECTED), make_feed(200, seed, CORRECTED, number=1)
    events = make_events(200, [delay, load], seed, on_report=0.5)
    events = events[events >= max(delay.changes[0], load.changes[0])]
    expected = np.column_stack([delay.at(events), load.at(events)])
    got = candidate.last_states(events, *feeds_of(delay, load))
    because = "the latest report counts, wherever its row is, and of two of one time the later row"
    expect_states(got, expected, events, because, feeds_of(delay, load))


@task("b", points=1)
def test_a_ticket_knows_what_its_customer_sent_before(candidate, seed):
    """Earlier tickets of the customer, those of the week before, and the seconds since the last one."""
    tickets = make_contacts(80, seed, days=40, customers=15, partner=0.2, twice=0, weekly=0)
    got = candidate.history(tickets.customers, tickets.times)
    expect_past(got, tickets.history, tickets, "the customer's own earlier tickets count")


@task("b", points=1)
def test_a_ticket_of_the_same_second_is_not_earlier(candidate, seed):
    """Two tickets of one customer in one second do not know of each other."""
    tickets = make_contacts(80, seed, days=5, customers=15, partner=0.2, twice=0.2, weekly=0)
    got = candidate.history(tickets.customers, tickets.times)
    expect_past(got, tickets.history, tickets, "a ticket of the same second is not earlier")


@task("b", points=1)
def test_exactly_a_week_ago_is_in_the_week(candidate, seed):
    """The week before a ticket begins with the second that is exactly a week earlier."""
    tickets = make_contacts(80, seed, days=40, customers=15, partner=0.2, twice=0, weekly=0.2)
    got = candidate.history(tickets.customers, tickets.times)
    expect_past(got, tickets.history, tickets, "the week begins exactly 604800 seconds before")


@task("c", points=1)
def test_plain_columns_get_their_weights(candidate, seed):
    """Columns that have nothing to do with each other get the weights of least squares."""
    month = make_handling(100, seed)
    plain = month.columns[:, [0, 3, 4, 5]]
    target = month.minutes - month.columns[:, 1:3] @ month.weights[1:3]
    names = ("constant", "delay", "load", "earlier")
    expected = exact_fit(plain, target)
    expect_weights(candidate.fit(plain, target), expected, names, "four plain columns, 100 rows", WITHIN)


@task("c", points=2)
def test_columns_that_are_nearly_alike_get_their_weights(candidate, seed):
    """Two columns that differ by thousandths of a second in a month have a weight each."""
    month = make_handling(120, seed)
    expected = exact_fit(month.columns, month.minutes)
    got = candidate.fit(month.columns, month.minutes)
    gap = float(np.max(month.columns[:, 2] - month.columns[:, 1]))
    because = f"sent and received are up to {gap:.4f} s apart, of 2.6 million"
    expect_weights(got, expected, HANDLING, because, WITHIN)
