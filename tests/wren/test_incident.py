"""The morning of an incident: its log says what happened, and the truth is what the generator did."""

import json
import re
from collections import Counter, defaultdict
from datetime import UTC, datetime
from itertools import pairwise

import pytest

from wren.incident import ATTEMPTS, TIME_OUT, WORKERS, Morning, clock, first_bad_minute, make_morning
from wren.service_log import MINUTE, SECOND, log_of

SEEDS = range(5)


@pytest.fixture(scope="module", params=SEEDS)
def morning(request: pytest.FixtureRequest) -> Morning:
    return make_morning(request.param)


def read(lines: tuple[str, ...]) -> tuple[dict[str, str], set[str], set[tuple[str, str, str]], dict]:
    """What the lines alone say: minutes by ticket, tickets answered, failed attempts, and where changes came when."""
    minutes, answered, failures, reached = {}, set(), set(), defaultdict(dict)
    for line in lines:
        if line.startswith("{"):
            row = json.loads(line)
            if row["event"] == "received":
                minutes[row["ticket"]] = f"{datetime.fromisoformat(row['time']):%H:%M}"
        elif match := re.match(r"\S+ (triage-\d) (INFO|ERROR) (T\d{6}) attempt (\d):", line):
            if match[2] == "INFO":
                answered.add(match[3])
            else:
                failures.add((match[1], match[3], match[4]))
        elif match := re.match(r"(\S+) change (\d+) reached (\S+) \(", line):
            reached[int(match[2])][match[3]] = datetime.fromisoformat(match[1]).astimezone(UTC)
    return minutes, answered, failures, reached


def test_the_log_alone_tells_the_truth(morning: Morning) -> None:
    minutes, answered, failures, reached = read(morning.lines)
    assert minutes == {ticket.id: clock(ticket.minute) for ticket in morning.tickets}
    assert answered == {ticket.id for ticket in morning.tickets if not ticket.failed}
    assert len(failures) == sum(not attempt.answered for ticket in morning.tickets for attempt in ticket.attempts)
    received, failed = Counter(minutes.values()), Counter(minutes[id] for id in minutes.keys() - answered)
    assert min(minute for minute in received if 10 * failed[minute] >= received[minute]) == morning.truth.first_bad
    assert {id for id in minutes.keys() - answered if minutes[id] >= morning.truth.first_bad} == morning.truth.hit
    for change in morning.changes:
        assert {place: f"{time:%H:%M}" for place, time in reached[change.number].items()} == {
            place: clock(time // MINUTE) for time, place in change.reached
        }


def test_attempts_fail_where_the_cause_is_and_hardly_elsewhere(morning: Morning) -> None:
    shares = {}
    for change in morning.changes:
        since = {place: time for time, place in change.reached}
        tried = [attempt for ticket in morning.tickets for attempt in ticket.attempts]
        there = [one.answered for one in tried if one.worker in since and one.time >= since[one.worker]]
        elsewhere = [one.answered for one in tried if not (one.worker in since and one.time >= since[one.worker])]
        if there:
            shares[change.number] = there.count(False) / len(there)
        if change.number == morning.truth.cause:
            assert elsewhere.count(False) < 0.05 * len(elsewhere)
    best = shares.pop(morning.truth.cause)
    assert best > 0.95
    assert max(shares.values()) < 0.8


def test_each_change_has_its_place(morning: Morning) -> None:
    begun = {change.number: change.reached[0][0] for change in morning.changes}
    assert list(begun) == sorted(begun)
    assert list(begun.values()) == sorted(begun.values())
    assert 6 <= len(begun) <= 8
    hours, minutes = map(int, morning.truth.first_bad.split(":"))
    first_bad = ((hours - 6) * 60 + minutes) * MINUTE
    earlier = [number for number in begun if begun[number] < first_bad and number != morning.truth.before]
    assert begun[morning.truth.cause] < begun[morning.truth.before] < first_bad < begun[morning.truth.loudest]
    assert all(begun[number] < begun[morning.truth.before] for number in earlier)
    assert morning.truth.latest == max(begun)


def test_a_ticket_ends_in_an_answer_after_its_attempts_or_in_the_queue(morning: Morning) -> None:
    for ticket in morning.tickets:
        assert [attempt.answered for attempt in ticket.attempts[:-1]] == [False] * len(ticket.attempts[:-1])
        if ticket.failed and ticket.timed_out is None:
            assert len(ticket.attempts) == ATTEMPTS
        if ticket.timed_out is not None:
            assert TIME_OUT <= ticket.timed_out - ticket.received < TIME_OUT + SECOND
        assert {attempt.worker for attempt in ticket.attempts} <= set(WORKERS)


def test_before_the_cause_a_minute_stumbles_and_single_tickets_fail(morning: Morning) -> None:
    cause = next(change for change in morning.changes if change.number == morning.truth.cause)
    before = [ticket for ticket in morning.tickets if ticket.received < cause.reached[0][0] - MINUTE]
    lost = Counter(ticket.minute for ticket in before if ticket.failed)
    assert set(lost.values()) == {1}
    stumbled = Counter(ticket.minute for ticket in before if not ticket.failed and len(ticket.attempts) > 1)
    minute, count = stumbled.most_common(1)[0]
    assert count >= 0.3 * sum(ticket.minute == minute for ticket in before)


def test_lines_come_a_little_late_and_some_twice(morning: Morning) -> None:
    assert 8_000 <= len(morning.lines) <= 12_000
    queue = [json.loads(line)["time"] for line in morning.lines if line.startswith("{")]
    instants = [datetime.fromisoformat(time).timestamp() for time in queue]
    backwards = [before - after for before, after in pairwise(instants) if after < before]
    assert len(backwards) > 100
    assert max(backwards) < 8
    assert 20 < sum(count == 2 for count in Counter(morning.lines).values()) < 250


def test_only_without_its_cause_is_the_morning_quiet() -> None:
    seed = SEEDS[0]
    whole = make_morning(seed)
    quiet = make_morning(seed, without=whole.truth.cause)
    assert (quiet.truth.first_bad, quiet.truth.cause, quiet.truth.hit) == (None, None, frozenset())
    assert first_bad_minute(quiet.tickets) is None
    assert whole.truth.cause not in {change.number for change in quiet.changes}
    for number in (whole.truth.before, whole.truth.loudest, whole.truth.latest):
        other = make_morning(seed, without=number)
        assert number not in {change.number for change in other.changes}
        assert (other.truth, other.tickets) == (whole.truth, whole.tickets)


def test_a_seed_gives_one_morning_and_another_seed_another() -> None:
    assert make_morning(1) == make_morning(1)
    assert make_morning(1).lines != make_morning(2).lines


def test_a_plain_log_has_each_line_once_and_in_order(morning: Morning) -> None:
    lines = log_of(morning.tickets[:50], morning.changes[:1])
    assert len(lines) == len(set(lines))
    assert not any("depth" in line or "RuntimeError" in line for line in lines)
    assert read(tuple(lines))[0].keys() == {ticket.id for ticket in morning.tickets[:50]}


def test_on_some_mornings_an_early_change_had_reached_the_same_workers() -> None:
    same = []
    for seed in range(10):
        morning = make_morning(seed)
        cause = next(change for change in morning.changes if change.number == morning.truth.cause)
        early = morning.changes[0]
        assert early.reached[-1][0] < cause.reached[0][0] - MINUTE
        same.append({place for _, place in early.reached} == {place for _, place in cause.reached})
    assert len(set(same)) == 2
