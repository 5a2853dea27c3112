"""What must be true of every page of the built book; read from the files, without a browser."""

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

import pytest
import yaml
from bs4 import BeautifulSoup

from autograder.course import Catalogue
from tests.book.conftest import ROOT, build

pytestmark = pytest.mark.slow

EXERCISES = tuple(Catalogue(ROOT))
LOADED = {
    "script": "src", "img": "src", "iframe": "src", "embed": "src", "object": "data", "source": "src",
    "video": "src", "audio": "src", "link": "href", "use": "href", "image": "href",
}  # fmt: skip
OUTSIDE = re.compile(r"^(?:https?:)?//", re.IGNORECASE)
IN_STYLE = re.compile(r"url\(\s*['\"]?([^'\")]+)|@import\s+['\"]([^'\"]+)")


@pytest.fixture(scope="module")
def pages(html):
    """Each page's tree, by its path below the built book's root."""
    paths = [path for path in html.rglob("*.html") if "_static" not in path.parts]  # there lie the theme's templates
    return {
        path.relative_to(html).as_posix(): BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")
        for path in paths
    }


def sources() -> Iterator[tuple[Path, str]]:
    """The pages as they were written."""
    for path in sorted((ROOT / "book").rglob("*.md")):
        yield path, path.read_text(encoding="utf-8")


def test_a_second_build_runs_no_page(html):
    output = build(ROOT).stdout
    assert "build succeeded" in output
    assert "Executing notebook" not in output


def test_no_page_loads_anything_from_elsewhere(html, pages):
    found = [
        f"{page}: <{name} {attribute}={tag[attribute]!r}>"
        for page, tree in pages.items()
        for name, attribute in LOADED.items()
        for tag in tree.find_all(name, attrs={attribute: OUTSIDE})
    ]
    styles = [(path.name, path.read_text(encoding="utf-8")) for path in html.rglob("*.css")]
    styles += [(page, tag.text) for page, tree in pages.items() for tag in tree.find_all("style")]
    for name, text in styles:
        found += [f"{name}: {a or b}" for a, b in IN_STYLE.findall(text) if OUTSIDE.match(a or b)]
    assert not found


def test_no_page_carries_what_it_does_not_need(pages):
    scripts = {tag["src"] for tree in pages.values() for tag in tree.find_all("script", src=True)}
    unwanted = re.compile("thebe|fontawesome|mathjax|mermaid|require", re.IGNORECASE)
    assert not [script for script in scripts if unwanted.search(script)]


def test_every_link_within_the_book_leads_to_a_page(html, pages):
    broken = []
    for page, tree in pages.items():
        ids = {name: {tag["id"] for tag in other.find_all(id=True)} for name, other in pages.items()}
        for tag in tree.find_all("a", href=True):
            file, _, anchor = unquote(tag["href"]).partition("#")
            if re.match(r"[a-z]+:", file):
                continue
            target = (html / page).parent.joinpath(file).resolve() if file else html / page
            known = ids.get(target.relative_to(html.resolve()).as_posix()) if target.is_file() else None
            if not target.is_file() or (anchor and known is not None and anchor not in known):
                broken.append(f"{page}: {tag['href']}")
    assert not broken


def launches(pages: dict[str, BeautifulSoup]) -> Iterator[tuple[str, str]]:
    """The page and the notebook's path of each link to Colab or Binder."""
    branch = yaml.safe_load((ROOT / "_config.yml").read_text(encoding="utf-8"))["repository"]["branch"]
    for page, tree in pages.items():
        for tag in tree.find_all("a", href=re.compile("colab.research.google.com|mybinder.org")):
            place = re.search(rf"/blob/{branch}/(.+)|/{branch}\?urlpath=lab/tree/(.+)", tag["href"])
            assert place, f"{page}: {tag['href']} names no notebook of this branch"
            yield page, unquote(place[1] or place[2])


def test_every_launch_opens_a_notebook_that_is_there(pages):
    found = list(launches(pages))
    assert not [f"{page}: {notebook}" for page, notebook in found if not (ROOT / notebook).is_file()]
    assert {Path(notebook).parent.as_posix() for _, notebook in found} == {f"exercises/{e.path}" for e in EXERCISES}


@pytest.mark.parametrize("exercise", EXERCISES, ids=lambda exercise: exercise.number)
def test_an_exercise_stands_on_its_page(pages, exercise):
    page = Path(exercise.page).with_suffix(".html").as_posix()
    panel = next(box for box in pages[page].select("div.exercise-panel") if exercise.title in box.text)
    assert f"about {exercise.minutes} minutes".lower() in panel.text.lower()
    assert [row.text.split()[0] for row in panel.select("tbody tr")] == [task.name for task in exercise.tasks]
    assert f"ninety check {exercise.number}" in panel.text
    assert {notebook for at, notebook in launches(pages) if at == page} >= {
        f"exercises/{exercise.path}/{exercise.module}.ipynb",
        f"exercises/{exercise.path}/{exercise.module}.colab.ipynb",
    }


@pytest.mark.parametrize("exercise", EXERCISES, ids=lambda exercise: exercise.number)
def test_a_statement_is_included_and_not_restated(exercise):
    statement = exercise.folder / "statement.md"
    included = re.findall(r"\{include\}\s*(\S+)", (ROOT / exercise.page).read_text(encoding="utf-8"))
    assert statement in [((ROOT / exercise.page).parent / path).resolve() for path in included]
    sentences = [s.strip() for s in re.split(r"(?<=[.:?])\s+", statement.read_text(encoding="utf-8"))]
    for path, text in sources():
        flat = " ".join(text.split())
        assert not [s for s in sentences if len(s) > 50 and " ".join(s.split()) in flat], path


def test_every_picture_of_a_page_says_what_it_shows(pages):
    silent = []
    for page, tree in pages.items():
        article = tree.find("article")
        images = article.find_all("img") if article else []
        drawings = article.find_all("svg", class_="drawing") if article else []
        silent += [f"{page}: {image['src']}" for image in images if len(image.get("alt", "")) < 20]
        silent += [f"{page}: a drawing" for drawing in drawings if not (drawing.find("title") and drawing.find("desc"))]
    assert not silent


def test_a_number_told_on_the_first_page_is_computed_on_another(pages):
    _, _, text = (ROOT / "book/index.md").read_text(encoding="utf-8").partition("\n")  # its title is no measurement
    told = set(re.findall(r"\d+%", text))
    outputs = pages["book/00_start/ninety_seven_percent.html"].select("div.cell_output")
    printed = " ".join(output.text for output in outputs)
    assert told
    assert not [number for number in told if number not in printed]


def test_the_references_are_what_the_pages_cite():
    entries = re.split(r"^@", (ROOT / "book/references.bib").read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]
    listed = {re.search(r"url\s*=\s*\{(.+)\}", entry)[1]: re.search(r"\{(.+),", entry)[1] for entry in entries}
    text = "\n".join(text for _, text in sources())
    cited = {key.strip() for use in re.findall(r"\{cite(?::\w+)?\}`([^`]+)`", text) for key in use.split(",")}
    assert not [key for url, key in listed.items() if key not in cited and url not in text]
    papers = set(re.findall(r"https://(?:doi\.org|proceedings\.|papers\.|www\.usenix\.org)[^)>\s]+", text))
    assert not papers - set(listed)


def test_every_term_of_the_glossary_is_used_on_a_page(pages):
    terms = [tag.text.strip("# \n").rstrip("#") for tag in pages["book/glossary.html"].select("dl.glossary dt")]
    others = " ".join(tree.find("article").text.lower() for page, tree in pages.items()
                      if page.startswith("book/") and not page.endswith("glossary.html"))  # fmt: skip
    assert terms
    assert not [term for term in terms if term.lower() not in " ".join(others.split())]
