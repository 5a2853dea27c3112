"""What pipeline, key and gate have to do, on commits that can be read, and on trees and models made by hand."""

from typing import Any

from support import (
    ALL,
    DEAR,
    FREE,
    Served,
    expect_gate,
    expect_run,
    expect_verdict,
    key_of,
    new_runner,
    said,
    some_tickets,
    steps_of,
    tree_of,
)

from autograder.examiner import expect, expect_equal, task

STEP = {"name": "test", "run": "test", "needs": [], "reads": ["triage/*", "tests/*.py"]}
TREE = {
    "requirements.lock": "letters==1.4.0\n",
    "triage/words.py": "from letters import fold\n",
    "tests/test_words.py": "def test_nothing(): ...\n",
    "README.md": "# Triage\n",
    "data/train.csv": "id,text,label\n",
}
TOOLS = {"python": "3.12.4", "runner": "2026.3"}


@task("a", points=1)
def test_a_good_commit_passes_and_nothing_is_left_out(candidate):
    """The branch main is green on a runner that has seen nothing yet, and all eight programs have been run."""
    run = expect_verdict(new_runner(), steps_of(candidate.pipeline()), "main")
    missing = [program for program in ALL if program not in run.ran]
    expect(
        not missing,
        f"main is green, and nobody asked {', '.join(missing)}",
        call="pipeline()",
        got=said(run),
        expected="all eight programs",
    )


@task("a", points=1)
def test_a_red_check_stops_what_is_dear(candidate):
    """Where lint or test is red, the commit is stopped, and neither train nor fetch nor compare is run."""
    steps = steps_of(candidate.pipeline())
    for branch in ("unused-import", "faster-words"):
        run = expect_verdict(new_runner(), steps, branch)
        expect_run(run, branch, DEAR, f"after a red step, with {run.minutes} minutes in all")


@task("a", points=2)
def test_what_was_green_is_not_run_again(candidate):
    """Once main was green: main and a new README run nothing but checkout, clean and fetch; new tests do not train."""
    steps, runner = steps_of(candidate.pipeline()), new_runner()
    expect_verdict(runner, steps, "main")
    dear = set(ALL) - FREE
    for branch, forbidden in (("main", dear), ("readme", dear), ("more-tests", {"train"})):
        run = expect_verdict(runner, steps, branch)
        changed = {
            "main": "nothing changed",
            "readme": "README.md changed, which no program reads",
            "more-tests": "tests/test_words.py changed, which train does not read",
        }[branch]
        expect_run(run, branch, forbidden, f"{changed}, and the cache was warm")


@task("b", points=1)
def test_a_key_changes_with_what_the_step_depends_on(candidate):
    """Another text, path, file, command, lock file or tool is another key."""
    first = key_of(candidate.cache_key(STEP, tree_of(TREE), TOOLS))
    words = "triage/words.py"
    others: list[tuple[str, dict[str, Any], dict[str, str], dict[str, str]]] = [
        (f"the text of {words} changed", STEP, TREE | {words: "# from letters import fold\n"}, TOOLS),
        ("a file was added that `reads` names", STEP, TREE | {"triage/model.py": ""}, TOOLS),
        ("a file was removed that `reads` names", STEP, {p: t for p, t in TREE.items() if p != words}, TOOLS),
        ("requirements.lock names another version", STEP, TREE | {"requirements.lock": "letters==2.0.0\n"}, TOOLS),
        ("the step runs another program", STEP | {"run": "lint"}, TREE, TOOLS),
        ("the runner has another Python", STEP, TREE, TOOLS | {"python": "3.13.0"}),
    ]
    for what, step, tree, tools in others:
        other = key_of(candidate.cache_key(step, tree_of(tree), tools))
        expect(
            other != first,
            f"{what}, and the key is the same",
            call="cache_key(step, tree, tools)",
            got=other,
            expected="another key",
        )


@task("b", points=1)
def test_a_key_stays_where_nothing_changed(candidate):
    """Other files, another order, other times and another process make no difference."""
    first = key_of(candidate.cache_key(STEP, tree_of(TREE), TOOLS))
    backwards = dict(reversed(TREE.items()))
    for what, tree, tools in (
        ("README.md changed, which the step does not read", tree_of(TREE | {"README.md": "# Wren\n"}), TOOLS),
        ("a file was added that the step does not read", tree_of(TREE | {"notes.txt": ""}), TOOLS),
        ("the files were written again, an hour later", tree_of(TREE, 1_775_003_600.0), TOOLS),
        ("the files come in another order", tree_of(backwards), TOOLS),
        ("the tools come in another order", tree_of(TREE), dict(reversed(TOOLS.items()))),
    ):
        expect_equal(key_of(candidate.cache_key(STEP, tree, tools)), first, because=f"{what}, and the key is another")
    candidate.restart()
    again = key_of(candidate.cache_key(STEP, tree_of(TREE), TOOLS))
    expect_equal(again, first, because="in another process the same step, files and tools have another key")


@task("c", points=1)
def test_both_models_are_asked_about_the_same_tickets(candidate):
    """The candidate is asked about the holdout, and so is the champion."""
    tickets = some_tickets(60, 50)
    models = Served(tickets, {}), Served(tickets, {"ACCOUNT_ACTION": 3, "INFORMATION": 2})
    expect_gate(candidate, models, tickets, "green", "the candidate has none of 110 wrong, and the champion 5")
    texts = [text for text, _ in tickets]
    for name, model in zip(("candidate", "champion"), models, strict=True):
        asked = [
            text for call in model.asked if isinstance(call, list | tuple) for text in call if isinstance(text, str)
        ]
        expect(
            set(asked) == set(texts),
            f"the {name} was asked about {len(set(asked) & set(texts))} of {len(texts)} tickets",
            call="model_gate(candidate, champion, tickets)",
            got=model.asked,
            expected="all texts of the holdout, and no others",
        )


@task("c", points=1)
def test_a_worse_model_is_stopped_and_an_equal_one_passes(candidate):
    """As many right as the champion is green; a twentieth of the tickets fewer is red, and so is everything wrong."""
    tickets = some_tickets(100, 100)
    for wrong, old, expected in ((6, 6, "green"), (2, 9, "green"), (16, 6, "red"), (100, 6, "red")):
        models = [Served(tickets, {"ACCOUNT_ACTION": n, "INFORMATION": n}) for n in (wrong, old)]
        expect_gate(
            candidate,
            (models[0], models[1]),
            tickets,
            expected,
            f"of 200 tickets the candidate has {2 * wrong} wrong and the champion {2 * old}",
        )
