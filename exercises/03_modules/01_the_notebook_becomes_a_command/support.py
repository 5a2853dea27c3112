"""What the checks share: the notebook's own answers, and what the command said when it was run.

The command runs in processes of its own, in the sandbox. What is judged is what it printed about tickets that were
drawn for this grade, how it ended, and what it left; the notebook is run again here to know what is right. How it ended
is seen by `Outside`: what the harness reports of that stands in the same sandbox as the command.
"""

import csv
import io
import json
import re
import shlex
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from harness import Trouble, read_help

from autograder.examiner import CheckFailed, LearnerRaised, expect, expect_type
from wren.notebook import make_table, replay

ACTION, INFORMATION = LABELS = ("ACCOUNT_ACTION", "INFORMATION")
CLOSE = 1e-3  # scores go up to 100; the order in which they are added up changes the thirteenth digit
SECONDS = 40.0

Ticket = dict[str, str]


# ---- tickets, and the notebook's answers


def rows(table: str) -> list[Ticket]:
    """The tickets of a table."""
    return list(csv.DictReader(io.StringIO(table)))


def table(tickets: list[Ticket], columns: tuple[str, ...]) -> str:
    """The tickets as CSV with these columns."""
    file = io.StringIO()
    writer = csv.DictWriter(file, columns, extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    writer.writerows(tickets)
    return file.getvalue()


def draw_table(rng: Any, conversations: int = 60) -> str:
    """A month's tickets of this grade."""
    return make_table(conversations, int(rng.integers(2**31)))


class Notebook:
    """The notebook after its cells were run, in the order of their numbers, with a table of tickets."""

    def __init__(self, learned: str) -> None:
        kernel = replay(learned)
        self.score: Callable[[str], float] = kernel["score"]
        self.holds = {"prior": kernel["prior"], "weights": kernel["weights"], "cut": kernel["cut"]}

    def label(self, text: str) -> str:
        """The label of a text."""
        return ACTION if self.score(text) > 0 else INFORMATION

    def expect_model(self, got: Any) -> None:
        """Fail unless a model holds what the notebook holds."""
        expect_type(got, dict, "fit returned no dict")
        for name in ("prior", "cut"):
            wanted = self.holds[name]
            expect(_near(got.get(name), wanted), f'"{name}" is not the notebook\'s', got=got.get(name), expected=wanted)
        weights = got.get("weights")
        expect_type(weights, dict, '"weights" is no dict')
        wanted = self.holds["weights"]
        for word in sorted(wanted):
            expect(word in weights, f"the notebook knows the word {word!r}, and the model does not")
            because = f'the weight of "{word}" is not the notebook\'s'
            expect(_near(weights[word], wanted[word]), because, got=weights[word], expected=wanted[word])
        others = sorted(str(word) for word in weights.keys() - wanted.keys())
        expect(not others, f"the model knows words that the notebook does not: {', '.join(others[:3])}")

    def expect_score(self, got: Any, text: str) -> None:
        """Fail unless a score is that of the text."""
        because = f"the notebook gives another score to {text[:60]!r}"
        expect(_near(got, self.score(text)), because, got=got, expected=self.score(text))


def _near(got: Any, wanted: float) -> bool:
    if not isinstance(got, int | float) or isinstance(got, bool):
        return False
    return wanted - CLOSE <= got <= wanted + CLOSE


# ---- what is run


@dataclass(frozen=True)
class Said:
    """One run of the command: what was typed, its exit code (None: it did not end), what it printed.

    `skipped` says that the help has no place for the path that this run is about. `shown` is the digest of a file
    afterwards.
    """

    typed: str = ""
    code: int | None = None
    stdout: str = ""
    stderr: str = ""
    skipped: bool = False
    shown: str | None = None

    def expect_code(self, code: int, because: str = "") -> "Said":
        """Fail unless the command ended with this exit code."""
        expect(self.code is not None, "it did not come to an end in 10 s", call=self.typed)
        last = self.stderr.strip().rpartition("\n")[2]
        because = because or f"it ended with {self.code}"
        expect(self.code == code, because, call=self.typed, got=last or f"exit code {self.code}",
               expected=f"exit code {code}")  # fmt: skip
        return self

    def expect_silent(self) -> None:
        """Fail unless the command ended well and printed nothing on standard output."""
        self.expect_code(0)
        expect(not self.stdout, "there is something on standard output", call=self.typed, got=self.stdout,
               expected="nothing")  # fmt: skip

    def expect_refused(self, why: str) -> None:
        """Fail unless the command ended with 1 because of its input, and said so in one line."""
        if self.skipped:
            return
        self.expect_code(1, f"{why}: exit code {self.code}")
        lines = self.stderr.strip().split("\n")
        said = f"{why}: {len(lines)} lines on standard error" if self.stderr.strip() else f"{why}: it does not say so"
        expect(len(lines) == 1 and bool(lines[0]), said, call=self.typed, got=lines[-1], expected="one line")
        expect(not self.stdout, f"{why}: and something is on standard output", call=self.typed, got=self.stdout)

    def expect_predictions(self, notebook: Notebook, tickets: list[Ticket]) -> None:
        """Fail unless it printed the notebook's answer for each of the tickets, as CSV, and nothing else."""
        self.expect_code(0)
        first, *lines = _lines(self.stdout) or [[]]
        because = "standard output does not begin with the line id,label,score"
        expect(first == ["id", "label", "score"], because, call=self.typed, got=",".join(first))
        expect(len(lines) == len(tickets), f"{len(tickets)} tickets went in, and {len(lines)} rows came out",
               call=self.typed)  # fmt: skip
        for line, ticket in zip(lines, tickets, strict=True):
            text, right = ticket["text"], notebook.score(ticket["text"])
            about = f"the ticket {text[:50]!r}"
            expect(len(line) == 3 and line[0] == ticket["id"], f"the row of {about} is another one", call=self.typed,
                   got=",".join(line), expected=f"id {ticket['id']}")  # fmt: skip
            expect(_near(_number(line[2]), right), f"the notebook gives another score to {about}", call=self.typed,
                   got=line[2], expected=f"{right:.4f}")  # fmt: skip
            fine = line[1] == notebook.label(text) or (abs(right) <= CLOSE and line[1] in LABELS)
            expect(fine, f"the label of {about} does not go with its score, {right:.3f}", call=self.typed,
                   got=line[1], expected=notebook.label(text))  # fmt: skip

    def expect_evaluation(self, notebook: Notebook, tickets: list[Ticket]) -> None:
        """Fail unless it printed how many tickets have a label, and the share that the notebook answers right."""
        self.expect_code(0)
        try:
            said = json.loads(self.stdout)
        except (ValueError, RecursionError):
            said = None
        shape = isinstance(said, dict) and {"tickets", "accuracy"} <= said.keys()
        expect(shape, 'standard output is no JSON object with "tickets" and "accuracy"', call=self.typed,
               got=self.stdout)  # fmt: skip
        closed = [one for one in tickets if one["label"]]
        share = sum(notebook.label(one["text"]) == one["label"] for one in closed) / len(closed)
        expect(said["tickets"] == len(closed), f"{len(closed)} of {len(tickets)} tickets have a label",
               call=self.typed, got=said["tickets"])  # fmt: skip
        because = f"of {len(closed)} tickets with a label the notebook answers another share right"
        expect(_near(said["accuracy"], share), because, call=self.typed, got=said["accuracy"], expected=f"{share:.4f}")


def _lines(text: str) -> list[list[str]]:
    """The rows of a table, without empty ones; none where the text is no CSV."""
    try:
        return [line for line in csv.reader(io.StringIO(text, newline="")) if line]
    except csv.Error:
        return []


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return float("nan")


@dataclass(frozen=True)
class Sitting:
    """What was run in one folder: `said` in the order of the steps, and what was `left` beside what was given."""

    said: list[Said]
    left: list[str]

    def expect_left(self, *files: str) -> None:
        """Fail when anything but these files was left."""
        others = [name for name in self.left if name not in files]
        expect(not others, f"after the command has ended there is {', '.join(others)}", call=self.said[0].typed)


class Runs:
    """The runs that the checks of one file share. What broke them off is raised again for each check that asks."""

    def __init__(self) -> None:
        self._done: dict[str, list[Sitting] | Exception] = {}

    def of(self, name: str, run: Callable[[], list[Sitting]]) -> list[Sitting]:
        """What `run` reports, which is run when first asked for by that name."""
        if name not in self._done:
            try:
                self._done[name] = run()
            except Exception as error:
                self._done[name] = error
        done = self._done[name]
        if isinstance(done, Exception):
            raise done
        return done


def run_module(candidate: Any, sittings: list[dict[str, Any]]) -> list[Sitting]:
    """Run the sittings with the module as a script, far from the current folder."""
    expect_attempted(candidate)
    return _perform(candidate, None, sittings)


def run_installed(candidate: Any, sittings: list[dict[str, Any]]) -> list[Sitting]:
    """Run the sittings with the command as it is installed from a wheel in a fresh environment."""
    project = candidate.pyproject()
    expect_attempted(candidate)
    expect_type(project, str, "pyproject returned no text")
    expect(len(project) < 20_000, "pyproject returned more than 20,000 characters")
    return _perform(candidate, project, sittings)


class Outside:
    """The module as a script that the examiner itself starts and sees end, with these files around it."""

    def __init__(self, candidate: Any, files: dict[str, str]) -> None:
        self._candidate = candidate
        self._files = {name: text.encode("utf-8", "surrogateescape") for name, text in files.items()}

    def type(self, *words: str, stdin: str = "") -> Said:
        """Run it with these words, and keep the files that it leaves."""
        given = self._files.get(stdin, b"")
        done = self._candidate.run("triage.py", *words, stdin=given, files=self._files, seconds=20)
        others = {"triage.py", "harness.py"}
        self._files |= {name: content for name, content in done.files.items() if name not in others}
        typed = shlex.join(["triage", *words]) + (f" < {shlex.quote(stdin)}" if stdin else "")
        out, err = (text.decode("utf-8", "replace")[:8000] for text in (done.stdout, done.stderr))
        return Said(typed, done.exit_code, out, err)

    def run(self, command: str, model: str, tickets: str) -> Said:
        """Run it as its help says, with these two paths; tickets come through a pipe where there is no place for them.

        What cannot be given so is `skipped`.
        """
        try:
            words = read_help(self.type(command, "--help").stdout[:4000], command)
        except Trouble as trouble:
            raise CheckFailed(str(trouble)[:400], call=f"triage {command} --help") from None
        piped = not any(word.endswith("TICKETS") for word in words)
        if piped and tickets not in self._files:
            return Said(skipped=True)
        paths = {"MODEL": model, "TICKETS": tickets}
        words = [re.sub(r"(?<![^=])(MODEL|TICKETS)$", lambda path: paths[path[1]], word) for word in words]
        return self.type(*words, stdin=tickets if piped else "")


def expect_attempted(candidate: Any) -> None:
    """Run into the holes of tasks a and b, if they are there still, and into a `fit` that no command can use."""
    tickets = [{"text": "cancel it", "label": ACTION}, {"text": "how long", "label": INFORMATION}]
    expect_type(candidate.fit(tickets), dict, "fit returned no dict, and the command needs it")
    try:
        candidate.main(["--help"])
    except LearnerRaised as raised:
        if raised.is_a("NotImplementedError"):
            raise


def _perform(candidate: Any, project: str | None, sittings: list[dict[str, Any]]) -> list[Sitting]:
    plan = json.dumps({"project": project, "sittings": sittings}).encode()
    done = candidate.run("-I", "harness.py", "plan.json", files={"plan.json": plan}, seconds=SECONDS)
    try:
        told = json.loads(done.stdout) if done.exit_code == 0 else {}
        if "trouble" in told:
            raise CheckFailed(str(told["trouble"])[:400], call="triage --help")
        sat = [Sitting([_said(one) for one in raw["said"]], [str(x) for x in raw["left"]]) for raw in told["sittings"]]
        if [len(one.said) for one in sat] != [len(one["steps"]) for one in sittings]:
            raise ValueError
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        last = done.stderr.decode(errors="replace").strip().rpartition("\n")[2]
        got = last or f"exit code {done.exit_code}"
        raise CheckFailed("the program that runs the command did not come back with its report", got=got) from None
    return sat


def _said(raw: dict[str, Any]) -> Said:
    """What the harness told of one run, with the types it should have."""
    code, shown = raw.get("code"), raw.get("shown")
    return Said(
        typed=str(raw.get("typed", ""))[:200],
        code=code if type(code) is int else None,
        stdout=str(raw.get("stdout", "")),
        stderr=str(raw.get("stderr", "")),
        skipped=raw.get("skipped") is True,
        shown=None if shown is None else str(shown),
    )
