# must fail test_input_that_cannot_be_used_is_refused_in_one_line with "one label only"
# There was no ticket of one label, and a model was written all the same, over the good one.
"""Wren's triage as a command: `triage train`, `triage evaluate` and `triage predict`.

    train     learns from TICKETS, which have labels, and writes the model to MODEL, one file. It prints nothing.
    evaluate  prints one JSON object: "tickets" is how many of TICKETS have a label, "accuracy" the share of these that
              the model answers right.
    predict   prints a CSV table with the columns id, label and score (right to 0.001): a row for each of TICKETS, in
              their order.

TICKETS is a CSV file in UTF-8 whose first line names the columns, in any order and with others among them; `-` stands
for standard input. `text` is always needed, `id` to predict, and `label` to train and to evaluate. A ticket with an
empty label is skipped there. No tickets at all have predictions too: none.

What has been printed is the answer and nothing else. Exit codes:

    0  done
    2  called wrongly: an unknown command or option
    1  input that cannot be used: a file that is missing or no UTF-8, a column that is missing, a label that is neither
       of the two, nothing to learn from for one of the labels, nothing to evaluate, a MODEL that is none. Standard
       error then has one line, standard output nothing, and a MODEL that was there before is as it was.

A process leaves MODEL to the next one, and nothing else: no file in the current folder, at home or beside the module.
MODEL can be moved, and whatever the current folder holds besides makes no difference.

What the options are called, and in which order things stand, is yours. Nobody is told: `triage --help` has to name the
three commands, and from `triage COMMAND --help` a reader has to find out what to type. `read_help` in harness.py is
that reader.
"""

import argparse
import csv
import json
import math
import os
import re
import sys
from collections import Counter
from typing import Any

ACTION, INFORMATION = "ACCOUNT_ACTION", "INFORMATION"

Ticket = dict[str, str]
"""A row of TICKETS: the name of a column, and what stands in it."""

Model = dict[str, Any]
"""A number "prior", a number "cut", and "weights", a dict from words to numbers; in natural logarithms."""


# ---- the model


def words(text: str) -> set[str]:
    """The different words of a text in small letters, without order numbers; the last one of the notebook's."""
    return set(re.findall(r"\w+", re.sub(r"w-\d{5}", " ", text.lower())))


def score(model: Model, text: str) -> float:
    """Above 0 for an account action. A word that training never saw says nothing."""
    weights = model["weights"]
    return model["prior"] + sum(weights[word] for word in words(text) if word in weights) - model["cut"]


def fit(tickets: list[Ticket]) -> Model:
    """Task a. The model that the notebook would hold, had its cells been run with these tickets in order of number.

    `text` and `label` are all that is looked at. A ticket whose label is empty teaches nothing, and each of the two
    other labels is there. What a score depends on stands in the model, which is plain data, and nowhere else.
    """
    smoothing = 0.01
    labelled = [ticket for ticket in tickets if ticket["label"]]
    count = Counter(ticket["label"] for ticket in labelled)
    holding: dict[str, Counter[str]] = {ACTION: Counter(), INFORMATION: Counter()}
    for ticket in labelled:
        holding[ticket["label"]].update(words(ticket["text"]))

    def ratio(actions: int, informations: int) -> float:
        return math.log((actions + smoothing) / (informations + smoothing))

    prior = ratio(count[ACTION], count[INFORMATION])
    known = holding[ACTION].keys() | holding[INFORMATION].keys()
    weights = {word: ratio(holding[ACTION][word], holding[INFORMATION][word]) - prior for word in sorted(known)}
    model: Model = {"prior": prior, "weights": weights, "cut": 0.0}
    sums: Counter[str] = Counter()
    for ticket in labelled:
        sums[ticket["label"]] += score(model, ticket["text"])
    return model | {"cut": sum(sums[label] / count[label] for label in count) / 2}


# ---- the command


def main(arguments: list[str] | None = None) -> int:
    """Task b. Do what the command line says (`sys.argv[1:]` unless given) and return the exit code.

    Functions and classes of your own beside this one are welcome.
    """
    parser = argparse.ArgumentParser(prog="triage", description="Tells which tickets ask for an account action.")
    commands = parser.add_subparsers(dest="command", required=True)
    about = {
        "train": "learn from tickets with labels, and write the model",
        "evaluate": "print how many labelled tickets there are, and the share answered right, as JSON",
        "predict": "print id, label and score of each ticket as CSV; a score above 0 is an account action",
    }
    for name, text in about.items():
        command = commands.add_parser(name, help=text, description=text)
        command.add_argument("--model", required=True, help="path of the model, a file that `train` writes")
        command.add_argument("tickets", help="path of a CSV file with the columns id, text and label, or - for stdin")
    asked = parser.parse_args(arguments)
    try:
        tickets = read_tickets(asked.tickets, ["id", "text"] if asked.command == "predict" else ["text", "label"])
        if asked.command == "train":
            save(fit(tickets), asked.model)
            return 0
        model = load(asked.model)
        if asked.command == "evaluate":
            json.dump(evaluated(model, tickets), sys.stdout)
            sys.stdout.write("\n")
        else:
            writer = csv.writer(sys.stdout, lineterminator="\n")
            writer.writerow(["id", "label", "score"])
            writer.writerows([ticket["id"], *answer(model, ticket["text"])] for ticket in tickets)
    except (OSError, ValueError, csv.Error) as error:
        print(f"triage: {error}", file=sys.stderr)
        return 1
    return 0


def read_tickets(path: str, columns: list[str]) -> list[Ticket]:
    """The rows of a CSV file, or of standard input, which has these columns; ValueError where it has not."""
    with open(sys.stdin.fileno() if path == "-" else path, encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file, restval="")
        tickets = list(reader)
        there = reader.fieldnames or []
    for name in columns:
        if name not in there:
            raise ValueError(f"{path} has no column {name!r}")
    for ticket in tickets:
        if "label" in columns and ticket["label"] not in (ACTION, INFORMATION, ""):
            raise ValueError(f"{path} has a label {ticket['label']!r}")
    return tickets


def expect_both(tickets: list[Ticket]) -> list[Ticket]:
    """The tickets; ValueError unless both labels are among them."""
    for label in (ACTION, INFORMATION):
        if not any(ticket["label"] == label for ticket in tickets):
            raise ValueError(f"no ticket to learn from has the label {label}")
    return tickets


def answer(model: Model, text: str) -> tuple[str, float]:
    """The label that the model chooses, and the score."""
    value = score(model, text)
    return (ACTION if value > 0 else INFORMATION), value


def evaluated(model: Model, tickets: list[Ticket]) -> dict[str, float]:
    """How many tickets have a label, and the share of these that the model answers right."""
    right = [answer(model, ticket["text"])[0] == ticket["label"] for ticket in tickets if ticket["label"]]
    if not right:
        raise ValueError("no ticket has a label to compare with")
    return {"tickets": len(right), "accuracy": sum(right) / len(right)}


def save(model: Model, path: str) -> None:
    """Write the model, whole or not at all."""
    unfinished = f"{path}.new"
    with open(unfinished, "w", encoding="utf-8") as file:
        json.dump(model, file)
    os.replace(unfinished, path)


def load(path: str) -> Model:
    """The model that `save` wrote; ValueError where the file is none."""
    with open(path, encoding="utf-8") as file:
        model = json.load(file)
    if not isinstance(model, dict) or model.keys() != {"prior", "weights", "cut"}:
        raise ValueError(f"{path} is no model")
    return model


# ---- the package


BUILD = """\
[build-system]
requires = []
build-backend = "harness"
backend-path = ["."]
"""


def pyproject() -> str:
    """Task c. The text of the pyproject.toml from which `pip install .` makes the command `triage`.

    `BUILD`, and the table [project]: the name "triage", a version, `scripts`, and what this module imports beyond the
    standard library as `dependencies`, if there is any: click and numpy are to be had. The environment that the command
    is installed in has nothing else, and Python 3.11 to 3.13. The wheel is built from [project] alone.
    """
    return f"""\
{BUILD}
[project]
name = "triage"
version = "1.0"
requires-python = ">=3.11"

[project.scripts]
triage = "triage:main"
"""


if __name__ == "__main__":
    sys.exit(main())
