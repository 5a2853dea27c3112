"""Submissions that are meant to get points for nothing, to take them from others, or to end the batch."""

import json

# Code above an answer that is otherwise untouched.
ATTACKS = {
    "ipython": """\
import ast
from IPython import get_ipython

class Kind(ast.NodeTransformer):
    def visit_Assert(self, node):
        return ast.Pass()

get_ipython().ast_transformers.append(Kind())
""",
    "exits": "import os\nos._exit(0)\n",
    "never_ends": "while True:\n    pass\n",
    "prints": "print('x' * 10_000_000)\n",
    "too_long": f"# {'x' * 1_500_000}\n",
}

# Code below such an answer: it wants the teacher's files, and PLACES says where these are. In the bare process it
# gets them.
REACHING_OUT = {
    "reads_source": """\
import json
from pathlib import Path

for path in Path(PLACES["source"]).glob("*.ipynb"):
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    exec("\\n".join("".join(cell["source"]) for cell in cells if "# ninety: 0.1" in "".join(cell["source"])))
""",
    "reads_solutions": """\
from pathlib import Path

for path in Path(PLACES["solutions"]).glob("*.py"):
    text = path.read_text(encoding="utf-8")
    if "BEGIN SOLUTION" in text:
        exec(text)
""",
    "edits_gradebook": """\
import sqlite3

with sqlite3.connect(PLACES["gradebook"]) as db:
    db.execute("update grade set manual_score = 1000")
""",
}

# What is no notebook.
UNREADABLE = {
    "half_a_file": b'{"cells": [{"cell_type": "code",',
    "binary": bytes(range(256)),
    "a_list": b"[]",
    "deep": b"[" * 100_000,
    "of_the_future": b'{"nbformat": 99, "nbformat_minor": 0, "metadata": {}, "cells": []}',
}

_FORGED = {"output_type": "execute_result", "execution_count": 1, "metadata": {}, "data": {"text/plain": "1000000"}}


def _forges_points(notebook):
    for cell in _tests(notebook):
        cell["metadata"]["nbgrader"]["points"] = 1000000
        cell["outputs"] = [_FORGED]
        cell["source"] = "FORGED = 1000000"


def _forges_outputs(notebook):
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            cell["outputs"] = [_FORGED, {"output_type": "stream", "name": "stdout", "text": "PASSED FORGED"}]


def _claims_to_be_graded_by_hand(notebook):
    for cell in _tests(notebook):
        cell["metadata"]["nbgrader"]["solution"] = True


def _deletes_tests(notebook):
    for cell in _tests(notebook):
        notebook["cells"].remove(cell)


def _copies_cells(notebook):
    copies = [cell | {"id": f"{cell['id']}-copy"} for cell in notebook["cells"]]
    notebook["cells"] += copies


def _is_too_new(notebook):
    for cell in _named(notebook):
        cell["metadata"]["nbgrader"]["schema_version"] = 99


def _has_no_schema(notebook):
    for cell in _named(notebook):
        del cell["metadata"]["nbgrader"]["schema_version"]


def _has_rubbish_for_metadata(notebook):
    for cell in _named(notebook):
        cell["metadata"]["nbgrader"] = "rubbish"
    notebook["metadata"] = {"ninety": {"exercise": "9.9", "module": "../../x"}, "kernelspec": 3}


def _prints_for_ever(notebook):
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            cell["outputs"] = [{"output_type": "stream", "name": "stderr", "text": "1000000\n" * 500_000}]


def spoilt(notebook, change):
    """A copy of a notebook after `change`."""
    copy = json.loads(json.dumps(notebook))
    change(copy)
    return copy


def _named(notebook):
    return [cell for cell in notebook["cells"] if "nbgrader" in cell["metadata"]]


def _tests(notebook):
    return [cell for cell in _named(notebook) if cell["metadata"]["nbgrader"]["grade"]]


# What asks for points: done to an answer that earns none.
FORGERIES = {
    "forges_points": _forges_points,
    "forges_outputs": _forges_outputs,
    "claims_to_be_graded_by_hand": _claims_to_be_graded_by_hand,
}

# What happens to a notebook: done to an answer that earns all, which it goes on to do.
DAMAGE = {
    "deletes_tests": _deletes_tests,
    "copies_cells": _copies_cells,
    "is_too_new": _is_too_new,
    "has_no_schema": _has_no_schema,
    "has_rubbish_for_metadata": _has_rubbish_for_metadata,
    "prints_for_ever": _prints_for_ever,
}
