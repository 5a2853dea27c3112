"""Answers that are none: what a check must survive without passing it and without breaking itself."""

import ast
from collections.abc import Iterator, Mapping

from autograder.course.holes import find_holes

VALUES: Mapping[str, str] = {
    "returns None": "None",
    "returns an empty string": '""',
    "returns an empty list": "[]",
    "returns an empty dict": "{}",
    "returns NaN": 'float("nan")',
    "returns a number of 401 digits": "10**400",
}
_ANY = "*_args, **_kwargs"
_NONE_FITS = "*, _nothing_fits"
_RAISE = 'raise RuntimeError("garbage")'
_MADE_BY_PYTHON = {"__init__", "__new__", "__post_init__", "__init_subclass__", "__class_getitem__"}
_Function = ast.FunctionDef | ast.AsyncFunctionDef


def garbage(module: str) -> Iterator[tuple[str, str]]:
    """For each function and class with a hole in turn, what is wrong with it and the module so changed."""
    holes = [hole.first for hole in find_holes(module) if hole.task]
    for node in ast.parse(module).body:
        if isinstance(node, _Function | ast.ClassDef) and any(
            node.lineno < line <= (node.end_lineno or 0) for line in holes
        ):
            for wrong, stub in _stubs(node):
                yield f"{node.name} {wrong}", f"{module}\n\n{stub}"


def _stubs(node: _Function | ast.ClassDef) -> Iterator[tuple[str, str]]:
    if isinstance(node, ast.ClassDef):
        yield from _class_stubs(node)
        return
    for wrong, value in VALUES.items():
        yield wrong, _function(node, _ANY, f"return {value}")
    yield "raises", _function(node, _ANY, _RAISE)
    yield "takes other arguments", _function(node, _NONE_FITS, "return None")


def _class_stubs(node: ast.ClassDef) -> Iterator[tuple[str, str]]:
    methods = [inner for inner in node.body if isinstance(inner, _Function) and _is_public(inner.name)]
    if not methods:
        return  # plain data and exceptions answer nothing
    head, make = f"class {node.name}:\n", "    def __init__(self, {}):\n        {}\n"
    for wrong, value in VALUES.items():
        body = "".join(_method(method, f"return {value}") for method in methods)
        yield wrong, head + make.format(_ANY, "pass") + body
    yield "raises", head + make.format(_ANY, _RAISE)
    yield "takes other arguments", head + make.format(_NONE_FITS, "pass")


def _is_public(name: str) -> bool:
    return not name.startswith("_") or (name.startswith("__") and name not in _MADE_BY_PYTHON)


def _function(node: _Function, arguments: str, body: str) -> str:
    return f"{_keyword(node)} {node.name}({arguments}):\n    {body}\n"


def _method(node: _Function, body: str) -> str:
    names = {getattr(decorator, "id", getattr(decorator, "attr", "")) for decorator in node.decorator_list}
    prefix = "    @property\n" if names & {"property", "cached_property"} else ""
    arguments = "self" if prefix else _ANY
    return f"{prefix}    {_keyword(node)} {node.name}({arguments}):\n        {body}\n"


def _keyword(node: _Function) -> str:
    return "async def" if isinstance(node, ast.AsyncFunctionDef) else "def"
