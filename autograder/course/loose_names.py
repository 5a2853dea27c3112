"""Names that a module uses and does not define: in a notebook another cell may, and then they are missing in the file.

Source that is no Python has none: what is wrong with it is said by whoever runs it.
"""

import ast
import builtins
import symtable
from collections.abc import Iterator

# What a notebook adds to the built-in names: a module outside of one has to do without.
NOTEBOOK_NAMES = frozenset({"display", "get_ipython"})
_MODULE_NAMES = frozenset({"__annotations__", "__builtins__", "__doc__", "__file__", "__loader__", "__name__"}) | {
    "__package__", "__spec__",
}  # fmt: skip


def loose_names(text: str) -> dict[str, int]:
    """The names that a module uses and neither it nor Python defines, each with the first line that uses it.

    None for a module with `from ... import *`, which may define any.
    """
    tree, table = _parsed(text)
    if tree is None or table is None or any(_imports_all(node) for node in ast.walk(tree)):
        return {}
    own = {name for scope in _scopes(table) for name in _bound_at_the_top(scope)}
    used = {symbol.get_name() for scope in _scopes(table) for symbol in scope.get_symbols() if _reaches_up(symbol)}
    known = own | (set(dir(builtins)) - NOTEBOOK_NAMES) | _MODULE_NAMES
    lines: dict[str, int] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and node.id in used - known:
            lines[node.id] = min(node.lineno, lines.get(node.id, node.lineno))
    return lines


def defined_names(source: str) -> frozenset[str]:
    """The names that a cell defines where others can use them; lines that only IPython understands are left out."""
    plain = "\n".join("" if line.startswith(("%", "!", "?")) else line for line in source.split("\n"))
    table = _parsed(plain)[1]
    return frozenset(name for scope in _scopes(table) for name in _bound_at_the_top(scope)) if table else frozenset()


def _parsed(text: str) -> tuple[ast.Module | None, symtable.SymbolTable | None]:
    try:
        return ast.parse(text), symtable.symtable(text, "module", "exec")
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None, None


def _scopes(table: symtable.SymbolTable) -> Iterator[symtable.SymbolTable]:
    yield table
    for child in table.get_children():
        yield from _scopes(child)


def _bound_at_the_top(scope: symtable.SymbolTable) -> Iterator[str]:
    at_top = scope.get_type() == "module"
    for symbol in scope.get_symbols():
        binds = symbol.is_assigned() or symbol.is_imported() or symbol.is_namespace()
        if binds and (at_top or symbol.is_declared_global()):
            yield symbol.get_name()


def _reaches_up(symbol: symtable.Symbol) -> bool:
    # Not local as well: symtable takes a function that is called `top` for the module.
    return symbol.is_referenced() and symbol.is_global() and not symbol.is_local()


def _imports_all(node: ast.AST) -> bool:
    return isinstance(node, ast.ImportFrom) and node.names[0].name == "*"
