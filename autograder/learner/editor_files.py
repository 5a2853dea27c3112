"""What editors read in a workspace: where Python is, what to check, how to watch and to debug.

VS Code reads the folder .vscode; every editor with Pyright in it, VS Code as well, reads pyrightconfig.json. PyCharm
keeps its interpreters outside of a project and reads neither.
"""

import json
import os
from pathlib import Path, PurePath, PurePosixPath, PureWindowsPath
from typing import Any

from autograder.files import write_atomically
from autograder.learner.workspace import Workspace

_SETTINGS = ".vscode/settings.json"
_INTERPRETER = "python.defaultInterpreterPath"
_GIVEN = ["**/harness.py", "**/support.py", "**/test_visible.py"]  # nobody's to mend

_PLACE = {"regexp": r"^  at\s+(\S+):(\d+)(?:  .*)?$", "file": 1, "line": 2}
# What a verdict says right above the place in the learner's file; of a crash, the call stands between the two.
_PATTERNS: list[list[dict[str, Any]]] = [
    [{"regexp": r"^  crashed\s+(.*)$", "message": 1}, {"regexp": r"^  call "}, _PLACE],
    [{"regexp": r"^  (?!call )(?:failed\s+)?(\S.*)$", "message": 1}, _PLACE],
]


def _matchers(**more: Any) -> list[dict[str, Any]]:
    where = ["search", {"include": ["${workspaceFolder}"], "exclude": ["${workspaceFolder}/exercises"]}]
    common = {"owner": "ninety", "severity": "error", "fileLocation": where, **more}
    return [{**common, "pattern": pattern} for pattern in _PATTERNS]


def _task(label: str, command: str, options: dict[str, Any], **more: Any) -> dict[str, Any]:
    words = ["-m", "autograder", command, "--plain"]
    options = {**options, "env": {"COLUMNS": "1000"}}  # a message is then one line
    python = "${command:python.interpreterPath}"
    return {"label": label, "type": "process", "command": python, "args": words, "options": options, **more}


TASKS = {
    "version": "2.0.0",
    "tasks": [
        _task(
            "ninety: check this file",
            "check",
            options={"cwd": "${fileDirname}"},
            group={"kind": "build", "isDefault": True},
            problemMatcher=_matchers(),
        ),
        _task(
            "ninety: watch",
            "watch",
            options={"cwd": "${workspaceFolder}"},
            isBackground=True,
            problemMatcher=_matchers(
                background={
                    "activeOnStart": True,
                    "beginsPattern": r"^\d\d:\d\d:\d\d  ",
                    "endsPattern": "^(?:watching |PASSED|NOT ATTEMPTED|  help )",
                }
            ),
        ),
    ],
}
LAUNCH = {
    "version": "0.2.0",
    "configurations": [
        {
            "name": "ninety: debug the check that failed",
            "type": "debugpy",
            "request": "launch",
            "module": "autograder",
            "args": ["debug"],
            "cwd": "${fileDirname}",
            "console": "integratedTerminal",
        }
    ],
}
EXTENSIONS = {"recommendations": ["ms-python.python"]}


def editor_files(python: str) -> dict[str, Any]:
    """The files' names in a workspace, and what is in them as JSON; `python` is the interpreter's path."""
    pure: type[PurePath] = PureWindowsPath if "\\" in python else PurePosixPath
    folder = pure(python).parent
    environment = folder.parent if folder.name in ("bin", "Scripts") else folder
    return {
        _SETTINGS: {_INTERPRETER: python, "files.exclude": {"**/.ninety": True, "**/__pycache__": True}},
        ".vscode/tasks.json": TASKS,
        ".vscode/launch.json": LAUNCH,
        ".vscode/extensions.json": EXTENSIONS,
        "pyrightconfig.json": {
            "venvPath": str(environment.parent),
            "venv": environment.name,
            "typeCheckingMode": "standard",
            "ignore": _GIVEN,
        },
    }


def write_editor_files(workspace: Workspace, python: str) -> None:
    """Write those that are missing or still name an interpreter of before; what the learner wrote stays."""
    older = editor_files(_interpreter(workspace.root / _SETTINGS))
    for name, content in editor_files(python).items():
        path = workspace.root / name
        if not os.path.lexists(path) or (_read(path) == older[name] != content):
            path.parent.mkdir(exist_ok=True)
            write_atomically(path, (json.dumps(content, indent=2) + "\n").encode())


def _interpreter(settings: Path) -> str:
    read = _read(settings)
    return str(read.get(_INTERPRETER, "")) if isinstance(read, dict) else ""


def _read(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):  # with comments in it, it is the learner's
        return None
