"""What runs beside your code: it puts the file where your checks find it."""

from pathlib import Path
from typing import Any


def report(parquet: bytes, task: str) -> Any:
    """What your `profile` finds in this file by `values`, `rows` or `times`."""
    import story

    file = Path("tickets.parquet").absolute()
    file.write_bytes(parquet)
    return story.profile(file, getattr(story, task))
