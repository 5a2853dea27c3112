"""Opens a file in the learner's editor."""

import os
import shlex
import shutil
import subprocess
from pathlib import Path

from autograder.errors import Exit, Problem


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
