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

import re
import sys

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
    raise NotImplementedError("3.1, task a: count, weigh, and find the cut, without a global (about 16 lines)")


# ---- the command


def main(arguments: list[str] | None = None) -> int:
    """Task b. Do what the command line says (`sys.argv[1:]` unless given) and return the exit code.

    Functions and classes of your own beside this one are welcome.
    """
    raise NotImplementedError("3.1, task b: parse, read, do, and answer for what goes wrong (about 70 lines with its helpers)")


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
    raise NotImplementedError("3.1, task c: name, version, and the command (about 8 lines)")


if __name__ == "__main__":
    sys.exit(main())
