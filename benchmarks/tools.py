"""Each tool on the same submissions: ready to be timed, one call a batch."""

import shutil
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from benchmarks import forms
from benchmarks.measure import Cost, run

BIN = Path(sys.executable).parent
_PEERS = Path(".venv-peers/bin").absolute()
_DONE = (0, 1)  # some submissions are wrong


@dataclass(frozen=True)
class Tool:
    """A way to grade: `batch(numbers, copies)` grades these submissions, each so often, and tells what it cost.

    `copies` is how often each is given in a batch: of what takes 10 ms more are given, so that its start counts less.
    """

    name: str
    copies: int
    batch: Callable[[Sequence[int], int], Cost]


def ours(folder: Path, sandbox: str, jobs: int, made: int, copies: int) -> Tool:
    """`ninety grade` in a sandbox, with so many workers."""
    place = folder / "ours"

    def batch(numbers: Sequence[int], copies: int) -> Cost:
        wanted = [str(place / f"s{number + made * copy:05}") for copy in range(copies) for number in numbers]
        out = folder / "out"
        shutil.rmtree(out, ignore_errors=True)
        command = [str(BIN / "ninety"), "grade", *wanted, "--exercise", "0.1", "--sandbox", sandbox]
        command += ["--jobs", str(jobs), "--out", str(out)]
        return run(command, folder, {"NINETY_COURSE": str(folder / "course")}, _DONE)

    return Tool(f"ninety, {sandbox}, {jobs} at a time", copies, batch)


def nbgrader(folder: Path, made: list[dict[str, str]]) -> Tool:
    """`nbgrader autograde`, which has one process."""
    place = forms.write_nbgrader(folder, made)
    environment = {"PATH": f"{BIN}:/usr/bin:/bin", "JUPYTER_PLATFORM_DIRS": "1"}
    run([str(BIN / "nbgrader"), "generate_assignment", "summaries"], place, environment)

    def batch(numbers: Sequence[int], copies: int) -> Cost:
        shutil.rmtree(place / "autograded", ignore_errors=True)
        students = "|".join(f"s{number:05}" for number in numbers)
        chosen = [] if len(numbers) == len(made) else [f"--CourseDirectory.student_id={students}"]
        if len(numbers) not in (1, len(made)):
            raise ValueError("one submission or all of them")
        command = [str(BIN / "nbgrader"), "autograde", "summaries", "--force", *chosen]
        return run(command, place, environment)

    return Tool("nbgrader autograde", 1, batch)


def otter(folder: Path, made: list[dict[str, str]]) -> Tool:
    """`otter run`, a process for each submission."""
    place = forms.write_otter(folder, made)
    environment = {"PATH": f"{_PEERS}:/usr/bin:/bin"}
    (place / "results").mkdir()
    generate = [str(_PEERS / "otter"), "generate", "-t", "tests", "-c", "otter_config.json", "--no-environment"]
    run(generate, place, environment)

    def batch(numbers: Sequence[int], copies: int) -> Cost:
        autograder = next(place.glob("*.zip"))
        command = [str(_PEERS / "otter"), "run", "-a", str(autograder), "-o", "results", "--no-logo"]
        return _added([run([*command, f"submitted/s{number:05}.ipynb"], place, environment) for number in numbers])

    return Tool("otter run", 1, batch)


def plain_pytest(folder: Path, made: list[dict[str, str]], jobs: int) -> Tool:
    """`python -m pytest`, a process for each submission, so many at a time."""
    place = forms.write_pytest(folder, made)

    def batch(numbers: Sequence[int], copies: int) -> Cost:
        command = [sys.executable, "-B", "-m", "pytest", "-q", "-p", "no:cacheprovider", "--rootdir=."]
        with ThreadPoolExecutor(jobs) as pool:
            work = [pool.submit(_one, command, place / f"s{number:05}") for number in numbers]
            costs = [future.result() for future in work]
        return _added(costs, jobs)

    return Tool(f"pytest, {jobs} at a time", 1, batch)


def _one(command: list[str], folder: Path) -> Cost:
    return run([*command, "-c", "/dev/null", "test_summaries.py"], folder, ok=_DONE)


def _added(costs: Sequence[Cost], jobs: int = 1) -> Cost:
    """The cost of runs, `jobs` at a time. With several at a time each has seen the CPU time of its neighbours."""
    return Cost(
        sum(cost.wall for cost in costs) / jobs,
        sum(cost.cpu for cost in costs) / jobs,
        max(cost.memory for cost in costs) * jobs,
    )
