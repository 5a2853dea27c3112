"""The learner's command line, run as its user would and seen from outside."""

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from autograder.examiner.faults import CandidateDied, CandidateLate
from autograder.examiner.session import Session

_MAX_FILE = 16 * 2**20
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
    it leaves, plain ones of up to 16 MiB in the top folder are read.
    """
    limit = seconds or session.limits.call_seconds
    session.last_call = " ".join(["python", *arguments])
    with tempfile.TemporaryDirectory(prefix="ninety-") as root:
        folder = Path(root) / "box"
        session.write_files(folder)
        for name, content in (files | ({_STDIN: stdin} if stdin else {})).items():
            (folder / name).write_bytes(content)
        command = ["run", *(["--stdin", _STDIN] if stdin else []), *arguments]
        running = session.sandbox.start(command, folder, session.limits, merge=False)
        try:
            status = running.wait(limit)
            if running.over_limit:
                raise CandidateDied(f"the program was stopped: {running.over_limit}")
            if status is None:
                raise CandidateLate(f"the program did not end within {limit:g} s")
            assert running.errors is not None
            stdout, stderr = running.output.all(), running.errors.all()
        finally:
            running.kill()
        left = {
            path.name: path.read_bytes()
            for path in sorted(folder.iterdir())
            if path.is_file() and not path.is_symlink() and path.stat().st_size <= _MAX_FILE and path.name != _STDIN
        }
    return Completed(status, stdout, stderr, left)
