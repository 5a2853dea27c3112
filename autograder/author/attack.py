"""Runs submissions that are meant to cheat, to break the batch or to leave something behind, and says what came of it.

An attack is beaten when it earns nothing, makes no grader error, ends in time, leaves nothing, and the honest
submission that is judged right after it by the same examiner gets all its points in about its usual time.
"""

import re
import runpy
import tempfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from autograder.author.attack_traces import Peaks, Traces
from autograder.course import Catalogue, Exercise
from autograder.errors import Problem
from autograder.verdict import Outcome, Verdict

COURSE = "course"  # in the corpus, the tiny course of the one exercise that all of it attacks
_LIMITS = {"total_seconds": 120.0, "call_seconds": 10.0, "memory_mb": 1024.0, "processes": 64.0}
SLACK_SECONDS = 10.0  # for the starts of processes and a busy machine, beside the exercise's own limits
HANG_SECONDS = 30.0  # more, and the examiner is given up
EXAMINER_MB = 1024.0  # what one message may cost the examiner at most, by the wire's bounds
KEPT_MB = 64.0
CANDIDATE_TIMES = 3.0  # the memory of all the candidate's processes, in times of what one may have
TASKS = 200  # beside those the candidate may have: what counts from outside is late by a twentieth of a second
DISK_MB = 512.0
FILES = 12_000  # the examiner itself lists 10,000 at most


@dataclass(frozen=True)
class Attack:
    """One submission of the corpus.

    `tries` says what it tries; `only` names the sandboxes that have to beat it (all when empty); `proof` is a regular
    expression that the verdict's words hold once its first step has run. With `builds` the file holds a function
    `build_submission(folder, exercise)` that makes what is handed in.
    """

    name: str
    path: Path
    tries: str
    only: tuple[str, ...] = ()
    proof: str = ""
    builds: bool = False


@dataclass(frozen=True)
class Sighting:
    """What came of one judgement: a verdict, or `fault`, why there is none.

    `descriptors` and `threads` are those the examiner has more than before it, `kept_mb` the memory (MiB), `said`
    what it printed, which should be nothing.
    """

    verdict: Verdict | None
    seconds: float
    fault: str = ""
    descriptors: int = 0
    threads: int = 0
    kept_mb: float = 0.0
    said: str = ""
    peaks: Peaks = field(default_factory=Peaks)


class Examiner(Protocol):
    """Whoever judges, in a process of its own, which may die of it."""

    def judge(self, source: Path, sandbox: str, seconds: float) -> Sighting:
        """Judge a submission, or give up after `seconds`."""

    def traces(self) -> Traces:
        """What there is on the machine."""

    def left(self, before: Traces) -> list[str]:
        """What there is beyond `before`, in sentences, once it was given time to go."""

    def renew(self) -> None:
        """Start with a fresh examiner, and remove what was left."""


@dataclass(frozen=True)
class Result:
    """What came of one attack on one sandbox; it was beaten when there are no reasons to say it was not."""

    attack: Attack
    sandbox: str
    reasons: tuple[str, ...]
    sighting: Sighting

    @property
    def beaten(self) -> bool:
        """True when nothing was achieved."""
        return not self.reasons


def read_corpus(folder: Path, names: Sequence[str] = ()) -> tuple[Attack, ...]:
    """The attacks in `folder/FAMILY/NAME.py`, all or those of the named families and `FAMILY/NAME`s.

    `Problem` when a name is unknown or a file's header says nothing.
    """
    paths = sorted(path for path in folder.glob("*/*.py") if path.parent.name not in (COURSE, "__pycache__"))
    attacks = tuple(_read(path) for path in paths)
    known = {name for attack in attacks for name in (attack.name, attack.name.partition("/")[0])}
    for name in names:
        if name not in known:
            raise Problem(f"there is no attack {name!r}", where=str(folder), fix="name a family or FAMILY/NAME")
    return tuple(a for a in attacks if not names or a.name in names or a.name.partition("/")[0] in names)


def _read(path: Path) -> Attack:
    text = path.read_text(encoding="utf-8")
    header = re.match(r"(# .*\n)+", text)
    lines = [line[2:] for line in header[0].splitlines()] if header else []
    tags = {key: value.strip() for key, mark, value in (line.partition(": ") for line in lines[1:]) if mark}
    unknown = sorted(set(tags) - {"only", "proof"})
    if not lines or unknown or len(tags) != len(lines) - 1:
        raise Problem(
            f"the header of an attack cannot be read{': ' + ', '.join(unknown) if unknown else ''}",
            where=str(path),
            fix="write `# what it tries`, and below it if needed `# proof: words` and `# only: sandboxes`",
        )
    name = f"{path.parent.name}/{path.stem}"
    builds = "\ndef build_submission(" in text
    return Attack(name, path, lines[0], tuple(tags.get("only", "").split()), tags.get("proof", ""), builds)


def target(folder: Path) -> Exercise:
    """The exercise that the corpus in `folder` attacks."""
    return Catalogue(folder / COURSE).exercises[0]


def attack_all(
    attacks: Iterable[Attack],
    sandboxes: Sequence[str],
    exercise: Exercise,
    examiner: Examiner,
    tell: Callable[[Result], None] = lambda result: None,
) -> tuple[Result, ...]:
    """Run each attack on each sandbox that has to beat it; `tell` hears of each result as it comes."""
    honest = exercise.folder / exercise.module_file
    results = []
    for sandbox in sandboxes:
        usual = _usual(examiner, exercise, honest, sandbox)
        for attack in attacks:
            if not attack.only or sandbox in attack.only:
                results.append(_attack(attack, sandbox, exercise, examiner, honest, usual))
                tell(results[-1])
    return tuple(results)


def _usual(examiner: Examiner, exercise: Exercise, honest: Path, sandbox: str) -> float:
    """The seconds that the honest submission takes; it is judged twice, so that everything is warm."""
    for _ in range(2):
        sighting = examiner.judge(honest, sandbox, _hang(exercise))
    if not _full(sighting):
        raise Problem(
            f"the honest submission does not pass: {_why(sighting)}", where=str(honest), fix="mend it, or the machine"
        )
    return sighting.seconds


def _attack(attack: Attack, sandbox: str, exercise: Exercise, examiner: Examiner, honest: Path, usual: float) -> Result:
    before = examiner.traces()
    with tempfile.TemporaryDirectory(prefix="ninety-corpus-") as folder:
        source = _submission(attack, Path(folder), exercise)
        sighting = examiner.judge(source, sandbox, _hang(exercise))
    reasons = [*objections(attack, exercise, sighting), *_next(examiner, exercise, honest, sandbox, usual)]
    reasons += examiner.left(before)
    if reasons:
        examiner.renew()
    return Result(attack, sandbox, tuple(reasons), sighting)


def _submission(attack: Attack, folder: Path, exercise: Exercise) -> Path:
    """The file or folder that is handed in."""
    if not attack.builds:
        return attack.path
    runpy.run_path(str(attack.path))["build_submission"](folder, exercise)
    return folder


def objections(attack: Attack, exercise: Exercise, sighting: Sighting) -> list[str]:
    """Why an attack was not beaten, by what was seen while it was judged; empty when it was."""
    found = [sighting.fault] if sighting.fault else []
    if sighting.verdict:
        found += _of_verdict(attack, sighting.verdict)
    within = _limit(exercise, "total_seconds") + _limit(exercise, "call_seconds") + SLACK_SECONDS
    if sighting.seconds > within:
        found.append(f"it took {sighting.seconds:.1f} s; its limits end at {within:g} s")
    peaks, memory = sighting.peaks, CANDIDATE_TIMES * _limit(exercise, "memory_mb")
    bars = (
        (peaks.examiner_mb, EXAMINER_MB, "the examiner's memory grew by {:.0f} MiB"),
        (sighting.kept_mb, KEPT_MB, "the examiner kept {:.0f} MiB"),
        (peaks.memory_mb, memory, "its processes had {:.0f} MiB together"),
        (peaks.shared_mb, memory, "files and the like had {:.0f} MiB of memory"),
        (peaks.tasks, TASKS + _limit(exercise, "processes"), "there were {:.0f} processes and threads"),
        (peaks.disk_mb, DISK_MB, "it filled {:.0f} MiB of the disk"),
        (peaks.files, FILES, "it made {:.0f} files"),
        (sighting.descriptors, 0, "the examiner has {:.0f} more descriptors"),
        (sighting.threads, 0, "the examiner has {:.0f} more threads"),
    )
    found += [words.format(value) + f"; the bar is {bar:.0f}" for value, bar, words in bars if value > bar]
    if sighting.said:
        found.append(f"the examiner itself printed: {sighting.said[-200:]!r}")
    return found


def _of_verdict(attack: Attack, verdict: Verdict) -> list[str]:
    found = []
    if verdict.earned:
        checks = ", ".join(check.name for check in verdict.checks if check.earned)
        found.append(f"it earned {verdict.earned} of {verdict.points} points: {checks}")
    broken = [check for check in verdict.checks if check.outcome is Outcome.GRADER_ERROR]
    if broken:
        words = " ".join(broken[0].failure.message.split())[:300] if broken[0].failure else ""
        found.append(f"{', '.join(check.name for check in broken)}: grader error: {words}")
    if not verdict.checks:
        found.append("the verdict holds no check")
    strange = sorted({char for text in _words(verdict, printed=False) for char in text if _is_strange(char)})
    if strange:
        found.append(f"the verdict's words hold {', '.join(f'U+{ord(char):04X}' for char in strange[:6])}")
    if not re.search(attack.proof, "\n".join(_words(verdict))):
        found.append(f"it proves nothing: the verdict's words hold no {attack.proof!r}")
    return found


def _words(verdict: Verdict, printed: bool = True) -> list[str]:
    """All the text in a verdict that may come from the submission."""
    failures = [check.failure for check in verdict.checks if check.failure]
    words = [text for f in failures for text in (f.message, f.call, f.got, f.expected)]
    words += [text for f in failures for place in (f.where, *f.traceback) if place for text in (place.file, place.code)]
    return words + ([check.output for check in verdict.checks] if printed else [])


def _is_strange(char: str) -> bool:
    """Control characters but the line's end and the tab, and halves of characters, which no file can hold."""
    code = ord(char)
    return (code < 32 and char not in "\n\t") or 127 <= code < 160 or 0xD800 <= code < 0xE000


def _next(examiner: Examiner, exercise: Exercise, honest: Path, sandbox: str, usual: float) -> list[str]:
    """What is wrong with the next submission; it has a second try, as the machine may be busy with something else."""
    within = 3 * usual + 2
    for _ in range(2):
        sighting = examiner.judge(honest, sandbox, _hang(exercise))
        if _full(sighting) and sighting.seconds <= within:
            return []
    if not _full(sighting):
        return [f"the next submission does not pass: {_why(sighting)}"]
    return [f"the next submission took {sighting.seconds:.1f} s, usually {usual:.1f} s"]


def _full(sighting: Sighting) -> bool:
    return sighting.verdict is not None and sighting.verdict.outcome is Outcome.PASSED


def _why(sighting: Sighting) -> str:
    failure = sighting.verdict.first_failure if sighting.verdict else None
    if failure is None:
        return sighting.fault
    return f"{failure.name} is {failure.outcome}: {failure.failure.message[:200] if failure.failure else ''}"


def _hang(exercise: Exercise) -> float:
    return _limit(exercise, "total_seconds") + HANG_SECONDS


def _limit(exercise: Exercise, name: str) -> float:
    return (exercise.limits or {}).get(name, _LIMITS[name])


def as_table(results: Iterable[Result], sandboxes: Sequence[str]) -> str:
    """One line an attack, one column a sandbox, and below it why each that was not beaten was not."""
    results = tuple(results)
    rows: dict[str, dict[str, Result]] = {}
    for result in results:
        rows.setdefault(result.attack.name, {})[result.sandbox] = result
    width = max((len(name) for name in rows), default=6)
    lines = ["  ".join(["attack".ljust(width), *(f"{name:<14}" for name in sandboxes)]).rstrip()]
    for name, cells in rows.items():
        shown = [_cell(cells.get(sandbox)) for sandbox in sandboxes]
        lines.append("  ".join([name.ljust(width), *(f"{cell:<14}" for cell in shown)]).rstrip())
    lost = [result for result in results if not result.beaten]
    for result in lost:
        lines += ["", f"{result.attack.name} on {result.sandbox}: {result.attack.tries}"]
        lines += [f"  {reason}" for reason in result.reasons]
    counts = f"{len(results) - len(lost)} of {len(results)} runs of {len(rows)} attacks beaten"
    return "\n".join([*lines, "", f"{'red' if lost else 'green'}: {counts}"])


def _cell(result: Result | None) -> str:
    if result is None:
        return "-"
    return f"{'beaten' if result.beaten else 'NOT BEATEN'} {result.sighting.seconds:.1f} s"
