"""A transcript: what passed, for somebody who trusts nothing in it."""

import json
import os
import sys
from dataclasses import replace

import pytest

from autograder.errors import Exit, Problem
from autograder.learner.progress import transcript, verify
from autograder.learner.progress.events import Hinted
from autograder.verdict import Outcome

ANSWER = "def answer():\n    return 42  # \u00e9\n"


@pytest.fixture
def passed(ninety, workspace, catalogue, judged, verdict_of):
    """A workspace in which 0.1 is passed, after one hint."""
    first = catalogue.get("0.1")
    judged.append(verdict_of(first, Outcome.PASSED))
    workspace.store.record(Hinted("2026-11-21T10:00:00.000+00:00", first.path, "a", 1))
    workspace.module(first).write_text(ANSWER, encoding="utf-8")
    assert ninety("check", "0.1").code == Exit.PASSED
    return workspace


@pytest.fixture
def written(ninety, passed, tmp_path):
    """The transcript of that workspace."""
    assert ninety("transcript", "t.json").code == Exit.PASSED
    return tmp_path / "here" / "t.json"


@pytest.fixture
def verdicts(monkeypatch):
    """The verdicts that judging again gives, one after the other, and what was asked."""

    class Judge:
        verdicts, seeds, texts, sandboxes = [], [], [], []

        def __call__(self, exercise, source, *, sandbox, seed=None, own=None):
            self.seeds.append(seed)
            self.texts.append(source.decode())
            self.sandboxes.append(sandbox)
            return self.verdicts.pop(0)

    judge = Judge()
    monkeypatch.setattr(verify, "judge", judge)
    return judge


def test_it_holds_the_text_that_passed_though_the_file_was_changed(ninety, passed, catalogue, tmp_path):
    passed.module(catalogue.get("0.1")).write_text("# all gone\n", encoding="utf-8")
    ran = ninety("transcript", "t.json")
    assert "1 passed exercise with the text that passed" in ran.out
    assert "It proves neither who wrote it" in " ".join(ran.out.split())
    (item,) = transcript.read(tmp_path / "here" / "t.json")
    assert (item.text, item.seed, item.hints, item.attempts) == (ANSWER, 7, {"a": 1}, 1)


def test_an_exercise_whose_text_is_gone_is_told(ninety, passed):
    for path in (passed.root / ".ninety" / "passed").iterdir():
        path.unlink()
    assert "not in it: 0.1, whose text was not kept" in ninety("transcript", "t.json").out


def test_a_file_that_changed_while_it_was_judged_is_not_taken_for_what_passed(
    ninety, workspace, catalogue, verdict_of, monkeypatch
):
    from autograder import examiner

    first = catalogue.get("0.1")

    def judge(exercise, source, **more):
        source.write_text("# another\n", encoding="utf-8")
        return verdict_of(first, Outcome.PASSED)

    monkeypatch.setattr(examiner, "judge", judge)
    ninety("check", "0.1")
    assert "0 passed exercises with" in ninety("transcript", "t.json").out


def test_what_passes_again_is_confirmed(ninety, written, catalogue, verdicts, verdict_of):
    verdicts.verdicts = [verdict_of(catalogue.get("0.1"), Outcome.PASSED)]
    ran = ninety("transcript", "--verify", "t.json", "--sandbox", "process")
    assert ran.code == Exit.PASSED
    assert ran.out.startswith("CONFIRMED      0.1 Ninety-seven percent\n  says: passed on 20")
    assert "1 attempt, 0 min, 1 hint\n" in ran.out
    assert "1 of 1 confirmed, judged in process" in ran.out
    assert "It proves neither who wrote it" in " ".join(ran.out.split())
    assert (verdicts.texts, verdicts.seeds) == ([ANSWER], [None])


@pytest.mark.parametrize(
    ("outcomes", "finding", "why"),
    [
        (["failed", "failed"], "not confirmed", "test_it_says_42 failed"),
        (["failed", "passed"], "not confirmed", "it passes with its own seed 7; with 7 test_it_says_42 failed"),
        (["timed out", "timed out"], "not confirmed", "test_it_says_42 timed out"),
        (["grader error", "grader error"], "not judged", "the grader itself failed; the check needs a person"),
    ],
)
def test_what_does_not_pass_again_is_not_confirmed(
    ninety, written, catalogue, verdicts, verdict_of, outcomes, finding, why
):
    verdicts.verdicts = [verdict_of(catalogue.get("0.1"), Outcome(outcome)) for outcome in outcomes]
    ran = ninety("transcript", "--verify", "t.json", "--sandbox", "process", "--json")
    (result,) = json.loads(ran.out)["exercises"]
    assert (ran.code, result["finding"], result["why"]) == (Exit.NOT_YET, finding, why)
    assert verdicts.seeds == [None, 7]


def test_an_exercise_that_changed_since_is_told(ninety, written, catalogue, verdicts, verdict_of):
    first = catalogue.get("0.1")
    verdicts.verdicts = [verdict_of(first, Outcome.PASSED)]
    (first.folder / "test_visible.py").write_text("# another\n", encoding="utf-8")
    out = ninety("transcript", "--verify", "t.json", "--sandbox", "process").out
    assert out.startswith("CONFIRMED")
    assert "its checks have changed since" in out


def test_a_stranger_s_code_never_runs_as_us_without_a_word(ninety, written, verdicts, monkeypatch):
    from autograder.cli import learner_transcript

    def none_ready(modules):
        raise Problem("no sandbox is ready", code=Exit.ENVIRONMENT)

    monkeypatch.setattr(learner_transcript, "sandbox_for_strangers", none_ready)
    assert ninety("transcript", "--verify", "t.json").code == Exit.ENVIRONMENT
    assert verdicts.texts == []


def test_the_strongest_sandbox_is_asked_for(ninety, written, catalogue, verdicts, verdict_of, monkeypatch):
    from autograder.cli import learner_transcript

    monkeypatch.setattr(learner_transcript, "sandbox_for_strangers", lambda modules: "the strongest")
    verdicts.verdicts = [verdict_of(catalogue.get("0.1"), Outcome.PASSED)]
    ninety("transcript", "--verify", "t.json")
    assert verdicts.sandboxes == ["the strongest"]


HOSTILE = {
    "a path": {"exercise": "../../etc/passwd"},
    "an absolute path": {"exercise": "/etc/passwd"},
    "an escape sequence": {"exercise": "00_start/\x1b[2J"},
    "another digest": {"sha256": "0" * 64},
    "no digest": {"sha256": "../x"},
    "another text": {"text": "print(1)"},
    "a surrogate": {"text": "\ud800"},
    "a text that is none": {"text": None},
    "a float": {"seed": 1.5},
    "a boolean": {"attempts": True},
    "a negative number": {"seconds": -1},
    "a huge number": {"seed": 10**30},
    "hints that are no numbers": {"hints": {"a": "many"}},
    "too many hints": {"hints": {str(n): 1 for n in range(1000)}},
    "a time that is none": {"passed_at": "\x1b[31mnow"},
    "a long text": {"engine": "x" * 10_000},
    "one field more": {"__class__": "os.system"},
}


@pytest.mark.parametrize("field", HOSTILE.values(), ids=HOSTILE)
def test_a_field_that_is_not_what_it_should_be_is_refused(ninety, written, verdicts, field):
    raw = json.loads(written.read_text(encoding="utf-8"))
    raw["exercises"][0] |= field
    written.write_text(json.dumps(raw), encoding="utf-8")
    ran = ninety("transcript", "--verify", "t.json", "--sandbox", "process")
    assert ran.code == Exit.USAGE
    assert "this is no transcript" in ran.err
    assert "\x1b" not in ran.err
    assert verdicts.texts == []


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff\xfe",
        b"[" * 200_000,
        b"null",
        b'{"format": "ninety transcript", "schema": 2}',
        b'{"format": "ninety transcript", "schema": 1, "schema": 1}',
        b'{"format": "ninety transcript", "schema": NaN}',
        b'{"format": "ninety transcript", "schema": ' + b"9" * 100_000 + b"}",
    ],
)
def test_what_is_no_transcript_is_refused(ninety, written, content):
    written.write_bytes(content)
    ran = ninety("transcript", "--verify", "t.json")
    assert ran.code == Exit.USAGE
    assert "this is no transcript" in ran.err


@pytest.mark.parametrize(
    ("limit", "what"), [("_MAX_EXERCISES", "more than 0 exercises"), ("MAX_BYTES", "MiB"), ("MAX_MODULE", "KiB")]
)
def test_sizes_are_bounded(written, monkeypatch, limit, what):
    monkeypatch.setattr(transcript, limit, 0)
    with pytest.raises(Problem, match=what):
        transcript.read(written)


def test_an_exercise_is_in_it_once(written):
    raw = json.loads(written.read_text(encoding="utf-8"))
    written.write_text(json.dumps(raw | {"exercises": raw["exercises"] * 2}), encoding="utf-8")
    with pytest.raises(Problem, match="occurs twice"):
        transcript.read(written)


@pytest.mark.skipif(sys.platform == "win32", reason="pipes in the file system are Unix's")
def test_a_pipe_and_a_folder_are_refused_at_once(ninety, written, tmp_path):
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path / "pipe", tmp_path, tmp_path / "missing"):
        assert ninety("transcript", "--verify", str(path)).code == Exit.USAGE


def test_an_exercise_of_another_course_is_not_judged(ninety, written, verdicts):
    raw = json.loads(written.read_text(encoding="utf-8"))
    raw["exercises"][0]["exercise"] = "07_other/01_course"
    written.write_text(json.dumps(raw), encoding="utf-8")
    ran = ninety("transcript", "--verify", "t.json", "--sandbox", "process")
    assert ran.code == Exit.NOT_YET
    assert "NOT JUDGED     07_other/01_course\n  why: this course has no such exercise" in ran.out


def test_another_file_is_never_written_over(ninety, written, tmp_path):
    assert ninety("transcript", "t.json").code == Exit.PASSED
    mine = tmp_path / "here" / "notes.json"
    mine.write_text("{}", encoding="utf-8")
    ran = ninety("transcript", "notes.json")
    assert ran.code == Exit.USAGE
    assert "is not written over" in ran.err
    assert mine.read_text(encoding="utf-8") == "{}"


@pytest.mark.slow
@pytest.mark.bubblewrap
def test_modules_are_really_judged_again(written, bench, monkeypatch, tmp_path):
    from autograder.course import Catalogue

    bench.checks(
        """
        @task("a", points=1)
        def test_it_says_42(candidate):
            "It says 42."
            expect_equal(candidate.answer(), 42, because="the answer is 42")

        @task("b", points=1)
        def test_it_says_42_again(candidate):
            "It says 42."
            expect_equal(candidate.answer(), 42, because="the answer is 42")
        """
    )
    (item,) = transcript.read(written)
    right = replace(item, exercise="00_start/01_made")
    wrong = replace(right, text="def answer():\n    return 41\n")
    results = list(verify.verify((right, wrong), Catalogue(bench.root), lambda exercise: "bubblewrap"))
    told = [(result.finding, result.why) for result in results]
    assert told == [("confirmed", ""), ("not confirmed", "test_it_says_42 failed")]
