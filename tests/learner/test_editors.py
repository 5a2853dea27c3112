"""In a learner's editor imports resolve, types hold, completion and go-to-definition work, without a setting."""

import json
import re
import sys
import sysconfig
from pathlib import Path

import jedi
import pytest

from autograder.course import Catalogue
from autograder.examiner import judge
from autograder.learner import extras
from autograder.learner.editor_files import EXTENSIONS, LAUNCH, TASKS, editor_files, write_editor_files
from autograder.learner.workspace import Workspace
from autograder.verdict.terminal import render
from tests.learner.language_server import LanguageServer

ROOT = Path(__file__).resolve().parents[2]
SERVER = [str(Path(sysconfig.get_path("scripts")) / "basedpyright-langserver"), "--stdio"]
CODE = "from wren.backtest import World, backtest\n\nWorld.\nbacktest\n"


@pytest.fixture(scope="module")
def real(tmp_path_factory):
    """A workspace of the whole course, far from the repository."""
    made = Workspace((tmp_path_factory.mktemp("far") / "work").resolve(), Catalogue(ROOT), lambda text: None)
    made.make()
    made.place(made.catalogue)
    write_editor_files(made, sys.executable)
    return made


@pytest.fixture(scope="module", params=["VS Code", "another editor"])
def server(request, real):
    """What the editor runs: VS Code says where Python is, as its settings have it; others leave it to the server."""
    settings = json.loads((real.root / ".vscode" / "settings.json").read_text(encoding="utf-8"))
    python = settings["python.defaultInterpreterPath"] if request.param == "VS Code" else None
    running = LanguageServer(SERVER, real.root, python)
    yield running
    running.close()


@pytest.mark.slow
def test_no_starter_has_a_fault(server, real):
    able = [exercise for exercise in real.catalogue if not any(extras.missing(extra) for extra in exercise.needs)]
    assert len(able) > 10
    for exercise in able:
        server.open(real.module(exercise))
    faults = {exercise.number: server.faults(real.module(exercise)) for exercise in able}
    assert not {number: found for number, found in faults.items() if found}


@pytest.mark.slow
def test_completion_definition_and_types(server, real):
    module = real.root / "00_start" / "mine.py"
    module.write_text(CODE, encoding="utf-8")
    server.open(module)
    offered = server.at("completion", module, 2, 6)
    items = offered["items"] if isinstance(offered, dict) else offered
    assert {"examples", "new_examples", "rows"} <= {item["label"] for item in items}
    (definition,) = server.at("definition", module, 3, 2)
    assert definition["uri"] == (ROOT / "wren" / "backtest.py").as_uri()
    assert "def backtest(" in json.dumps(server.at("hover", module, 3, 2))


@pytest.mark.slow
def test_a_fault_is_seen_in_what_the_learner_writes_and_not_in_what_was_given(server, real):
    exercise = real.catalogue.get("8.3")
    wrong = "import of_no_such_name\n\nx: int = 'text'\n"
    mine, given = real.root / "00_start" / "wrong.py", real.module(exercise).with_name("support.py")
    server.open(mine, wrong)
    server.open(given, wrong)
    assert [fault.partition(":")[0] for fault in server.faults(mine)] == ["1", "3"]
    assert server.faults(given) == []


def test_an_editor_that_reads_the_environment_s_folders_finds_the_course(real):
    """PyCharm and Jedi follow .pth files, and no import hooks."""
    module = real.root / "00_start" / "mine.py"
    project = jedi.Project(real.root, environment_path=sys.executable)
    script = jedi.Script(CODE, path=module, project=project)
    (definition,) = script.goto(4, 2, follow_imports=True)
    assert Path(definition.module_path) == ROOT / "wren" / "backtest.py"
    assert {"examples", "new_examples", "rows"} <= {completion.name for completion in script.complete(3, 6)}
    (path,) = Path(sysconfig.get_path("purelib")).glob("_the_other_90.pth")
    assert path.read_text(encoding="utf-8").strip() == str(ROOT)


def test_the_packages_say_that_they_are_typed():
    assert all((ROOT / package / "py.typed").is_file() for package in ("autograder", "wren"))


# ---- the files


def test_what_the_learner_wrote_stays_and_an_older_interpreter_is_replaced(workspace):
    write_editor_files(workspace, "/old/.venv/bin/python")
    tasks = workspace.root / ".vscode" / "tasks.json"
    tasks.write_text("{} // mine", encoding="utf-8")
    write_editor_files(workspace, "/new/.venv/bin/python")
    settings = json.loads((workspace.root / ".vscode" / "settings.json").read_text(encoding="utf-8"))
    assert settings["python.defaultInterpreterPath"] == "/new/.venv/bin/python"
    pyright = json.loads((workspace.root / "pyrightconfig.json").read_text(encoding="utf-8"))
    assert (pyright["venvPath"], pyright["venv"]) == ("/new", ".venv")
    assert tasks.read_text(encoding="utf-8") == "{} // mine"


def test_on_windows_the_environment_is_found_as_well():
    pyright = editor_files("C:\\course\\.venv\\Scripts\\python.exe")["pyrightconfig.json"]
    assert (pyright["venvPath"], pyright["venv"]) == ("C:\\course", ".venv")


def test_start_writes_them(ninety, course, tmp_path):
    ninety("start", "--no-serve", "--no-watch", "--workspace", str(tmp_path / "new"))
    assert (tmp_path / "new" / ".vscode" / "launch.json").is_file()


def test_the_repository_has_the_same_tasks():
    for name, content in (("tasks", TASKS), ("launch", LAUNCH), ("extensions", EXTENSIONS)):
        assert json.loads((ROOT / ".vscode" / f"{name}.json").read_text(encoding="utf-8")) == content


def matched(text):
    """The problems that VS Code finds in a task's output: file, line and message."""
    matchers = TASKS["tasks"][0]["problemMatcher"]
    lines, found = text.splitlines(), []
    for pattern in (matcher["pattern"] for matcher in matchers):
        for start in range(len(lines) - len(pattern) + 1):
            matches = [re.search(step["regexp"], line) for step, line in zip(pattern, lines[start:], strict=False)]
            if all(matches):
                parts = {
                    name: match[step[name]]
                    for step, match in zip(pattern, matches, strict=True)
                    for name in ("file", "line", "message")
                    if name in step
                }
                found.append((parts["file"], int(parts["line"]), parts["message"]))
    return found


@pytest.mark.parametrize(
    ("code", "problem"),
    [
        ("def one():\n    return 2\n", ("answer.py", 1, "expected 1")),
        ("def one():\n    return 1 / 0\n", ("answer.py", 2, "ZeroDivisionError: division by zero")),
        (f"def one():\n    raise ValueError('{'long ' * 40}')\n", ("answer.py", 2, "ValueError: " + "long " * 40)),
        ("def one(:\n", ("answer.py", 1, "SyntaxError: invalid syntax (answer.py, line 1)")),
    ],
)
def test_a_task_s_verdict_becomes_a_problem_in_the_file(bench, code, problem):
    bench.checks('@task("a")\ndef test_x(candidate):\n    "x."\n    expect_equal(candidate.one(), 1)\n')
    (bench.root / "answer.py").write_text(code, encoding="utf-8")
    columns = int(TASKS["tasks"][0]["options"]["env"]["COLUMNS"])
    (found,) = matched(render(judge(bench.exercise, bench.root / "answer.py"), width=columns))
    assert found == (*problem[:2], problem[2].rstrip())
