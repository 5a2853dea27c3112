"""What became of the mutants, as a table, and below it which check kills how many and which mutants no check kills."""

from collections.abc import Iterable, Iterator

from autograder.author.mutate import Fate, Score

_COLUMNS = ("mutants", "killed", "timed out", "equivalent", "survivors", "share killed")


def as_table(scores: Iterable[Score]) -> str:
    """One line an exercise; for each its killers, its survivors and what is wrong with its records; and the sum.

    The share is of the mutants that are not equivalent. Of a sample, `mutants` is 20 of 64.
    """
    scores = tuple(scores)
    names = [f"{score.number} {score.title}" for score in scores]
    width = max(map(len, ["exercise", *names]))
    lines = [f"{'exercise':{width}}  {'  '.join(_COLUMNS)}"]
    for name, score in zip(names, scores, strict=True):
        cells = zip(_cells(score), _COLUMNS, strict=True)
        lines.append(f"{name:{width}}  {'  '.join(cell.rjust(len(column)) for cell, column in cells)}")
    for score in scores:
        lines += ["", *_told(score)]
    return "\n".join([*lines, "", _sum(scores)])


def _cells(score: Score) -> tuple[str, ...]:
    judged = len(score.results)
    return (
        str(judged) if judged == score.possible else f"{judged}/{score.possible}",
        str(score.count(Fate.KILLED)),
        str(score.count(Fate.TIMED_OUT)),
        str(score.count(Fate.EQUIVALENT)),
        str(len(score.survivors)),
        _percent(score.share),
    )


def _told(score: Score) -> Iterator[str]:
    for check, count in score.killers.items():
        yield f"{score.number}  {check} is the first to kill {count}"
    for result in score.results:
        mutation = result.mutation
        change = f"{score.module}:{mutation.line}  {mutation.operator}  {mutation.before} -> {mutation.after}"
        if result.fate is Fate.SURVIVED:
            yield change + (f"\n    {result.said}" if result.said else "")
        elif result.fate is Fate.TIMED_OUT:
            yield f"{change}\n    {result.check} ran out of time: unless it never ends, judge it again with --jobs 1"
    for result in score.refuted:
        after = result.mutation.after
        yield f"{score.equivalents}: {after!r} is no equivalent: {result.check} kills it; delete the entry"
    for record in score.stale:
        yield f"{score.equivalents}: {record.line!r} -> {record.becomes!r} is no mutant any more; delete the entry"


def _sum(scores: tuple[Score, ...]) -> str:
    judged = sum(len(score.results) for score in scores)
    survivors = sum(len(score.survivors) for score in scores)
    if not survivors:
        return f"green: {judged} mutants judged, none survives unrecorded"
    return (
        f"red: {judged} mutants judged, {survivors} survive: "
        "let a check fail for each, or record it with its reason in equivalent.toml"
    )


def _percent(share: float | None) -> str:
    return "-" if share is None else f"{share:.0%}"
