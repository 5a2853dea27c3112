"""What shows exercises as their manifests declare them, so that no page repeats a manifest by hand.

`{exercise-panel} 8.3` is the box that follows an included statement, `{exercise-list}` is all exercises by chapter, and
the role `{exercise}`8.3`` is a link to the exercise's page with its title and minutes.

A panel holds an empty place that `live.js` fills with the learner's own work where `ninety start` serves the page; in
the published book it stays empty, and the panel says where else the exercise opens.
"""

from itertools import groupby
from pathlib import Path

from docutils import nodes
from launch_links import launches
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective, SphinxRole

from autograder.course import Catalogue, Exercise
from autograder.course.manifest import MANIFEST
from autograder.errors import Problem

logger = logging.getLogger(__name__)


def page_name(exercise: Exercise) -> str:
    """The document that leads to `exercise`, as Sphinx calls it."""
    return Path(exercise.page).with_suffix("").as_posix()


def page_link(document: str, text: str, source: str) -> addnodes.pending_xref:
    """A link from page `source` to `document`; an empty `text` shows that page's title."""
    link = addnodes.pending_xref(
        "", refdomain="std", reftype="doc", reftarget=f"/{document}", refdoc=source,
        refexplicit=bool(text), refwarn=True,
    )  # fmt: skip
    link += nodes.inline("", text)
    return link


def paragraph(*parts: nodes.Node | str, classes: tuple[str, ...] = ()) -> nodes.paragraph:
    """A paragraph of text and inline nodes."""
    node = nodes.paragraph(classes=list(classes))
    node += [nodes.Text(part) if isinstance(part, str) else part for part in parts]
    return node


def effort(exercise: Exercise) -> str:
    """Minutes, difficulty and points in one line."""
    return f"about {exercise.minutes} minutes, difficulty {exercise.difficulty} of 5, {exercise.points} points"


def task_table(exercise: Exercise) -> nodes.table:
    """Task, title and points, a row each."""
    table = nodes.table(classes=["exercise-tasks"])
    group = nodes.tgroup("", *[nodes.colspec(colwidth=width) for width in (1, 8, 1)], cols=3)
    head, body = nodes.thead(), nodes.tbody()
    head += _row("Task", "What it does", "Points")
    body += [_row(task.name, task.title, str(task.points)) for task in exercise.tasks]
    group += [head, body]
    table += group
    return table


def _row(*cells: str) -> nodes.row:
    return nodes.row("", *[nodes.entry("", nodes.paragraph("", cell)) for cell in cells])


class ExercisePanel(SphinxDirective):
    """The box below an exercise's statement: effort, tasks, commands, and where else it opens."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        """Read the manifest and draw it; an unknown exercise is an error of the page."""
        try:
            exercise = Catalogue(Path(self.env.srcdir)).get(self.arguments[0])
        except Problem as problem:
            raise self.error(str(problem)) from None
        self.env.note_dependency(str(exercise.folder / MANIFEST))
        panels(self.env).setdefault(self.env.docname, []).append(exercise.number)
        box = nodes.admonition(classes=["exercise-panel"])
        box += nodes.title("", f"Exercise {exercise.number}: {exercise.title}")
        box += paragraph(f"{effort(exercise)[0].upper()}{effort(exercise)[1:]}.", *self.conditions(exercise))
        box += task_table(exercise)
        live = f'<div class="exercise-live" data-exercise="{exercise.number}" hidden></div>'
        box += nodes.raw("", live, format="html")
        commands = f"ninety open {exercise.number}\nninety check {exercise.number}"
        box += nodes.literal_block(commands, commands, language="console")
        box += paragraph("Or open it on ", *self.places(exercise), ".", classes=("exercise-places",))
        return [box]

    def conditions(self, exercise: Exercise) -> list[nodes.Node | str]:
        """What has to be there first: other exercises, extras, services, a system, a GPU."""
        needs = []
        if exercise.needs:
            needs.append(f" Needs the extra {', '.join(exercise.needs)}.")
        if exercise.services:
            needs.append(f" Starts {', '.join(exercise.services)}.")
        if exercise.systems:
            needs.append(f" {exercise.systems}")
        if exercise.gpu:
            needs.append(" Needs a GPU.")
        parts: list[nodes.Node | str] = list(needs)
        for number in exercise.requires:
            first = Catalogue(Path(self.env.srcdir)).get(number)
            parts += [" Builds on ", page_link(page_name(first), f"{number} {first.title}", self.env.docname), "."]
        return parts

    def places(self, exercise: Exercise) -> list[nodes.Node | str]:
        """Links to the places that open the exercise, joined by "or"."""
        parts: list[nodes.Node | str] = []
        for launch in launches(self.config, exercise):
            parts += [" or "] if parts else []
            parts += [nodes.reference("", launch.place, refuri=launch.url, internal=False)]
        return parts


class ExerciseLink(SphinxRole):
    """A link to an exercise's page, with its number, title and minutes."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        """Read the manifest; an unknown exercise is an error of the page."""
        try:
            exercise = Catalogue(Path(self.env.srcdir)).get(self.text)
        except Problem as problem:
            return [], [self.inliner.reporter.error(str(problem), line=self.lineno)]
        self.env.note_dependency(str(exercise.folder / MANIFEST))
        link = page_link(page_name(exercise), f"{exercise.number} {exercise.title}", self.env.docname)
        return [link, nodes.Text(f", about {exercise.minutes} minutes")], []


class ExerciseList(SphinxDirective):
    """Every exercise of the catalogue, by chapter, each with the page that leads to it."""

    def run(self) -> list[nodes.Node]:
        """Read the catalogue anew at every build, because a new exercise changes no page."""
        self.env.note_reread()
        catalogue = Catalogue(Path(self.env.srcdir))
        result: list[nodes.Node] = []
        for chapter, exercises in groupby(catalogue, key=lambda e: e.chapter):
            heading = page_link(f"book/{chapter}/index", "", self.env.docname)
            result.append(paragraph(heading, classes=("exercise-chapter",)))
            result.append(nodes.bullet_list("", *map(self.item, exercises), classes=["exercise-list"]))
        minutes, points = sum(e.minutes for e in catalogue), sum(e.points for e in catalogue)
        result.append(paragraph(f"All of it: about {minutes} minutes, {points} points."))
        return result

    def item(self, exercise: Exercise) -> nodes.list_item:
        """One exercise: its number and title, its effort, its summary."""
        link = page_link(page_name(exercise), f"{exercise.number} {exercise.title}", self.env.docname)
        small = nodes.inline("", effort(exercise), classes=["exercise-effort"])
        return nodes.list_item("", paragraph(link, " ", small), paragraph(exercise.summary))


def panels(env: BuildEnvironment) -> dict[str, list[str]]:
    """For each page, the exercises whose panels stand on it; kept with the environment between builds."""
    shown: dict[str, list[str]] = vars(env).setdefault("exercise_panels", {})
    return shown


def forget_page(app: Sphinx, env: BuildEnvironment, docname: str) -> None:
    """Drop what a page showed before it is read again."""
    panels(env).pop(docname, None)


def check_panels(app: Sphinx, env: BuildEnvironment) -> None:
    """Warn of an exercise whose panel does not stand on the page that its manifest names."""
    for exercise in Catalogue(Path(app.srcdir)):
        if exercise.number not in panels(env).get(page_name(exercise), []):
            logger.warning(
                "exercise %s names %s as its page, where no `{exercise-panel} %s` stands",
                exercise.number, exercise.page, exercise.number, type="ninety", subtype="panel",
            )  # fmt: skip


def setup(app: Sphinx) -> dict[str, object]:
    """Connect to Sphinx."""
    app.add_directive("exercise-panel", ExercisePanel)
    app.add_directive("exercise-list", ExerciseList)
    app.add_role("exercise", ExerciseLink())
    app.add_js_file("live.js", loading_method="defer")
    app.connect("env-purge-doc", forget_page)
    app.connect("env-check-consistency", check_panels)
    return {"version": "1", "env_version": 2, "parallel_read_safe": False}
