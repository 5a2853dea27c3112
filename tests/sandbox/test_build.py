"""How the libraries of an image are put together."""

import subprocess
from types import SimpleNamespace

import pytest

from autograder.errors import Problem
from autograder.sandbox import Tier, build


@pytest.fixture
def installer(monkeypatch):
    """What the installer was called with, in which environment; it refuses."""
    calls = []

    def run(command, **more):
        calls.append((command, more["env"]))
        return SimpleNamespace(returncode=1, stderr="no such version")

    monkeypatch.setattr(subprocess, "run", run)
    monkeypatch.setattr(build, "pins", lambda extras: ("numpy==2.3.0", "torch==2.13.0+cpu"))
    for name in ("PIP_FIND_LINKS", "UV_FIND_LINKS"):
        monkeypatch.delenv(name, raising=False)
    return calls


def refused(tmp_path):
    with pytest.raises(Problem, match="cannot be put together: no such version"):
        build._install(Tier.TORCH, "3.11", tmp_path / "site-packages")


def test_a_version_of_pytorchs_own_index_is_looked_for_there(installer, tmp_path):
    refused(tmp_path)
    ((command, _),) = installer
    assert command[-2:] == ["--torch-backend", "cpu"]
    assert (tmp_path / "constraints.txt").read_text() == "numpy==2.3.0\ntorch==2.13.0+cpu\n"


def test_a_folder_of_wheels_that_pip_is_told_of_is_used(installer, monkeypatch, tmp_path):
    monkeypatch.setenv("PIP_FIND_LINKS", "/wheels /more")
    refused(tmp_path)
    ((command, environment),) = installer
    assert environment["UV_FIND_LINKS"] == "/wheels,/more"
    assert "--torch-backend" not in command
