"""`ninety author` as an author types it, with the real examiner where it judges."""

import json
import os
import subprocess
import sys
import time

import pytest

from autograder.sandbox import processes


@pytest.fixture
def ninety(root):
    """Run `ninety WORDS` in the course."""

    def run(*words):
        environment = {**os.environ, "NINETY_COURSE": str(root)}
        return subprocess.run(
            [sys.executable, "-m", "autograder", *words],
            cwd=root, env=environment, capture_output=True, text=True, encoding="utf-8", timeout=300,
        )  # fmt: skip

    return run


def test_build_lists_what_it_does_and_check_lists_what_it_would_do(ninety, folder, root):
    would = ninety("author", "build", "--check")
    assert would.returncode == 1
    assert would.stdout.splitlines()[0] == "add    exercises/08_serving/01_lateness/README.md"
    assert not (root / "exercises").exists()
    assert ninety("author", "build", "8.1").returncode == 0
    again = ninety("author", "build", "--check")
    assert (again.returncode, again.stdout) == (0, "")
    assert ninety("author", "build").stdout == "nothing to do: everything is as it should be\n"


def test_build_makes_an_nbgrader_course(ninety, folder, root):
    assert ninety("author", "build", "--to", "nbgrader", "teaching").returncode == 0
    assert (root / "teaching/source/8_1_lateness/lateness.ipynb").is_file()
    assert not (root / "exercises").exists()


def test_bad_input_is_one_clear_error(ninety, folder):
    unknown = ninety("author", "build", "8.2")
    assert unknown.returncode == 2
    assert "there is no exercise '8.2'" in unknown.stderr
    assert "Traceback" not in unknown.stderr
    assert ninety("author", "new", "micro_batching").returncode == 2
    (folder / "exercise.toml").write_text("title = \n", encoding="utf-8")
    malformed = ninety("author", "validate")
    assert malformed.returncode == 2
    assert "exercise.toml" in malformed.stderr
    assert "line 1" in malformed.stderr


def test_a_skill_that_is_none_of_the_known_names_them(ninety, folder):
    manifest = folder / "exercise.toml"
    text = manifest.read_text(encoding="utf-8")
    manifest.write_text('skills = ["testing", "juggling"]\n' + text, encoding="utf-8")
    refused = ninety("author", "build")
    assert refused.returncode == 2
    assert "`skills` holds 'juggling'; known are system design, data quality" in refused.stderr
    manifest.write_text('skills = ["testing", "code review"]\n' + text, encoding="utf-8")
    assert ninety("author", "build").returncode == 0


@pytest.mark.slow
def test_a_new_exercise_validates_at_once_and_turns_red_when_a_check_is_weakened(ninety, root):
    made = ninety("author", "new", "08_serving/micro_batching")
    assert made.returncode == 0
    assert "8.1: solutions/08_serving/01_micro_batching" in made.stdout
    green = ninety("author", "validate", "8.1", "--repeats", "2")
    assert green.returncode == 0, green.stdout
    assert "green: 1 exercise, 16 modules judged" in green.stdout

    checks = root / "solutions/08_serving/01_micro_batching/test_hidden.py"
    text = checks.read_text(encoding="utf-8")
    checks.write_text(text.replace("within=1e-12", "within=0.5"), encoding="utf-8")
    red = ninety("author", "validate", "--json", "--repeats", "1", "--jobs", "2")
    assert red.returncode == 1, red.stdout
    report = json.loads(red.stdout)
    assert report["green"] is False
    assert report["course"] == []
    (row,) = report["exercises"]
    assert row["objections"] == [
        "mutants/two_digits.py passed every check with seed 0: "
        "make test_any_flags_have_their_share stricter or delete it"
    ]
    assert row["tallies"]["mutants"] == {"good": 3, "all": 4}


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL")
def test_a_validation_that_is_killed_leaves_no_process_and_no_temporary_file(ninety, root, tmp_path):
    assert ninety("author", "new", "08_serving/micro_batching").returncode == 0
    temporary = tmp_path / "t"
    temporary.mkdir()
    command = [sys.executable, "-m", "autograder", "author", "validate", "--jobs", "2", "--sandbox", "process"]
    environment = {**os.environ, "NINETY_COURSE": str(root), "TMPDIR": str(temporary)}
    process = subprocess.Popen(command, cwd=root, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    deadline = time.monotonic() + 60
    while len(started := processes.descendants(process.pid)) < 4:  # the workers and a candidate, at least
        assert process.poll() is None
        assert time.monotonic() < deadline
        time.sleep(0.02)
    before = {path.name for path in temporary.iterdir()}
    process.kill()
    process.wait()
    while any(os.path.exists(f"/proc/{pid}") for pid in started) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert not [pid for pid in started if os.path.exists(f"/proc/{pid}")]
    # The killed process could remove nothing: its two folders stay, and no worker's does.
    assert len({path.name for path in temporary.iterdir()} & before) <= 2
