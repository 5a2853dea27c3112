"""The verdicts of a fast sandbox are those of the slow reference: one process for each start, nothing kept warm."""

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

_MEASURED = ("seconds", "sandbox", "submission")


def differences(folder: Path, made: int, copies: int, sandboxes: Sequence[str]) -> dict[str, int]:
    """How many of the `made * copies` submissions in `folder/ours` get another verdict than in bare processes.

    Those that are the same, byte for byte, are judged once in bare processes.
    """
    reference = _verdicts(folder, "process", range(made))
    found = {}
    for name in sandboxes:
        verdicts = _verdicts(folder, name, range(made * copies))
        found[name] = sum(verdict != reference[number % made] for number, verdict in enumerate(verdicts))
    return found


def _verdicts(folder: Path, sandbox: str, numbers: Sequence[int]) -> list[dict[str, Any]]:
    wanted = [f"ours/s{number:05}" for number in numbers]
    command = [str(Path(sys.executable).parent / "ninety"), "grade", *wanted, "--exercise", "0.1", "--seed", "7"]
    command += ["--sandbox", sandbox, "--json"]
    environment = dict(os.environ) | {"NINETY_COURSE": str(folder / "course")}
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    return [_judged(verdict) for verdict in json.loads(done.stdout)]


def _judged(verdict: dict[str, Any]) -> dict[str, Any]:
    """All of a verdict but what was measured, and the submission's name."""
    checks = [{key: value for key, value in check.items() if key not in _MEASURED} for check in verdict["checks"]]
    return {key: value for key, value in verdict.items() if key not in _MEASURED} | {"checks": checks}
