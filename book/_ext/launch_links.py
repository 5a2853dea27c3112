"""Buttons that open a page's exercises on Colab and Binder, where the notebooks are that this repository holds."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.util import logging

from autograder.course import Catalogue, Exercise

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Launch:
    """Where one exercise opens: a place's name, the notebook's path in the repository, and the address."""

    place: str
    notebook: str
    url: str


def launches(config: Config, exercise: Exercise) -> tuple[Launch, ...]:
    """The places where `exercise` opens, from _config.yml's `launch_buttons` and `repository`."""
    options = config.html_theme_options
    buttons, branch = options["launch_buttons"], options["repository_branch"]
    repository = options["repository_url"].removeprefix("https://github.com/")
    stem = f"exercises/{exercise.path}/{exercise.module}"
    colab, local = f"{stem}.colab.ipynb", f"{stem}.ipynb"
    on_colab = f"{buttons['colab_url']}/github/{repository}/blob/{branch}"
    on_binder = f"{buttons['binderhub_url']}/v2/gh/{repository}/{branch}?urlpath=lab/tree"
    return (
        Launch("Colab", colab, f"{on_colab}/{quote(colab)}"),
        Launch("Binder", local, f"{on_binder}/{quote(local)}"),
    )


def button_group(app: Sphinx, exercises: list[Exercise]) -> dict[str, Any]:
    """The theme's header button that drops down to the launches of `exercises`."""
    icons = {"Colab": "_static/images/logo_colab.png", "Binder": "_static/images/logo_binder.svg"}
    buttons = [
        {
            "type": "link",
            "text": f"{exercise.number} on {launch.place}",
            "tooltip": f"Open exercise {exercise.number} on {launch.place}",
            "icon": icons[launch.place],
            "url": launch.url,
        }
        for exercise in exercises
        for launch in launches(app.config, exercise)
    ]
    return {
        "type": "group",
        "tooltip": "Open the exercise",
        "icon": "fas fa-rocket",
        "buttons": buttons,
        "label": "launch-buttons",
    }


def replace_buttons(
    app: Sphinx, pagename: str, template: str, context: dict[str, Any], doctree: nodes.document | None
) -> None:
    """Put the exercises' launches where the theme had put links to the page's own source, which none can open."""
    buttons = [b for b in context.get("header_buttons", []) if b.get("label") != "launch-buttons"]
    exercises = [e for e in Catalogue(Path(app.srcdir)) if Path(e.page).with_suffix("").as_posix() == pagename]
    if exercises:
        buttons.insert(0, button_group(app, exercises))
    context["header_buttons"] = buttons


def check_notebooks(app: Sphinx, env: object) -> None:
    """Warn of every launch whose notebook this repository does not hold."""
    root = Path(app.srcdir)
    for exercise in Catalogue(root):
        for launch in launches(app.config, exercise):
            if not (root / launch.notebook).is_file():
                logger.warning(
                    "%s opens %s, which is not there: run `ninety author build %s`",
                    launch.place, launch.notebook, exercise.number, type="ninety", subtype="launch",
                )  # fmt: skip


def setup(app: Sphinx) -> dict[str, object]:
    """Connect to Sphinx, after the theme's own buttons (priority 501)."""
    app.connect("html-page-context", replace_buttons, priority=502)
    app.connect("env-check-consistency", check_notebooks)
    return {"version": "1", "parallel_read_safe": True}
