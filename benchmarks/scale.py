"""What a submission costs in a batch of ten thousand, against a batch of a hundred."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks import forms
from benchmarks.tools import ours

SMALL, LARGE = 100, 10_000


def scale(folder: Path, made: list[dict[str, str]], sandboxes: Sequence[str], jobs: int) -> dict[str, Any]:
    """For each sandbox: wall and CPU s a submission in both batches, and the most memory of each in MiB.

    The small batch is graded before and after the large one, and the mean of the two is taken.
    """
    few, copies = SMALL // len(made) or 1, LARGE // len(made)
    forms.write_ours(folder, made, copies)
    found = {}
    for name in sandboxes:
        tool = ours(folder, name, jobs, len(made), copies)
        print(f"scale: {tool.name}", flush=True)
        each = range(len(made))
        before, large, after = tool.batch(each, few), tool.batch(each, copies), tool.batch(each, few)
        small, graded = len(made) * few, len(made) * copies
        row = {
            str(small): {
                "wall_seconds_each": (before.wall + after.wall) / 2 / small,
                "cpu_seconds_each": (before.cpu + after.cpu) / 2 / small,
                "memory_mb": max(before.memory, after.memory),
            },
            str(graded): {
                "wall_seconds_each": large.wall / graded,
                "cpu_seconds_each": large.cpu / graded,
                "memory_mb": large.memory,
            },
        }
        found[tool.name] = {size: {key: round(value, 5) for key, value in cost.items()} for size, cost in row.items()}
    return found
