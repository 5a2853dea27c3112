"""The history: what happened, added to and never changed, from which progress is made again and joined."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from autograder.learner.progress.events import Carried, Hinted, Judged, Opened, SolutionShown, event_of, line_of
from autograder.learner.progress.record import Pass, Record
from autograder.learner.progress.state import State
from autograder.learner.progress.store import Store

ONE, OTHER = "00_start/01_x", "01_framing/02_y"
DIGESTS = ("a" * 64, "b" * 64)


def at(minute, second=0):
    return f"2026-11-21T{10 + minute // 60:02}:{minute % 60:02}:{second:02}.000+00:00"


def judged(minute, exercise=ONE, outcome="failed", **more):
    plain = {
        "earned": 1,
        "points": 3,
        "sealed": 0,
        "seed": 7,
        "check": "",
        "task": "",
        "engine": "1",
        "sandbox": "process",
    }
    return Judged(at(minute), exercise, outcome, **plain | more)


def passed(minute, exercise=ONE, **more):
    return judged(minute, exercise, "passed", **{"earned": 3, "module": DIGESTS[0], "checks": DIGESTS[1]} | more)


@pytest.fixture
def store(tmp_path, told):
    return Store(tmp_path, told.append)


def lose_the_state(store):
    for path in (store.path, store.previous):
        path.unlink(missing_ok=True)


TIMES = st.integers(0, 200).map(at)
EXERCISES = st.sampled_from([ONE, OTHER])
EVENTS = st.one_of(
    st.builds(Opened, TIMES, EXERCISES),
    st.builds(Hinted, TIMES, EXERCISES, st.sampled_from("ab"), st.integers(1, 3)),
    st.builds(SolutionShown, TIMES, EXERCISES),
    st.builds(
        judged,
        st.integers(0, 200),
        EXERCISES,
        st.sampled_from(["failed", "crashed", "not attempted", "grader error"]),
        earned=st.integers(0, 2),
        seed=st.integers(0, 9),
    ),
    st.builds(
        passed,
        st.integers(0, 200),
        EXERCISES,
        sealed=st.integers(0, 1),
        seed=st.integers(0, 9),
        checks=st.sampled_from(DIGESTS),
        again=st.booleans(),
    ),
    st.builds(
        Carried,
        TIMES,
        EXERCISES,
        st.builds(Record, attempts=st.integers(0, 3), passes=st.sampled_from([(), (Pass(at(3), 0),)])),
    ),
)
HISTORIES = st.lists(EVENTS, max_size=8)
IN_A_FOLDER = settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@given(EVENTS)
def test_an_event_is_one_line_that_tells_it(event):
    line = line_of(event)
    assert "\n" not in line
    assert event_of(line) == event


@pytest.fixture
def machines(tmp_path_factory):
    """Makes workspaces' stores with these histories, each in a folder of its own, and removes the ones before."""
    folder = tmp_path_factory.mktemp("machines")

    def make(*histories):
        shutil.rmtree(folder)
        made = []
        for number, history in enumerate(histories):
            (folder / str(number)).mkdir(parents=True)
            made.append(Store(folder / str(number), print))
            for event in history:
                made[-1].record(event)
        return made

    return make


def known(store):
    state = store.read()
    assert replace(state, history=0) == replace(Store(store.folder, print).read(), history=0)
    return state.records, state.current, state.at_work, store.history.path.read_bytes() if state.history else b""


def merged(into, *others):
    for other in others:
        into.join(list(other.history.lines()))
    return known(into)


@pytest.mark.slow
@settings(IN_A_FOLDER, max_examples=15)
@given(HISTORIES, HISTORIES, HISTORIES)
def test_joining_is_commutative_associative_and_idempotent(machines, one, other, third):
    a, b, c = machines(one, other, third)
    first = merged(a, b, c, b, a)
    assert merged(a, a) == first
    d, e, f = machines(one, other, third)
    assert merged(f, e) == merged(e, f)
    assert merged(d, e)[0] == first[0]
    assert merged(f, d)[0] == first[0]


@pytest.mark.slow
@IN_A_FOLDER
@given(HISTORIES, HISTORIES)
def test_joining_loses_no_pass_and_no_honesty(machines, one, other):
    a, b = machines(one, other)
    before = [a.read(), b.read()]
    a.join(list(b.history.lines()))
    after = a.read()
    for path in (ONE, OTHER):
        records = [state.record(path) for state in before]
        joined = after.record(path)
        passes = [p for r in records for p in r.passes]
        assert joined.sealed == min((p.sealed for p in passes), default=0)
        if len({p.sealed for p in passes}) < 2:  # else a later pass of all checks stands for an earlier one of some
            assert joined.passed_at == min((p.at for p in passes), default="")
        assert joined.solution_at == min(filter(None, (r.solution_at for r in records)), default="")
        assert joined.best == max(r.best for r in records)
        assert {p.checks for p in joined.passes} == {p.checks for p in passes}
        for task in "ab":
            assert joined.hints.get(task, 0) == max(r.hints.get(task, 0) for r in records)


@pytest.mark.slow
@IN_A_FOLDER
@given(HISTORIES)
def test_a_lost_state_is_made_again_from_the_history(machines, events):
    (store,) = machines(events)
    before = store.read()
    lose_the_state(store)
    assert store.read() == before


@pytest.mark.slow
@IN_A_FOLDER
@given(HISTORIES, st.integers(0, 8))
def test_a_history_cut_short_is_completed_from_the_state(machines, events, kept):
    (store,) = machines(events)
    before = store.read()
    lines = store.history.path.read_bytes().splitlines(keepends=True) if events else []
    store.history.path.write_bytes(b"".join(lines[:kept]))
    store.update(lambda state: state)
    lose_the_state(store)
    after = store.read()
    for path, record in before.records.items():
        assert (after.record(path).passed_at, after.record(path).best) == (record.passed_at, record.best)
        assert after.record(path).attempts >= record.attempts
        assert after.record(path).hints == record.hints


def test_joined_attempts_are_not_counted_twice(machines):
    shared = [judged(1), judged(2)]
    a, b = machines([*shared, judged(3, seed=1)], [*shared, judged(3, seed=2), passed(5)])
    for _ in range(2):
        a.join(list(b.history.lines()))
        record = a.read().record(ONE)
        assert (record.attempts, record.passed_at) == (5, at(5))


def test_a_line_that_a_kill_cut_off_is_passed_over_and_the_next_one_is_whole(store):
    store.record(judged(1))
    with store.history.path.open("ab") as file:
        file.write(line_of(judged(2)).encode()[:40])
    store.record(passed(3))
    lose_the_state(store)
    record = store.read().record(ONE)
    assert (record.attempts, record.passed_at) == (2, at(3))


@pytest.mark.parametrize(
    "damage",
    [b"\xff\xfe\n", b"[" * 50_000 + b"\n", b"{}\n", b"null\n", b"x" * 200_000 + b"\n", b'{"event":"judged"}\n'],
)
def test_damage_in_a_history_costs_no_more_than_its_line(store, damage):
    store.history.path.write_bytes(line_of(judged(1)).encode() + b"\n" + damage + line_of(passed(2)).encode() + b"\n")
    assert store.read().record(ONE).attempts == 2


def test_a_folder_in_the_history_s_place_is_set_aside(store, told):
    store.record(passed(2))
    before = store.read().records
    store.history.path.unlink()
    store.history.path.mkdir()
    assert store.read().records == before
    store.record(judged(3, OTHER))
    lose_the_state(store)
    assert store.read().records[ONE] == before[ONE]
    assert len(told) == 1


def test_an_event_of_a_later_version_is_kept_when_histories_are_joined(store, tmp_path):
    line = '{"at":"2027-01-01T00:00:00+00:00","event":"praised","exercise":"00_start/01_x"}'
    store.join([line, line_of(passed(2))])
    assert store.read().record(ONE).passed_at == at(2)
    assert line in store.history.path.read_text()


@pytest.mark.parametrize(
    "field",
    [
        {"exercise": "../../etc/passwd"},
        {"at": "yesterday"},
        {"at": "2026-11-21T10:00:00+02:00"},
        {"module": "../x"},
        {"seed": "7"},
        {"earned": True},
        {"more": 1},
    ],
)
def test_a_line_that_is_no_event_is_refused(field):
    with pytest.raises(ValueError, match=r"."):
        event_of(json.dumps(json.loads(line_of(passed(2))) | field))


@pytest.mark.parametrize(
    ("minutes", "seconds"),
    [
        ([0, 4, 9], 9 * 60),
        ([0, 15], 15 * 60),
        ([0, 16, 18], 2 * 60),
        ([30, 10, 12], 2 * 60),
        ([0, 60 * 13, 1, 3], 2 * 60),
    ],
    ids=["work", "the longest pause", "a break", "a clock set back", "a clock that was wrong for a while"],
)
def test_time_spent_is_the_sum_of_short_gaps(store, minutes, seconds):
    for minute in minutes:
        store.record(judged(minute))
    assert store.read().record(ONE).seconds == seconds


def test_time_goes_to_the_exercise_that_it_ended_with(store):
    for event in (Opened(at(0), ONE), judged(10), Opened(at(12), OTHER), judged(20, OTHER), passed(25, again=True)):
        store.record(event)
    state = store.read()
    assert (state.record(ONE).seconds, state.record(OTHER).seconds) == (600, 600)
    assert state.current == OTHER


def test_a_pass_that_update_confirmed_is_no_attempt(store):
    store.record(passed(1))
    store.record(passed(2, checks=DIGESTS[0], again=True))
    record = store.read().record(ONE)
    assert record.attempts == 1
    assert [one.checks for one in record.passes] == [DIGESTS[1], DIGESTS[0]]


def test_a_solution_seen_after_the_pass_is_no_giving_up():
    after = State().after_all([passed(2), SolutionShown(at(3), ONE)])
    before = State().after_all([SolutionShown(at(1), ONE), passed(2)])
    assert (after.record(ONE).gave_up_at, before.record(ONE).gave_up_at) == ("", at(1))


WRITER = """
import itertools, sys
from pathlib import Path
from autograder.learner.progress.events import Hinted
from autograder.learner.progress.state import now
from autograder.learner.progress.store import Store
store = Store(Path(sys.argv[1]), print)
for number in itertools.count(int(sys.argv[2])):
    store.record(Hinted(now(), "00_start/01_x", "a", number))
    print(number, flush=True)
"""


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL is Unix's")
def test_a_killed_writer_loses_nothing_that_it_said_was_recorded(store, told):
    last = 0
    for pause in (0.0, 0.002, 0.005, 0.011, 0.017):
        words = [sys.executable, "-c", WRITER, str(store.folder), str(last + 1)]
        writer = subprocess.Popen(words, stdout=subprocess.PIPE, text=True)
        said = writer.stdout.readline()
        time.sleep(pause)
        writer.send_signal(signal.SIGKILL)
        last = int((said + writer.communicate()[0]).split()[-1])
        assert store.read().record(ONE).hints["a"] in (last, last + 1)
        last = store.read().record(ONE).hints["a"]
        store.path.unlink()
        assert store.read().record(ONE).hints["a"] == last
    assert told == []


def test_a_full_disk_leaves_the_history_as_it_was(store, monkeypatch):
    store.record(judged(1))
    before = store.history.path.read_bytes()

    def full(descriptor):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        store.record(judged(2))
    monkeypatch.undo()
    assert store.history.path.read_bytes() == before
    assert store.read().record(ONE).attempts == 1
    assert Path(store.folder / "history.jsonl") == store.history.path
