"""The book's own extensions, on a book of one page."""

import pytest

from tests.book.conftest import ROOT, build

pytestmark = pytest.mark.slow


FAULTY = """# A page with seven faults

```{exercise-panel} 8.4
```

{exercise}`9.9`

```{system-map} 14_nowhere
```

```{quiz}
A question without options.
```

```{quiz}
A question with two right ones.

- [x] This.

  Yes.

- [x] That.

  Yes.
```

```{quiz}
A question with an option that nobody explains.

- This.

- [x] That.

  Yes.
```
"""
COMPLAINTS = (
    "there is no exercise '8.4'",
    "did you mean 8.3?",
    "there is no exercise '9.9'",
    "14_nowhere is no chapter",
    "a quiz is a question and a list of options",
    "of a quiz's options, two or more, one is right",
    "below it a paragraph that says why",
    "names book/08_serving/waiting.md as its page, where no `{exercise-panel} 8.3` stands",
)


@pytest.fixture
def small(tmp_path):
    """The folder of a book with one page; its exercises, settings and extensions are the real book's."""
    (tmp_path / "book").mkdir()
    borrowed = ("_config.yml", "solutions", "exercises", *(f"book/{n}" for n in ("_ext", "_static", "_templates")))
    for name in (*borrowed, "book/references.bib"):
        (tmp_path / name).symlink_to(ROOT / name)
    (tmp_path / "_toc.yml").write_text("format: jb-book\nroot: book/index\n", encoding="utf-8")
    (tmp_path / "book" / "index.md").write_text(FAULTY, encoding="utf-8")
    return tmp_path


def test_a_fault_of_a_page_is_named_by_every_build(small):
    for _ in ("from nothing", "again"):
        result = build(small)
        assert result.returncode != 0
        assert not [words for words in COMPLAINTS if words not in result.stdout + result.stderr]
