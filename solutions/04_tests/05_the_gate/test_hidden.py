"""What the learner is not given: eight more branches on a runner that remembers, and what keys and gates get wrong."""

from typing import Any

from support import (
    CHECKS,
    DEAR,
    LABELS,
    Served,
    champion,
    committed,
    expect_gate,
    expect_run,
    expect_verdict,
    key_of,
    new_runner,
    said,
    shown,
    some_tickets,
    steps_of,
    tree_of,
)

from autograder.examiner import Injected, expect, task
from wren.proposals import proposals

SOME = ("main", "readme", "upgrade", "settings", "more-tests", "look-around")
STEPS = (
    {"name": "lint", "run": "lint", "reads": ["triage/*.py", "tests/*.py"]},
    {"name": "types", "run": "types", "reads": ["triage/*.py"]},
    {"name": "train", "run": "train", "reads": ["triage/*", "data/train.csv"], "writes": ["model.json"]},
)


@task("a", points=4)
def test_every_branch_gets_the_right_verdict(candidate, rng):
    """After main, on one runner with a warm cache and other people's files in its folder, in any order."""
    steps, runner = steps_of(candidate.pipeline()), new_runner()
    expect_verdict(runner, steps, "main")
    for branch in rng.permutation(sorted(proposals())).tolist():
        run = expect_verdict(runner, steps, branch)
        if proposals()[branch].truth.found_by in CHECKS:
            expect_run(run, branch, DEAR, f"after a red step, with {run.minutes} minutes in all")


@task("a", points=1)
def test_the_champion_is_the_one_in_production_now(candidate):
    """When another champion is in production, main is compared with that one, and back."""
    steps, runner = steps_of(candidate.pipeline()), new_runner()
    expect_verdict(runner, steps, "main")
    runner.champion = champion(grown=True)
    run = runner.run(committed("main"), steps)
    expect(
        not run.green,
        "an hour ago main was better than the champion; now a better champion is in production, and main was let pass",
        call="pipeline()",
        got=said(run),
        expected="red",
    )
    runner.champion = champion()
    expect_verdict(runner, steps, "main")


@task("a", points=1)
def test_no_log_shows_the_token(candidate, rng):
    """A commit that prints its environment passes, since nothing else is wrong with it, and finds no token to print."""
    steps, runner = steps_of(candidate.pipeline()), new_runner(rng)
    for branch in ("main", "look-around", "more-data", "look-around"):
        run = expect_verdict(runner, steps, branch)
        line = shown(run.log, runner.token)
        expect(
            not line,
            f"the branch {branch} prints the environment of the code it is run in, and the token stands in the log",
            call="pipeline()",
            got=line[:120],
            expected="no token in any encoding",
        )


@task("b", points=2)
def test_two_keys_are_the_same_exactly_when_the_step_would_do_the_same(candidate):
    """Six branches, three steps: keys are equal where what is read is equal, and nowhere else."""
    seen: dict[str, tuple[Any, str]] = {}
    of: dict[str, str] = {}
    for branch in SOME:
        files = dict(committed(branch)) | {"data/train.csv": "id,text,label\n", "data/holdout.csv": ""}
        for step in STEPS:
            key = key_of(candidate.cache_key(step, tree_of(files), {"python": "3.12.4"}))
            does = repr([step["run"], [(path, files[path]) for path in sorted(files) if _read(path, step["run"])]])
            where = f"{step['name']} of {branch}"
            expect(
                seen.setdefault(key, (does, where))[0] == does,
                f"{where} and {seen[key][1]} have one key, and what they read is not the same",
                call="cache_key(step, tree, tools)",
                got=key,
                expected="two keys",
            )
            expect(
                of.setdefault(does, key) == key,
                f"{where} reads what it read before, and has another key",
                call="cache_key(step, tree, tools)",
                got=key,
                expected=of[does],
            )


def _read(path: str, program: str) -> bool:
    code, tests = path.startswith("triage/") and path.endswith(".py"), path.startswith("tests/")
    by = {"lint": code or tests, "types": code, "train": path.startswith("triage/") or path == "data/train.csv"}
    return by[program] or path == "requirements.lock"


@task("b", points=1)
def test_no_two_trees_run_together_into_one_key(candidate):
    """Where a path ends, and where a text does, is part of the key; so is which text stands under which path."""
    step = {"name": "types", "run": "types", "reads": ["triage/*"]}
    a, b = "triage/a.py", "triage/b.py"
    pairs = [({a: "1", b: "2"}, {a: "2", b: "1"}), ({a: "12", b: ""}, {a: "1", b: "2"}), ({a: "1"}, {b: "1"})]
    pairs += [({a: f"1{sign}{b}{sign}2"}, {a: "1", b: "2"}) for sign in ("", "\n", "\0", ":", " ")]
    pairs += [({a: f"1\n{b}{sign}2"}, {a: "1", b: "2"}) for sign in (":", " ", "=", "\0")]
    for one, other in pairs:
        keys = [key_of(candidate.cache_key(step, tree_of(files), {"python": "3.12.4"})) for files in (one, other)]
        expect(
            keys[0] != keys[1],
            f"the trees {one} and {other} have one key",
            call="cache_key(step, tree, tools)",
            got=keys[0],
            expected="two keys",
        )


@task("b", points=1)
def test_the_lock_file_counts_whoever_names_it(candidate):
    """The lock file is part of the key where `reads` is empty, where it names it, and where it names everything."""
    tools = {"python": "3.12.4"}
    for reads in ([], ["requirements.lock"], ["*"]):
        step = {"name": "data", "run": "data", "reads": reads}
        keys = [
            key_of(candidate.cache_key(step, tree_of({"requirements.lock": text}), tools)) for text in ("a==1", "a==2")
        ]
        expect(
            keys[0] != keys[1],
            f"where `reads` is {reads}, two lock files have one key",
            call="cache_key(step, tree, tools)",
            got=keys[0],
            expected="two keys",
        )


@task("c", points=1)
def test_a_label_cannot_make_up_for_the_other(candidate, rng):
    """One in a hundred fewer of a label is green, and one more is red, however much better the other label is."""
    for sizes, wrong, old, expected in (
        ((200, 150), (12, 8), (10, 8), "green"),
        ((200, 150), (13, 0), (10, 8), "red"),
        ((200, 150), (0, 10), (10, 8), "red"),
        ((200, 150), (0, 9), (10, 8), "green"),
        ((99, 100), (5, 5), (4, 5), "red"),
        ((99, 100), (5, 6), (5, 5), "green"),
    ):
        tickets = some_tickets(*sizes, rng)
        models = [Served(tickets, dict(zip(LABELS, counts, strict=True))) for counts in (wrong, old)]
        because = f"of {sizes} tickets of the two labels the candidate has {wrong} wrong and the champion {old}"
        expect_gate(candidate, (models[0], models[1]), tickets, expected, because)


@task("c", points=1)
def test_what_cannot_be_said_is_red(candidate):
    """No tickets, a model that raises, one that answers too little, too much or nothing: red."""
    tickets = some_tickets(30, 30)
    right = Served(tickets, {})

    def raises(*_: Any) -> Any:
        raise Injected("RuntimeError", "out of memory")

    odd = {
        "raises": raises,
        "answers None": lambda *_: None,
        "answers with one label less": lambda texts: right(texts)[:-1],
        "answers with one label more": lambda texts: [*right(texts), "INFORMATION"],
    }
    for what, model in odd.items():
        expect_gate(candidate, (model, right), tickets, "red", f"the candidate {what}")
        expect_gate(candidate, (right, model), tickets, "red", f"the champion {what}")
    expect_gate(candidate, (right, right), [], "red", "there is not one ticket in the holdout")


@task("c", points=1)
def test_the_three_parts_work_together(candidate, rng):
    """Your pipeline, on a runner with your key and your gate: seven branches, and main again."""

    def key(step: Any, tree: Any, tools: Any) -> str:
        return key_of(candidate.cache_key(step, tree, tools))

    def gate(*asked: Any) -> bool:
        verdict = candidate.model_gate(*asked)
        return isinstance(verdict, str) and verdict == "green"

    steps, runner = steps_of(candidate.pipeline()), new_runner(rng, key=key, gate=gate)
    for branch in ("main", "upgrade", "settings", "own-champion", "look-around", "forgotten", "readme"):
        run = expect_verdict(runner, steps, branch)
        expect(
            not shown(run.log, runner.token), f"the token stands in the log of the branch {branch}", call="pipeline()"
        )
    run = expect_verdict(runner, steps, "main")
    expect_run(run, "main", {"train", "compare"}, "nothing changed")
