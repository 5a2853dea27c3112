"""An exercise's panel in a browser: with `ninety start`, which tells it of the learner's work, and as published."""

import json
import os
import re
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

import pytest

from autograder.course import Catalogue
from tests.book.browser import CHROMIUM, chromium
from tests.book.conftest import ROOT

pytestmark = [pytest.mark.slow, pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium")]

EXERCISE = Catalogue(ROOT).get("0.1")
PAGE = "book/00_start/ninety_seven_percent.html"
SOLUTION = (EXERCISE.folder / EXERCISE.module_file).read_text(encoding="utf-8")
WRONG = (EXERCISE.folder / "mutants" / "at_random.py").read_text(encoding="utf-8")
NASTY = "<script>document.title = 'owned'</script><img src=x onerror=\"document.title = 'owned'\">"


class Started:
    """`ninety start` in a process of its own, and the workspace it works for."""

    def __init__(self, workspace, port=0):
        self.workspace = workspace
        command = [sys.executable, "-m", "autograder", "start", "--port", str(port), "--workspace", str(workspace)]
        self.process = subprocess.Popen(
            command, cwd=workspace.parent, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            text=True, env=os.environ | {"NINETY_COURSE": str(ROOT), "EDITOR": "vi"},
        )  # fmt: skip
        address = next(line for line in self.process.stdout if line.startswith("book"))
        self.port = int(re.search(r":(\d+)/", address)[1])
        self.url = f"http://127.0.0.1:{self.port}/{PAGE}"
        self._reader = threading.Thread(target=self.process.stdout.read, daemon=True)  # so that it is never full
        self._reader.start()

    def save(self, text):
        (self.workspace / EXERCISE.path / EXERCISE.module_file).write_text(text, encoding="utf-8")

    def kill(self):
        self.process.kill()
        self.process.wait(10)
        self._reader.join(10)
        self.process.stdout.close()


@pytest.fixture(scope="module")
def browser(html, tmp_path_factory):
    with chromium(tmp_path_factory.mktemp("profile")) as tab:
        yield tab


@pytest.fixture
def started(html, tmp_path):
    running = Started(tmp_path / "work")
    time.sleep(0.5)  # the watcher has to look before something can be seen
    yield running
    running.kill()


def shown(browser, selector):
    """The text of the first element, "" where there is none or it cannot be seen."""
    found = f"[document.querySelector({json.dumps(selector)})]"
    return browser.evaluate(f"{found}.map(found => found?.checkVisibility() ? found.innerText : '')[0]")


def wait_for(browser, selector, words, seconds=20):
    """Wait until the element says `words`, and return all that it says."""
    deadline = time.monotonic() + seconds
    while words not in (text := shown(browser, selector)):
        assert time.monotonic() < deadline, f"no {words!r} in {text!r}"
        time.sleep(0.05)
    return text


def test_a_panel_follows_what_is_saved(browser, started):
    page = browser.open(started.url, 1280)
    assert not page.complaints
    wait_for(browser, ".live-state", "not attempted")
    assert "No verdict yet" in shown(browser, ".live-said")
    assert not shown(browser, ".exercise-places")
    assert shown(browser, ".current > a .live-count").startswith("0/2")

    started.save(WRONG)
    said = wait_for(browser, ".live-said", "FAILED")
    assert "of 10 points" in said
    assert browser.evaluate("document.querySelector('.live-said').getAttribute('aria-live')") == "polite"
    details = shown(browser, ".live-details")
    assert re.search(r"check test_\w+", details)
    assert "ninety check 0.1 --seed" in details
    wait_for(browser, ".live-state", "started: at best")

    started.save(SOLUTION)
    wait_for(browser, ".live-said", "PASSED")
    wait_for(browser, ".live-state", "passed: at best 10 of 10 points, 2 attempts")
    assert shown(browser, ".current > a .live-count").startswith("1/2")


def test_a_hint_is_opened_with_the_keyboard_and_recorded(browser, started):
    browser.open(started.url, 390)
    wait_for(browser, ".live-actions", "Open hint 1 of 3 for task a")
    browser.evaluate("[...document.querySelectorAll('.live-actions button')].at(-1).focus()")
    browser.press("Enter", "\r")
    wait_for(browser, ".live-hints", "0.1, task a, hint 1 of 3")
    assert browser.evaluate("document.activeElement.innerText") == "Open hint 2 of 3 for task a"
    state = json.loads((started.workspace / ".ninety" / "state.json").read_text(encoding="utf-8"))
    assert state["records"][EXERCISE.path]["hints"] == {"a": 1}
    # And one that is opened elsewhere is shown here.
    command = [sys.executable, "-m", "autograder", "hint", "0.1", "--workspace", str(started.workspace)]
    subprocess.run(command, check=True, capture_output=True, env=os.environ | {"NINETY_COURSE": str(ROOT)})
    wait_for(browser, ".live-hints", "0.1, task a, hint 2 of 3")
    assert browser.evaluate("document.documentElement.scrollWidth") <= 390


def test_what_the_learners_code_says_is_text(browser, started):
    browser.open(started.url, 1280)
    wait_for(browser, ".live-state", "not attempted")
    started.save(f"print({NASTY!r})\nraise ValueError({NASTY!r})\n")
    assert NASTY in wait_for(browser, ".live-said", "CRASHED")
    assert NASTY in shown(browser, ".live-details")  # the line of the file
    assert browser.evaluate("document.querySelectorAll('.exercise-live script, .exercise-live img').length") == 0
    assert browser.evaluate("document.title") != "owned"


def test_a_page_connects_again_by_itself(browser, started):
    browser.open(started.url, 1280)
    wait_for(browser, ".live-state", "not attempted")
    started.kill()
    wait_for(browser, ".live-gone", "Not connected: run ninety start")
    assert "not attempted" in shown(browser, ".live-state")
    again = Started(started.workspace, started.port)
    try:
        deadline = time.monotonic() + 10
        while shown(browser, ".live-gone"):
            assert time.monotonic() < deadline
            time.sleep(0.05)
        again.save(WRONG)
        wait_for(browser, ".live-said", "FAILED")
    finally:
        again.kill()


def test_a_hidden_tab_keeps_no_connection_and_catches_up(browser, started):
    browser.open(started.url, 1280)
    wait_for(browser, ".live-state", "not attempted")
    turn = "Object.defineProperty(document, 'hidden', {{ value: {}, configurable: true }});"
    turn += "document.dispatchEvent(new Event('visibilitychange'))"
    browser.evaluate(turn.format("true"))
    started.save(WRONG)
    verdict = started.workspace / ".ninety" / "verdicts" / f"{EXERCISE.path}.json"
    deadline = time.monotonic() + 20
    while not verdict.exists():
        assert time.monotonic() < deadline
        time.sleep(0.05)
    time.sleep(1)  # a page that listened would have been told
    assert "No verdict yet" in shown(browser, ".live-said")
    browser.evaluate(turn.format("false"))
    wait_for(browser, ".live-said", "FAILED")


@contextmanager
def published(html):
    """The book as any web server serves it."""

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, format, *args):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(html))) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}/{PAGE}"
        server.shutdown()


def test_the_published_book_asks_for_nothing_and_says_where_else_an_exercise_opens(browser, html):
    with published(html) as url:
        page = browser.open(url, 1280)
    assert not page.failures
    assert not page.complaints
    assert not [request for request in page.requests if "/-/" in request]
    assert not shown(browser, ".exercise-live")
    assert browser.evaluate("document.querySelector('.live-count')") is None
    assert "Colab or Binder" in shown(browser, ".exercise-places")
    assert "ninety open 0.1" in shown(browser, ".exercise-panel")
