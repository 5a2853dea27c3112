"""The holes of a module: how an author marks them, and what a learner finds in their place."""

import json
import re
from dataclasses import dataclass

from autograder.errors import Problem

BEGIN_FORM = "### BEGIN SOLUTION b: what to do (about 4 lines)"
END_FORM = "### END SOLUTION"
_BEGIN = re.compile(r"(?P<indent>[ \t]*)### BEGIN SOLUTION(?: (?P<task>\w+): (?P<text>\S.*))?")
_END = re.compile(r"[ \t]*### END SOLUTION")
_LIKE_A_MARKER = re.compile(r"\b(BEGIN|END)\s+SOLUTION\b")


@dataclass(frozen=True)
class Hole:
    """A region between two markers.

    `first` and `last` are the lines of the markers, counted from 1; `lines` is what stands between them. A hole
    without a `task` leaves no trace in what the learner gets.
    """

    first: int
    last: int
    indent: str
    task: str
    text: str
    lines: tuple[str, ...]

    def stub(self, number: str) -> tuple[str, ...]:
        """The lines that take the region's place in exercise `number`."""
        if not self.task:
            return ()
        message = json.dumps(f"{number}, task {self.task}: {self.text}", ensure_ascii=False)
        return (f"{self.indent}raise NotImplementedError({message})",)


def find_holes(text: str, where: str = "module") -> tuple[Hole, ...]:
    """The holes of `text` in their order; `Problem` names `where` and the line of a marker that is wrong."""
    holes: list[Hole] = []
    begun: tuple[int, re.Match[str]] | None = None
    lines = text.split("\n")
    for count, line in enumerate(lines, start=1):
        if not _LIKE_A_MARKER.search(line):
            continue
        begin = _BEGIN.fullmatch(line.rstrip())
        end = _END.fullmatch(line.rstrip())
        if begin and begun:
            raise _wrong(where, count, f"a hole begins inside the one of line {begun[0]}", f"end it first: {END_FORM}")
        if begin:
            begun = count, begin
        elif not end:
            raise _wrong(where, count, "a marker that cannot be read", f"write {BEGIN_FORM!r} or {END_FORM!r}")
        elif not begun:
            raise _wrong(where, count, "a hole ends that never began", f"begin it: {BEGIN_FORM}")
        else:
            first, match = begun
            inside = tuple(lines[first : count - 1])
            holes.append(Hole(first, count, match["indent"], match["task"] or "", match["text"] or "", inside))
            begun = None
    if begun:
        raise _wrong(where, begun[0], "a hole never ends", f"end it: {END_FORM}")
    return tuple(holes)


def strip(text: str, number: str, where: str = "module") -> str:
    """`text` as a learner of exercise `number` gets it: each hole raises its task's text, or is gone without a trace.

    `Problem` as from `find_holes`.
    """
    lines = text.split("\n")
    for hole in reversed(find_holes(text, where)):
        start = hole.first - 1
        lines[start : hole.last] = hole.stub(number)
        after_blank = start == 0 or not lines[start - 1].strip()
        while not hole.task and after_blank and start < len(lines) and not lines[start].strip():
            del lines[start]
    return "\n".join(lines).rstrip("\n") + ("\n" if text.endswith("\n") else "")


def _wrong(where: str, line: int, what: str, fix: str) -> Problem:
    return Problem(what, where=f"{where}:{line}", fix=fix)
