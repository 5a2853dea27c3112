"""A person who asks for Docker before its image was built is offered to have it built; a script is told what to do."""

import sys
from types import SimpleNamespace

import click
import pytest

from autograder.cli import image
from autograder.errors import Problem
from autograder.sandbox import Limits, Tier, build, choose_sandbox

TERMINAL, SCRIPT = SimpleNamespace(isatty=lambda: True), SimpleNamespace(isatty=lambda: False)


@pytest.fixture
def built(monkeypatch):
    """What was built while no image is there."""
    tiers = []
    monkeypatch.setattr(image, "image_of", lambda tier: None)
    monkeypatch.setattr(build, "build_image", lambda tier, base, tell: tiers.append(tier))
    return tiers


def sit_at(monkeypatch, place, answer=True):
    """Who is there, and what they say when they are asked."""
    monkeypatch.setattr(sys, "stdin", place)
    monkeypatch.setattr(sys, "stderr", place)
    asked = []
    monkeypatch.setattr(click, "confirm", lambda words, **more: asked.append(words) or answer)
    return asked


def test_a_person_is_asked_and_the_tier_is_what_the_exercise_needs(bench, built, monkeypatch):
    asked = sit_at(monkeypatch, TERMINAL)
    image.offer_image(bench.exercise)
    (bench.folder / "answer.py").write_text("import torch\n")
    image.offer_image(bench.exercise)
    assert built == [Tier.CORE, Tier.TORCH]
    assert "image of tier core is not built yet" in asked[0]


def test_nothing_is_built_against_a_persons_word_or_without_one(bench, built, monkeypatch):
    sit_at(monkeypatch, TERMINAL, answer=False)
    image.offer_image(bench.exercise)
    asked = sit_at(monkeypatch, SCRIPT)
    image.offer_image(bench.exercise)
    assert (built, asked) == ([], [])


@pytest.mark.docker
def test_a_script_is_told_how_to_build_it(bench, monkeypatch):
    from autograder.sandbox import docker

    monkeypatch.setattr(docker, "image_of", lambda tier: None)
    bench.checks('@task("a")\ndef test_x(candidate):\n    "x."\n')
    with pytest.raises(Problem, match="there is no Docker image ninety-core") as problem:
        choose_sandbox("docker").cell(("json",), Limits(memory_mb=77))  # no container for these waits
    assert "`ninety image core` builds it" in str(problem.value)
