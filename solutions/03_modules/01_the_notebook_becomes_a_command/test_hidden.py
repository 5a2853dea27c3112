"""What you are not given."""

import pytest
from support import ACTION, INFORMATION, Notebook, Outside, Runs, draw_table, rows, run_installed, run_module, table

from autograder.examiner import expect, task
from wren.notebook import make_table


@pytest.fixture(scope="module")
def runs():
    """The runs of the command that several checks look at."""
    return Runs()


@task("a", points=2)
def test_open_cases_teach_nothing(candidate, rng):
    """Tickets without a label leave no word in the model, and the order of the tickets makes no difference."""
    learned = draw_table(rng)
    tickets = rows(learned)
    open_case = {"id": "T9", "text": "zzzopen cases have words of their own: cancel, cancel W-12345", "label": ""}
    mixed = [open_case, *reversed(tickets), dict(open_case)]
    Notebook(learned).expect_model(candidate.fit(mixed))
    few = [{"text": "Cancel W-12345, w-54321!", "label": ACTION}, {"text": "cancel? no: hours", "label": INFORMATION},
           {"text": "unlock", "label": ACTION}]  # fmt: skip
    Notebook(table(few, ("text", "label"))).expect_model(candidate.fit(few))


# ---- the command, as a script far from the current folder


def other_tickets(seed):
    """Tickets whose texts have quotes, commas and line breaks, and whose columns stand in another order."""
    tickets = rows(make_table(20, seed))
    tickets[0]["text"] = 'He said "cancel, now"\n\n> quoted, "twice"\nthe lamp'
    tickets[1]["text"] = ""
    tickets[2]["text"] = "  id,label,score"
    return [ticket | {"id": f"{ticket['id']}, again" if place == 3 else ticket["id"], "note": "a,b\nc"}
            for place, ticket in enumerate(tickets)]  # fmt: skip


def bad_files(seed):
    """Tickets and models, most of which cannot be used."""
    tickets = rows(make_table(50, seed))
    columns = ("id", "text", "label")
    odd = [ticket | {"label": "REFUND"} if place == 7 else ticket for place, ticket in enumerate(tickets)]
    one_label = [ticket for ticket in tickets if ticket["label"] != ACTION]
    return {
        "march.csv": make_table(50, seed),
        "other.csv": table(other_tickets(seed + 1), ("note", "text", "id")),
        "none.csv": table([], columns),
        "odd label.csv": table(odd, columns),
        "one label.csv": table(one_label, columns),
        "no label.csv": table(tickets, ("id", "text")),
        "open.csv": table([ticket | {"label": ""} for ticket in tickets], columns),
        "latin.csv": table(tickets, columns) + "T1,Z\udcfcrich,\n",
        "empty.csv": "",
        "broken.model": "{}",
        "list.model": "[1, 2]",
    }


def as_script(candidate, seed):
    """A bad day: odd tickets, none, and tickets and models that cannot be used."""
    files = bad_files(seed)
    train = {"command": "train", "model": "triage.model", "show": "triage.model"}
    predict = {"command": "predict", "model": "triage.model"}
    evaluate = {"command": "evaluate", "model": "triage.model"}
    steps = [
        train | {"tickets": "march.csv"},
        predict | {"tickets": "-", "stdin": "other.csv"},
        predict | {"tickets": "-", "stdin": "none.csv"},
        train | {"tickets": "-", "stdin": "odd label.csv"},
        train | {"tickets": "-", "stdin": "one label.csv"},
        train | {"tickets": "latin.csv"},
        evaluate | {"tickets": "-", "stdin": "no label.csv"},
        evaluate | {"tickets": "-", "stdin": "open.csv"},
        evaluate | {"tickets": "-", "stdin": "odd label.csv"},
        predict | {"model": "broken.model", "tickets": "-", "stdin": "other.csv"},
        predict | {"model": "list.model", "tickets": "-", "stdin": "other.csv"},
        predict | {"model": "march.csv", "tickets": "-", "stdin": "other.csv"},
        predict | {"tickets": "-", "stdin": "empty.csv"},
    ]
    return run_module(candidate, [{"files": files, "steps": steps}])


@task("b", points=2)
def test_any_tickets_have_predictions(candidate, runs, seed):
    """Texts with quotes, commas and line breaks, columns in another order, and no tickets at all are predicted."""
    (sitting,) = runs.of("script", lambda: as_script(candidate, seed))
    train, other, none, *_ = sitting.said
    train.expect_code(0)
    notebook = Notebook(make_table(50, seed))
    other.expect_predictions(notebook, other_tickets(seed + 1))
    none.expect_predictions(notebook, [])


@task("b", points=3)
def test_input_that_cannot_be_used_is_refused_in_one_line(candidate, runs, seed, rng):
    """Labels that are none, nothing to learn from or to evaluate, and what is no model end with 1; MODEL stays."""
    (sitting,) = runs.of("script", lambda: as_script(candidate, seed))
    train, _, _, odd, one, latin, no_label, open_cases, odd_evaluated, *rest = sitting.said
    train.expect_code(0)
    odd.expect_refused("TICKETS has the label REFUND")
    one.expect_refused("TICKETS to learn from have one label only")
    latin.expect_refused("TICKETS is no UTF-8")
    no_label.expect_refused("TICKETS to evaluate has no column `label`")
    open_cases.expect_refused("no label to evaluate with")
    odd_evaluated.expect_refused("TICKETS to evaluate has the label REFUND")
    broken, other_json, swapped, empty = rest
    broken.expect_refused("MODEL holds {}")
    other_json.expect_refused("MODEL holds [1, 2]")
    swapped.expect_refused("MODEL is a table of tickets")
    empty.expect_refused("TICKETS has nothing in it, not even a line of names")
    for said in (odd, one, latin):
        unharmed = said.skipped or (train.shown is not None and said.shown == train.shown)
        expect(unharmed, "the old MODEL is another one after a train that failed", call=said.typed)
    sitting.expect_left("triage.model")
    outside = Outside(candidate, bad_files(seed))  # three of them once more, where nothing can be forged
    outside.run("train", "triage.model", "march.csv").expect_code(0)
    for place in rng.permutation(len(REFUSED))[:3].tolist():
        command, model, tickets, why = REFUSED[place]
        outside.run(command, model, tickets).expect_refused(why)


REFUSED = (
    ("train", "new.model", "odd label.csv", "TICKETS has the label REFUND"),
    ("train", "new.model", "one label.csv", "TICKETS to learn from have one label only"),
    ("train", "new.model", "latin.csv", "TICKETS is no UTF-8"),
    ("evaluate", "triage.model", "no label.csv", "TICKETS to evaluate has no column `label`"),
    ("evaluate", "triage.model", "open.csv", "no label to evaluate with"),
    ("evaluate", "triage.model", "odd label.csv", "TICKETS to evaluate has the label REFUND"),
    ("predict", "broken.model", "other.csv", "MODEL holds {}"),
    ("predict", "list.model", "other.csv", "MODEL holds [1, 2]"),
    ("predict", "march.csv", "other.csv", "MODEL is a table of tickets"),
    ("predict", "triage.model", "empty.csv", "TICKETS has nothing in it, not even a line of names"),
)


# ---- the command, installed


@task("c", points=4)
def test_a_process_leaves_its_model_and_nothing_else(candidate, seed):
    """Of two models each gives its own answers, later, elsewhere, whatever lies about; no other file is left."""
    march, may, april = make_table(50, seed + 2), make_table(50, seed + 4), make_table(20, seed + 3)
    lies_about = {f"{name}.py": "raise SystemExit('imported from the current folder')\n"
                  for name in ("argparse", "csv", "json", "math", "re", "triage", "click", "wren")}  # fmt: skip
    lies_about |= {"tickets.csv": may, "april.csv": april, "model.json": "{}", "triage.json": "{}"}
    predict = {"command": "predict", "model": "march.model", "tickets": "april.csv"}
    first, second = run_installed(
        candidate,
        [
            {
                "files": {"march.csv": march, "may.csv": may, "april.csv": april},
                "steps": [
                    {"command": "train", "model": "march.model", "tickets": "march.csv"},
                    {"command": "train", "model": "may.model", "tickets": "may.csv"},
                    predict,
                    predict | {"model": "may.model"},
                ],
            },
            {"files": lies_about, "bring": ["march.model"], "steps": [predict]},
        ],
    )
    tickets = rows(april)
    first.said[0].expect_code(0)
    first.said[1].expect_code(0)
    first.said[2].expect_predictions(Notebook(march), tickets)
    first.said[3].expect_predictions(Notebook(may), tickets)
    second.said[0].expect_predictions(Notebook(march), tickets)
    first.expect_left("march.model", "may.model")
    second.expect_left("march.model")
