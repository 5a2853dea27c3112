"""The figures as a table and as a plot."""

from pathlib import Path
from typing import Any


def table(report: dict[str, Any]) -> str:
    """A table in Markdown, the fastest tool first."""
    rows = sorted(report["tools"].items(), key=lambda item: -item[1]["per_second"])
    nbgrader = report["tools"].get("nbgrader autograde", {}).get("per_second")
    lines = [
        "| | submissions a second | of nbgrader's | CPU s each | memory, MiB | one alone, s |",
        "|---|---:|---:|---:|---:|---:|",
    ]
    for name, row in rows:
        times = f"{row['per_second'] / nbgrader:.1f}x" if nbgrader else ""
        lines.append(
            f"| {name} | {row['per_second']:.3g} | {times} | {row['cpu_seconds_each']:.3g} | {row['memory_mb']} "
            f"| {row['seconds_for_one']:.2f} |"
        )
    machine, cold = report["machine"], report["cold start in Docker"]
    lines += [
        "",
        f"{report['submissions']} submissions of five functions with 16 assertions, {report['rounds']} rounds in "
        f"alternating order, medians; {machine['cores']} cores, Python {machine['python']}. "
        "otter is given six of them, ninety's Docker and bubblewrap each of them many times.",
        "",
        f"One grade in Docker, nothing warm, takes {cold['ninety_grade_seconds']} s, `docker run` of the same image "
        f"that imports {', '.join(cold['imports'])} {cold['docker_run_seconds']} s: {cold['ratio']} times as long.",
    ]
    for name, sizes in report["scale"].items():
        (few, small), (many, large) = sizes.items()
        lines += [
            "",
            f"{name}: {1000 * small['cpu_seconds_each']:.1f} ms of CPU each in a batch of {few}, start-up left out, "
            f"{1000 * large['cpu_seconds_each']:.1f} ms in one of {many}; at most {small['memory_mb']:.0f} and "
            f"{large['memory_mb']:.0f} MiB.",
        ]
    return "\n".join(lines) + "\n"


def plot(report: dict[str, Any], path: Path) -> None:
    """Bars on a logarithmic axis."""
    import matplotlib

    matplotlib.use("svg")
    from matplotlib import pyplot as plt

    rows = sorted(report["tools"].items(), key=lambda item: item[1]["per_second"])
    figure, axes = plt.subplots(figsize=(7, 0.5 * len(rows) + 1), layout="constrained")
    colours = ["#1f6f5c" if name.startswith("ninety") else "#9a9a9a" for name, _ in rows]
    bars = axes.barh([name for name, _ in rows], [row["per_second"] for _, row in rows], color=colours)
    axes.bar_label(bars, [f" {row['per_second']:.3g}" for _, row in rows])
    axes.set_xscale("log")
    axes.set_xlabel("submissions graded in a second")
    axes.spines[["top", "right"]].set_visible(False)
    axes.margins(x=0.15)
    figure.savefig(path, metadata={"Date": None})
