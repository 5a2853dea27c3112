"""What the checks share: the repository, runners with a key and a model gate of the examiner's, and answers."""

import re
from base64 import b64decode
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import unquote

from autograder.examiner import CheckFailed, expect
from wren.mainline import artefact_of, grown_files, old_files
from wren.programs import Model, Ticket
from wren.proposals import SPELLING, truths
from wren.repository import Repository, make_repository
from wren.runner import BadPipeline, Run, Runner, check_steps, matches
from wren.tree import LOCK, Files

CHECKS = ("lint", "types", "test", "data", "smoke")
ALL = (*CHECKS, "train", "fetch", "compare")
DEAR = {"train", "fetch", "compare"}
"""What is not run for a commit that a check has stopped."""

FREE = {"checkout", "clean", "fetch", "true", "tee"}
"""What may be run although nothing changed that any program reads."""

LABELS = ("ACCOUNT_ACTION", "INFORMATION")

Step = dict[str, Any]


@lru_cache(maxsize=1)
def _repository() -> tuple[Repository, TemporaryDirectory[str]]:
    """The repository, in a folder that is removed when the process ends."""
    folder = TemporaryDirectory(prefix="ninety-git-", ignore_cleanup_errors=True)
    return make_repository(Path(folder.name)), folder


def committed(branch: str) -> Files:
    """What git has of a branch."""
    return _repository()[0].files(branch)


@lru_cache(maxsize=2)
def champion(grown: bool = False) -> str:
    """The model in production: the one that main surpasses, or a `grown` one that surpasses main."""
    return artefact_of(grown_files() if grown else old_files())


def token_of(rng: Any) -> str:
    """A token that nobody can know; quoted, it looks otherwise."""
    return f"wrn/{rng.integers(10**12, 10**13)}+{rng.integers(10**12, 10**13)}="


def new_runner(rng: Any = None, **parts: Any) -> Runner:
    """A runner of the examiner's, in whose folder somebody has left files."""
    token = token_of(rng) if rng is not None else "wrn/0+0="
    runner = Runner(champion(), parts.get("gate", _better), token, parts.get("key", _all_that_is_read))
    runner.folder |= {"triage/spelling.py": SPELLING, "tests/test_words.py": "", "notes.txt": "ask Ines"}
    return runner


def _all_that_is_read(step: Step, tree: dict[str, dict[str, Any]], tools: dict[str, str]) -> str:
    """What a step reads, unabridged: too long for a key, and no two are confused."""
    return repr([step["run"], [(path, tree[path]["text"]) for path in sorted(tree) if _is_read(path, step)], tools])


def _is_read(path: str, step: Step) -> bool:
    return path == LOCK or matches(path, step["reads"])


def _better(candidate: Model, champion: Model, tickets: list[Ticket]) -> bool:
    texts = [text for text, _ in tickets]
    right = [
        sum(said == label for said, (_, label) in zip(model(texts), tickets, strict=True))
        for model in (candidate, champion)
    ]
    return right[0] >= right[1]


# ---- a pipeline, and a run of it


def steps_of(answer: Any) -> list[Step]:
    """What `pipeline` has to return; the runner's own words where it is none."""
    try:
        check_steps(answer)
    except BadPipeline as bad:
        raise CheckFailed(
            f"the runner cannot read this pipeline: {bad}", call="pipeline()", got=repr(answer)[:160]
        ) from None
    return list(answer)


def expect_verdict(runner: Runner, steps: list[Step], branch: str) -> Run:
    """The run of a branch, which has to be green exactly when it may be merged."""
    run = runner.run(committed(branch), steps)
    truth = truths()[branch]
    if run.green and not truth.good:
        blind = [
            name for name, state in run.states.items() if state == "cached" and truth.found_by in _programs(steps, name)
        ]
        looked = f"`{truth.found_by}` was run" if truth.found_by in run.ran else f"`{truth.found_by}` was not run"
        why = f"{looked}: the cache had step {blind[0]!r}" if blind else looked
        expect(
            False,
            f"the branch {branch} was let pass, and its fault is: {truth.fault}. {why}",
            call="pipeline()",
            got=said(run),
            expected="red",
        )
    if truth.good and not run.green:
        expect(
            False,
            f"the branch {branch} may be merged, and was stopped",
            call="pipeline()",
            got=said(run),
            expected="green",
        )
    return run


def expect_run(run: Run, branch: str, forbidden: set[str], because: str) -> None:
    """None of the forbidden programs was run."""
    wrong = [program for program in run.ran if program in forbidden]
    expect(
        not wrong,
        f"{because}: the branch {branch} made the runner run {', '.join(dict.fromkeys(wrong))}",
        call="pipeline()",
        got=said(run),
        expected=f"without {', '.join(sorted(forbidden & set(ALL)))}",
    )


def said(run: Run) -> str:
    """The states of the steps and the last words of a program."""
    states = ", ".join(f"{name} {state}" for name, state in run.states.items())
    words = [
        line for line in run.log if re.match(r"\w+: ", line) and line.partition(": ")[2] not in set(run.states.values())
    ]
    words = [line for line in words if not line.partition(": ")[2].startswith("key ")]
    return f"{states[:300]}\n{words[-1][:120]}" if words and not run.green else states[:300]


def _programs(steps: list[Step], name: str) -> list[str]:
    return [word for step in steps if step["name"] == name for word in re.findall(r"\w+", step["run"])]


def shown(log: list[str], token: str) -> str:
    """The first line of a log that shows the token: plain, quoted for a URL, in hex, or in base64 once or more."""
    return next((line for line in log if _shows(line, token, 3)), "")


def _shows(text: str, token: str, depth: int) -> bool:
    if token in text or token in unquote(text) or token.encode().hex() in text.lower():
        return True
    if not depth:
        return False
    runs = re.findall(r"[A-Za-z0-9+/_-]{8,}", text)
    return any(_shows(_decoded(run[start:]), token, depth - 1) for run in runs for start in range(4))


def _decoded(run: str) -> str:
    whole = run[: len(run) // 4 * 4].translate(str.maketrans("-_", "+/"))
    return b64decode(whole).decode(errors="replace")


# ---- a tree by hand, and models by hand


def tree_of(files: dict[str, str], modified: float = 1_775_000_000.0) -> dict[str, dict[str, Any]]:
    """Files as `cache_key` is given them."""
    return {path: {"text": text, "modified": modified + place} for place, (path, text) in enumerate(files.items())}


def key_of(answer: Any) -> str:
    """What `cache_key` has to return."""
    good = isinstance(answer, str) and re.fullmatch(r"[A-Za-z0-9._-]{8,100}", answer) is not None
    expect(
        good, "a key is a str of 8 to 100 letters, digits, - _ or .", call="cache_key(step, tree, tools)", got=answer
    )
    return answer


class Served:
    """A model of the examiner's: it has so many tickets of each label wrong, and remembers what it was asked."""

    def __init__(self, tickets: list[Ticket], wrong: dict[str, int]) -> None:
        left = dict(wrong)
        self.answers: dict[str, str] = {}
        for text, label in tickets:
            miss = left.get(label, 0) > 0
            left[label] = left.get(label, 0) - miss
            self.answers[text] = LABELS[label == LABELS[0]] if miss else label
        self.asked: list[Any] = []

    def __call__(self, texts: Any = None, *_: Any) -> Any:
        """The labels of the texts."""
        self.asked.append(texts)
        listed = texts if isinstance(texts, list | tuple) else [texts]
        return [self.answers.get(text, "") if isinstance(text, str) else "" for text in listed]


def some_tickets(actions: int, informations: int, rng: Any = None) -> list[Ticket]:
    """So many tickets of each label, in an order that `rng` draws."""
    labels = [LABELS[0]] * actions + [LABELS[1]] * informations
    order = rng.permutation(len(labels)).tolist() if rng is not None else range(len(labels))
    return [(f"ticket number {place}", labels[place]) for place in order]


def expect_gate(candidate: Any, models: tuple[Any, Any], tickets: list[Ticket], expected: str, because: str) -> None:
    """The verdict of the learner's `model_gate`."""
    got = candidate.model_gate(*models, tickets)
    expect(
        isinstance(got, str) and got == expected,
        because,
        call="model_gate(candidate, champion, tickets)",
        got=got,
        expected=expected,
    )
