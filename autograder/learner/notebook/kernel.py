"""What happens inside the learner's kernel: notes of what was run, and questions to a process that answers."""

import os
import shutil
import sys
import tempfile
import weakref
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from autograder.errors import Problem
from autograder.learner.notebook.apart import Apart
from autograder.learner.notebook.runs import Run


class Kernel:
    """The kernel that this code runs in. Nothing that decides anything happens here: a cell could have changed it."""

    def __init__(self, shell: Any) -> None:
        self._shell = shell
        self._folder = Path.cwd()  # before a cell can change it
        # Where progress is kept for as long as this kernel lives, when there is no workspace.
        self._session = tempfile.mkdtemp(prefix="ninety-")
        weakref.finalize(self, shutil.rmtree, self._session, ignore_errors=True)
        self._apart = Apart(self._session)
        earlier = enumerate(shell.history_manager.input_hist_raw)
        self._runs = [Run(count, source, None) for count, source in earlier if source]

    @classmethod
    def here(cls) -> "Kernel":
        """This kernel, with notes taken since it was first asked for; `Problem` where there is none."""
        ipython: Any = sys.modules.get("IPython")
        shell = ipython.get_ipython() if ipython else None
        if shell is None:
            raise Problem(
                "this is no notebook",
                fix="call it in one; in a terminal: ninety check, hint, solution, progress",
            )
        for callback in shell.events.callbacks["post_run_cell"]:  # they know it; no global has to
            owner = getattr(callback, "__self__", None)
            if isinstance(owner, cls):
                return owner
        kernel = cls(shell)
        shell.events.register("post_run_cell", kernel._note)
        kernel._apart.start()
        return kernel

    def ask(self, action: str, **details: Any) -> Mapping[str, Any]:
        """The answer to a question about this kernel's cells, as `autograder.learner.notebook.answers` gives it."""
        request = {
            "action": action,
            "details": details,
            "runs": [vars(run) for run in self._runs],
            "names": [name for name in self._shell.user_ns if name not in self._shell.user_ns_hidden],
            "folder": str(self._folder),
            "notebook": self._notebook(),
            "session": self._session,
        }
        return self._apart.ask(request)

    def show(self, forms: Mapping[str, str]) -> None:
        """Display something that is given in several forms, by their MIME types; the front end takes the best."""
        self._shell.display_pub.publish(dict(forms), {})

    def _note(self, result: Any) -> None:
        """Remember what was run, and how it ended."""
        if result.info.store_history and not result.info.silent:
            # IPython 7, which Colab has, gives no number to what is no Python.
            count = result.execution_count or self._shell.execution_count - 1
            self._runs.append(Run(count, result.info.raw_cell, result.success))

    def _notebook(self) -> str:
        """The notebook's file, where what runs it says which one that is; "" elsewhere."""
        named = self._shell.user_ns.get("__vsc_ipynb_file__") or os.environ.get("JPY_SESSION_NAME", "")
        return str(self._folder / named) if named else ""
