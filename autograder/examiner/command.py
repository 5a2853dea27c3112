"""The learner's command line, run as its user would and seen from outside."""

from collections.abc import Sequence
from dataclasses import dataclass

from autograder.examiner.faults import CandidateDied, CandidateLate, short
from autograder.examiner.left import fresh_box, left_file, left_files
from autograder.examiner.session import Session
from autograder.sandbox import Box, Running

MAX_FILES, MAX_ALL_MB = 200, 64
_STDIN = ".stdin"


@dataclass(frozen=True)
class Completed:
    """A program that has ended: its exit code (negative: a signal), what it printed, the files it left."""

    exit_code: int
    stdout: bytes
    stderr: bytes
    files: dict[str, bytes]


def run_command(
    session: Session, arguments: Sequence[str], stdin: bytes, files: dict[str, bytes], seconds: float | None
) -> Completed:
    """Run `python ARGUMENTS...` in a copy of the submission with `files` beside it, and wait `seconds` for its end.

    Raises `CandidateLate` when it does not end in time and `CandidateDied` when it goes over a limit. Of the files
    it leaves, plain ones in the top folder are read, 200 of them and 64 MiB at most.
    """
    limit = seconds or session.limits.call_seconds
    session.last_call = " ".join(["python", *arguments])
    box = fresh_box(session.cell, session.shipped | files | ({_STDIN: stdin} if stdin else {}))
    running: Running | None = None
    try:
        command = ["run", *(["--stdin", _STDIN] if stdin else []), *arguments]
        running = box.start(command, merge=False)
        status = running.wait(limit)
        if running.over_limit:
            raise CandidateDied(f"the program was stopped: {running.over_limit}")
        if status is None:
            raise CandidateLate(f"the program did not end within {limit:g} s")
        assert running.errors is not None
        stdout, stderr = running.output.all(), running.errors.all()
        running.kill()
        left = _left(box, stdout)
    finally:
        if running:
            running.kill()
        box.close()
    return Completed(status, stdout, stderr, left)


def _left(box: Box, stdout: bytes) -> dict[str, bytes]:
    """The plain files in the top folder of the box; what the program printed stands in a refusal."""
    try:
        sizes = {path: size for path, size in left_files(box).items() if "/" not in path and path != _STDIN}
        if len(sizes) > MAX_FILES or sum(sizes.values()) > MAX_ALL_MB * 2**20:
            raise CandidateDied(f"it left more than {MAX_FILES} files or {MAX_ALL_MB} MiB")
        return {path: left_file(box, path, MAX_ALL_MB) for path in sizes}
    except CandidateDied as refused:
        raise CandidateDied(f"{refused}; it printed {short(stdout.decode(errors='replace'))}") from None
