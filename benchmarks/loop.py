"""How long after a save the verdict is there, against a cold pytest of the same checks.

python -m benchmarks.loop [--rounds 15]

For each of three exercises (standard library, NumPy, torch) in turns: save the module under `ninety watch`, and run
`python -m pytest` beside it. Half of the saves are wrong. Writes results/loop.json and results/loop.md.
"""

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.measure import run
from benchmarks.tools import BIN

RESULTS = Path(__file__).parent / "results"
_DONE = (0, 1)  # half of the saves are wrong
_VERDICTS = ("PASSED", "FAILED", "CRASHED", "TIMED OUT", "GRADER ERROR", "NOT ATTEMPTED")


@dataclass(frozen=True)
class Subject:
    """One exercise: a module, a wrong line for one of its lines, and what its functions have to answer.

    `pause` is how long (s) after a verdict the next save comes: longer than it takes to import `imports`.
    """

    name: str
    imports: str
    module: str
    right: str
    wrong: str
    answers: tuple[tuple[str, str], ...]
    pause: float

    def text(self, number: int) -> str:
        """The module as it is saved at round `number`: another text each time, wrong at every second."""
        text = self.module if number % 2 == 0 else self.module.replace(self.right, self.wrong)
        return f"{self.imports}\n\n{text}\n# save {number}\n"


SUBJECTS = (
    Subject(
        name="standard library",
        imports="import statistics",
        module="""
def centre(values):
    return statistics.median(values)


def spread(values):
    middle = centre(values)
    return centre([abs(value - middle) for value in values])
""",
        right="abs(value - middle)",
        wrong="value - middle",
        answers=(("centre([3.0, 1.0, 2.0])", "2.0"), ("spread([1.0, 2.0, 9.0])", "1.0")),
        pause=1.0,
    ),
    Subject(
        name="NumPy",
        imports="import numpy as np",
        module="""
def centre(values):
    return float(np.median(values))


def spread(values):
    return centre(np.abs(np.asarray(values) - centre(values)))
""",
        right="np.abs(np.asarray(values) - centre(values))",
        wrong="np.asarray(values) - centre(values)",
        answers=(("centre([3.0, 1.0, 2.0])", "2.0"), ("spread([1.0, 2.0, 9.0])", "1.0")),
        pause=1.5,
    ),
    Subject(
        name="torch",
        imports="import torch",
        module="""
def centre(values):
    return float(torch.tensor(values).median())


def spread(values):
    weight = torch.zeros(1, requires_grad=True)
    optimizer = torch.optim.SGD([weight], lr=0.5)
    for _ in range(3):
        optimizer.zero_grad()
        loss = ((weight - centre(values)) ** 2).mean()
        loss.backward()
        optimizer.step()
    return float((torch.tensor(values) - weight.detach()).abs().median())
""",
        right=".abs().median()",
        wrong=".median()",
        answers=(("centre([3.0, 1.0, 2.0])", "2.0"), ("spread([1.0, 2.0, 9.0])", "1.0")),
        pause=8.0,
    ),
)


def main() -> None:
    """Measure, and write what came of it."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.loop", description=__doc__)
    parser.add_argument("--rounds", type=int, default=15)
    wanted = parser.parse_args()
    rows = {subject.name: measure(subject, wanted.rounds) for subject in SUBJECTS}
    report = {
        "machine": {
            "cores": os.cpu_count(), "system": platform.platform(), "python": platform.python_version(),
        },
        "rounds": wanted.rounds,
        "subjects": rows,
    }  # fmt: skip
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / "loop.json").write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")
    (RESULTS / "loop.md").write_text(table(report), encoding="utf-8")
    print(table(report))


def measure(subject: Subject, rounds: int) -> dict[str, Any]:
    """Seconds from save to verdict and of a cold pytest, a pair each round, and the median of their ratios."""
    saves, colds = [], []
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        folder = Path(name)
        module = _write(subject, folder)
        with _watching(folder) as lines:
            for number in range(-1, rounds):  # the first is not counted: files come from the disk
                module.write_text(subject.text(number), encoding="utf-8")
                started = time.perf_counter()
                _wait_for_verdict(lines)
                saved = time.perf_counter() - started
                time.sleep(subject.pause)
                cold = _cold_pytest(subject, folder / "pytest", number)
                if number >= 0:
                    saves.append(saved)
                    colds.append(cold)
    return {
        "save_to_verdict_seconds": round(statistics.median(saves), 4),
        "cold_pytest_seconds": round(statistics.median(colds), 4),
        "ratio": round(statistics.median(s / c for s, c in zip(saves, colds, strict=True)), 3),
        "slowest_save_seconds": round(max(saves), 4),
    }


def table(report: dict[str, Any]) -> str:
    """A table in Markdown."""
    lines = ["| exercise | save to verdict, ms | cold pytest, ms | ratio |", "|---|---:|---:|---:|"]
    for name, row in report["subjects"].items():
        save, cold = row["save_to_verdict_seconds"] * 1000, row["cold_pytest_seconds"] * 1000
        lines.append(f"| {name} | {save:.0f} | {cold:.0f} | {row['ratio']:.2f} |")
    machine = report["machine"]
    lines += [
        "",
        f"Medians of {report['rounds']} saves, each followed by a `python -m pytest` of the same checks; half of the "
        f"saves are wrong; {machine['cores']} cores, Python {machine['python']}.",
    ]
    return "\n".join(lines) + "\n"


def _write(subject: Subject, folder: Path) -> Path:
    """A course of this exercise with a workspace, and the same for pytest; the learner's module."""
    exercise = folder / "solutions" / "00_bench" / "01_robust"
    exercise.mkdir(parents=True)
    (exercise / "exercise.toml").write_text(
        'title = "Robust"\nsummary = "Two robust statistics."\nmodule = "robust"\nminutes = 5\ndifficulty = 1\n'
        f'page = "robust.md"\n\n[tasks.a]\ntitle = "Two functions"\npoints = {len(subject.answers)}\n',
        encoding="utf-8",
    )
    checks = ["from autograder.examiner import expect_close, task\n"]
    tests = ["from pytest import approx\n\nfrom robust import *\n"]
    for call, answer in subject.answers:
        name = call.partition("(")[0]
        checks.append(
            f'\n@task("a")\ndef test_{name}(candidate):\n    """{name} is right."""\n'
            f"    expect_close(candidate.{call}, {answer}, 1e-6)\n"
        )
        tests.append(f"\ndef test_{name}():\n    assert {call} == approx({answer}, abs=1e-6)\n")
    starter = subject.text(0)
    for place in (exercise, folder / "exercises" / "00_bench" / "01_robust"):
        place.mkdir(parents=True, exist_ok=True)
        (place / "robust.py").write_text(starter, encoding="utf-8")
    (exercise / "test_visible.py").write_text("\n".join(checks), encoding="utf-8")
    beside = folder / "pytest"
    beside.mkdir()
    (beside / "test_robust.py").write_text("\n".join(tests), encoding="utf-8")
    run([str(BIN / "ninety"), "open", "0.1", "--print"], folder, {"NINETY_COURSE": str(folder)})
    return folder / "work" / "00_bench" / "01_robust" / "robust.py"


@contextmanager
def _watching(folder: Path) -> Iterator["subprocess.Popen[str]"]:
    process = subprocess.Popen(
        [str(BIN / "ninety"), "watch", "--plain"], cwd=folder, env=os.environ | {"NINETY_COURSE": str(folder)},
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip
    try:
        _wait_for_verdict(process)  # of the file as it is
        time.sleep(2)
        yield process
    finally:
        process.terminate()
        process.wait()


def _wait_for_verdict(process: "subprocess.Popen[str]") -> None:
    assert process.stdout is not None
    for line in process.stdout:
        if line.startswith(_VERDICTS):
            return
    raise RuntimeError("`ninety watch` ended")


def _cold_pytest(subject: Subject, folder: Path, number: int) -> float:
    """Seconds, without the plugins this environment holds; the module's text is new to it, as after a save."""
    (folder / "robust.py").write_text(subject.text(number), encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-q", "test_robust.py", "--rootdir=.", "-c", "/dev/null"]
    return run(command, folder, {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}, _DONE).wall


if __name__ == "__main__":
    main()
