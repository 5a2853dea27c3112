"""The house's rooms: who may import whom, as CONTRIBUTING.md's table says, and how large a file may grow.

Every import counts, those inside functions too: they are the same knowledge, only later.
"""

import ast
import re
import sys
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("autograder", "wren")
MODULE_LINES = 300
FUNCTION_LINES = 60
# Rooms whose code runs in the candidate's process, where only what an exercise needs is installed or warm.
BARE = ("candidate", "wire")
LARGER: dict[str, str] = {}  # a module or module:function that may exceed its limit, and why


def module_name(path: Path) -> str:
    """`autograder.course` for autograder/course/__init__.py."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


FILES = {
    module_name(path): path
    for package in PACKAGES
    for path in sorted((ROOT / package).rglob("*.py"))
    if "_course" not in path.parts
}
TREES = {name: ast.parse(path.read_text(encoding="utf-8")) for name, path in FILES.items()}


def imported(name: str, node: ast.AST) -> Iterator[str]:
    """The modules that an import statement inside the module `name` names, in full."""
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom):
        base = node.module or ""
        if node.level:
            is_package = FILES[name].name == "__init__.py"
            parents = name.split(".")[: None if is_package else -1]
            base = ".".join([*parents[: len(parents) - node.level + 1], *filter(None, [node.module])])
        for alias in node.names:
            whole = f"{base}.{alias.name}"
            yield whole if whole in FILES else base


def imports(name: str) -> set[str]:
    """Every module that the module `name` imports, anywhere in it."""
    return {module for node in ast.walk(TREES[name]) for module in imported(name, node)}


def imports_at_start(name: str) -> set[str]:
    """The modules that are imported when the module `name` is."""

    def visit(nodes: list[ast.stmt]) -> Iterator[str]:
        for node in nodes:
            yield from imported(name, node)
            if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                for field in ("body", "orelse", "finalbody"):
                    yield from visit(getattr(node, field, []))
                for handler in getattr(node, "handlers", []):
                    yield from visit(handler.body)

    return set(visit(TREES[name].body))


def room(name: str) -> str:
    """`course` for autograder.course.manifest, `errors` for autograder.errors, `` for the package itself."""
    return name.split(".")[1] if "." in name else ""


def table() -> dict[str, set[str]]:
    """What each room may import, from the table `| room | ... | may import |` in CONTRIBUTING.md."""
    rows = [
        [cell.strip() for cell in line.strip().strip("|").split("|")]
        for line in (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8").splitlines()
        if line.lstrip().startswith("|")
    ]
    start = next(i for i, row in enumerate(rows) if row[0] == "room" and row[-1] == "may import")
    cells = {}
    for row in rows[start + 2 :]:
        if len(row) != len(rows[start]):
            break
        cells[re.sub(r"[`/]", "", row[0])] = row[-1]
    rooms = set(cells)
    return {
        name: rooms - {name} if "all" in re.findall(r"\w+", cell) else rooms & set(re.findall(r"\w+", cell))
        for name, cell in cells.items()
    }


LEAVES = {"errors", "files"}  # any room but the bare ones may import these, and they import nothing
AUTOGRADER = [name for name in FILES if name.startswith("autograder.")]


def allowed(name: str) -> set[str]:
    """The rooms that a module may import; "" is the package itself, which holds the version."""
    here = room(name)
    if here == "__main__":
        return {"cli"}
    if here in LEAVES:
        return set()
    return {"", here} | table()[here] | (set() if here in BARE else LEAVES)


def test_the_table_names_every_room():
    assert set(table()) == {room(name) for name in AUTOGRADER} - {*LEAVES, "__main__"}


def test_a_module_imports_only_the_rooms_it_may():
    wrong = {}
    for name in AUTOGRADER:
        met = {room(module) for module in imports(name) if module.split(".")[0] == "autograder"}
        if not met <= allowed(name):
            wrong[name] = met - allowed(name)
    assert not wrong, f"imports that CONTRIBUTING.md's table does not allow: {wrong}"


def test_the_engine_and_the_shop_do_not_know_each_other():
    other = {"autograder": "wren", "wren": "autograder"}
    tops = {name: {module.split(".")[0] for module in imports(name)} for name in FILES}
    assert not [name for name in FILES if other[name.split(".")[0]] in tops[name]]


def test_only_the_entry_point_imports_the_command_line():
    knowing = {name for name in FILES if {m for m in imports(name) if m.startswith("autograder.cli")}}
    assert {name for name in knowing if room(name) != "cli"} == {"autograder.__main__"}


def test_no_module_imports_itself_by_a_detour():
    try:
        TopologicalSorter({name: imports(name) & set(FILES) for name in FILES}).prepare()
    except CycleError as error:
        pytest.fail(" imports ".join(reversed(error.args[1])))


def test_the_candidates_side_knows_nothing_of_the_examiners():
    """Whatever the table says."""
    bare = [name for name in AUTOGRADER if room(name) in BARE]
    met = {room(m) for name in bare for m in imports(name) if m.split(".")[0] == "autograder"}
    assert met <= {"", *BARE}


def test_the_candidate_starts_with_the_standard_library_alone():
    wrong = {}
    for name in ["autograder", *(name for name in AUTOGRADER if room(name) in BARE)]:
        others = {module for module in imports_at_start(name) if module.split(".")[0] not in sys.stdlib_module_names}
        strangers = {module for module in others if room(module) not in BARE}
        if strangers:
            wrong[name] = strangers
    assert not wrong


def test_a_module_is_short():
    lines = {name: path.read_text(encoding="utf-8").count("\n") for name, path in FILES.items()}
    long = {name: n for name, n in lines.items() if n > MODULE_LINES}
    assert set(long) <= set(LARGER), f"longer than {MODULE_LINES} lines: {long}"


def test_a_function_is_short():
    lines = {
        f"{name}:{node.name}": node.end_lineno - node.lineno + 1
        for name, tree in TREES.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }
    long = {name: n for name, n in lines.items() if n > FUNCTION_LINES}
    assert set(long) <= set(LARGER), f"longer than {FUNCTION_LINES} lines: {long}"
