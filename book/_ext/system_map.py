"""`{system-map}` draws Wren's running system; the chapters that this book holds are marked and lead to their pages.

`{system-map} 08_serving` marks that chapter as the place where the reader is.
"""

import xml.etree.ElementTree as ET
from pathlib import Path

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

SVG = "http://www.w3.org/2000/svg"
DRAWING = "book/_static/system.svg"


class SystemMap(SphinxDirective):
    """The drawing, put into the page itself so that it takes the page's colours."""

    optional_arguments = 1

    def run(self) -> list[nodes.Node]:
        """Leave a mark; the pages that exist are known when all have been read."""
        here = self.arguments[0] if self.arguments else ""
        if here and f'data-chapter="{here}"' not in _drawing(self.env.srcdir).read_text(encoding="utf-8"):
            raise self.error(f"{here} is no chapter of {DRAWING}")
        self.env.note_dependency(DRAWING)
        return [_Map(here=here)]


class _Map(nodes.General, nodes.Element):
    """Where the drawing goes."""


def _drawing(root: str | Path) -> Path:
    return Path(root) / DRAWING


def draw(app: Sphinx, docname: str, here: str) -> str:
    """The SVG for page `docname`: each chapter of the book a link, the chapter `here` marked."""
    ET.register_namespace("", SVG)
    tree = ET.parse(_drawing(app.srcdir))
    for place, parent in [(c, p) for p in tree.iter() for c in p if "data-chapter" in c.attrib]:
        chapter = place.get("data-chapter", "")
        page = f"book/{chapter}/index"
        if page not in app.env.found_docs:
            continue
        place.set("class", "open here" if chapter == here else "open")
        link = ET.Element(f"{{{SVG}}}a", href=app.builder.get_relative_uri(docname, page))
        parent[list(parent).index(place)] = link
        link.append(place)
    return ET.tostring(tree.getroot(), encoding="unicode")


def insert(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Replace each mark by its drawing."""
    for mark in list(doctree.findall(_Map)):
        html = f'<div class="drawing" tabindex="0">{draw(app, docname, mark["here"])}</div>'
        mark.replace_self(nodes.raw("", html, format="html"))


def setup(app: Sphinx) -> dict[str, object]:
    """Connect to Sphinx."""
    app.add_node(_Map)
    app.add_directive("system-map", SystemMap)
    app.connect("doctree-resolved", insert)
    return {"version": "1", "parallel_read_safe": True}
