"""What a learner is told of their progress: in the terminal, as a page, and of two machines together."""

import json
import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from autograder.errors import Exit
from autograder.learner.progress.events import Hinted, Judged, Opened, SolutionShown
from autograder.learner.workspace import MARK, Workspace
from autograder.verdict import Outcome
from tests.book.browser import CHROMIUM, chromium

ONE, OTHER = "00_start/01_ninety_seven", "01_framing/02_threshold"


def at(minute):
    return f"2026-11-21T10:{minute:02}:00.000+00:00"


def judged(minute, exercise, outcome, earned, **more):
    return Judged(at(minute), exercise, outcome, earned, 3, 0, 7, "", "", "1", "process", **more)


@pytest.fixture
def worked(workspace):
    """A workspace in which 0.1 is passed after ten minutes and 1.2 is begun, with a hint and a look at its solution."""
    for event in (
        Opened(at(0), ONE),
        judged(10, ONE, "passed", 3),
        Hinted(at(14), OTHER, "a", 2),
        SolutionShown(at(15), OTHER),
        judged(20, OTHER, "failed", 2),
    ):
        workspace.store.record(event)
    return workspace


def test_progress_by_chapter_and_by_skill(ninety, worked):
    assert ninety("progress").out == (
        "1 of 3 exercises passed, 5 of 9 points, 20 min spent; about 30 min left\n"
        "\n"
        "chapter                                passed  points    time\n"
        "0 start    [########################]     1/1     3/3  10 min\n"
        "1 framing  [################........]     0/1     2/3  10 min\n"
        "8 serving  [........................]     0/1     0/3       -\n"
        "\n"
        "skill                                  passed  points    time\n"
        "testing    [#############...........]     1/3     5/9  20 min\n"
        "\n"
        "help used\n"
        "  1.2   2 hints, solution seen before passing\n"
        "\n"
        "Time is estimated from when you opened, saved and checked: a gap of more than 15 minutes is a break\n"
        "and counts for nothing.\n"
        "\n"
        "next: 1.2 The threshold is a business decision, 15 min (you have started it)\n"
    )


@pytest.mark.parametrize("columns", ["50", "60", "80", "120"])
def test_progress_fits_the_terminal(ninety, worked, monkeypatch, columns):
    monkeypatch.setenv("COLUMNS", columns)
    assert max(map(len, ninety("progress").out.splitlines())) <= int(columns)


def test_progress_as_json(ninety, worked):
    report = json.loads(ninety("progress", "--json").out)
    assert report["next"]["exercise"] == "1.2"
    assert report["exercises"][0]["passed_at"] == at(10)
    assert report["exercises"][1]["hints"] == {"a": 2}
    assert [(skill["name"], skill["seconds"]) for skill in report["skills"]] == [("testing", 1200)]
    assert report["in_all"]["earned"] == 5


class Outline(HTMLParser):
    """The tags of a page that have to be closed, and what is asked of elsewhere."""

    def __init__(self):
        super().__init__()
        self.open, self.asked, self.headings = [], [], []

    def handle_starttag(self, tag, attrs):
        self.asked += [value for name, value in attrs if name in ("src", "href")]
        self.headings += [tag] if re.fullmatch(r"h\d", tag) else []
        if tag != "meta":
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def test_the_page_is_whole_and_asks_for_nothing(ninety, worked, tmp_path):
    ran = ninety("progress", "--html")
    page = (tmp_path / "here" / "progress.html").read_text(encoding="utf-8")
    assert (ran.code, ran.out) == (Exit.PASSED, "progress.html\n")
    outline = Outline()
    outline.feed(page)
    assert (outline.open, outline.asked) == ([], [])
    assert outline.headings == ["h1", "h2", "h2", "h2", "h2"]
    assert "url(" not in page
    for words in ("1 of 3", "5 of 9", "20 min", "Next: 1.2", "passed on 2026-11-21", "2 hints, solution seen before"):
        assert words in page


@pytest.mark.slow
@pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium")
def test_the_page_fits_a_phone_and_asks_for_nothing(ninety, worked, tmp_path):
    ninety("progress", "--html", "p.html")
    page = tmp_path / "here" / "p.html"
    with chromium(tmp_path / "profile") as browser:
        for width in (390, 1280):
            seen = browser.open(page.as_uri(), width)
            assert seen.width <= width
            assert seen.requests == (page.as_uri(),)
            assert (seen.failures, seen.complaints) == ((), ())
            assert "1 of 3\n" in seen.text


def test_the_page_shows_text_as_text(ninety, worked, tmp_path):
    manifest = worked.catalogue.get("0.1").folder / "exercise.toml"
    text = manifest.read_text(encoding="utf-8").replace("Ninety-seven", "<script>alert(1)</script> &")
    manifest.write_text(text, encoding="utf-8")
    ninety("progress", "--html", "p.html")
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp;" in (tmp_path / "here" / "p.html").read_text(encoding="utf-8")


def test_the_page_is_made_again_and_another_file_is_never_written_over(ninety, worked, tmp_path):
    assert [ninety("progress", "--html").code for _ in range(2)] == [Exit.PASSED] * 2
    mine = tmp_path / "here" / "thesis.html"
    mine.write_text("mine", encoding="utf-8")
    ran = ninety("progress", "--html", "thesis.html")
    assert ran.code == Exit.USAGE
    assert "is not written over" in ran.err
    assert mine.read_text(encoding="utf-8") == "mine"
    assert ninety("progress", "--html", "work").code == Exit.USAGE


@pytest.fixture
def elsewhere(catalogue, tmp_path, told):
    """A workspace on another machine, with a pass of 1.2 and its text."""
    other = Workspace(tmp_path / "elsewhere", catalogue, told.append)
    other.make()
    text = b"def answer():\n    return 42\n"
    other.store.record(judged(5, OTHER, "passed", 3, module=other.keep(text), checks="b" * 64))
    return other


@pytest.mark.parametrize("named", ["", MARK, f"{MARK}/history.jsonl"])
def test_merging_brings_the_other_machine_s_passes_and_texts(ninety, worked, elsewhere, named):
    before = (elsewhere.root / MARK / "state.json").read_bytes()
    ran = ninety("progress", "--merge", str(elsewhere.root / named), "--json")
    entry = json.loads(ran.out)["exercises"][1]
    assert "1 event from" in ran.err
    assert (entry["passed_at"], entry["hints"], entry["gave_up_at"], entry["attempts"]) == (at(5), {"a": 2}, None, 2)
    assert "0 events from" in ninety("progress", "--merge", str(elsewhere.root / named)).err
    digest = worked.store.read().record(OTHER).passes[0].module
    assert bool(worked.kept(digest)) is (named != f"{MARK}/history.jsonl")
    assert (elsewhere.root / MARK / "state.json").read_bytes() == before


def test_a_state_older_than_histories_is_merged_once(ninety, worked, elsewhere):
    record = {"attempts": 4, "passed_at": at(1), "sealed": 0, "best": 3, "hints": {}, "gave_up_at": "", "last": None}
    old = {"schema": 1, "current": "", "released": {}, "records": {OTHER: record}}
    elsewhere.store.history.path.unlink()
    elsewhere.store.path.write_text(json.dumps(old), encoding="utf-8")
    for _ in range(2):
        entry = json.loads(ninety("progress", "--merge", str(elsewhere.root), "--json").out)["exercises"][1]
        assert (entry["passed_at"], entry["attempts"]) == (at(1), 5)


def test_what_is_no_workspace_is_not_merged(ninety, worked, tmp_path):
    (tmp_path / "thesis.tex").write_text("mine", encoding="utf-8")
    for name in (tmp_path / "thesis.tex", tmp_path):
        ran = ninety("progress", "--merge", str(name))
        assert ran.code == Exit.USAGE
        assert "neither a workspace nor the history" in ran.err


def test_a_pass_of_earlier_checks_is_told_and_still_a_pass(ninety, worked, catalogue, verdict_of, judged):
    first = catalogue.get("0.1")
    judged.append(verdict_of(first, Outcome.PASSED))
    worked.store.update(lambda state: replace(state, records={}))
    ninety("check", "0.1")
    assert "passed before" not in ninety("list").out
    (first.folder / "test_visible.py").write_text("# another check\n", encoding="utf-8")
    assert "passed before" in ninety("list").out
    out = ninety("progress").out
    assert out.startswith("1 of 3 exercises passed")
    assert "0.1 was passed before its checks changed: `ninety update --check` judges it again" in out
    ninety("check", "0.1")
    assert "passed before" not in ninety("list").out
