"""Every page as a reader's browser shows it, on a wide screen and on a phone."""

import gzip
import io
from pathlib import Path
from urllib.parse import unquote, urlparse

import pytest
from PIL import Image

from tests.book.browser import CHROMIUM, chromium

pytestmark = [pytest.mark.slow, pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium")]

WIDTHS = {"wide": 1400, "phone": 390}
HEAVIEST_KIB = 600


@pytest.fixture(scope="module")
def seen(html, tmp_path_factory):
    """What each page showed, by its path below the built book's root and by the kind of screen."""
    paths = sorted((html / "book").rglob("*.html"))
    with chromium(tmp_path_factory.mktemp("profile")) as browser:
        return {
            (path.relative_to(html).as_posix(), kind): browser.open(path.as_uri(), width)
            for path in paths
            for kind, width in WIDTHS.items()
        }


def test_no_page_is_blank(seen):
    for place, page in seen.items():
        assert len(page.text) > 200, place
        colours = Image.open(io.BytesIO(page.picture)).convert("RGB").getcolors(maxcolors=2**24)
        assert len(colours) > 20, place


def test_no_page_asks_for_anything_from_elsewhere(seen):
    asked = {(place, url) for place, page in seen.items() for url in page.requests}
    assert not [found for found in asked if not found[1].startswith(("file:", "data:", "blob:"))]


def test_nothing_is_missing_and_no_script_complains(seen):
    assert not {place: page.failures for place, page in seen.items() if page.failures}
    assert not {place: page.complaints for place, page in seen.items() if page.complaints}


def test_no_page_is_wider_than_its_screen(seen):
    assert not {place: page.width for place, page in seen.items() if page.width > WIDTHS[place[1]]}


def test_a_quiz_is_answered_with_the_keyboard_and_remembered(html, tmp_path):
    page = (html / "book" / "01_framing" / "threshold.html").as_uri()
    said = "document.querySelector('form.quiz .quiz-said').textContent.trim()"
    with chromium(tmp_path) as browser:
        browser.open(page, WIDTHS["wide"])
        assert browser.evaluate("getComputedStyle(document.querySelector('.quiz-why')).display") == "none"
        assert browser.evaluate("document.querySelector('.quiz-said').getAttribute('role')") == "status"
        browser.evaluate("document.querySelector('form.quiz input').focus()")
        browser.press("ArrowDown")  # from the first option to the second, which is right
        assert browser.evaluate(said) == ""
        browser.press("Enter", "\r")
        assert browser.evaluate(said).startswith("Right. The order of the scores can be used")
        browser.press("ArrowDown")
        assert browser.evaluate(said) == ""
        browser.press("Enter", "\r")
        assert browser.evaluate(said).startswith("No. Whoever is surer")
        browser.open(page, WIDTHS["phone"])
        assert browser.evaluate(said).startswith("No. Whoever is surer")
        assert browser.evaluate("document.querySelectorAll('form.quiz input:checked').length") == 1


def test_no_page_is_heavy(seen):
    for (name, kind), page in seen.items():
        if kind == "wide":
            files = {Path(unquote(urlparse(url).path)) for url in page.requests if url.startswith("file:")}
            weight = sum(len(gzip.compress(file.read_bytes())) for file in files) / 1024
            print(f"{weight:4.0f} KiB gzipped  {name}")
            assert weight < HEAVIEST_KIB, name
