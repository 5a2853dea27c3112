# must fail test_what_was_green_is_not_run_again with "more-tests" and "made the runner run train"
# You let training read what the tests read, with the rest of the code. A new test then costs half an hour, and there will
# be fewer new tests.
"""What a proposal has to pass before it is merged into Wren's triage, and what of it is remembered.

Run me: python gate.py   (makes the repository with git, and lets each proposal try)

A runner does the steps of `pipeline`, in one folder that it keeps from run to run. In it lies what earlier runs, and
people, have left. Steps run these programs; all but the first two and `fetch` read requirements.lock, too:

    checkout   writes the commit's files into the folder, over what lies there; removes nothing
    clean      removes from the folder what is not the commit's
    lint       reads triage/*.py and tests/*.py
    types      reads triage/*.py
    test       reads triage/*.py and tests/*.py
    data       reads data/*.csv
    smoke      reads triage/* and data/train.csv: trains a little
    train      reads triage/* and data/train.csv, writes model.json; takes half an hour
    fetch      asks the registry for the model that is in production, writes champion.json; needs REGISTRY_TOKEN
    compare    reads model.json, champion.json and data/holdout.csv: asks `model_gate`

`test`, `smoke`, `train` and `compare` run code of the commit. It is a stranger's: it may print all that it can reach.
"""

import hashlib
import json
from collections.abc import Callable
from fnmatch import fnmatchcase
from typing import Any

LOCK = "requirements.lock"

Step = dict[str, Any]
Tree = dict[str, dict[str, Any]]
Model = Callable[[list[str]], list[str]]


# ---- the steps


def pipeline() -> list[Step]:
    """Task a. The steps, in an order in which they can be run. A run is green when each of them is.

    name      str, different for each step
    run       programs as in a shell: "a && b", "a || b", "a ; b", "a | b"; red when the status of the line is not 0
              ("a ; b" and "a | b" have the status of b). There are also `true` and `tee`, which do nothing
    needs     list of names of earlier steps: unless all are green, this one is skipped
    reads     list of patterns for `matches`. The step is looked up under its cache key: if it was green under that key
              before, it is green, and nothing is run. A step without `reads` is run each time
    writes    list of files. Of a step that was green they are kept, and laid into the folder when it is looked up
    secrets   list: with "REGISTRY_TOKEN" in it, the variable is in the environment of whatever the step runs

    Only name and run are necessary. What the steps have to achieve is in the statement.
    """
    code = ["triage/*"]
    checks = {
        "lint": ["triage/*.py", "tests/*.py"],
        "types": ["triage/*.py"],
        "test": [*code, "tests/*.py"],
        "data": ["data/*.csv"],
        "smoke": [*code, "data/train.csv"],
    }
    return [
        {"name": "source", "run": "checkout && clean"},
        *({"name": name, "run": name, "needs": ["source"], "reads": reads} for name, reads in checks.items()),
        {
            "name": "train",
            "run": "train",
            "needs": list(checks),
            "reads": [*code, "tests/*", "data/train.csv"],
            "writes": ["model.json"],
        },
        {"name": "champion", "run": "fetch", "needs": ["train"], "secrets": ["REGISTRY_TOKEN"]},
        {
            "name": "compare",
            "run": "compare",
            "needs": ["champion"],
            "reads": ["model.json", "champion.json", "data/holdout.csv"],
        },
    ]


# ---- what is remembered


def matches(path: str, patterns: list[str]) -> bool:
    """Whether one of the patterns names the path; `*` stands for any letters, `/` among them."""
    return any(fnmatchcase(path, pattern) for pattern in patterns)


def cache_key(step: Step, tree: Tree, tools: dict[str, str]) -> str:
    """Task b. The name under which it is remembered that a step was green; 8 to 100 letters, digits, `-`, `_` or `.`.

    step   as in `pipeline`; it has `reads`
    tree   the files in the folder by path, in any order: {"text": str, "modified": float}, the time in seconds at which
           the file was written (checkout writes all of them anew)
    tools  what is installed on the runner, name and version, in any order

    The key is another one when the step runs other programs, when the path or text of a file that it reads is another,
    or there is one more or less, or when a tool has another version. Each step reads the lock file, whether `reads`
    names it or not. Nothing else makes a difference, and the key is the same in any process.
    """
    read = {path: file["text"] for path, file in tree.items() if path == LOCK or matches(path, step["reads"])}
    told = json.dumps([step["run"], read, tools], sort_keys=True)
    return hashlib.sha256(told.encode()).hexdigest()


# ---- the model


def model_gate(candidate: Model, champion: Model, tickets: list[tuple[str, str]]) -> str:
    """Task c. "green" when the candidate may replace the champion, else "red".

    A model takes a list of texts and answers with a list of labels as long. `tickets` are pairs of text and label.

    Of the tickets of each label, the candidate has at most one in a hundred fewer right than the champion. That is
    counted in tickets: where 200 have a label, two fewer are green and three are red; where 99 have it, one fewer is
    red. And it is red where that cannot be said: a model raises, or its answer is no list of that length, or there are
    no tickets.
    """
    texts, labels = [text for text, _ in tickets], [label for _, label in tickets]
    try:
        new, old = (model(texts) for model in (candidate, champion))
    except Exception:
        return "red"
    if not texts or not all(isinstance(said, list) and len(said) == len(texts) for said in (new, old)):
        return "red"
    for label in set(labels):
        asked = [place for place, its in enumerate(labels) if its == label]
        lost = sum(old[place] == label for place in asked) - sum(new[place] == label for place in asked)
        if 100 * lost > len(asked):
            return "red"
    return "green"


def main() -> None:
    """Let the branches of the repository pass, one after the other, and say what became of each."""
    from pathlib import Path
    from tempfile import TemporaryDirectory

    from wren.mainline import artefact_of, old_files
    from wren.proposals import SPELLING
    from wren.repository import make_repository
    from wren.runner import Runner

    def gate(*asked: Any) -> bool:
        return model_gate(*asked) == "green"

    with TemporaryDirectory() as folder:
        repository = make_repository(Path(folder))
        runner = Runner(artefact_of(old_files()), gate, "a token for this run", cache_key)
        runner.folder["triage/spelling.py"] = SPELLING
        for branch in sorted(repository.commits, key=lambda name: name != "main"):
            run = runner.run(repository.files(branch), pipeline())
            verdict = "green" if run.green else "red"
            print(f"{verdict:5} {run.minutes:3} min  {branch}: {' '.join(run.ran)}")


if __name__ == "__main__":
    main()
