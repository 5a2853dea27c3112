"""Completion in the shells that people use: commands, options, and exercises with their titles."""

import os
import shutil
import subprocess
import sys

import pytest

from autograder import sandbox
from autograder.cli import options
from autograder.errors import Exit


@pytest.fixture
def complete(course, tmp_path):
    """What a shell is told for a line with the cursor at its end, in the lines of fish: kind, value, a tab, help."""
    program = tmp_path / "bin" / "ninety"
    program.parent.mkdir()
    program.write_text(f"#!{sys.executable}\nfrom autograder.cli import main\nmain()\n", encoding="utf-8")
    program.chmod(0o755)
    path = f"{program.parent}{os.pathsep}{os.environ['PATH']}"

    def tell(line: str) -> list[str]:
        *_, last = line.split(" ")
        environment = {"_NINETY_COMPLETE": "fish_complete", "COMP_WORDS": line, "COMP_CWORD": last, "PATH": path}
        words = [str(program)]
        done = subprocess.run(words, env={**os.environ, **environment}, capture_output=True, text=True, check=True)
        return done.stdout.splitlines()

    tell.path = path
    return tell


def test_commands_and_options(complete):
    (check,) = complete("ninety ch")
    assert check.startswith("plain,check\tJudge EXERCISE")
    assert "plain,--seed" in [line.partition("\t")[0] for line in complete("ninety check --s")]


@pytest.mark.parametrize("command", ["check", "open", "hint", "reset", "solution", "debug"])
def test_exercises_with_their_titles(complete, command):
    assert complete(f"ninety {command} 1") == ["plain,1.2\tThe threshold is a business decision"]
    if command == "open":
        assert [line.partition("\t")[0] for line in complete("ninety open ")] == ["plain,0.1", "plain,1.2", "plain,8.3"]
        assert complete("ninety open mic") == ["plain,micro_batching\tWait a little, win a lot"]


def test_without_a_course_there_is_nothing_to_complete(complete, monkeypatch, tmp_path):
    monkeypatch.setenv("NINETY_COURSE", str(tmp_path / "none"))
    assert complete("ninety open ") in ([], [""])


def test_the_script_works_in_a_real_bash(complete, ninety, tmp_path):
    script = ninety("completion", "bash")
    assert script.code == Exit.PASSED
    (tmp_path / "completions").write_text(script.out, encoding="utf-8")
    typed = (
        f"source '{tmp_path}/completions'; COMP_WORDS=(ninety open 8); COMP_CWORD=2; "
        "_ninety_completion ninety open 8; echo ${COMPREPLY[@]}"
    )
    environment = {**os.environ, "PATH": complete.path}
    done = subprocess.run([shutil.which("bash"), "-c", typed], env=environment, capture_output=True, text=True)
    assert done.stdout == "8.3\n"


@pytest.mark.parametrize(("shell", "words"), [("zsh", "#compdef ninety"), ("fish", "complete --no-files --command")])
def test_the_other_shells_get_their_script(ninety, shell, words):
    assert words in ninety("completion", shell).out


def test_another_shell_is_named_with_those_there_are(ninety):
    ran = ninety("completion", "tcsh")
    assert ran.code == Exit.USAGE
    assert "'bash', 'zsh', 'fish'" in ran.err


def test_the_sandboxes_are_those_there_are():
    assert sandbox.NAMES == options.SANDBOXES
