"""Where the built book lies, and at which address it is served."""

from pathlib import Path

from autograder.course import Catalogue, Exercise

HOST = "127.0.0.1"
DEFAULT_PORT = 8090


def book_folder(catalogue: Catalogue) -> Path:
    """Where `make book` puts the pages."""
    return catalogue.root / "_build" / "html"


def book_url(port: int, exercise: Exercise | None = None) -> str:
    """The address of the book, or of the page in it that leads to `exercise`."""
    page = Path(exercise.page).with_suffix(".html").as_posix() if exercise else ""
    return f"http://{HOST}:{port}/{page}"
