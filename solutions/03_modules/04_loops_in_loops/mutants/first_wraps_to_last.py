# must fail test_before_the_first_report_nothing_is_known with "nothing is known before the first one"
# For an event before the first report the place is -1, and in Python -1 is the last element: such events got a state
# from the end of the day.
"""What was known when a ticket came, as columns, and weights for them. Run me: python features.py

The two functions with "loop" in their name are Wren's nightly job as it stands. What they answer is right: they are
the specification of the functions after them, on any arrays. Their time grows with the product of two lengths.

Times are seconds. An array of n numbers has shape (n,). NaN stands for what is not known.
"""

import math

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

WEEK = 7 * 86_400
"""Seconds."""


# ---- two feeds


def last_states_loop(
    events: Floats, delay_times: Floats, delays: Floats, load_times: Floats, loads: Floats
) -> list[tuple[float, float]]:
    """For each event the last reported delay of the carrier and the last reported load of the site.

    The last report is the one with the greatest time that is at most the event's; of several with that time it is the
    one that comes last in the array: a correction. NaN where there is none, and where the last report says NaN.
    """
    answers = []
    for event in events:
        delay = load = math.nan
        newest = -math.inf
        for time, state in zip(delay_times, delays, strict=True):
            if newest <= time <= event:
                newest, delay = time, state
        newest = -math.inf
        for time, state in zip(load_times, loads, strict=True):
            if newest <= time <= event:
                newest, load = time, state
        answers.append((float(delay), float(load)))
    return answers


def last_states(events: Floats, delay_times: Floats, delays: Floats, load_times: Floats, loads: Floats) -> Floats:
    """Task a. What `last_states_loop` answers, as an array of shape (events, 2): delay and load.

    `events` has shape (events,), and the two feeds have each a time and a state for each report, float64. Times are
    seconds since 1970 with milliseconds and finer; they come in any order, repeat, and may be NaN: such an event has no
    past, and such a report is in no one's. Any of the arrays may be empty.
    """
    answers = np.full((len(events), 2), np.nan)
    for column, (times, states) in enumerate([(delay_times, delays), (load_times, loads)]):
        dated = ~np.isnan(times)
        order = np.argsort(times[dated], kind="stable")
        place = np.searchsorted(times[dated][order], events, side="right") - 1
        known = ~np.isnan(events) & (len(order) > 0)
        answers[known, column] = states[dated][order][place[known]]
    return answers


# ---- a customer's past


def history_loop(customers: Ints, times: Ints) -> list[tuple[float, float, float]]:
    """For each ticket: the customer's earlier tickets, how many of these in the week before, seconds since the last.

    A ticket of the same second is not earlier; one of exactly a week before is still in the week. The seconds are NaN
    where there is no earlier ticket.
    """
    answers = []
    for customer, time in zip(customers, times, strict=True):
        earlier = recent = 0
        last = -math.inf
        for other, then in zip(customers, times, strict=True):
            if other == customer and then < time:
                earlier += 1
                recent += then >= time - WEEK
                last = max(last, then)
        answers.append((float(earlier), float(recent), float(time - last) if earlier else math.nan))
    return answers


def history(customers: Ints, times: Ints) -> Floats:
    """Task b. What `history_loop` answers, as a float64 array of shape (tickets, 3): earlier, recent, seconds.

    `customers` (numbers from 0 to 10**9) and `times` (seconds since 1970, whole) have shape (tickets,), which may be
    (0,), and come in no order. One customer may have sent nearly all of the tickets.
    """
    answers = np.full((len(times), 3), np.nan)
    if len(times) == 0:
        return answers
    _, number = np.unique(customers, return_inverse=True)
    seconds = times - times.min()
    span = seconds.max() + WEEK + 1  # from one customer's seconds no search reaches into the next one's
    key = number * span + seconds
    ordered = np.sort(key)
    first = np.searchsorted(ordered, number * span)
    place = np.searchsorted(ordered, key)
    answers[:, 0] = place - first
    answers[:, 1] = place - np.searchsorted(ordered, key - WEEK)
    some = place > first
    answers[some, 2] = key[some] - ordered[place[some] - 1]
    return answers


# ---- minutes


def fit(columns: Floats, target: Floats) -> Floats:
    """Task c. The weights of shape (columns,) for which `columns @ weights` is closest to `target`: least squares.

    `columns` has shape (rows, columns), `target` has shape (rows,); float64, all finite. Two columns may differ by a
    thousand-millionth of their size, and units may make one column 10**18 times as large as another: the weights are
    still determined, and each must be right to a ten-thousandth of its size.
    Columns may also be 0 throughout or depend on each other exactly, and there may be fewer rows than columns. Then
    many weights are equally close; return any of them, finite.
    """
    length = np.linalg.norm(columns, axis=0)
    length[length == 0] = 1.0
    return np.linalg.lstsq(columns / length, target)[0] / length


def main() -> None:
    """Your functions beside the loops, on a small shop."""
    from wren.streams import make_contacts, make_events, make_feed, make_handling

    delay, load = make_feed(200, 1, number=0), make_feed(200, 1, number=1)
    events = make_events(200, [delay, load], 1)
    contacts = make_contacts(200, 1, customers=50)
    month = make_handling(400, 1)
    feeds = (events, delay.times, delay.states, load.times, load.states)
    try:
        same = np.array_equal(last_states(*feeds), last_states_loop(*feeds), equal_nan=True)
        print(f"a: {'as the loop' if same else 'another answer than the loop'}")
        found = history(contacts.customers, contacts.times)
        same = np.array_equal(found, history_loop(contacts.customers, contacts.times), equal_nan=True)
        print(f"b: {'as the loop' if same else 'another answer than the loop'}")
        print(f"c: {np.array2string(fit(month.columns, month.minutes), precision=3)}")
        print(f"   the minutes were made with {np.array2string(month.weights, precision=3)} and noise")
    except NotImplementedError as todo:
        print(f"not written yet ({todo})")


if __name__ == "__main__":
    main()
