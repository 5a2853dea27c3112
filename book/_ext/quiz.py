"""`{quiz}`: a question with options of which one is right, and of each option why.

    ```{quiz}
    Which share of the messages does the machine answer?

    - 62%

      That is the share it would answer at the planned threshold.

    - [x] 80%

      Yes: four of five are above it.
    ```

Without scripts all explanations are shown; with them, `quiz.js` shows the one of the option that was chosen.
"""

import hashlib

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective
from sphinx.writers.html5 import HTML5Translator

RIGHT = "[x] "


class quiz(nodes.General, nodes.Element):
    """A question: a `quiz_question`, then `quiz_option`s. `key` names it, and changes with its text."""


class quiz_question(nodes.General, nodes.Element):
    """What is asked."""


class quiz_option(nodes.General, nodes.Element):
    """An option and its explanation: a `quiz_label`, a `quiz_why`. `right` or not; `key` is its quiz's."""


class quiz_label(nodes.General, nodes.TextElement):
    """The option's own words, on one line."""


class quiz_why(nodes.General, nodes.Element):
    """Why it is right or wrong."""


class Quiz(SphinxDirective):
    """Parse a question and its list of options; anything else is an error of the page."""

    has_content = True

    def run(self) -> list[nodes.Node]:
        """The quiz as nodes."""
        parsed = nodes.Element()
        self.state.nested_parse(self.content, self.content_offset, parsed)
        *question, options = parsed.children or [nodes.Element()]
        if not question or not isinstance(options, nodes.bullet_list):
            raise self.error("a quiz is a question and a list of options")
        key = hashlib.sha256(f"{self.env.docname} {self.content}".encode()).hexdigest()[:12]
        box = quiz("", quiz_question("", *question), key=f"quiz-{key}")
        box += [self.option(item, f"quiz-{key}", number) for number, item in enumerate(options)]
        if sum(option["right"] for option in box.findall(quiz_option)) != 1 or len(options) < 2:
            raise self.error(f"of a quiz's options, two or more, one is right: `- {RIGHT}...`")
        return [box]

    def option(self, item: nodes.Node, key: str, number: int) -> quiz_option:
        """One item of the list: its first paragraph is the option, the rest says why."""
        words, *why = item.children
        if not isinstance(words, nodes.paragraph) or not why:
            raise self.error("an option of a quiz is a line, and below it a paragraph that says why")
        first = words.next_node(nodes.Text)
        right = first is not None and first.startswith(RIGHT)
        if right:
            first.parent.replace(first, nodes.Text(first.removeprefix(RIGHT)))
        label = quiz_label("", "", *words.children)
        return quiz_option("", label, quiz_why("", *why), right=right, key=key, number=number)


def open_quiz(self: HTML5Translator, node: quiz) -> None:
    """A form: its button and what is said come after the options."""
    self.body.append(f'<form class="quiz" id="{node["key"]}"><div role="radiogroup" aria-labelledby="{node["key"]}-q">')


def close_quiz(self: HTML5Translator, node: quiz) -> None:
    """See `open_quiz`."""
    self.body.append(
        '</div><button type="submit" disabled>Check</button><div class="quiz-said" role="status"></div></form>'
    )


def open_question(self: HTML5Translator, node: quiz_question) -> None:
    """The name of the group of options."""
    self.body.append(f'<div class="quiz-question" id="{node.parent["key"]}-q">')


def open_option(self: HTML5Translator, node: quiz_option) -> None:
    """A radio button, which its label follows."""
    key, number = node["key"], node["number"]
    self.body.append('<div class="quiz-option" data-right>' if node["right"] else '<div class="quiz-option">')
    self.body.append(f'<input type="radio" name="{key}" id="{key}-{number}" value="{number}">')


def open_label(self: HTML5Translator, node: quiz_label) -> None:
    """The label of the radio button before it."""
    self.body.append(f'<label for="{node.parent["key"]}-{node.parent["number"]}">')


def close_label(self: HTML5Translator, node: quiz_label) -> None:
    """See `open_label`."""
    self.body.append("</label>")


def open_why(self: HTML5Translator, node: quiz_why) -> None:
    """What `quiz.js` moves to where it is said."""
    self.body.append('<div class="quiz-why">')


def close_div(self: HTML5Translator, node: nodes.Element) -> None:
    """The end of a question, an option or an explanation."""
    self.body.append("</div>")


def setup(app: Sphinx) -> dict[str, object]:
    """Connect to Sphinx."""
    app.add_node(quiz, html=(open_quiz, close_quiz))
    app.add_node(quiz_question, html=(open_question, close_div))
    app.add_node(quiz_option, html=(open_option, close_div))
    app.add_node(quiz_label, html=(open_label, close_label))
    app.add_node(quiz_why, html=(open_why, close_div))
    app.add_directive("quiz", Quiz)
    app.add_js_file("quiz.js", loading_method="defer")
    return {"version": "1", "parallel_read_safe": True}
