"""What a submission costs in a batch of ten thousand, against a batch of a hundred."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks import forms
from benchmarks.measure import Cost
from benchmarks.tools import ours

SMALL, LARGE = 100, 10_000
_TIMES = 4  # a batch of a hundred takes two seconds


def scale(folder: Path, made: list[dict[str, str]], sandboxes: Sequence[str], jobs: int) -> dict[str, Any]:
    """For each sandbox: wall and CPU s a submission in both batches, and the most memory of each in MiB.

    What it takes to start, which is what a batch of one submission a worker takes, is left out: it would be shared by
    a hundred times as many. The small batches are graded around the large one, and their mean is taken.
    """
    few, copies = SMALL // len(made) or 1, LARGE // len(made)
    small, large = len(made) * few, len(made) * copies
    forms.write_ours(folder, made, copies)
    found = {}
    for name in sandboxes:
        tool = ours(folder, name, jobs, len(made), copies)
        print(f"scale: {tool.name}", flush=True)
        each = range(len(made))
        around: list[tuple[Cost, Cost]] = []  # of nothing but a start, and of a small batch
        for turn in range(_TIMES):
            if turn == _TIMES // 2:
                great = tool.batch(each, copies)
            around.append((tool.batch(range(jobs), 1), tool.batch(each, few)))
        start, less = (_mean(costs) for costs in zip(*around, strict=True))
        found[tool.name] = {
            str(count): {
                "wall_seconds_each": round((cost.wall - start.wall) / (count - jobs), 5),
                "cpu_seconds_each": round((cost.cpu - start.cpu) / (count - jobs), 5),
                "memory_mb": round(cost.memory, 1),
            }
            for count, cost in ((small, less), (large, great))
        }
    return found


def _mean(costs: Sequence[Cost]) -> Cost:
    """The mean of each time, and the most memory."""
    count = len(costs)
    return Cost(
        sum(cost.wall for cost in costs) / count,
        sum(cost.cpu for cost in costs) / count,
        max(cost.memory for cost in costs),
    )
