"""What a submission left in its folders. Nothing there can be trusted, not even to be a file."""

from collections.abc import Mapping

from autograder.examiner.faults import CandidateDied
from autograder.sandbox import Box, BoxFault, Cell


def fresh_box(cell: Cell, files: Mapping[str, bytes]) -> Box:
    """Another folder of a submission's; `CandidateDied` when what it left in the others takes all the room."""
    try:
        return cell.box(files)
    except BoxFault as fault:
        raise CandidateDied(str(fault)) from None


def left_files(box: Box | None) -> dict[str, int]:
    """The plain files in a submission's folder, if it has one yet; `CandidateDied` when they are too many."""
    try:
        return dict(sorted(box.list_files().items())) if box else {}
    except BoxFault as fault:
        raise CandidateDied(str(fault)) from None


def left_file(box: Box | None, path: str, max_mb: float) -> bytes:
    """The content of one of them; `CandidateDied` when there is none, or it is larger than `max_mb` MiB."""
    try:
        if box:
            return box.read_file(path, int(max_mb * 2**20))
    except BoxFault as fault:
        raise CandidateDied(str(fault)) from None
    raise CandidateDied(f"it left no file {path}")
