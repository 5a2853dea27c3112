"""What a page of the served book is told, and who may ask: one of our own pages, in this run, about an exercise."""

import http.client
import json
import re
import threading
import time
from contextlib import closing, contextmanager
from dataclasses import replace

import pytest

from autograder.learner.aid import next_hint
from autograder.learner.book import live as live_module
from autograder.learner.book import server as server_module
from autograder.learner.book.place import HOST
from autograder.learner.book.server import API, TOKEN, serving
from autograder.learner.book.verdicts import verdict_file
from autograder.learner.workspace import MARK
from autograder.verdict import CheckResult, Failure, Outcome, Place
from autograder.verdict.terminal import render

NASTY = '<script>document.title = "owned"</script><img src=x onerror=alert(1)>\x1b[2J'


class Client:
    """A browser's page: it knows the address, and the token that stands in the page."""

    def __init__(self, port):
        self.port, self.token = port, ""
        answer, page = self.ask("GET", "/index.html")
        assert answer.status == 200
        self.token = re.search('<meta name="ninety-token" content="([^"]+)">', page.decode())[1]

    def ask(self, method, path, body=None, headers=()):
        """The answer and its body; a header that is None is left out."""
        connection = self.send(method, path, body, headers)
        with closing(connection):
            answer = connection.getresponse()
            return answer, answer.read()

    def send(self, method, path, body=None, headers=()):
        own = {
            "Origin": f"http://{HOST}:{self.port}",
            "Sec-Fetch-Site": "same-origin",
            TOKEN: self.token,
        }
        if body is not None:
            own["Content-Type"] = "application/json"
        wanted = {name: value for name, value in {**own, **dict(headers)}.items() if value is not None}
        connection = http.client.HTTPConnection(HOST, self.port, timeout=5)
        connection.request(method, path, body if body is None or isinstance(body, bytes) else json.dumps(body), wanted)
        return connection

    @contextmanager
    def events(self, *numbers):
        """An iterator over the states that come."""
        query = "&".join(f"exercise={number}" for number in numbers)
        connection = self.send("GET", f"{API}events?{query}")
        with closing(connection), closing(connection.getresponse()) as answer:
            assert answer.status == 200
            assert answer.getheader("Content-Type") == "text/event-stream"
            yield (json.loads(line.removeprefix(b"data: ")) for line in answer if line.startswith(b"data: "))


@pytest.fixture
def book(tmp_path):
    folder = tmp_path / "html"
    folder.mkdir()
    (folder / "index.html").write_text("<html><head></head><body>the book</body></html>", encoding="utf-8")
    return folder


@pytest.fixture
def page(book, live):
    with serving(book, 0, live) as port:
        yield Client(port)


@pytest.fixture
def exercise(catalogue):
    return catalogue.get("0.1")


def work_on(live, exercise):
    return live.told([exercise])["exercises"][exercise.number]


def state_after(states, holds):
    """The first state for whose exercise 0.1 `holds` is true; a burst may be told in any number of states."""
    return next(state for state in states if holds(state["exercises"]["0.1"]))


# ---- what is told


def test_an_untouched_exercise_is_told_as_such(live, exercise):
    work = work_on(live, exercise)
    assert (work["state"], work["so_far"]) == ("not attempted", "")
    assert (work["verdict"], work["judging"], work["problem"]) == (None, False, "")
    assert work["hints"] == {"opened": [], "next": {"task": "a", "label": "hint 1 of 3 for task a"}}
    assert live.told([])["chapters"]["00_start"] == {"short": "0/1", "long": "0 of 1 exercises done"}


def test_a_verdict_is_told_in_the_words_of_the_terminal(live, desk, exercise, verdict_of, capsys):
    failure = Failure("it should say 42", "answer()", "41", "42", None, (Place("count.py", 3, "return 41"),))
    check = CheckResult("test_it_says_42", "It says 42.", "a", 2, True, Outcome.FAILED, failure, output="one\ntwo\n")
    verdict = replace(verdict_of(exercise, Outcome.PASSED), checks=(check,), sealed=3)
    desk.report(exercise, verdict)
    printed = capsys.readouterr().out
    told = work_on(live, exercise)["verdict"]
    assert render(verdict) in printed
    assert told["outcome"].upper() in printed
    assert told["score"] in printed
    assert told["sealed"] in printed
    assert told["failure"]["heading"] == "hidden check test_it_says_42"
    rows = told["failure"]["reasons"] + told["failure"]["steps"]
    for label, text in rows:
        assert re.search(rf"  {label} +{re.escape(text)}\n", printed)
    assert [label for label, _ in rows] == ["failed", "call", "got", "expected", "at", "printed", "printed", "replay"]


def test_visible_checks_that_pass_are_not_done_while_a_hidden_one_fails(live, desk, exercise, verdict_of):
    desk.report(exercise, verdict_of(exercise, Outcome.FAILED, hidden_fails=True))
    work = work_on(live, exercise)
    assert (work["state"], work["so_far"]) == ("started", "at best 2 of 3 points, 1 attempt")
    assert work["verdict"]["outcome"] == "failed"
    assert work["verdict"]["tasks"] == [("a", "passed", "visible 1 of 1"), ("b", "failed", "hidden 0 of 1")]
    assert live.told([])["chapters"]["00_start"]["short"] == "0/1"


def test_what_is_judged_at_hand_in_is_said(live, desk, exercise, verdict_of):
    desk.report(exercise, verdict_of(exercise, Outcome.PASSED, sealed=3))
    work = work_on(live, exercise)
    assert (work["state"], work["verdict"]["sealed"]) == ("to hand in", "3 more are judged at hand-in.")
    chapter = live.told([])["chapters"]["00_start"]
    assert chapter == {"short": "1/1", "long": "1 of 1 exercises done, 1 of them to hand in"}


def test_a_file_that_was_changed_since_is_told(live, desk, exercise, workspace, verdict_of):
    module = workspace.module(exercise)
    desk.report(exercise, replace(verdict_of(exercise, Outcome.FAILED), submission=str(module)))
    assert not work_on(live, exercise)["older"]
    module.write_text("# mine\n", encoding="utf-8")
    assert work_on(live, exercise)["older"]
    live.judging(exercise)
    assert not work_on(live, exercise)["older"]  # the newer one is on its way


@pytest.mark.parametrize("damage", [b"", b"{", b"[]", b'{"schema": 1}', b'{"schema": 2}', b"\xff", b"[" * 100_000])
def test_a_damaged_verdict_is_none(live, desk, exercise, workspace, verdict_of, damage):
    desk.report(exercise, verdict_of(exercise, Outcome.FAILED))
    verdict_file(workspace.root / MARK, exercise).write_bytes(damage)
    work = work_on(live, exercise)
    assert (work["verdict"], work["state"]) == (None, "started")


def test_a_hint_opened_in_a_terminal_is_told(live, desk, exercise, verdict_of):
    desk.report(exercise, verdict_of(exercise, Outcome.FAILED))
    next_hint(desk, exercise)
    assert work_on(live, exercise)["hints"] == {
        "opened": [
            ("When test_it_says_42 fails", "Print what `answer()` returns."),
            ("0.1, task a, hint 1 of 3", "Where to look."),
        ],
        "next": {"task": "a", "label": "hint 2 of 3 for task a"},
    }
    next_hint(desk, exercise)
    next_hint(desk, exercise)
    assert work_on(live, exercise)["hints"]["next"] is None


def test_an_exercise_without_hints_has_none(live, exercise):
    (exercise.folder / "hints.md").unlink()
    assert work_on(live, exercise)["hints"] == {"opened": [], "next": None}


# ---- when it is told


def test_a_page_is_told_as_it_happens(page, live, desk, exercise, verdict_of):
    with page.events("0.1") as states:
        assert next(states)["exercises"]["0.1"]["state"] == "not attempted"
        live.judging(exercise)
        assert state_after(states, lambda work: work["judging"])
        desk.report(exercise, verdict_of(exercise, Outcome.FAILED))
        live.judged()
        work = state_after(states, lambda work: not work["judging"])["exercises"]["0.1"]
        assert (work["state"], work["verdict"]["outcome"]) == ("started", "failed")
        live.judging(exercise)
        live.judged("no such library\n  fix:   install it")
        assert state_after(states, lambda work: work["problem"].startswith("no such library"))


def test_what_another_process_changes_is_told(page, desk, exercise, verdict_of):
    with page.events("0.1") as states:
        next(states)
        desk.report(exercise, verdict_of(exercise, Outcome.PASSED))  # nobody tells `live`
        state = state_after(states, lambda work: work["state"] == "passed")
        assert state["chapters"]["00_start"]["short"] == "1/1"


def test_an_exercise_the_course_no_longer_has_is_left_out(page):
    with page.events("0.1", "9.9") as states:
        assert list(next(states)["exercises"]) == ["0.1"]


def test_a_state_that_cannot_be_read_is_told_and_the_stream_goes_on(page, workspace):
    path = workspace.store.path
    good = path.read_bytes()
    path.write_text('{"schema": 99}', encoding="utf-8")
    with page.events("0.1") as states:
        assert "made by a newer version" in next(states)["problem"]
        path.write_bytes(good)
        assert "exercises" in next(states)


def test_a_page_that_reads_slowly_is_sent_the_newest_state_only(page, live, desk, exercise, verdict_of):
    with page.events("0.1") as states:
        next(states)
        for _ in range(300):
            live.judging(exercise)
            live.judged()
        desk.report(exercise, verdict_of(exercise, Outcome.PASSED))
        live.judged()
        newer = []
        while not newer or newer[-1]["exercises"]["0.1"]["state"] != "passed":
            newer.append(next(states))
        assert len(newer) < 300


def test_the_oldest_stream_gives_way_where_there_are_too_many(page, monkeypatch):
    streams = [page.events("0.1") for _ in range(server_module._STREAMS + 1)]
    first, *others = [stream.__enter__() for stream in streams]
    assert next(first)
    assert list(first) == []  # it was ended
    for states in others:
        assert next(states)
    for stream in streams:
        stream.__exit__(None, None, None)


def test_streams_end_with_the_server(book, live):
    with serving(book, 0, live) as port:
        stream = Client(port).events("0.1")
        states = stream.__enter__()
        next(states)
    assert list(states) == []
    stream.__exit__(None, None, None)


def test_a_page_that_hangs_up_leaves_no_stream(book, live, monkeypatch):
    monkeypatch.setattr(server_module, "_HEARTBEAT_S", 0.05)
    before = threading.active_count()
    with serving(book, 0, live) as port:
        with Client(port).events("0.1") as states:
            next(states)
        deadline = time.monotonic() + 5
        while threading.active_count() > before + 1:  # the server's own
            assert time.monotonic() < deadline
            time.sleep(0.02)


# ---- what is asked for


def test_a_hint_is_opened_as_by_the_command(page, live, exercise, workspace):
    answer, body = page.ask("POST", f"{API}hint", {"exercise": "0.1", "task": "a"})
    assert (answer.status, json.loads(body)) == (200, {"problem": ""})
    assert workspace.store.read().record(exercise.path).hints == {"a": 1}
    assert [text for _, text in work_on(live, exercise)["hints"]["opened"]] == ["Where to look."]
    answer, body = page.ask("POST", f"{API}hint", {"exercise": "0.1", "task": "z"})
    assert answer.status == 409
    assert "no hints for task 'z'" in json.loads(body)["problem"]


def test_a_file_is_opened_and_put_there_first(page, exercise, workspace, monkeypatch):
    opened = []
    monkeypatch.setattr(live_module, "has_window", lambda: True)
    monkeypatch.setattr(live_module, "edit", opened.append)
    module = workspace.module(exercise)
    module.unlink()
    answer, _ = page.ask("POST", f"{API}open", {"exercise": "0.1"})
    assert answer.status == 200
    assert opened == [module]
    assert module.is_file()
    assert workspace.store.read().current == exercise.path


def test_an_editor_without_a_window_is_named_a_problem(page, monkeypatch):
    monkeypatch.setenv("EDITOR", "vim")
    answer, body = page.ask("POST", f"{API}open", {"exercise": "0.1"})
    assert answer.status == 409
    assert "ninety open 0.1" in json.loads(body)["problem"]


# ---- who may ask


REFUSED = {
    "another host": ({"Host": "evil.example"}, 421),
    "another origin": ({"Sec-Fetch-Site": None, "Origin": "http://evil.example"}, 403),
    "another port": ({"Sec-Fetch-Site": None, "Origin": f"http://{HOST}:1"}, 403),
    "no origin that can be named": ({"Sec-Fetch-Site": None, "Origin": "null"}, 403),
    "another site": ({"Sec-Fetch-Site": "cross-site"}, 403),
    "another server of this machine": ({"Sec-Fetch-Site": "same-site"}, 403),
    "the address bar": ({"Sec-Fetch-Site": "none"}, 403),
    "no token": ({TOKEN: None}, 403),
    "another token": ({TOKEN: "x" * 43}, 403),
    "a token that is no ASCII": ({TOKEN: "é"}, 403),
}


@pytest.mark.parametrize("path", ["events?exercise=0.1", "hint", "open"])
def test_another_asker_is_refused(page, workspace, path):
    before = workspace.store.path.read_bytes()
    method, body = ("GET", None) if path.startswith("events") else ("POST", {"exercise": "0.1", "task": "a"})
    got = {name: page.ask(method, API + path, body, headers)[0].status for name, (headers, _) in REFUSED.items()}
    assert got == {name: status for name, (_, status) in REFUSED.items()}
    assert workspace.store.path.read_bytes() == before


def test_our_own_page_may_ask_behind_a_forwarded_port(page):
    forwarded = {"Origin": "https://ninety-8090.app.example"}
    assert page.ask("POST", f"{API}hint", {"exercise": "0.1", "task": "a"}, forwarded)[0].status == 200


def test_a_browser_that_says_nothing_of_origins_needs_the_token(page):
    quiet = {"Origin": None, "Sec-Fetch-Site": None}
    assert page.ask("POST", f"{API}hint", {"exercise": "0.1", "task": "a"}, quiet)[0].status == 200
    assert page.ask("POST", f"{API}hint", {"exercise": "0.1", "task": "a"}, quiet | {TOKEN: None})[0].status == 403


def test_each_run_has_a_token_of_its_own_and_a_frame_gets_none(book, live):
    tokens = set()
    for _ in range(2):
        with serving(book, 0, live) as port:
            client = Client(port)
            tokens.add(client.token)
            for place in ("iframe", "embed", "object", "script"):
                assert b"ninety-token" not in client.ask("GET", "/", headers={"Sec-Fetch-Dest": place})[1]
    assert len(tokens) == 2
    assert all(len(token) >= 32 for token in tokens)
    assert b"ninety-token" not in (book / "index.html").read_bytes()


BODIES = {
    "too large": (b'{"exercise": "0.1", "task": "a", "more": "' + b"x" * 1000 + b'"}', {}, 413),
    "said to be huge": (b"{}", {"Content-Length": "9" * 5000}, 413),
    "of no length": (b"", {"Content-Length": "many"}, 411),
    "of negative length": (b"", {"Content-Length": "-1"}, 411),
    "no JSON": (b"exercise=0.1", {}, 400),
    "deep": (b"[" * 900, {}, 400),
    "no text": (b'{"exercise": "\xff"}', {}, 400),
    "no object": (b'["0.1"]', {}, 400),
    "a form": (b"exercise=0.1&task=a", {"Content-Type": "application/x-www-form-urlencoded"}, 415),
    "no exercise": (b'{"task": "a"}', {}, 404),
    "a path": (b'{"exercise": "../../etc/passwd", "task": "a"}', {}, 404),
    "an exercise's path": (b'{"exercise": "00_start/01_ninety_seven", "task": "a"}', {}, 404),
    "a list of exercises": (b'{"exercise": ["0.1"], "task": "a"}', {}, 404),
    "no task": (b'{"exercise": "0.1"}', {}, 400),
    "a number as a task": (b'{"exercise": "0.1", "task": 1}', {}, 400),
}


def test_a_malformed_request_changes_nothing(page, workspace):
    before = workspace.store.path.read_bytes()
    got = {name: page.ask("POST", f"{API}hint", body, more)[0].status for name, (body, more, _) in BODIES.items()}
    assert got == {name: status for name, (_, _, status) in BODIES.items()}
    assert workspace.store.path.read_bytes() == before


def test_what_changes_something_is_posted_and_nothing_else_is_there(page):
    for method, path in (("GET", "hint"), ("GET", "open"), ("POST", "events"), ("POST", "../x"), ("POST", "")):
        body = {"exercise": "0.1", "task": "a"} if method == "POST" else None
        assert page.ask(method, API + path, body)[0].status == 404


def test_what_a_learners_code_says_is_data(page, desk, exercise, verdict_of):
    nasty = CheckResult("test_x", "x", "a", 1, False, Outcome.FAILED, Failure(NASTY, got=NASTY), output=NASTY)
    desk.report(exercise, replace(verdict_of(exercise, Outcome.FAILED), checks=(nasty,)))
    with closing(page.send("GET", f"{API}events?exercise=0.1")) as connection:
        line = connection.getresponse().readline()
    assert line.startswith(b"data: {")
    rows = json.loads(line.removeprefix(b"data: "))["exercises"]["0.1"]["verdict"]["failure"]["reasons"]
    assert rows[0] == ["failed", NASTY]
