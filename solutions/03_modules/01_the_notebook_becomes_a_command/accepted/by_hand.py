# A parser by hand, one usage for all commands, both paths by position; texts by label; JSON with a name in front.
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

import csv
import io
import json
import math
import re
import sys
from pathlib import Path
from statistics import fmean
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
    """The model that the notebook would hold."""
    texts = {label: [t["text"] for t in tickets if t["label"] == label] for label in (ACTION, INFORMATION)}
    bags = {label: [words(text) for text in texts[label]] for label in texts}
    everything = sorted(set().union(*bags[ACTION], *bags[INFORMATION]))
    prior = math.log((len(bags[ACTION]) + 0.01) / (len(bags[INFORMATION]) + 0.01))
    weights = {}
    for word in everything:
        holding = [sum(word in bag for bag in bags[label]) for label in (ACTION, INFORMATION)]
        weights[word] = math.log((holding[0] + 0.01) / (holding[1] + 0.01)) - prior
    raw = {"prior": prior, "weights": weights, "cut": 0.0}
    return {**raw, "cut": fmean(fmean(score(raw, text) for text in texts[label]) for label in texts)}


USAGE = """\
Usage:
  triage train MODEL TICKETS
  triage evaluate MODEL TICKETS
  triage predict MODEL TICKETS
  triage --help

train     Learn from TICKETS and write MODEL.
evaluate  Print, as JSON, how many of TICKETS have a label, and the share of them that MODEL answers right.
predict   Print id, label and score of each of TICKETS, as CSV.

MODEL is a path. TICKETS is the path of a CSV file, or - for standard input.
"""


class BadInput(Exception):
    """Said in one line, with exit code 1."""


def read(path: str, *names: str) -> list[Ticket]:
    try:
        text = (sys.stdin.buffer.read() if path == "-" else Path(path).read_bytes()).decode()
    except (OSError, UnicodeError) as error:
        raise BadInput(f"{path}: {error}") from error
    head, *body = list(csv.reader(io.StringIO(text, newline=""))) or [[]]
    if not set(names) <= set(head):
        raise BadInput(f"{path}: the columns {', '.join(names)} are needed")
    return [dict(zip(head, row, strict=False)) for row in body if row]


def labelled(tickets: list[Ticket]) -> dict[str, list[Ticket]]:
    by_label: dict[str, list[Ticket]] = {ACTION: [], INFORMATION: [], "": []}
    for ticket in tickets:
        if ticket["label"] not in by_label:
            raise BadInput(f"a label {ticket['label']}")
        by_label[ticket["label"]].append(ticket)
    del by_label[""]
    return by_label


def model_at(path: str) -> Model:
    try:
        kind, model = json.loads(Path(path).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise BadInput(f"{path} holds no model") from error
    if kind != "triage 1":
        raise BadInput(f"{path} holds no model of this version")
    return model


def train(model: str, tickets: str) -> str:
    rows = read(tickets, "text", "label")
    if not all(labelled(rows).values()):
        raise BadInput("both labels are needed to learn")
    Path(model).write_text(json.dumps(["triage 1", fit(rows)]), encoding="utf-8")
    return ""


def evaluate(model: str, tickets: str) -> str:
    known = model_at(model)
    by_label = labelled(read(tickets, "text", "label"))
    right = [score(known, t["text"]) > 0 for t in by_label[ACTION]]
    right += [score(known, t["text"]) <= 0 for t in by_label[INFORMATION]]
    if not right:
        raise BadInput("nothing to evaluate")
    return json.dumps({"accuracy": fmean(right), "tickets": len(right)}, indent=1)


def predict(model: str, tickets: str) -> str:
    known = model_at(model)
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["id", "label", "score"])
    for ticket in read(tickets, "id", "text"):
        value = score(known, ticket["text"])
        writer.writerow([ticket["id"], INFORMATION if value <= 0 else ACTION, value])
    return out.getvalue()


def main(arguments: list[str] | None = None) -> int:
    """Do what the command line says."""
    match sys.argv[1:] if arguments is None else arguments:
        case ["--help"] | [_, "--help"]:
            print(USAGE, end="")
        case ["train" | "evaluate" | "predict" as command, model, tickets] if not model.startswith("--"):
            try:
                sys.stdout.write({"train": train, "evaluate": evaluate, "predict": predict}[command](model, tickets))
            except BadInput as error:
                print(f"triage {command}:", " ".join(str(error).split()), file=sys.stderr)
                return 1
        case _:
            sys.stderr.write(USAGE)
            return 2
    return 0


# ---- the package


BUILD = """\
[build-system]
requires = []
build-backend = "harness"
backend-path = ["."]
"""


def pyproject() -> str:
    """The text of the pyproject.toml."""
    return (
        BUILD
        + """
[project]
name = "triage"
version = "0.1.0"

[project.scripts]
triage = "triage:main"
"""
    )


if __name__ == "__main__":
    raise SystemExit(main())
