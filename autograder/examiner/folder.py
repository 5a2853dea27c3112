"""The files a candidate left in its folder, read from outside. Nothing there can be trusted, not even to be a file."""

import os
import stat
from pathlib import Path

from autograder.examiner.faults import CandidateDied

MAX_FILES = 10_000


def list_files(folder: Path) -> dict[str, int]:
    """The plain files below `folder`: path in it with `/`, and size in bytes; links are neither listed nor followed.

    `CandidateDied` when there are more than 10,000.
    """
    found: dict[str, int] = {}
    for place, _, names in os.walk(folder):
        for name in names:
            path = os.path.join(place, name)
            about = os.lstat(path)
            if stat.S_ISREG(about.st_mode):
                found[Path(path).relative_to(folder).as_posix()] = about.st_size
        if len(found) > MAX_FILES:
            raise CandidateDied(f"it left more than {MAX_FILES:,} files in its folder")
    return dict(sorted(found.items()))


def read_file(folder: Path, path: str, max_mb: float) -> bytes:
    """The content of a file that `list_files` lists, of at most `max_mb` MiB; else `CandidateDied`."""
    size = list_files(folder).get(path)
    if size is None:
        raise CandidateDied(f"it left no file {path}")
    if size > max_mb * 2**20:
        raise CandidateDied(f"the file {path} has {size:,} bytes, more than {max_mb:g} MiB")
    return (folder / path).read_bytes()
