"""What the checks of this exercise share: kappa in fractions, Wren's teams, and the form of an answer."""

import math
from fractions import Fraction
from functools import lru_cache
from typing import Any

import numpy as np

from autograder.examiner import expect
from wren.annotators import Labelling, make_labelling

TICKETS = 1000
QUEUES = 3
COSTS = np.array([[0.0, 8.0, 6.0], [8.0, 0.0, 6.0], [90.0, 90.0, 0.0]])
"""Wren's: to explain in vain or to change an account in vain, to lock one for an hour, and to miss a break-in."""


@lru_cache(maxsize=16)
def team(number: int) -> Labelling:
    """Five people and their week; no two numbers have the same."""
    return make_labelling(TICKETS, number)


def teams(seed: int) -> list[Labelling]:
    """The four teams of a grade."""
    return [team(seed + number) for number in range(4)]


def known_of(labelling: Labelling) -> np.ndarray:
    """The true queue of every twentieth ticket, -1 for the others."""
    return np.where(np.arange(len(labelling.tickets)) % 20 == 7, labelling.truth.queue, -1)


# ---- kappa


def fraction_of(first: list[int], second: list[int]) -> tuple[Fraction, Fraction, Fraction | None]:
    """The agreement of two people, what chance would give, and kappa; None where nothing can be told."""
    pairs = [(mine, yours) for mine, yours in zip(first, second, strict=True) if mine >= 0 and yours >= 0]
    if not pairs:
        return Fraction(0), Fraction(0), None
    count = len(pairs)
    agree = Fraction(sum(mine == yours for mine, yours in pairs), count)
    mine_of, yours_of = zip(*pairs, strict=True)
    chance = Fraction(sum(mine_of.count(queue) * yours_of.count(queue) for queue in set(mine_of)), count**2)
    return agree, chance, None if chance == 1 else (agree - chance) / (1 - chance)


def expect_kappa(candidate: Any, first: list[int], second: list[int], because: str = "") -> None:
    """`kappa` of the two columns is what the fractions say, to a billionth."""
    got = candidate.kappa(np.array(first, dtype=np.int64), np.array(second, dtype=np.int64))
    agree, chance, kappa = fraction_of(first, second)
    both = sum(mine >= 0 and yours >= 0 for mine, yours in zip(first, second, strict=True))
    call = f"kappa(array({first}), array({second}))" if len(first) <= 12 else "kappa(first, second)"
    number = number_of(got, call)
    if kappa is None:
        expect(math.isnan(number), because, call=call, got=number, expected="nan")
        return
    told = f"both have labelled {both} tickets, and agree on {float(agree):.4g} of them; by chance they would on "
    expect(abs(number - float(kappa)) <= 1e-9, f"{told}{float(chance):.4g}", call=call, got=number,
           expected=f"{float(kappa):.10g}")  # fmt: skip


def number_of(answer: Any, call: str) -> float:
    """A float, nan included, of what should be one."""
    value = answer.item() if isinstance(answer, np.generic | np.ndarray) and answer.size == 1 else answer
    good = isinstance(value, int | float) and not isinstance(value, bool) and (abs(value) <= 1e9 or value != value)
    expect(good, f"{call} has to return a number", got=answer, expected="a float")
    return float(value)


# ---- the label model


def model_of(candidate: Any, labels: np.ndarray, known: np.ndarray, queues: int) -> tuple[np.ndarray, np.ndarray]:
    """What `label_model` has to return: beliefs and matrices, in rows of shares."""
    answer = candidate.label_model(labels, known, queues)
    good = isinstance(answer, tuple | list) and len(answer) == 2
    expect(good, "label_model has to return a pair, (belief, confusion)", got=answer)
    tickets, people = labels.shape
    belief = _shares("belief", answer[0], (tickets, queues))
    return belief, _shares("confusion", answer[1], (people, queues, queues))


def _shares(name: str, answer: Any, shape: tuple[int, ...]) -> np.ndarray:
    """An array of shares of this shape, each row of which adds up to 1."""
    rows = numbers_of(name, answer, shape)
    inside = np.isfinite(rows) & (rows >= -1e-9) & (rows <= 1 + 1e-9)
    if not inside.all():
        place = tuple(int(at) for at in np.argwhere(~inside)[0])
        expect(False, f"{name}{list(place)} is no share from 0 to 1", call="label_model(labels, known, queues)",
               got=float(rows[place]))  # fmt: skip
    off = np.abs(rows.sum(axis=-1) - 1)
    place = tuple(int(at) for at in np.unravel_index(np.argmax(off), off.shape))
    expect(off[place] <= 1e-6, f"the row {name}{list(place)} does not add up to 1", got=rows[place].tolist(),
           call="label_model(labels, known, queues)", expected="shares that add up to 1")  # fmt: skip
    return rows


def numbers_of(name: str, answer: Any, shape: tuple[int, ...]) -> np.ndarray:
    """An array of floats of this shape, or lists that make one up."""
    try:
        rows = np.asarray(answer if isinstance(answer, np.ndarray | list | tuple) else [])
    except (ValueError, TypeError, OverflowError):  # lists of different lengths, and what is no number
        rows = np.empty(0)
    numbers = rows.dtype.kind in "iuf" and rows.size > 0
    got = f"shape {rows.shape}" if numbers else answer
    expect(numbers and rows.shape == shape, f"{name} has to be an array of numbers, of shape {shape}", got=got,
           expected=f"shape {shape}")  # fmt: skip
    return rows.astype(float)


def counted(labelling: Labelling, among: np.ndarray) -> float:
    """The share of tickets that the majority has right; where several queues lead, it is right in one part of them."""
    votes = (labelling.labels[:, :, None] == np.arange(QUEUES)).sum(axis=1)
    leads = votes == votes.max(axis=1, keepdims=True)
    right = leads[np.arange(len(votes)), labelling.truth.queue] / leads.sum(axis=1)
    return float(right[among].mean())


# ---- the choice


def choice_of(answer: Any, tickets: int, count: int, call: str) -> np.ndarray:
    """What `next_tickets` has to return: numbers of different tickets, `count` of them or all."""
    entries = answer.tolist() if isinstance(answer, np.ndarray) else answer
    wanted = min(count, tickets)
    expect(isinstance(entries, list | tuple), f"{call} has to return an array of numbers of tickets", got=answer)
    entries = [entry.item() if isinstance(entry, np.generic) else entry for entry in entries]
    good = all(isinstance(entry, int) and not isinstance(entry, bool) and 0 <= entry < tickets for entry in entries)
    expect(good, f"{call} has to return numbers of tickets, from 0 to {tickets - 1}", got=answer)
    different = len(set(entries))
    expect(different == len(entries) == wanted, f"of {tickets} tickets {wanted} different ones have to be chosen; "
           f"{len(entries)} numbers came back, {different} of them different", call=call, got=len(entries),
           expected=wanted)  # fmt: skip
    return np.array(entries, dtype=np.int64)


def saved_of(belief: np.ndarray, costs: np.ndarray, chosen: np.ndarray) -> tuple[float, float]:
    """What the chosen tickets are expected to save, and the most that as many tickets could."""
    at_stake = np.array([min(sum(p * c for p, c in zip(row, column, strict=True)) for column in costs.T)
                         for row in belief])  # fmt: skip
    return float(at_stake[chosen].sum()), float(np.sort(at_stake)[::-1][: len(chosen)].sum())
