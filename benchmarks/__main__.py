"""`make bench`: the tools in turns on the same submissions; writes results/grading.json, a table and a plot.

python -m benchmarks [--submissions 50] [--rounds 3] [--skip otter] [--no-scale]
"""

import argparse
import compileall
import json
import os
import platform
import random
import statistics
import tempfile
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import autograder
from benchmarks import forms, tools
from benchmarks.cold import cold
from benchmarks.measure import Cost
from benchmarks.report import plot, table
from benchmarks.scale import scale
from benchmarks.tools import Tool
from benchmarks.verdicts import differences

RESULTS = Path(__file__).parent / "results"
WARM = ("bubblewrap", "docker")
COPIES = 40  # of each submission for our warm sandboxes: nbgrader takes a minute for what they do in one second
OTTER = 6  # submissions; one takes several seconds


def main() -> None:
    """Measure, and write what came of it."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--submissions", type=int, default=50)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--skip", nargs="*", default=[], help="names of tools to leave out, by their beginning")
    parser.add_argument("--no-scale", action="store_true", help="leave out the batch of ten thousand")
    wanted = parser.parse_args()
    cores = os.cpu_count() or 1
    made = forms.submissions(wanted.submissions)
    # As installing did with the other tools; a container, which may not write, would compile at each start.
    compileall.compile_dir(autograder.__path__[0], quiet=2)
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        forms.write_ours(folder, made, COPIES)
        contestants = [
            *(tools.ours(folder, box, cores, len(made), COPIES) for box in WARM),
            tools.ours(folder, "process", cores, len(made), 1),
            tools.nbgrader(folder, made),
            tools.plain_pytest(folder, made, cores),
            tools.otter(folder, made),
        ]
        chosen = [tool for tool in contestants if not any(tool.name.startswith(skip) for skip in wanted.skip)]
        rows = measure(chosen, len(made), wanted.rounds)
        cold_start = cold(folder, len(made), 30)
        wrong = differences(folder, len(made), COPIES, WARM)
        many = {} if wanted.no_scale else scale(folder / "many", made, WARM, cores)
    report = {
        "machine": {"cores": cores, "system": platform.platform(), "python": platform.python_version()},
        "submissions": len(made),
        "rounds": wanted.rounds,
        "tools": rows,
        "verdicts that differ from one process a submission": wrong,
        "ratios of throughput": ratios(rows),
        "scale": many,
        "cold start in Docker": cold_start,
    }
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / "grading.json").write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")
    (RESULTS / "grading.md").write_text(table(report), encoding="utf-8")
    plot(report, RESULTS / "grading.svg")
    print(table(report))


def measure(chosen: Sequence[Tool], count: int, rounds: int) -> dict[str, Any]:
    """Every tool once a round, in another order each time: the medians over the rounds."""
    order = random.Random(1)
    batches: dict[str, list[Cost]] = {tool.name: [] for tool in chosen}
    singles: dict[str, list[Cost]] = {tool.name: [] for tool in chosen}
    for number in range(rounds):
        turn = list(chosen)
        order.shuffle(turn)
        for tool in turn:
            print(f"round {number + 1}: {tool.name}", flush=True)
            singles[tool.name].append(tool.batch([number % count], 1))
            batches[tool.name].append(tool.batch(range(_graded(tool, count)), tool.copies))
    return {tool.name: _row(tool, batches[tool.name], singles[tool.name], count) for tool in chosen}


def ratios(rows: dict[str, Any]) -> dict[str, dict[str, float]]:
    """Our throughput over each peer's."""
    our = {name: row for name, row in rows.items() if name.startswith("ninety")}
    peers = {name: row for name, row in rows.items() if name not in our}
    return {
        name: {peer: round(row["per_second"] / other["per_second"], 1) for peer, other in peers.items()}
        for name, row in our.items()
    }


def _graded(tool: Tool, count: int) -> int:
    return min(OTTER, count) if tool.name.startswith("otter") else count


def _row(tool: Tool, batches: list[Cost], singles: list[Cost], count: int) -> dict[str, Any]:
    graded = _graded(tool, count) * tool.copies
    return {
        "graded": graded,
        "per_second": round(graded / statistics.median(cost.wall for cost in batches), 3),
        "cpu_seconds_each": round(statistics.median(cost.cpu for cost in batches) / graded, 4),
        "memory_mb": round(statistics.median(cost.memory for cost in batches)),
        "seconds_for_one": round(statistics.median(cost.wall for cost in singles), 3),
        "rounds": [asdict(cost) for cost in batches],
    }


if __name__ == "__main__":
    main()
