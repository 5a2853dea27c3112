"""What differs between two modules, function by function; comments, docstrings and layout make no difference."""

import ast
import difflib
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass

THE_REST = "the rest of the module"
_Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


class Unparsable(Exception):
    """Raised for a text that is no Python; the words say why."""


@dataclass(frozen=True)
class Unit:
    """A function, a method (`Batcher.submit`), or what is left of a class or a module without them.

    `shape` is equal for two units that do the same in the same way; `lines` is what the author wrote.
    """

    name: str
    shape: str
    lines: tuple[str, ...]


@dataclass(frozen=True)
class Comparison:
    """The units of two modules: the same in both, different, and in one of them only, in the order of the modules."""

    same: tuple[Unit, ...]
    different: tuple[tuple[Unit, Unit], ...]
    only_yours: tuple[Unit, ...]
    only_ours: tuple[Unit, ...]


def compare(yours: str, ours: str) -> Comparison:
    """What differs between a learner's module and the solution; `Unparsable` when the learner's is no Python."""
    mine, its = units(yours), units(ours)
    both = [(mine[name], its[name]) for name in its if name in mine]
    return Comparison(
        same=tuple(here for own, here in both if own.shape == here.shape),
        different=tuple(pair for pair in both if pair[0].shape != pair[1].shape),
        only_yours=tuple(unit for name, unit in mine.items() if name not in its),
        only_ours=tuple(unit for name, unit in its.items() if name not in mine),
    )


def units(text: str) -> dict[str, Unit]:
    """The units of a module by their names; `Unparsable` when it is no Python."""
    try:
        tree = ast.parse(text)
        found: dict[str, Unit] = {}
        for unit in _units(tree.body, "", text.splitlines()):
            name, number = unit.name, 1
            while name in found:  # such as a property and its setter
                number += 1
                name = f"{unit.name} ({number})"
            found[name] = unit
        return found
    except SyntaxError as error:
        raise Unparsable(f"line {error.lineno}: {error.msg}") from None
    except (ValueError, RecursionError, MemoryError) as error:
        raise Unparsable(str(error) or "it is nested too deeply") from None


def diff_lines(yours: Unit | None, ours: Unit | None) -> Iterator[str]:
    """A diff from the learner's unit to the solution's, with `...` between its pieces; None is an empty unit."""
    own, here = (list(unit.lines) if unit else [] for unit in (yours, ours))
    for line in list(difflib.unified_diff(own, here, n=2, lineterm=""))[3:]:
        yield "..." if line.startswith("@@") else line


def _units(body: list[ast.stmt], prefix: str, lines: list[str]) -> Iterator[Unit]:
    rest = []
    for node in body:
        if not isinstance(node, _Definition):
            rest.append(node)
        elif isinstance(node, ast.ClassDef):
            inside = list(_units(node.body, f"{prefix}{node.name}.", lines))
            node.body = [part for part in node.body if not isinstance(part, _Definition)]
            head = lines[_first(node) - 1 : node.body[0].lineno - 1] if node.body else [lines[node.lineno - 1]]
            yield _unit(f"{prefix}{node.name}", [node], [*head, *_written(node.body, lines)])
            yield from (unit for unit in inside if not unit.name.endswith(THE_REST))
        else:
            yield _unit(f"{prefix}{node.name}", [node], lines[_first(node) - 1 : node.end_lineno])
    rest = [node for node in rest if not _is_text(node)]
    if rest:
        yield _unit(f"{prefix}{THE_REST}", rest, _written(rest, lines))


def _unit(name: str, nodes: list[ast.stmt], lines: list[str]) -> Unit:
    for node in (inner for outer in nodes for inner in ast.walk(outer)):
        if isinstance(node, _Definition) and node.body and _is_text(node.body[0]):
            node.body = node.body[1:]
    dedented = textwrap.dedent("\n".join(lines)).splitlines()
    return Unit(name, "\n".join(ast.dump(node) for node in nodes), tuple(dedented))


def _written(nodes: list[ast.stmt], lines: list[str]) -> list[str]:
    return [line for node in nodes for line in lines[_first(node) - 1 : node.end_lineno]]


def _first(node: ast.stmt) -> int:
    """The first line of a statement, its decorators with it."""
    decorators = node.decorator_list if isinstance(node, _Definition) else []
    return min([node.lineno, *(decorator.lineno for decorator in decorators)])


def _is_text(node: ast.stmt) -> bool:
    """True for a docstring."""
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
