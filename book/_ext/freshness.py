"""Decides which pages a second build reads and runs again, so that it is quick and equals a build from nothing."""

import re
from pathlib import Path

from docutils import nodes
from sphinx.application import Sphinx

from autograder.course import Catalogue

SOURCES = ("wren/**/*.py", "autograder/**/*.py", "book/*.mplstyle")
EXERCISE = ("*.py", "*.toml", "mutants/*.py", "accepted/*.py")


def depend_on_code(app: Sphinx, doctree: nodes.document) -> None:
    """Tell Sphinx that a page with a kernel is also made from the code, and the exercises, that it runs."""
    if "kernelspec" not in app.env.metadata.get(app.env.docname, {}):
        return
    root = Path(app.srcdir)
    code = "\n".join(block.astext() for block in doctree.findall(nodes.literal_block))
    folders = [e.path for e in Catalogue(root) if re.search(rf"(?<![\w.]){re.escape(e.number)}(?![\w.])", code)]
    for pattern in (*SOURCES, *(f"solutions/{folder}/{kind}" for folder in folders for kind in EXERCISE)):
        for path in root.glob(pattern):
            app.env.note_dependency(str(path.relative_to(root)))


def forget_faulty_build(app: Sphinx, error: Exception | None) -> None:
    """Keep nothing of a build that failed by a warning: its next run would find every page fresh and pass."""
    if app.keep_going and app._warncount:
        (Path(app.doctreedir) / "environment.pickle").unlink(missing_ok=True)


def setup(app: Sphinx) -> dict[str, object]:
    """Connect to Sphinx."""
    app.connect("doctree-read", depend_on_code)
    app.connect("build-finished", forget_faulty_build)
    return {"version": "1", "parallel_read_safe": True}
