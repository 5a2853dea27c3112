"""The doctor, the hints' file and the editor."""

import json
import os
import sys
import threading
from dataclasses import replace
from datetime import UTC, datetime
from types import ModuleType

import pytest

from autograder.cli import learner_upkeep
from autograder.course.hints import read_hints
from autograder.errors import Exit, Problem
from autograder.learner import extras
from autograder.learner.doctor import graphics, machine
from autograder.learner.doctor.advice import diagnose
from autograder.learner.doctor.disk import Disk, look_at_disk
from autograder.learner.doctor.examine import examine
from autograder.learner.doctor.finding import Finding, Health
from autograder.learner.doctor.graphics import Graphics
from autograder.learner.doctor.machine import Environment, Machine, Sandboxes
from autograder.learner.editor import edit
from autograder.learner.solution import solution_text
from autograder.sandbox.engine import sdk

SOUND = Machine(
    system="linux",
    python=(3, 12),
    executable="/venv/bin/python",
    environment=Environment(prefix="/venv", shared=False, on_path="/venv/bin/ninety"),
    disk=Disk("/work", free_mb=9000, kind="ext4"),
    graphics=Graphics(),
    sandboxes=Sandboxes(),
    now=datetime(2026, 11, 30, tzinfo=UTC),
    installed=datetime(2026, 11, 29, tzinfo=UTC),
    installer="apt",
)
MAC = replace(SOUND, system="darwin", installer="brew", sandboxes=Sandboxes("bubblewrap exists on Linux only"))
WINDOWS = replace(
    SOUND,
    system="win32",
    installer="winget",
    environment=Environment("C:\\course\\.venv", False, "C:\\course\\.venv\\Scripts\\ninety.exe"),
    sandboxes=Sandboxes("bubblewrap exists on Linux only", docker_client=False, docker_package=False),
)
CARD = Graphics(("NVIDIA H200",), "570.86", torch="2.13.0", cuda="12.8", seen=True)
FEDORA = replace(SOUND, installer="dnf")
UNKNOWN = replace(SOUND, installer="")


def found(machine, exercises=()):
    return {finding.subject: finding for finding in diagnose(machine, exercises)}


def only_ill(machine, exercises=()):
    """The one finding that is not ok."""
    (finding,) = [finding for finding in diagnose(machine, exercises) if finding.health is not Health.OK]
    return finding


@pytest.mark.parametrize("machine", [SOUND, MAC, FEDORA, replace(SOUND, graphics=CARD)])
def test_a_healthy_machine_has_nothing_to_mend(machine):
    assert {f.health for f in found(machine).values()} == {Health.OK}
    assert not [f for f in found(machine).values() if f.fix]


def environment(**changes):
    return {"environment": replace(SOUND.environment, **changes)}


def disk(**changes):
    return {"disk": replace(SOUND.disk, **changes)}


def boxes(**changes):
    return {"sandboxes": Sandboxes(**changes)}


def card(**changes):
    return {"graphics": replace(CARD, **changes)}


NOTES = [
    (SOUND, environment(on_path="/other/bin/ninety"), "another installation", ". /venv/bin/activate"),
    (SOUND, environment(shared=True), "system's own Python", "python3 -m venv .venv"),
    (
        WINDOWS,
        boxes(docker_client=False, docker_package=False, no_bubblewrap="none"),
        "not installed",
        "winget install",
    ),
    (MAC, boxes(no_engine="no Docker engine answers (none); start", no_bubblewrap="none"), "(none)", "Docker Desktop"),
    (
        SOUND,
        boxes(no_engine="no Docker engine answers (Errno 2); start it"),
        "(Errno 2); used",
        "systemctl start docker",
    ),
    (SOUND, boxes(no_engine="(Permission denied)"), "does not let this user in", "usermod -aG docker"),
    (SOUND, boxes(no_engine="the Docker engine gives no answer in 5 s"), "no answer in 5 s", "systemctl"),
    (SOUND, boxes(no_image="not built"), "not built", "ninety image"),
    (SOUND, boxes(docker_package=False, no_engine="x"), "Python package docker", "pip install -c constraints.txt"),
    (SOUND, boxes(no_bubblewrap="bubblewrap is not installed"), "bare process only", "sudo apt install bubblewrap"),
    (FEDORA, boxes(no_bubblewrap="bubblewrap is not installed"), "bare process only", "sudo dnf install bubblewrap"),
    (UNKNOWN, boxes(no_bubblewrap="bubblewrap is not installed"), "bare", "install bubblewrap with your system's"),
    (SOUND, boxes(no_bubblewrap="bubblewrap cannot make namespaces"), "namespaces", "sudo sysctl"),
    (SOUND, {"graphics": Graphics(unserved=True)}, "no driver", "sudo ubuntu-drivers install"),
    (WINDOWS, {"graphics": Graphics(failure="Driver/library version mismatch")}, "mismatch", "restart the machine"),
    (SOUND, card(torch="2.13.0+cpu", cuda="", seen=False), "built without CUDA", "--torch-backend auto torch"),
    (SOUND, card(cuda="13.0", seen=False), "driver 570.86 is too old for torch", "install driver 580 or newer"),
    (SOUND, card(seen=False), "sees none", "CUDA_VISIBLE_DEVICES"),
    (SOUND, {"port_in_use": True}, "8090 is in use", "--port N"),
    (SOUND, {"encoding": "ascii"}, "shown wrong", "export PYTHONIOENCODING=utf-8"),
    (WINDOWS, {"encoding": "cp1251"}, "cp1251", "chcp 65001"),
    (SOUND, {"file_encoding": "ascii"}, "names of files", "export LC_ALL=C.UTF-8"),
    (WINDOWS, {"file_encoding": "mbcs"}, "mbcs", "set PYTHONUTF8=1"),
]
PROBLEMS = [
    (SOUND, {"python": (3, 10)}, "3.10; the course needs 3.11", "sudo apt install python3 python3-venv"),
    (MAC, {"python": (3, 14)}, "below 3.14", "brew install python@3.12"),
    (WINDOWS, {"python": (3, 9)}, "3.9;", "winget install Python.Python.3.12; then set up without make"),
    (SOUND, {"absent_parts": ("lzma", "ssl")}, "built without lzma, ssl", "make setup"),
    (SOUND, environment(names="/old/.venv/bin/python"), "was moved", "remove /venv, then `make setup` anew"),
    (SOUND, disk(free_mb=10), "10 MB free", "free at least 500 MB"),
    (SOUND, disk(refused="Read-only file system"), "Read-only", "--workspace"),
    (SOUND, disk(kind="nfs4", no_lock="No locks available"), "nfs4 cannot be locked", "a disk of this machine"),
    (SOUND, disk(skew_s=3600.0), "3600 s away", "timedatectl"),
    (MAC, {"now": datetime(1970, 1, 1, tzinfo=UTC)}, "1970-01-01, before", "systemsetup"),
    (WINDOWS, {"now": datetime(1970, 1, 1, tzinfo=UTC)}, "1970-01-01, before", "w32tm"),
]


@pytest.mark.parametrize(("machine", "changes", "what", "fix"), NOTES)
def test_what_only_some_exercises_use_is_a_note_with_its_fix(machine, changes, what, fix):
    ill = only_ill(replace(replace(machine, sandboxes=Sandboxes()), **changes))
    assert ill.health is Health.NOTE
    assert what in ill.what
    assert fix in ill.fix


@pytest.mark.parametrize(("machine", "changes", "what", "fix"), PROBLEMS)
def test_what_stops_the_course_is_a_problem_with_its_fix(machine, changes, what, fix):
    ill = only_ill(replace(replace(machine, sandboxes=Sandboxes()), **changes))
    assert ill.health is Health.PROBLEM
    assert what in ill.what
    assert fix in ill.fix


def test_a_folder_of_another_machine_is_fine_and_said():
    machine = replace(SOUND, disk=replace(SOUND.disk, kind="cifs", ignores_case=True, coarse=True))
    said = found(machine)["files"]
    assert said.health is Health.OK
    assert said.what == (
        "cifs, names ignore case, times are kept to a second or two, "
        "what another machine saves is noticed within a second"
    )


def test_what_a_system_cannot_run_is_named(catalogue):
    first, second, third = catalogue
    exercises = (
        replace(first, linux=True),
        replace(second, unix=True, services=("postgres",)),
        replace(third, gpu=True),
    )
    absent = (("postgres", "PostgreSQL (14 or later) is not installed"),)
    mac = found(replace(MAC, absent_servers=absent), exercises)
    assert mac["system"].what == "macOS cannot run exercise 0.1"
    assert mac["server postgres"] == Finding(
        Health.NOTE,
        "server postgres",
        "PostgreSQL (14 or later) is not installed, used by exercise 1.2",
        "brew install postgresql@16",
    )
    assert (mac["gpu"].health, mac["gpu"].what) == (Health.NOTE, "none found, used by exercise 8.3")
    windows = found(replace(WINDOWS, absent_servers=absent), exercises)
    assert windows["system"].what == "Windows cannot run exercise 0.1, 1.2"
    assert windows["system"].fix.startswith("wsl --install")
    assert windows["server postgres"].fix == "run it in WSL"
    assert found(SOUND, exercises)["server postgres"].health is Health.OK


# ---- this machine


@pytest.fixture
def findings(workspace):
    def look(**changes):
        settings = {"encoding": "utf-8", "sandboxes": Sandboxes()} | changes
        return {finding.subject: finding for finding in examine(workspace, **settings)}

    return look


def test_this_machine_is_fit_for_its_own_tests(findings, course):
    (course / "_build" / "html").mkdir(parents=True)
    said = findings()
    assert {"python", "course", "book", "sandbox", "docker", "gpu", "workspace", "disk", "writable"} <= set(said)
    assert not [f for f in said.values() if f.health is Health.PROBLEM]


def test_what_only_some_exercises_import_is_a_note(findings, catalogue, monkeypatch):
    manifest = catalogue.get("0.1").folder / "exercise.toml"
    manifest.write_text('needs = ["torch"]\n' + manifest.read_text(encoding="utf-8"), encoding="utf-8")
    del catalogue.__dict__["exercises"]
    monkeypatch.setattr(extras, "find_spec", lambda name: None)
    said = findings()
    assert said["extra torch"] == Finding(
        Health.NOTE, "extra torch", "lacks torch, used by exercise 0.1", "pip install -c constraints.txt -e '.[torch]'"
    )
    assert said["book"].fix == "make book"


def test_a_folder_that_cannot_be_written_is_seen(tmp_path, monkeypatch):
    def refuse(**options):
        raise PermissionError(13, "Permission denied")

    assert look_at_disk(tmp_path).refused == ""
    assert list(tmp_path.iterdir()) == []
    monkeypatch.setattr("tempfile.NamedTemporaryFile", refuse)
    assert look_at_disk(tmp_path).refused == "Permission denied"


@pytest.mark.parametrize(
    ("script", "seen"),
    [
        ("echo 'NVIDIA H200, 570.86.10'", Graphics(("NVIDIA H200",), "570.86.10")),
        (
            "echo 'NVML: Driver/library version mismatch'; exit 18",
            Graphics(failure="NVML: Driver/library version mismatch"),
        ),
        ("exit 9", Graphics(failure="exit status 9")),
        ("exec sleep 60", Graphics(failure="it gave no answer in 1 s")),
    ],
)
def test_the_driver_is_asked_and_not_waited_for(tmp_path, monkeypatch, script, seen):
    program = tmp_path / "nvidia-smi"
    program.write_text(f"#!/bin/sh\nexec 2>&1\n{script}\n", encoding="utf-8")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    monkeypatch.setattr(graphics, "_PATIENCE", 1.0)
    monkeypatch.setattr(graphics, "_torch", lambda: ("", ""))
    assert graphics.look_at_graphics() == seen


def test_an_environment_that_was_moved_is_seen(tmp_path, monkeypatch):
    (tmp_path / "ninety").write_text("#!/gone/.venv/bin/python\n", encoding="utf-8")
    monkeypatch.setattr(machine.sys, "executable", str(tmp_path / "python"))
    monkeypatch.setenv("PATH", str(tmp_path))
    assert machine._environment().names == "/gone/.venv/bin/python"


def test_an_engine_that_hangs_does_not_hang_the_doctor():
    over = threading.Event()
    assert learner_upkeep._within(0.05, lambda: str(over.wait(5))).startswith("the Docker engine gives no answer")
    over.set()
    assert learner_upkeep._within(5, lambda: str(1 // 0)) == "integer division or modulo by zero"


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


def test_a_folder_called_docker_is_not_the_package(monkeypatch, tmp_path):
    for name in [name for name in sys.modules if name.partition(".")[0] == "docker"]:
        monkeypatch.delitem(sys.modules, name)
    folder = ModuleType("docker")
    folder.__path__ = [str(tmp_path)]
    monkeypatch.setitem(sys.modules, "docker", folder)
    sdk.cache_clear()
    with pytest.raises(Problem, match="needs the Python package docker"):
        sdk()
