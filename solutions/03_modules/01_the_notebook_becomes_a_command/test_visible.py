"""What you are given. The notebook is run again for each table, and the command in processes of its own."""

import pytest
from support import Notebook, Outside, Runs, draw_table, expect_attempted, rows, run_installed, run_module, table

from autograder.examiner import expect_close, expect_type, task
from wren.notebook import CELLS, SEED, make_table


@pytest.fixture(scope="module")
def runs():
    """The runs of the command that several checks look at."""
    return Runs()


@task("a", points=2)
def test_the_scores_of_the_notebook_come_back(candidate, rng):
    """A model of the notebook's own tickets gives the scores that the notebook shows; one of others, what it would."""
    texts = ("Please cancel order W-10001.", "How long does delivery take?", "The lamp arrived broken")
    shown = [float(number) for number in CELLS[-1].shown.strip("[]").split(",")]
    model = candidate.fit(rows(make_table(300, SEED)))
    expect_type(model, dict, "fit returned no dict")
    got = [candidate.score(model, text) for text in texts]
    expect_close(got, shown, 1e-3, f"Out[{CELLS[-1].number}] shows other scores")
    other = draw_table(rng)
    Notebook(other).expect_model(candidate.fit(rows(other)))


@task("a", points=1)
def test_a_model_is_all_that_a_score_needs(candidate, rng):
    """A model gives its own scores after another one was made, and in another process."""
    tables = [draw_table(rng), draw_table(rng)]
    models = [candidate.fit(rows(one)) for one in tables]
    text = "Please cancel the Lumo lamp and tell me how long the refund takes"
    for one, model in zip(tables, models, strict=True):
        Notebook(one).expect_score(candidate.score(model, text), text)
    candidate.restart(fresh=False)
    Notebook(tables[0]).expect_score(candidate.score(models[0], text), text)


# ---- the command, as a script far from the current folder


def as_script(candidate, seed):
    """A morning with the command: a model from march.csv, and what it says of april.csv."""
    march, april = make_table(60, seed), make_table(40, seed + 1)
    steps = [
        {"command": "train", "model": "triage.model", "tickets": "march.csv"},
        {"command": "predict", "model": "triage.model", "tickets": "april.csv"},
        {"command": "predict", "model": "triage.model", "tickets": "-", "stdin": "april.csv"},
        {"command": "evaluate", "model": "triage.model", "tickets": "-", "stdin": "april.csv"},
    ]
    return run_module(candidate, [{"files": {"march.csv": march, "april.csv": april}, "steps": steps}])


@task("b", points=3)
def test_the_help_leads_to_a_prediction(candidate, runs, seed):
    """Who has nothing but `--help` can train a model and get the notebook's predictions from it."""
    (sitting,) = runs.of("script", lambda: as_script(candidate, seed))
    train, predict, *_ = sitting.said
    train.expect_code(0)
    predict.expect_predictions(Notebook(make_table(60, seed)), rows(make_table(40, seed + 1)))


@task("b", points=2)
def test_standard_output_holds_the_answer_alone(candidate, runs, seed):
    """Tickets come through a pipe as well, and standard output is the answer and nothing else."""
    (sitting,) = runs.of("script", lambda: as_script(candidate, seed))
    notebook, april = Notebook(make_table(60, seed)), rows(make_table(40, seed + 1))
    train, _, predict, evaluate, *_ = sitting.said
    train.expect_silent()
    predict.expect_predictions(notebook, april)
    evaluate.expect_evaluation(notebook, april)


@task("b", points=2)
def test_the_exit_code_says_whose_fault_it_is(candidate, seed):
    """A wrong call ends with 2, input that cannot be used with 1 and one line on standard error."""
    expect_attempted(candidate)
    april = make_table(40, seed + 1)
    files = {"march.csv": make_table(60, seed), "april.csv": april}
    files |= {"no text.csv": table(rows(april), ("id", "time", "channel"))}
    outside = Outside(candidate, files)
    unknown, option = outside.type("foresee"), outside.type("predict", "--no-such-option")
    unknown.expect_code(2, f"an unknown command ends with {unknown.code}")
    option.expect_code(2, f"an unknown option ends with {option.code}")
    outside.run("train", "triage.model", "march.csv").expect_code(0)
    outside.run("predict", "triage.model", "june.csv").expect_refused("TICKETS is missing")
    outside.run("predict", "triage.model", "no text.csv").expect_refused("TICKETS has no column `text`")
    outside.run("predict", "no.model", "april.csv").expect_refused("MODEL is missing")


# ---- the command, installed


@task("c", points=3)
def test_the_installed_command_predicts(candidate, seed):
    """Installed from a wheel in a fresh environment, it predicts in another folder from a model brought there."""
    march, april = make_table(60, seed + 2), make_table(20, seed + 3)
    train = {"command": "train", "model": "friday.model", "tickets": "march.csv"}
    predict = {"command": "predict", "model": "friday.model", "tickets": "april.csv"}
    trained, predicted = run_installed(
        candidate,
        [
            {"files": {"march.csv": march}, "steps": [train]},
            {"files": {"april.csv": april}, "bring": ["friday.model"], "steps": [predict]},
        ],
    )
    trained.said[0].expect_code(0)
    predicted.said[0].expect_predictions(Notebook(march), rows(april))
