"""An exercise made for a test, a judge for code given as text, and what a machine has to have."""

import textwrap
from pathlib import Path

import pytest

from autograder.course import read_manifest
from autograder.examiner import judge
from autograder.sandbox import Tier, image_of
from autograder.sandbox.bubblewrap import Bubblewrap
from autograder.sandbox.engine import no_engine

pytest_plugins = ["tests.requirements"]

MANIFEST = """
title = "Made for a test"
summary = "One line."
module = "answer"
minutes = 5
difficulty = 1
page = "book/none.md"
[limits]
{limits}
[tasks.a]
title = "First"
points = {points}
[tasks.b]
title = "Second"
points = 1
"""
HEAD = "from autograder.examiner import *\n"


class Bench:
    """Writes an exercise's checks and judges answers to it."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.folder = root / "solutions" / "00_start" / "01_made"
        self.folder.mkdir(parents=True)
        self.checks("")

    def checks(self, visible: str, hidden: str = "", harness: str = "", **limits: float) -> None:
        """Write the checks; `limits` go into the manifest."""
        lines = "\n".join(f"{name} = {value}" for name, value in limits.items())
        (self.folder / "exercise.toml").write_text(MANIFEST.format(limits=lines, points=1))
        (self.folder / "test_visible.py").write_text(HEAD + textwrap.dedent(visible))
        for name, text in (("test_hidden.py", hidden), ("harness.py", harness)):
            if text:
                (self.folder / name).write_text((HEAD if hidden is text else "") + textwrap.dedent(text))

    @property
    def exercise(self):
        """The exercise as it stands."""
        return read_manifest(self.folder)

    def judge(self, code: str | bytes, sandbox: str = "process", seed: int = 1, **more):
        """The verdict on a module given as text."""
        path = self.root / "answer.py"
        path.write_bytes(code if isinstance(code, bytes) else textwrap.dedent(code).encode())
        return judge(self.exercise, path, sandbox=sandbox, seed=seed, **more)

    def one(self, code: str | bytes, sandbox: str = "process", **more):
        """The result of the first check."""
        return self.judge(code, sandbox, **more).checks[0]


@pytest.fixture
def bench(tmp_path):
    return Bench(tmp_path)


def pytest_runtest_setup(item):
    """Without bubblewrap, or a Docker engine and an image, the tests that need it are skipped."""
    if item.get_closest_marker("bubblewrap"):
        missing = Bubblewrap().available()
        if missing:
            pytest.skip(missing)
    if item.get_closest_marker("docker"):
        missing = no_engine() or ("" if image_of(Tier.CORE) else "no image of tier core: ninety image core")
        if missing:
            pytest.skip(missing)
