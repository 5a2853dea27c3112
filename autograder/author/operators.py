"""The standard mutation operators: what may stand in the place of one node of a module's tree.

Written here because no library serves: mutmut's and Cosmic Ray's operators delete no statement and keep to no lines,
and each brings a score of packages.
"""

import ast
from collections.abc import Callable, Iterator
from copy import copy
from dataclasses import dataclass
from typing import Any

_ARITHMETIC: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult, ast.FloorDiv: ast.Div,
    ast.Mod: ast.FloorDiv, ast.Pow: ast.Mult, ast.MatMult: ast.Mult, ast.LShift: ast.RShift, ast.RShift: ast.LShift,
    ast.BitAnd: ast.BitOr, ast.BitOr: ast.BitAnd, ast.BitXor: ast.BitOr,
}  # fmt: skip
_COMPARISON: dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {  # the boundary, where there is one; the opposite
    ast.Lt: (ast.LtE, ast.GtE), ast.LtE: (ast.Lt, ast.Gt), ast.Gt: (ast.GtE, ast.LtE), ast.GtE: (ast.Gt, ast.Lt),
    ast.Eq: (ast.NotEq,), ast.NotEq: (ast.Eq,), ast.Is: (ast.IsNot,), ast.IsNot: (ast.Is,),
    ast.In: (ast.NotIn,), ast.NotIn: (ast.In,),
}  # fmt: skip
# Without them there is a NameError, or nothing is different.
_KEPT = (
    ast.FunctionDef,
    ast.AsyncFunctionDef,
    ast.ClassDef,
    ast.Import,
    ast.ImportFrom,
    ast.Global,
    ast.Nonlocal,
    ast.Pass,
)


@dataclass(frozen=True)
class Site:
    """A node of a module's tree, with the node it belongs to and the field it has there."""

    node: ast.AST
    parent: ast.AST
    field: str


Operator = Callable[[Site], Iterator[ast.AST]]


def _arithmetic(site: Site) -> Iterator[ast.AST]:
    """`+` for `-`, a sign left out, `=` for `+=`."""
    node = site.node
    if isinstance(node, ast.BinOp | ast.AugAssign):
        yield _changed(node, op=_ARITHMETIC[type(node.op)]())
    if isinstance(node, ast.AugAssign):
        yield ast.Assign([node.target], node.value, lineno=0)
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub | ast.Invert):
        yield node.operand


def _comparison(site: Site) -> Iterator[ast.AST]:
    """`<=` for `<`, and the opposite of each comparison."""
    if isinstance(site.node, ast.Compare):
        for index, old in enumerate(site.node.ops):
            for new in _COMPARISON[type(old)]:
                yield _changed(site.node, ops=[*site.node.ops[:index], new(), *site.node.ops[index + 1 :]])


def _boolean(site: Site) -> Iterator[ast.AST]:
    """`or` for `and`, one operand left out, `not` left out."""
    node = site.node
    if isinstance(node, ast.BoolOp):
        yield _changed(node, op=ast.Or() if isinstance(node.op, ast.And) else ast.And())
        for index in range(len(node.values)):
            rest = [*node.values[:index], *node.values[index + 1 :]]
            yield _changed(node, values=rest) if len(rest) > 1 else rest[0]
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        yield node.operand


def _condition(site: Site) -> Iterator[ast.AST]:
    """A condition the other way round, unless another operator has done it."""
    node = site.node
    turned = isinstance(node, ast.Compare) and len(node.ops) == 1
    turned |= isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not)
    if site.field in ("test", "ifs", "guard") and isinstance(node, ast.expr) and not turned:
        yield ast.UnaryOp(ast.Not(), node)


def _constant(site: Site) -> Iterator[ast.AST]:
    """A number one more, one less and 0; a text or a display empty; the other truth value."""
    node = site.node
    if isinstance(node, ast.Constant):
        value = node.value
        if isinstance(value, bool):
            yield ast.Constant(not value)
        elif isinstance(value, int | float):
            for new in (value + 1, value - 1, type(value)()):
                yield ast.Constant(new) if new >= 0 else ast.UnaryOp(ast.USub(), ast.Constant(-new))
        elif isinstance(value, str):
            yield ast.Constant("" if value else "x")
        elif isinstance(value, bytes):
            yield ast.Constant(b"" if value else b"x")
    elif isinstance(node, ast.JoinedStr):
        yield ast.Constant("")
    elif isinstance(node, ast.List | ast.Set) and node.elts:
        yield ast.List([], ast.Load()) if isinstance(node, ast.List) else ast.parse("set()", mode="eval").body
    elif isinstance(node, ast.Dict) and node.keys:
        yield ast.Dict([], [])


def _bound(site: Site) -> Iterator[ast.AST]:
    """The bound of a slice or of a range moved by one; a number is `_constant`'s."""
    node, parent = site.node, site.parent
    ranges = isinstance(parent, ast.Call) and isinstance(parent.func, ast.Name) and parent.func.id == "range"
    bounds = (isinstance(parent, ast.Slice) and site.field in ("lower", "upper")) or (ranges and site.field == "args")
    number = node.operand if isinstance(node, ast.UnaryOp) else node
    if bounds and isinstance(node, ast.expr) and not isinstance(number, ast.Constant):
        yield ast.BinOp(node, ast.Add(), ast.Constant(1))
        yield ast.BinOp(node, ast.Sub(), ast.Constant(1))


def _returned(site: Site) -> Iterator[ast.AST]:
    """`return None` for any other answer."""
    if isinstance(site.node, ast.Return) and site.node.value:
        yield ast.Return(ast.Constant(None))


def _loop(site: Site) -> Iterator[ast.AST]:
    """`continue` for `break`, and the reverse."""
    if isinstance(site.node, ast.Break | ast.Continue):
        yield ast.Continue() if isinstance(site.node, ast.Break) else ast.Break()


def _handler(site: Site) -> Iterator[ast.AST]:
    """A handler that catches nothing."""
    if isinstance(site.parent, ast.ExceptHandler) and site.field == "type":
        yield ast.Tuple([], ast.Load())


def _deletion(site: Site) -> Iterator[ast.AST]:
    """A statement left out, with the block below it."""
    node = site.node
    declares = isinstance(node, ast.AnnAssign) and node.value is None
    if isinstance(node, ast.stmt) and not isinstance(node, _KEPT) and not declares:
        yield ast.Pass()


def _changed(node: ast.AST, **fields: Any) -> ast.AST:
    """A node like `node` but for some fields; the others are shared."""
    new = copy(node)
    for name, value in fields.items():
        setattr(new, name, value)
    return new


OPERATORS: dict[str, Operator] = {
    "arithmetic": _arithmetic, "comparison": _comparison, "boolean": _boolean, "condition": _condition,
    "constant": _constant, "bound": _bound, "return": _returned, "loop": _loop, "handler": _handler,
    "deletion": _deletion,
}  # fmt: skip
