"""The verdicts of a fast sandbox are those of the slow reference: one process for each start, nothing kept warm."""

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

_MEASURED = ("seconds", "sandbox")


def differences(folder: Path, sandboxes: Sequence[str]) -> dict[str, int]:
    """How many of the submissions in `folder/ours` get another verdict in each sandbox than as bare processes."""
    reference = _verdicts(folder, "process")
    found = {}
    for name in sandboxes:
        verdicts = _verdicts(folder, name)
        found[name] = sum(verdicts[key] != reference[key] for key in reference)
    return found


def _verdicts(folder: Path, sandbox: str) -> dict[str, Any]:
    command = [str(Path(sys.executable).parent / "ninety"), "grade", "ours", "--exercise", "0.1", "--seed", "7"]
    command += ["--sandbox", sandbox, "--json"]
    environment = dict(os.environ) | {"NINETY_COURSE": str(folder / "course")}
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    return {verdict["submission"]: _judged(verdict) for verdict in json.loads(done.stdout)}


def _judged(verdict: dict[str, Any]) -> dict[str, Any]:
    """All of a verdict but what was measured."""
    checks = [{key: value for key, value in check.items() if key not in _MEASURED} for check in verdict["checks"]]
    return {key: value for key, value in verdict.items() if key not in _MEASURED} | {"checks": checks}
