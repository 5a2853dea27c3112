"""Nine functions of a shop's evaluations, each with ways to write it anew and ways to get it wrong at an edge."""

import heapq
import math
from collections import Counter
from typing import Any

from wren.dice import Dice
from wren.family import Family, confidences, different, many, maybe, names, number, pair, text, whole


def _answered() -> Family:
    def right(rows: Any, threshold: Any) -> Any:
        return [name for name, sure in rows if sure >= threshold]

    def loop(rows: Any, threshold: Any) -> Any:
        found = []
        for name, sure in rows:
            if not sure < threshold:
                found.append(name)
        return found

    def early(rows: Any, threshold: Any) -> Any:
        if not rows or max(sure for _, sure in rows) < threshold:
            return []
        return right(rows, threshold)

    def early_but_empty(rows: Any, threshold: Any) -> Any:
        return [] if max(sure for _, sure in rows) < threshold else right(rows, threshold)

    def example(dice: Dice) -> list[Any]:
        count = dice.between(4, 5)
        low, threshold, high, *others = sorted(confidences(dice, count + 1))
        sure = [low, high, *others] if dice.chance(0.5) else [others[-1], low, high, *others[:-1]]
        return [[list(row) for row in zip(names(dice, count), sure, strict=True)], threshold]

    wrong = {
        "boundary": lambda rows, threshold: [name for name, sure in rows if sure > threshold],
        "duplicates": lambda rows, threshold: list(dict.fromkeys(right(rows, threshold))),
        "zero": lambda rows, threshold: right(rows, threshold or 0.9),
        "empty": early_but_empty,
    }
    return Family(right, (many(pair(text, number(0, 1))), number(0, 1)), example, (loop, early), wrong)


def _top() -> Family:
    def right(scores: Any, k: Any) -> Any:
        return [name for name, _ in sorted(scores, key=lambda row: -row[1])[:k]]

    def heap(scores: Any, k: Any) -> Any:
        return [row[0] for row in heapq.nsmallest(k, scores, key=lambda row: -row[1])]

    def places(scores: Any, k: Any) -> Any:
        order = sorted(range(len(scores)), key=lambda place: (-scores[place][1], place))
        return [scores[place][0] for place in order[: min(k, len(order))]]

    def in_place(scores: Any, k: Any) -> Any:
        scores.sort(key=lambda row: -row[1])
        return [name for name, _ in scores[:k]]

    def too_many(scores: Any, k: Any) -> Any:
        ranked = sorted(scores, key=lambda row: -row[1])
        return [ranked[place][0] for place in range(k)]

    def example(dice: Dice) -> list[Any]:
        count = dice.between(4, 6)
        scores = [number / 10 for number in different(dice, count, 10, 400)]
        rows = [list(row) for row in zip(names(dice, count), scores, strict=True)]
        return [rows, dice.between(2, count - 1)]

    wrong = {
        "ties": lambda scores, k: [name for name, _ in sorted(scores, key=lambda row: row[1])[::-1][:k]],
        "negative": lambda scores, k: [name for name, _ in sorted(scores, key=lambda row: -abs(row[1]))[:k]],
        "duplicates": lambda scores, k: [name for name, _ in sorted(dict(scores).items(), key=lambda row: -row[1])[:k]],
        "in place": in_place,
        "too many": too_many,
    }
    return Family(right, (many(pair(text, number())), whole(1)), example, (heap, places), wrong)


def _batch_sums() -> Family:
    def right(values: Any, size: Any) -> Any:
        return [sum(values[start : start + size]) for start in range(0, len(values), size)]

    def loop(values: Any, size: Any) -> Any:
        sums = []
        for place, value in enumerate(values):
            if place % size == 0:
                sums.append(0.0)
            sums[-1] += value
        return sums

    def exact(values: Any, size: Any) -> Any:
        count = -(-len(values) // size)
        return [math.fsum(values[size * batch : size * (batch + 1)]) for batch in range(count)]

    def lost(values: Any, size: Any) -> Any:
        return [sum(values[n * size : (n + 1) * size]) for n in range(len(values) // size)]

    def at_least_one(values: Any, size: Any) -> Any:
        return right(values, size) or [0.0]

    def example(dice: Dice) -> list[Any]:
        size = dice.between(2, 3)
        count = size * dice.between(2, 3)
        return [[dice.between(1, 900) / 10 for _ in range(count)], size]

    wrong = {"last batch": lost, "empty": at_least_one}
    return Family(right, (many(number()), whole(1)), example, (loop, exact), wrong)


def _mean_wait() -> Family:
    def right(waits: Any) -> Any:
        known = [wait for wait in waits if wait is not None]
        return sum(known) / len(known) if known else 0.0

    def exact(waits: Any) -> Any:
        known = [wait for wait in waits if wait is not None]
        return math.fsum(known) / max(1, len(known))

    def running(waits: Any) -> Any:
        mean, count = 0.0, 0
        for wait in waits:
            if wait is None:
                continue
            count += 1
            mean += (wait - mean) / count
        return mean

    def raises(waits: Any) -> Any:
        known = [wait for wait in waits if wait is not None]
        return sum(known) / len(known)

    def in_place(waits: Any) -> Any:
        while None in waits:
            waits.remove(None)
        return right(waits)

    def as_nought(waits: Any) -> Any:
        return right([wait or 0 for wait in waits])

    def example(dice: Dice) -> list[Any]:
        return [[dice.between(10, 900) / 10 for _ in range(dice.between(4, 7))]]

    wrong = {
        "zero": lambda waits: right([wait for wait in waits if wait]),
        "missing": as_nought,
        "empty": raises,
        "negative": lambda waits: right([wait if wait is None else max(wait, 0) for wait in waits]),
        "in place": in_place,
        "duplicates": lambda waits: right(dict.fromkeys(waits)),
    }
    return Family(right, (many(maybe(number())),), example, (exact, running), wrong)


def _windows() -> Family:
    def right(times: Any, width: Any) -> Any:
        return [list(window) for window in sorted(Counter(time // width for time in times).items())]

    def loop(times: Any, width: Any) -> Any:
        found: list[list[int]] = []
        for time in sorted(times):
            window, _ = divmod(time, width)
            if not found or found[-1][0] != window:
                found.append([window, 0])
            found[-1][1] += 1
        return found

    def rest(times: Any, width: Any) -> Any:
        starts = sorted(time - time % width for time in times)
        return [[start // width, starts.count(start)] for start in dict.fromkeys(starts)]

    def example(dice: Dice) -> list[Any]:
        width = dice.between(4, 9)
        times = [width * dice.between(1, 4) + dice.between(1, width - 1) for _ in range(5)]
        return [list(dict.fromkeys(times)), width]

    wrong = {
        "boundary": lambda times, width: right([time - 1 for time in times], width),
        "negative": lambda times, width: [
            list(window) for window in sorted(Counter(int(time / width) for time in times).items())
        ],
        "duplicates": lambda times, width: right(set(times), width),
    }
    return Family(right, (many(whole(-1000, 1000)), whole(1)), example, (loop, rest), wrong)


def _accuracy() -> Family:
    def right(rows: Any, size: Any) -> Any:
        return sum(answer == label for answer, label in rows) / len(rows) if rows else 0.0

    def parts(rows: Any, size: Any) -> Any:
        batches = [rows[start : start + size] for start in range(0, len(rows), size)]
        return sum(len(batch) * right(batch, size) for batch in batches) / max(1, len(rows))

    def wrongs(rows: Any, size: Any) -> Any:
        if not rows:
            return 0.0
        return 1 - sum(answer != label for answer, label in rows) / len(rows)

    def means(rows: Any, size: Any) -> Any:
        shares = [right(rows[start : start + size], size) for start in range(0, len(rows), size)]
        return sum(shares) / max(1, len(shares))

    def raises(rows: Any, size: Any) -> Any:
        return sum(answer == label for answer, label in rows) / len(rows)

    def example(dice: Dice) -> list[Any]:
        labels = ("ACTION", "INFORMATION")
        rows = [["ACTION", "ACTION"], ["INFORMATION", "ACTION"]]  # one right, one wrong
        rows += [[dice.pick(labels), dice.pick(labels)] for _ in range(4)]
        return [rows, dice.between(2, 3)]

    return Family(right, (many(pair(text, text)), whole(1)), example, (parts, wrongs),
                  {"last batch": means, "empty": raises})  # fmt: skip


def _fill() -> Family:
    def right(train: Any, test: Any) -> Any:
        known = [wait for wait in train if wait is not None]
        usual = sum(known) / len(known) if known else 0.0
        return [[usual if wait is None else wait for wait in waits] for waits in (train, test)]

    def loop(train: Any, test: Any) -> Any:
        known = [wait for wait in train if wait is not None]
        filled = []
        for waits in (list(train), list(test)):
            for place, wait in enumerate(waits):
                if wait is None:
                    waits[place] = math.fsum(known) / max(1, len(known))
            filled.append(waits)
        return filled

    def in_place(train: Any, test: Any) -> Any:
        train[:], test[:] = right(train, test)
        return [train, test]

    def of_both(train: Any, test: Any) -> Any:
        return [right([*train, *test], [])[0][: len(train)], right([*train, *test], test)[1]]

    def example(dice: Dice) -> list[Any]:
        return [[dice.between(10, 900) / 10 for _ in range(count)] for count in (4, 3)]

    return Family(right, (many(maybe(number())),) * 2, example, (loop,), {"missing": of_both, "in place": in_place})


def _spread() -> Family:
    def right(values: Any) -> Any:
        if len(values) < 2:
            return 0.0
        mean = sum(values) / len(values)
        return math.sqrt(math.fsum((value - mean) ** 2 for value in values) / (len(values) - 1))

    def scaled(values: Any) -> Any:
        count = len(values)
        mean = math.fsum(values) / max(1, count)
        return math.sqrt(math.fsum((value - mean) ** 2 for value in values) / max(1, count - 1))

    def single(values: Any) -> Any:
        if not values:
            return 0.0
        mean = sum(values) / len(values)
        return math.sqrt(math.fsum((value - mean) ** 2 for value in values) / (len(values) - 1))

    def example(dice: Dice) -> list[Any]:
        return [[number / 10 for number in different(dice, 5, 10, 900)]]

    wrong = {
        "single": single,
        "duplicates": lambda values: right(sorted(set(values))),
        "negative": lambda values: right([max(value, 0) for value in values]),
    }
    return Family(right, (many(number()),), example, (scaled,), wrong)


def _winner() -> Family:
    def right(labels: Any) -> Any:
        return max(dict.fromkeys(labels), key=labels.count, default="")

    def counter(labels: Any) -> Any:
        return next((label for label, _ in Counter(labels).most_common(1)), "")

    def example(dice: Dice) -> list[Any]:
        first, second = ("ACTION", "INFORMATION") if dice.chance(0.5) else ("INFORMATION", "ACTION")
        return [[first, second, first, first]]

    wrong = {
        "ties": lambda labels: max(dict.fromkeys(labels[::-1]), key=labels.count, default=""),
        "empty": lambda labels: max(dict.fromkeys(labels), key=labels.count),
    }
    return Family(right, (many(text),), example, (counter,), wrong)


FAMILIES = (_answered(), _top(), _batch_sums(), _mean_wait(), _windows(), _accuracy(), _fill(), _spread(), _winner())
