"""A verdict as HTML, and one that is told in a notebook's cells."""

from html.parser import HTMLParser

import pytest

from autograder.verdict import CheckResult, Failure, Outcome, Place, Verdict
from autograder.verdict.cells import in_cells
from autograder.verdict.html import render
from autograder.verdict.terminal import render as as_text

WHY = Failure(
    "`go` <b>is</b> late & wrong", "go('<script>')", "9 ms", "at most 5 ms", Place("batcher.py", 12, "await x < 3"),
    (Place("batcher.py", 3, "go()"), Place("other.py", 4, "x"), Place("batcher.py", 12, "await x < 3")),
)  # fmt: skip


def verdict(outcome=Outcome.FAILED, failure=WHY, **more):
    failure = None if outcome is Outcome.PASSED else failure
    checks = (
        CheckResult("test_one", "One holds.", "a", 2, False, Outcome.PASSED),
        CheckResult("test_two", "Two holds.", "b", 3, True, outcome, failure, "<i>printed</i>\n" * 20),
    )
    return Verdict("8.3", "Wait & win", checks, 7, "process", "0.1", **more)


class Outline(HTMLParser):
    """The elements in their order, their text, and whether each was closed."""

    VOID = frozenset({"br"})

    def __init__(self, text):
        super().__init__()
        self.tags, self.words, self.open = [], [], []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.words.append(data)


def test_it_is_headings_and_lists_that_are_closed():
    outline = Outline(render(verdict()))
    assert outline.open == []
    assert [tag for tag in outline.tags if tag[0] == "h"] == ["h3", "h4"]
    assert {"section", "ul", "li", "dl", "dt", "dd"} <= set(outline.tags)
    assert not {"script", "b", "i"} & set(outline.tags), "what the learner's code says is no markup"


@pytest.mark.parametrize("outcome", Outcome)
def test_each_outcome_is_a_word_and_not_a_colour_alone(outcome):
    text = "".join(Outline(render(verdict(outcome))).words)
    assert text.strip().startswith(f"{outcome.upper()}: 8.3 Wait & win")


@pytest.mark.parametrize("outcome", [Outcome.FAILED, Outcome.NOT_ATTEMPTED, Outcome.PASSED, Outcome.GRADER_ERROR])
@pytest.mark.parametrize("notebook", [True, False])
def test_it_says_what_the_plain_text_says(outcome, notebook):
    judged = verdict(outcome, sealed=3)
    said = " ".join("".join(Outline(render(judged, notebook=notebook)).words).split())
    for word in as_text(judged, notebook=notebook).replace("`", "").split():
        assert word.strip("():,.") in said or word in ("hidden", "to", "do", "checks:")


def test_in_a_notebook_what_comes_next_is_a_call():
    assert 'check("8.3", seed=7)' in as_text(verdict(), notebook=True)
    assert "hint(&quot;8.3&quot;)" in render(verdict(), notebook=True)
    assert "ninety hint 8.3" in render(verdict())


def test_lines_of_the_module_are_told_as_lines_of_cells():
    failure = Failure("SyntaxError: bad (batcher.py, line 12)", where=WHY.where, traceback=WHY.traceback)
    origins = [(1, line + 1) for line in range(5)] + [(2, line + 1) for line in range(10)]
    failure = in_cells(verdict(failure=failure), "batcher.py", origins).first_failure.failure
    assert failure.message == "SyntaxError: bad (cell of part 2, line 7)"
    assert str(failure.where) == "cell of part 2, line 7"
    assert [str(place) for place in failure.traceback] == [
        "cell of part 1, line 3", "other.py:4", "cell of part 2, line 7",
    ]  # fmt: skip


def test_a_line_that_no_cell_has_stays_as_it_is():
    failure = in_cells(verdict(), "batcher.py", [(1, 1)]).first_failure.failure
    assert str(failure.where) == "batcher.py:12"
