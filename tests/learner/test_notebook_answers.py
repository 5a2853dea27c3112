"""What a notebook is answered, and the kernel that asks; only the judge is a stand-in, until the last test."""

import json
import re
import sys
from types import SimpleNamespace

import pytest

from autograder import examiner
from autograder.author.notebooks import local_notebook
from autograder.course.holes import strip
from autograder.course.parts import mark_parts
from autograder.errors import Exit, Problem
from autograder.learner import notebook
from autograder.learner.notebook.answers import answer
from autograder.learner.notebook.apart import Apart
from autograder.learner.notebook.kernel import Kernel
from autograder.verdict import CheckResult, Failure, Outcome, Place, Verdict

PART = '# ninety: 0.1 count/1\ndef answer():\n    """Say 42."""\n    return 41'


@pytest.fixture
def ask(course, tmp_path):
    """Asks as a kernel in an empty folder would that has run exercise 0.1's one part."""
    session = tmp_path / "session"
    session.mkdir()

    def ask(action, *, runs=((PART, True),), folder=tmp_path / "here", notebook="", names=(), **details):
        run = [{"count": at, "source": source, "good": good} for at, (source, good) in enumerate(runs, start=1)]
        return answer(
            {
                "action": action,
                "details": details,
                "runs": run,
                "names": list(names),
                "folder": str(folder),
                "notebook": str(notebook),
                "session": str(session),
            }
        )

    def check(**more):
        return ask("check", **{"number": "0.1", "task": None, "seed": None, **more})

    return SimpleNamespace(
        check=check,
        hint=lambda **more: ask("hint", **{"number": "0.1", "task": None, **more}),
        solution=lambda **more: ask("solution", **{"number": "0.1", "give_up": False, **more}),
        progress=lambda **more: ask("progress", **more),
    )


@pytest.fixture
def first(catalogue):
    return catalogue.get("0.1")


def records(ninety):
    return json.loads(ninety("list", "--json").out)[0]


# ---- check


def test_a_verdict_is_drawn_in_both_forms_with_its_source_and_recorded(
    ask, ninety, workspace, first, judged, verdict_of
):
    judged.append(verdict_of(first, Outcome.FAILED))
    drawn = ask.check()
    assert drawn["plain"].startswith("FAILED  0.1 Ninety-seven percent")
    assert drawn["plain"].endswith("\njudged: the cells as last run in this kernel")
    assert "<h3" in drawn["html"]
    assert "judged: the cells as last run in this kernel</p>" in drawn["html"]
    assert drawn["outcome"] == "failed"
    assert records(ninety)["attempts"] == 1


def test_a_pass_says_what_comes_next(ask, workspace, first, judged, verdict_of):
    judged.append(verdict_of(first, Outcome.PASSED))
    plain = ask.check()["plain"]
    assert '`solution("0.1")` shows an annotated solution' in plain
    assert "next: 1.2 The threshold" in plain


def test_with_a_task_that_task_alone_is_shown_but_all_is_recorded(ask, ninety, workspace, first, judged, verdict_of):
    judged.append(verdict_of(first, Outcome.FAILED, hidden_fails=True))
    drawn = ask.check(task="a")
    assert (drawn["outcome"], "task b" in drawn["plain"]) == ("passed", False)
    assert records(ninety)["state"] == "started"
    assert "its tasks: a, b" in ask.check(task="z")["plain"]


def test_what_is_judged_is_the_cells_and_a_failure_is_told_by_cell(ask, course, monkeypatch):
    def judge(exercise, source, *, seed, **more):
        assert source.decode() == PART.partition("\n")[2] + "\n"
        failure = Failure("wrong", traceback=(Place("count.py", 3, "return 41"),))
        check = CheckResult("test_x", "X.", "a", 2, False, Outcome.FAILED, failure)
        return Verdict("0.1", "T", (check,), seed, "process", "test")

    monkeypatch.setattr(examiner, "judge", judge)
    plain = ask.check(seed=11)["plain"]
    assert "at       cell of part 1, line 4  return 41" in plain
    assert 'check("0.1", seed=11)' in plain


def test_a_notebook_that_is_saved_otherwise_is_said(ask, first, judged, verdict_of, tmp_path):
    judged.append(verdict_of(first, Outcome.PASSED))
    path = tmp_path / "here" / "count.ipynb"
    for source, differs in ((PART, False), (PART + " + 1", True)):
        cell = {"cell_type": "code", "source": source}
        path.write_text(json.dumps({"nbformat": 4, "cells": [cell]}), encoding="utf-8")
        for name in (path, "elsewhere/count.ipynb"):
            said = "part 1 differs in count.ipynb as saved" in ask.check(notebook=name)["plain"]
            assert said is differs
    path.write_text("{", encoding="utf-8")
    assert "note:" not in ask.check(notebook=path)["plain"]
    assert "note:" not in ask.check(notebook="fileId=https%3A//colab/x")["plain"]


def test_without_a_workspace_the_session_remembers_and_says_so(ask, first, judged, verdict_of, tmp_path):
    judged.append(verdict_of(first, Outcome.PASSED))
    assert 'solution("0.1", give_up=True)' in ask.solution()["plain"]
    plain = ask.check()["plain"]
    assert plain.endswith("recorded until this kernel ends: there is no workspace here")
    assert "return 42  # the answer" in ask.solution()["plain"]
    assert list((tmp_path / "here").iterdir()) == []


def test_a_folder_called_work_that_is_no_workspace_is_left_alone(ask, first, judged, verdict_of, tmp_path):
    judged.append(verdict_of(first, Outcome.PASSED))
    (tmp_path / "here" / "work").mkdir()
    (tmp_path / "here" / "work" / "thesis.tex").write_text("mine", encoding="utf-8")
    assert ask.check()["outcome"] == "passed"


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"number": "8.4"}, "did you mean 8.3?"),
        ({"runs": ()}, "part 1 of 1 of count.py has not been run"),
        ({"runs": ((PART + "\n%pdb", True),)}, "`%pdb` is for notebooks"),
        ({"runs": ((PART.replace("41", "'\ud800'"), True),)}, "half a character"),
    ],
)
def test_a_refusal_is_drawn_and_is_no_attempt(ask, ninety, workspace, more, said):
    drawn = ask.check(**more)
    assert said in drawn["plain"]
    assert drawn["html"].startswith('<section aria-label="No answer"')
    assert drawn["outcome"] == ""
    assert records(ninety)["attempts"] == 0


def test_our_own_fault_is_told_as_ours(ask, judged):
    judged.append(ZeroDivisionError("ours"))
    plain = ask.check()["plain"]
    assert "this is our bug" in plain
    assert "ZeroDivisionError: ours" in plain


# ---- the other three


def test_hints_open_one_by_one_and_are_counted(ask, ninety, workspace, first, judged, verdict_of):
    assert "hint 1 of 3:\nWhere to look." in ask.hint()["plain"]
    drawn = ask.hint()
    assert "hint 2 of 3" in drawn["plain"]
    assert "The idea,\non two lines." in drawn["html"]
    assert "hint 1 of 1" in ask.hint(task="b")["plain"]
    assert "its tasks with hints: a, b" in ask.hint(task="z")["plain"]
    assert "0.1   3 hints" in ninety("progress").out


def test_progress_is_a_table(ask, workspace):
    drawn = ask.progress()
    assert re.search(r"0 start .* 0/1 +0/3 +-$", drawn["plain"], re.MULTILINE)
    assert re.search(r'<th scope="row"[^>]*>0 start</th><td[^>]*>0/1</td><td[^>]*>0/3</td>', drawn["html"])


# ---- the kernel


class Shell:
    """What of IPython's shell a kernel is asked for."""

    def __init__(self, history):
        self.history_manager = SimpleNamespace(input_hist_raw=["", *history])
        self.user_ns, self.user_ns_hidden = {"helper": 1, "In": []}, {"In": []}
        self.events = SimpleNamespace(callbacks={"post_run_cell": []}, register=self.register)
        self.shown = []
        self.display_pub = SimpleNamespace(publish=lambda data, metadata: self.shown.append(data))

    def register(self, event, callback):
        self.events.callbacks[event].append(callback)

    def ran(self, source, success, count, store_history=True):
        info = SimpleNamespace(raw_cell=source, store_history=store_history, silent=False)
        for callback in self.events.callbacks["post_run_cell"]:
            callback(SimpleNamespace(info=info, execution_count=count, success=success))


@pytest.fixture
def shell(course, monkeypatch):
    """A kernel in whose process `answer` is called at once."""
    shell = Shell(["earlier = 1"])
    monkeypatch.setitem(sys.modules, "IPython", SimpleNamespace(get_ipython=lambda: shell))
    monkeypatch.setattr(Apart, "start", lambda self: None)
    monkeypatch.setattr(Apart, "ask", lambda self, request: answer(json.loads(json.dumps(request))))
    return shell


def test_what_is_run_is_noted_with_how_it_ended(shell, first, judged, verdict_of):
    judged.append(verdict_of(first, Outcome.FAILED))
    assert Kernel.here() is Kernel.here()
    shell.ran("silent = 1", True, 2, store_history=False)
    shell.ran(PART, True, 2)
    shell.ran(PART + ")", False, 3)
    notebook.check("0.1")
    (forms,) = shell.shown
    assert "judged is its run as cell [2]" in forms["text/plain"]
    assert forms["text/html"].startswith("<section")
    with pytest.raises(AssertionError, match=r"task a of exercise 0\.1 is not passed yet"):
        notebook.check("0.1", task="a")


def test_cells_run_before_the_import_count(shell, first, judged, verdict_of):
    judged.append(verdict_of(first, Outcome.PASSED))
    shell.history_manager.input_hist_raw.append(PART)
    notebook.check("0.1", task="a")
    assert shell.shown[0]["text/plain"].startswith("PASSED")


def test_the_names_that_the_kernel_knows_are_told(shell):
    Kernel.here()
    shell.ran(PART.replace("41", "helper"), True, 2)
    notebook.check("0.1")
    assert "`helper` is known to this kernel" in shell.shown[0]["text/plain"]


def test_the_notebook_is_found_by_what_runs_it(shell, monkeypatch, tmp_path):
    asked = []
    monkeypatch.setattr(Apart, "ask", lambda self, request: asked.append(request) or answer(request))
    monkeypatch.delenv("JPY_SESSION_NAME", raising=False)
    notebook.progress()
    monkeypatch.setenv("JPY_SESSION_NAME", "count.ipynb")
    notebook.progress()
    shell.user_ns["__vsc_ipynb_file__"] = str(tmp_path / "x.ipynb")
    notebook.progress()
    here = str(tmp_path / "here" / "count.ipynb")
    assert [request["notebook"] for request in asked] == ["", here, str(tmp_path / "x.ipynb")]


def test_an_answer_that_does_not_come_is_shown_as_a_problem(shell, monkeypatch):
    def gone(self, request):
        raise Problem("the process that judges has ended", code=Exit.ENVIRONMENT)

    monkeypatch.setattr(Apart, "ask", gone)
    notebook.hint("0.1")
    assert shell.shown[0]["text/plain"] == "the process that judges has ended"


def test_outside_of_a_notebook_there_is_a_clear_error(course, monkeypatch):
    monkeypatch.setitem(sys.modules, "IPython", SimpleNamespace(get_ipython=lambda: None))
    for call in (notebook.check, notebook.hint, notebook.solution):
        with pytest.raises(Problem, match="no notebook") as caught:
            call("0.1")
        assert "ninety check" in caught.value.fix
    monkeypatch.delitem(sys.modules, "IPython")
    with pytest.raises(Problem, match="no notebook"):
        notebook.progress()


def test_a_module_with_a_check_of_its_own_gets_an_explanation():
    with pytest.raises(Problem, match="and not by function"):
        notebook.check(lambda batch: batch)


# ---- the process apart


@pytest.fixture
def apart(course, tmp_path):
    folder = tmp_path / "kept"
    folder.mkdir()
    process = Apart(str(folder))
    yield process
    process.end()


def progress_request(tmp_path):
    folder = str(tmp_path / "here")
    return {
        "action": "progress", "details": {}, "runs": [], "names": [], "folder": folder, "notebook": "",
        "session": str(tmp_path / "kept"),
    }  # fmt: skip


def test_the_process_answers_and_is_started_again_after_it_was_ended(apart, tmp_path):
    (tmp_path / "here" / "json.py").write_text("raise SystemExit('a file of the learner was imported')")
    assert "0 start" in apart.ask(progress_request(tmp_path))["plain"]
    kept = tmp_path / "kept"
    assert [path.stat().st_mode & 0o777 for path in (kept, kept / "now")] == [0o711] * 2, "other users get through"
    (kept / "now" / "left").touch()
    apart._process.kill()
    apart._process.wait()
    assert "0 start" in apart.ask(progress_request(tmp_path))["plain"]
    assert list((tmp_path / "kept" / "now").iterdir()) == []
    apart._process.stdin.close()
    assert apart._process.wait(30) == 0
    assert not (tmp_path / "kept").exists(), "it ends with the kernel and leaves nothing"


def test_an_end_in_the_middle_is_a_problem_and_the_next_question_is_answered(apart, tmp_path):
    apart.start()
    apart._process.stdin.write(b"no JSON, which ends it\n")
    with pytest.raises(Problem, match="ended before it answered"):
        apart.ask(progress_request(tmp_path))
    assert "0 start" in apart.ask(progress_request(tmp_path))["plain"]


def test_an_interrupt_ends_the_process_and_is_passed_on(apart, tmp_path, monkeypatch):
    apart.start()
    process = apart._process

    def interrupted(*anything):
        raise KeyboardInterrupt

    monkeypatch.setattr(json, "loads", interrupted)
    with pytest.raises(KeyboardInterrupt):
        apart.ask(progress_request(tmp_path))
    assert process.poll() is not None


# ---- a real kernel


@pytest.mark.slow
def test_the_generated_notebook_in_a_real_kernel(course, first, monkeypatch, tmp_path):
    nbclient, nbformat = pytest.importorskip("nbclient"), pytest.importorskip("nbformat")
    pytest.importorskip("ipykernel")
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
    solved = (first.folder / "count.py").read_text(encoding="utf-8")
    (first.folder / "statement.md").write_text("Say 42.", encoding="utf-8")
    check = (
        'from autograder.examiner import expect_equal, task\n\n\n@task("{}", points={})\ndef test_{}(candidate):\n'
        '    """It says 42."""\n    expect_equal(candidate.answer(), 42, because="x")\n'
    )
    (first.folder / "test_visible.py").write_text(check.format("a", 2, "visible"), encoding="utf-8")
    (first.folder / "test_hidden.py").write_text(check.format("b", 1, "hidden"), encoding="utf-8")
    book = nbformat.reads(local_notebook(first, strip(solved, "0.1")), as_version=4)
    (right,) = mark_parts(solved, "0.1", "count")
    sources = [
        'check("0.1")',
        right.replace("return 42", "return 1 / 0"), 'check("0.1")',
        right.replace("42", "helper"), "helper = 42", 'check("0.1")',
        right, 'check("0.1")',
        right + "\n)", "import builtins\nbuiltins.sum = lambda *numbers: 99", 'check("0.1")', 'solution("0.1")',
    ]  # fmt: skip
    book.cells += [nbformat.v4.new_code_cell(source) for source in sources]
    client = nbclient.NotebookClient(book, timeout=120, allow_errors=True, resources={"metadata": {"path": tmp_path}})
    client.execute()
    shown = [
        o.data["text/plain"] for cell in book.cells for o in cell.get("outputs", []) if o.output_type == "display_data"
    ]
    firsts = [text.splitlines()[0].partition("  ")[0] for text in shown]
    assert firsts[:4] == [
        "NOT ATTEMPTED",
        "NOT ATTEMPTED",
        "CRASHED",
        "`helper` is defined in cell [8], which is no part of count.py",
    ]
    assert firsts[4:6] == ["PASSED", "PASSED"]
    assert "at       cell of part 1, line 5  return 1 / 0" in shown[2]
    assert "(3 of 3 points" in shown[5], "a builtin that was changed in the kernel changes no verdict"
    assert "part 1 failed when it was run last, as cell [12]: judged is its run as cell [10]" in shown[5]
    assert "return 42  # the answer" in shown[6]
