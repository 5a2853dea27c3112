"""The doctor, the hints' file and the editor."""

import json
from collections import namedtuple

import pytest

from autograder.course.hints import read_hints
from autograder.errors import Exit, Problem
from autograder.learner import doctor, extras
from autograder.learner.doctor import Finding, Health, examine
from autograder.learner.editor import edit
from autograder.learner.solution import solution_text


@pytest.fixture
def findings(workspace):
    def look(**changes):
        settings = {"encoding": "utf-8", "no_bubblewrap": ""} | changes
        return {finding.subject: finding for finding in examine(workspace, **settings)}

    return look


def test_a_healthy_machine(findings, course):
    (course / "_build" / "html").mkdir(parents=True)
    found = findings()
    assert set(found) == {
        "python",
        "course",
        "book",
        "sandbox",
        "workspace",
        "disk",
        "writable",
        "clock",
        "port",
        "terminal",
    }
    assert not [f for f in found.values() if f.health is Health.PROBLEM]


def test_what_only_some_exercises_use_is_a_note(findings, catalogue, monkeypatch):
    manifest = catalogue.get("0.1").folder / "exercise.toml"
    manifest.write_text('needs = ["torch"]\n' + manifest.read_text(encoding="utf-8"), encoding="utf-8")
    del catalogue.__dict__["exercises"]
    monkeypatch.setattr(extras, "find_spec", lambda name: None)
    found = findings(encoding="ascii", no_bubblewrap="bubblewrap is not installed")
    assert found["extra torch"] == Finding(
        Health.NOTE, "extra torch", "lacks torch, used by exercise 0.1", "pip install -c constraints.txt -e '.[torch]'"
    )
    assert found["book"].fix == "make book"
    assert {found[name].health for name in ("book", "sandbox", "terminal")} == {Health.NOTE}


def test_a_full_disk_is_a_problem(findings, monkeypatch):
    usage = namedtuple("usage", "free")
    monkeypatch.setattr(doctor.shutil, "disk_usage", lambda folder: usage(10 * 2**20))
    assert findings()["disk"].health is Health.PROBLEM


def test_a_folder_that_cannot_be_written_is_a_problem(findings, monkeypatch):
    def refuse(**options):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(doctor.tempfile, "NamedTemporaryFile", refuse)
    assert findings()["writable"].health is Health.PROBLEM


@pytest.mark.parametrize("now", [0.0, 4e9])
def test_a_wrong_clock_is_a_problem(findings, monkeypatch, now):
    monkeypatch.setattr(doctor.time, "time", lambda: now)
    assert findings()["clock"].health is Health.PROBLEM


def test_a_clock_before_the_installation_is_a_problem(monkeypatch):
    monkeypatch.setattr(doctor.time, "time", lambda: 0.0)
    assert doctor._clock(skew=0.0).health is Health.PROBLEM


@pytest.mark.parametrize(
    ("version", "health"), [((3, 10), "problem"), ((3, 11), "ok"), ((3, 13), "ok"), ((3, 14), "problem")]
)
def test_the_python_version(version, health):
    assert doctor._python(version).health == health


def test_the_command_reports_and_exits_by_its_findings(ninety, workspace, catalogue):
    ran = ninety("doctor")
    assert ran.code == Exit.PASSED
    assert ran.out.startswith("ok ")
    released = catalogue.released(catalogue.get("0.1")) / "count.py"
    released.unlink()
    ran = ninety("doctor", "--json")
    assert ran.code == Exit.ENVIRONMENT
    (ill,) = [f for f in json.loads(ran.out) if f["health"] == "problem"]
    assert ill == {"health": "problem", "subject": "course", "what": "not built: 0.1", "fix": "ninety author build"}


def test_hints_are_read_by_task_and_by_check(catalogue):
    hints = read_hints(catalogue.get("0.1"))
    assert hints.levels == {
        "a": ("Where to look.", "The idea,\non two lines.", "Nearly the code."),
        "b": ("Only one.",),
    }
    assert hints.when == {"test_it_says_42": "Print what `answer()` returns."}


def test_missing_hints_and_a_missing_solution_are_problems(catalogue):
    exercise = catalogue.get("0.1")
    (exercise.folder / "hints.md").unlink()
    (exercise.folder / "count.py").unlink()
    for read in (read_hints, solution_text):
        with pytest.raises(Problem, match=r"0\.1"):
            read(exercise)


def test_the_editor_is_the_one_named(tmp_path, monkeypatch):
    editor = tmp_path / "my editor"
    editor.write_text(f"#!/bin/sh\necho \"$@\" > '{tmp_path}/opened'\n", encoding="utf-8")
    editor.chmod(0o755)
    monkeypatch.delenv("VISUAL", raising=False)
    monkeypatch.setenv("EDITOR", f"'{editor}' --wait")
    edit(tmp_path / "x.py")
    assert (tmp_path / "opened").read_text(encoding="utf-8") == f"--wait {tmp_path}/x.py\n"
    monkeypatch.setenv("VISUAL", "no-such-editor")
    with pytest.raises(Problem, match="could not be run"):
        edit(tmp_path / "x.py")


def test_no_editor_is_no_fault(tmp_path, monkeypatch):
    for name in ("VISUAL", "EDITOR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    edit(tmp_path / "x.py")
