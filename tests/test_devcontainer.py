"""The containers that an editor offers to open the course in are what the rest of the repository says."""

import json
import re
from pathlib import Path

import pytest

from autograder.learner.book.server import DEFAULT_PORT
from autograder.learner.editor_files import EXTENSIONS

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / ".devcontainer"


def read(name):
    return json.loads((FOLDER / name).read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", ["devcontainer.json", "gpu/devcontainer.json"])
def test_a_container_sets_the_course_up(name):
    container = read(name)
    assert (FOLDER / name).parent.joinpath(container["build"]["dockerfile"]).resolve() == FOLDER / "Dockerfile"
    assert container["forwardPorts"] == [DEFAULT_PORT]
    assert container["customizations"]["vscode"]["extensions"] == EXTENSIONS["recommendations"]
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    made = re.match(r"make ([a-z ]+?)(?: && |$)", container["postCreateCommand"])
    assert set(made[1].split()) <= targets


def test_only_the_second_wants_a_gpu():
    plain, gpu = read("devcontainer.json"), read("gpu/devcontainer.json")
    assert "runArgs" not in plain
    assert gpu["runArgs"] == ["--gpus", "all"]
    assert {key for key in gpu if gpu[key] != plain.get(key)} == {"name", "build", "runArgs", "postCreateCommand"}


def test_its_user_and_its_python_are_there():
    dockerfile = (FOLDER / "Dockerfile").read_text(encoding="utf-8")
    assert f" {read('devcontainer.json')['remoteUser']}\n" in dockerfile
    python = re.search(r"^FROM python:(3\.\d+)", dockerfile, re.MULTILINE)[1]
    assert f"python{python}" in (ROOT / "Makefile").read_text(encoding="utf-8")
