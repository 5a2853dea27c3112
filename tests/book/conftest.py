"""The built book: built in place, as `make book` does, so that only what is stale is read again."""

import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("jupyter_book", reason="the book is built with the extra book")

ROOT = Path(__file__).resolve().parents[2]


def build(root: Path) -> subprocess.CompletedProcess[str]:
    """Build the book that lies at `root`; a warning makes it fail."""
    command = [Path(sys.executable).parent / "jupyter-book", "build", ".", "-W", "-n", "--keep-going"]
    return subprocess.run(command, cwd=root, capture_output=True, text=True, timeout=600, check=False)


@pytest.fixture(scope="session")
def html():
    """The folder of the built book."""
    result = build(ROOT)
    lines = (result.stdout + result.stderr).splitlines()
    faults = [line for line in lines if "ERROR" in line or ": WARNING" in line or "[91m" in line]
    assert result.returncode == 0, "\n".join(faults or lines[-40:])
    return ROOT / "_build" / "html"
