"""The state file: never torn, one writer at a time, brought back when damaged."""

import errno
import json
import os
import signal
import subprocess
import sys
import threading
import time
from dataclasses import replace

import pytest

from autograder.errors import Exit, Problem
from autograder.files import write_atomically
from autograder.learner.progress import store as store_module
from autograder.learner.progress.events import Opened
from autograder.learner.progress.state import SCHEMA, LastVerdict, Pass, Record, State
from autograder.learner.progress.store import Store

AT = "2026-11-21T01:24:13+00:00"
RECORD = Record(
    attempts=2,
    best=3,
    hints={"a": 2},
    seconds=90,
    last=LastVerdict(AT, "passed", 3, 3, 7, "", ""),
    passes=(Pass(AT, 0, "a" * 64, "b" * 64, 7, "test", "process"),),
)
STATE = State("00_start/01_x", AT, {"00_start/01_x/x.py": "ab"}, {"00_start/01_x": RECORD})
FIRST_SCHEMA = {
    "schema": 1,
    "current": "00_start/01_x",
    "released": {"00_start/01_x/x.py": "ab"},
    "records": {
        "00_start/01_x": {
            "attempts": 2,
            "passed_at": AT,
            "sealed": 0,
            "best": 3,
            "hints": {"a": 2},
            "gave_up_at": "",
            "last": {"at": AT, "outcome": "passed", "earned": 3, "points": 3, "seed": 7, "check": "", "task": ""},
        }
    },
}


@pytest.fixture
def store(tmp_path, told):
    return Store(tmp_path, told.append)


def test_a_state_survives_a_round_trip(store):
    store.update(lambda _: STATE)
    assert store.read() == STATE


def test_a_state_of_the_first_schema_is_read_and_written_into_a_history(store, told):
    store.path.write_text(json.dumps(FIRST_SCHEMA), encoding="utf-8")
    record = replace(RECORD, seconds=0, passes=(Pass(AT, 0),))
    assert store.read().record("00_start/01_x") == record
    store.record(Opened("2026-11-22T01:24:13+00:00", "00_start/01_x"))
    store.path.unlink()
    store.previous.unlink()
    state = store.read()
    assert (state.record("00_start/01_x"), state.current) == (record, "00_start/01_x")
    assert told == []


def test_no_file_is_an_empty_state(store, told):
    assert store.read() == State()
    assert told == []


@pytest.mark.parametrize(
    "damage",
    [
        b"",
        b'{"schema": 1, "curr',
        b"\xff\xfe",
        b"[]",
        b"[" * 100_000,
        b'{"schema": 0, "current": "", "released": {}, "records": {}}',
        b'{"schema": 1, "current": 3, "released": {}, "records": {}}',
        b'{"schema": 1, "current": "", "released": {"x": 1}, "records": {}}',
        b'{"schema": 1, "current": "", "released": {}, "records": {"x": {"attempts": "many"}}}',
        b'{"schema": 2, "current": "", "at_work": 0, "released": {}, "records": {}, "history": 0}',
        b'{"schema": 2, "current": "", "at_work": "", "released": {}, "records": {"x": {}}, "history": 0}',
    ],
)
def test_a_damaged_state_is_kept_beside_and_brought_back(store, told, damage):
    store.update(lambda _: STATE)
    store.update(lambda state: replace(state, current="later"))
    store.path.write_bytes(damage)
    assert store.read() == STATE
    (aside,) = store.folder.glob("state.json.damaged-*")
    assert aside.read_bytes() == damage
    assert str(aside) in told[0]
    store.update(lambda state: replace(state, current="again"))
    assert Store(store.folder, told.append).read().current == "again"
    assert len(told) == 1


def test_a_folder_in_the_states_place_is_set_aside(store, told):
    store.path.mkdir()
    assert store.read() == State()
    assert len(told) == 1


def test_both_copies_damaged_is_an_empty_state(store, told):
    store.path.write_text("{", encoding="utf-8")
    store.previous.write_text("{", encoding="utf-8")
    assert store.read() == State()
    assert len(told) == 2


def test_a_newer_version_s_state_is_left_alone(store):
    text = json.dumps({"schema": SCHEMA + 1, "something": "else"})
    store.path.write_text(text, encoding="utf-8")
    for use in (store.read, lambda: store.update(lambda _: STATE)):
        with pytest.raises(Problem, match="newer version") as caught:
            use()
        assert caught.value.code is Exit.ENVIRONMENT
    assert store.path.read_text(encoding="utf-8") == text
    assert sorted(path.name for path in store.folder.iterdir()) == ["lock", "state.json"]


@pytest.mark.parametrize("call", ["fsync", "replace"])
def test_a_full_disk_leaves_the_old_state(store, monkeypatch, call):
    store.update(lambda _: STATE)

    def full(*args):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, call, full)
    with pytest.raises(OSError, match="No space"):
        store.update(lambda state: replace(state, current="later"))
    monkeypatch.undo()
    assert store.read() == STATE
    assert not list(store.folder.glob("*.tmp")) + list(store.folder.glob(".*.tmp"))


def test_two_writers_lose_nothing(tmp_path, told):
    def add(name):
        own = Store(tmp_path, told.append)
        for number in range(20):
            own.update(lambda s, n=number: replace(s, released={**s.released, f"{name}{n}": "x"}))

    threads = [threading.Thread(target=add, args=(name,)) for name in "ab"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(Store(tmp_path, told.append).read().released) == 40


def test_a_lock_that_is_never_given_back_is_a_problem(store, monkeypatch):
    monkeypatch.setattr(store_module, "_PATIENCE", 0.05)
    with store.locked(), pytest.raises(Problem, match="another `ninety`"):
        store.update(lambda state: state)


WRITER = """
import itertools, sys
from dataclasses import replace
from pathlib import Path
from autograder.learner.progress.state import State
from autograder.learner.progress.store import Store
store = Store(Path(sys.argv[1]), print)
for number in itertools.count(1):
    names = {f"{number}-{i}": "x" * 50 for i in range(200)}
    store.update(lambda state: replace(state, current=str(number), released=names))
    print(number, flush=True)
"""


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL is Unix's")
def test_a_killed_writer_never_leaves_a_torn_state(store, told):
    for pause in (0.0, 0.003, 0.007, 0.013, 0.021):
        writer = subprocess.Popen([sys.executable, "-c", WRITER, str(store.folder)], stdout=subprocess.PIPE, text=True)
        written = writer.stdout.readline()
        time.sleep(pause)
        writer.send_signal(signal.SIGKILL)
        written = (writer.communicate()[0] or written).split()[-1]
        state = store.read()
        assert int(state.current) >= int(written)
        assert all(name.startswith(f"{state.current}-") for name in state.released)
        store.update(lambda old: replace(old, current="0"))
    assert told == []


def test_write_atomically_replaces_and_cleans_up(tmp_path):
    path = tmp_path / "x.py"
    write_atomically(path, b"one")
    write_atomically(path, b"two")
    assert path.read_bytes() == b"two"
    assert list(tmp_path.iterdir()) == [path]


def test_windows_refuses_to_replace_a_file_while_it_is_read(tmp_path, monkeypatch):
    path = tmp_path / "x.py"
    write_atomically(path, b"one")
    refusals, really = [PermissionError(), PermissionError()], os.replace

    def refuse(*args):
        if refusals:
            raise refusals.pop()
        really(*args)

    monkeypatch.setattr(os, "replace", refuse)
    monkeypatch.setattr(sys, "platform", "win32")
    write_atomically(path, b"two")
    assert path.read_bytes() == b"two"
