"""The book's own extensions, on a book of one page."""

import pytest

from tests.book.conftest import ROOT, build

pytestmark = pytest.mark.slow


@pytest.fixture
def small(tmp_path):
    """Builds a book that has this text for its only page; its exercises and settings are the real book's."""
    for name in ("_config.yml", "solutions", "exercises"):
        (tmp_path / name).symlink_to(ROOT / name)
    (tmp_path / "book").mkdir()
    for name in ("_ext", "_static", "_templates", "references.bib"):
        (tmp_path / "book" / name).symlink_to(ROOT / "book" / name)
    (tmp_path / "_toc.yml").write_text("format: jb-book\nroot: book/index\n", encoding="utf-8")

    def write_and_build(text: str) -> str:
        (tmp_path / "book" / "index.md").write_text(text, encoding="utf-8")
        result = build(tmp_path)
        return result.stdout + result.stderr

    return write_and_build


def test_an_unknown_exercise_is_an_error_that_suggests_the_nearest(small):
    output = small("# A page\n\n```{exercise-panel} 8.4\n```\n\n{exercise}`9.9`\n")
    assert "there is no exercise '8.4'" in output
    assert "did you mean 8.3?" in output
    assert "there is no exercise '9.9'" in output


def test_an_exercise_without_its_panel_is_an_error(small):
    output = small("# A page\n\nNo panel.\n")
    assert "names book/08_serving/waiting.md as its page, where no `{exercise-panel} 8.3` stands" in output


def test_a_chapter_that_the_map_does_not_know_is_an_error(small):
    assert "14_nowhere is no chapter" in small("# A page\n\n```{system-map} 14_nowhere\n```\n")


def test_what_failed_once_fails_again(small):
    text = "# A page\n\n[nowhere](nowhere.md)\n"
    assert "nowhere.md" in small(text)
    assert "nowhere.md" in small(text)
