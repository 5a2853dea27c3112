"""What Wren's triage did in a week: the functions behind Monday's report.

A row is one message whose case is closed, a dictionary with the keys
    id          str, different for each row
    time        float, days since the first Monday: when the message came
    labelled    float, the same: when the case was closed and its label written, `time` or later
    label       "ACTION" or "INFORMATION"
    answer      one of the two, by the model
    confidence  float from 0 to 1, the model's
    wait        float, minutes until a person looked; None where nobody wrote it down

Lists of rows may be empty, and come in any order. No function changes what it is given.
"""

from typing import Any

Row = dict[str, Any]


def share(part: float, whole: float) -> float:
    """The part of the whole, which is 0 or more; 0.0 of nothing."""
    return part / whole if whole else 0.0


def in_order(rows: list[Row]) -> list[Row]:
    """The rows by the time at which they came; of one time, as they stand in the list."""
    return sorted(rows, key=lambda row: row["time"])


def known_before(rows: list[Row], cut: float) -> list[Row]:
    """What a model that is trained at the cut, in days, may learn from."""
    return [row for row in rows if row["labelled"] < cut]


def fill_gaps(train: list[Row], test: list[Row]) -> list[list[float]]:
    """The waits of train and those of test; where none was written down, the usual one."""
    known = [row["wait"] for row in train if row["wait"] is not None]
    usual = share(sum(known), len(known))
    return [[usual if row["wait"] is None else row["wait"] for row in rows] for rows in (train, test)]


def corrected(rows: list[Row], labels: dict[str, str]) -> list[Row]:
    """The rows with the labels that a second look gave, by id."""
    return [{**row, "label": labels.get(row["id"], row["label"])} for row in rows]


def count_labels(rows: list[Row]) -> dict[str, int]:
    """How many rows have each label that there is."""
    counts: dict[str, int] = {}
    for row in rows:
        if row["label"] not in counts:
            counts[row["label"]] = 0
        counts[row["label"]] += 1
    return counts


def answered(rows: list[Row], threshold: float) -> list[str]:
    """The ids of what the machine answers by itself, at a threshold from 0 to 1."""
    return [row["id"] for row in rows if row["confidence"] >= threshold]


def waiting(rows: list[Row], threshold: float) -> list[str]:
    """The ids of all others, which go to a person."""
    return [row["id"] for row in rows if row["confidence"] < threshold]


def surest(rows: list[Row], k: int) -> list[str]:
    """The ids of the k rows (0 or more) of which the model is surest, the surest first."""
    ranked = sorted(rows, key=lambda row: -row["confidence"])
    return [row["id"] for row in ranked[:k]]


def slowest(rows: list[Row], k: int) -> list[str]:
    """The ids of the k rows (0 or more) that waited longest, the longest first."""
    known = [row for row in rows if row["wait"] is not None]
    ranked = sorted(known, key=lambda row: -row["wait"])
    return [row["id"] for row in ranked[:k]]


def median_wait(rows: list[Row]) -> float | None:
    """The wait in the middle, the shorter of two; None where none was written down."""
    waits = sorted(row["wait"] for row in rows if row["wait"] is not None)
    return waits[(len(waits) - 1) // 2] if waits else None


def batches(rows: list[Row], size: int) -> list[list[Row]]:
    """The rows, `size` (1 or more) at a time, as the model is asked."""
    return [rows[start : start + size] for start in range(0, len(rows), size)]


def accuracy(rows: list[Row], size: int) -> float:
    """The share of rows whose label the model chose, counted in batches of `size` (1 or more)."""
    right = 0
    for batch in batches(rows, size):
        right += sum(row["answer"] == row["label"] for row in batch)
    return share(right, len(rows))


def balanced(rows: list[Row]) -> float:
    """The accuracy on either category, half of each."""
    shares = []
    for label in ("ACTION", "INFORMATION"):
        answers = [row["answer"] for row in rows if row["label"] == label]
        shares.append(share(answers.count(label), len(answers)))
    return sum(shares) * 0.5
