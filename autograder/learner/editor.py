"""Opens a file in the learner's editor."""

import os
import shlex
import shutil
import subprocess
from pathlib import Path

from autograder.errors import Exit, Problem

_IN_A_TERMINAL = {"ed", "hx", "joe", "kak", "micro", "nano", "nvim", "pico", "vi", "vim"}


def has_window() -> bool:
    """True when the learner's editor opens a window of its own, and leaves the terminal to others."""
    named = shlex.split(os.environ.get("VISUAL") or os.environ.get("EDITOR") or "")
    return Path(named[0]).stem not in _IN_A_TERMINAL if named else bool(shutil.which("code"))


def edit(path: Path) -> None:
    """Open `path` in $VISUAL, $EDITOR or VS Code; do nothing where there is none, `Problem` when it fails."""
    named = os.environ.get("VISUAL") or os.environ.get("EDITOR")
    command = shlex.split(named) if named else ["code"] * bool(shutil.which("code"))
    if not command:
        return
    try:
        subprocess.run([*command, str(path)], check=True)
    except (OSError, subprocess.CalledProcessError) as error:
        raise Problem(
            f"the editor could not be run: {error}",
            where=shlex.join(command),
            fix="let VISUAL or EDITOR name your editor, or open the file yourself",
            code=Exit.ENVIRONMENT,
        ) from None
