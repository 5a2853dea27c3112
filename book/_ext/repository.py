"""What pages say about the repository's address, which stands in _config.yml alone.

`{repository}`the issues </issues>`` links to a place in it; `{clone-and-start}` shows the commands of a first start.
"""

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import ReferenceRole, SphinxDirective


class RepositoryLink(ReferenceRole):
    """A link to a path below the repository's address."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        """The link, with its target as text where none is given."""
        address = self.config.html_theme_options["repository_url"] + self.target
        return [nodes.reference("", self.title, refuri=address, internal=False)], []


class CloneAndStart(SphinxDirective):
    """Clone the repository, go there, start."""

    def run(self) -> list[nodes.Node]:
        """A block to copy."""
        address = self.config.html_theme_options["repository_url"]
        commands = f"git clone {address}\ncd {address.rpartition('/')[2]}\nmake start"
        return [nodes.literal_block(commands, commands, language="console")]


def setup(app: Sphinx) -> dict[str, object]:
    """Connect to Sphinx."""
    app.add_role("repository", RepositoryLink())
    app.add_directive("clone-and-start", CloneAndStart)
    return {"version": "1", "parallel_read_safe": True}
