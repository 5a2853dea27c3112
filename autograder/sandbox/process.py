"""No sandbox: a plain process with limits. For code you trust as far as your own, such as your own."""

import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from autograder.sandbox import processes
from autograder.sandbox.base import Limits, Running, clean_environment, launcher, new_mark


class BareProcess:
    """Runs the candidate as a process of this user: apart from the examiner, but not locked in."""

    name = "process"

    def available(self) -> str:
        """A process can be started everywhere."""
        return ""

    def start(
        self,
        arguments: Sequence[str],
        folder: Path,
        limits: Limits,
        wire: Path | None = None,
        *,
        merge: bool = True,
    ) -> Running:
        """Start the launcher; see `Sandbox.start`."""
        settings = limits.launch_settings()
        linux = sys.platform == "linux"
        as_root = linux and os.geteuid() == 0
        if linux and not as_root:
            # The kernel counts all of this user's tasks, so the bound has to lie above what runs already.
            settings["processes"] += processes.tasks_of_user(os.geteuid())
        else:
            settings["processes"] = 0  # no such bound for root; its processes are counted from outside
        settings["die_with_parent"] = linux
        mark = new_mark()
        return Running(
            [*launcher(), json.dumps(settings), *arguments],
            limits,
            folder=folder,
            environment=clean_environment(mark),
            mark=mark,
            count_processes=as_root,
            merge=merge,
        )
