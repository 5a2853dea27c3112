"""Every standard mutation of what a learner writes: the lines between the markers of a module's holes."""

import ast
import re
import warnings
from collections import Counter
from collections.abc import Iterable, Iterator
from copy import copy
from dataclasses import dataclass
from itertools import accumulate
from types import CodeType
from typing import Any

from autograder.author.operators import OPERATORS, Site
from autograder.course.holes import Hole, find_holes

_NO_CODE = {"annotation", "returns", "decorator_list", "type_params"}  # fields of a node that are left alone
_WHOLE = (ast.Name, ast.Constant, ast.Call, ast.Attribute, ast.Subscript, ast.List, ast.Dict, ast.Set)


@dataclass(frozen=True)
class Mutation:
    """One change to a module: `before`, which begins in line `line` (counted from 1), becomes `after`.

    Both are whole lines without their indent; what spans several is told in one, and a deleted block by its first.
    `occurrence` counts, from 1, the lines in the holes that read like this one, down to it. `text` is the module with
    the change.
    """

    line: int
    occurrence: int
    operator: str
    before: str
    after: str
    text: str


def mutations(text: str, where: str = "module") -> tuple[Mutation, ...]:
    """Every mutation of the module `text` that compiles, in the order of its lines; `Problem` as from `find_holes`."""
    holes = find_holes(text, where)
    source = _Source(text)
    found = [
        mutation
        for site in _sites(source.tree)
        if _inside(site.node, holes)
        for operator, replace in OPERATORS.items()
        for new in replace(site)
        for mutation in source.mutation(site, operator, new, holes)
    ]
    return tuple(sorted(found, key=lambda mutation: mutation.line))


def distinct(text: str, found: Iterable[Mutation]) -> tuple[tuple[Mutation, ...], ...]:
    """The mutations in groups that compile to the same code; those that compile to the code of `text` are left out."""
    groups: dict[object, list[Mutation]] = {}
    for mutation in found:
        groups.setdefault(_code(mutation.text), []).append(mutation)
    groups.pop(_code(text), None)
    return tuple(map(tuple, groups.values()))


class _Source:
    """A module's text and tree; a node's place counts bytes of UTF-8."""

    def __init__(self, text: str) -> None:
        self.tree = ast.parse(text)
        self._bytes = text.encode()
        self._lines = text.split("\n")
        self._starts = list(accumulate((len(line.encode()) + 1 for line in self._lines), initial=0))
        self._own = {id(node) for node in ast.walk(self.tree)}

    def mutation(self, site: Site, operator: str, new: ast.AST, holes: tuple[Hole, ...]) -> Iterator[Mutation]:
        """The mutation that puts `new` in a node's place, unless no such module compiles."""
        first, last = _lines_of(site.node)
        wanted = self._with(site, new)
        for written in self._forms(new):
            text = self._spliced(site.node, written)
            # An `elif` that is deleted makes another tree than `wanted` and the same module.
            if not _compiles(text) or (not isinstance(new, ast.Pass) and ast.dump(ast.parse(text)) != wanted):
                continue
            length = last - first + 1 + text.count("\n") - len(self._lines) + 1
            deleted = isinstance(new, ast.Pass) and hasattr(site.node, "body")
            before = self._lines[first - 1 : first if deleted else last]
            after = [written] if isinstance(new, ast.Pass) else text.split("\n")[first - 1 : first - 1 + length]
            yield Mutation(first, self._occurrence(first, holes), operator, _joined(before), _joined(after), text)
            return

    def _occurrence(self, line: int, holes: tuple[Hole, ...]) -> int:
        inside = (n for hole in holes for n in range(hole.first + 1, line + 1) if n < hole.last)
        return Counter(self._lines[n - 1].strip() for n in inside)[self._lines[line - 1].strip()]

    def _with(self, site: Site, new: ast.AST) -> str:
        """The tree with `new` in a node's place, as text."""
        value = getattr(site.parent, site.field)
        changed = [new if node is site.node else node for node in value] if isinstance(value, list) else new
        setattr(site.parent, site.field, changed)
        try:
            return ast.dump(self.tree)
        finally:
            setattr(site.parent, site.field, value)

    def _forms(self, new: ast.AST) -> Iterator[str]:
        """Ways to write `new`, with ever more parentheses: the first that means it is taken."""
        for wrap in (False, True):
            written = self._written(new, wrap)
            yield from (written, f"({written})")

    def _written(self, node: ast.AST, wrap: bool) -> str:
        """A node as the author wrote it, a new one with its old parts as the author wrote them."""
        if id(node) in self._own:
            start, end = self._span(node)
            text = self._bytes[start:end].decode()
            return f"({text})" if wrap and not isinstance(node, _WHOLE) else text
        parts: list[str] = []

        def name(value: Any) -> Any:
            if not isinstance(value, ast.expr):
                return value
            parts.append(self._written(value, wrap))
            return ast.Name(f"_{len(parts) - 1}_", ast.Load())

        form = copy(node)
        for field, value in ast.iter_fields(node):
            setattr(form, field, [name(item) for item in value] if isinstance(value, list) else name(value))
        return re.sub(r"_(\d+)_", lambda match: parts[int(match[1])], ast.unparse(form))

    def _spliced(self, node: ast.AST, written: str) -> str:
        start, end = self._span(node)
        return (self._bytes[:start] + written.encode() + self._bytes[end:]).decode()

    def _span(self, node: Any) -> tuple[int, int]:
        return self._starts[node.lineno - 1] + node.col_offset, self._starts[node.end_lineno - 1] + node.end_col_offset


def _sites(parent: ast.AST) -> Iterator[Site]:
    """Every node below `parent` with its place. Types, docstrings, what is raised and f-strings' parts are left out."""
    for field, value in ast.iter_fields(parent):
        for node in value if isinstance(value, list) else [value]:
            text = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
            if isinstance(node, ast.AST) and field not in _NO_CODE and not text:
                yield Site(node, parent, field)
                if not isinstance(node, ast.Raise | ast.JoinedStr):  # of the latter's parts 3.11 knows no place
                    yield from _sites(node)


def _lines_of(node: Any) -> tuple[int, int]:
    return node.lineno, node.end_lineno


def _inside(node: ast.AST, holes: tuple[Hole, ...]) -> bool:
    if not hasattr(node, "lineno"):
        return False
    first, last = _lines_of(node)
    return any(hole.first < first and last < hole.last for hole in holes)


def _joined(lines: Iterable[str]) -> str:
    return " ".join(filter(None, (line.strip() for line in lines)))


def _compiled(text: str) -> CodeType:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SyntaxWarning)  # `is 1` in place of `== 1` may be what was asked for
        return compile(text, "mutant", "exec", dont_inherit=True)


def _compiles(text: str) -> bool:
    try:
        _compiled(text)
    except SyntaxError:
        return False
    return True


def _code(module: str | CodeType) -> object:
    """What a module does, without names of files and numbers of lines."""
    code = _compiled(module) if isinstance(module, str) else module
    fields = ("argcount", "kwonlyargcount", "flags", "names", "varnames", "freevars", "code", "exceptiontable")
    constants = [_code(value) if isinstance(value, CodeType) else repr(value) for value in code.co_consts]
    return (*(getattr(code, f"co_{field}") for field in fields), *constants)
