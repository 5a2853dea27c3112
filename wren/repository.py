"""The help desk's repository, kept by git: the branch `main` and a branch for each of `wren.proposals`.

What git knows can be seen by the shop. The ids of the commits are the same everywhere.
"""

import io
import os
import subprocess
import tarfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from wren.mainline import main_files
from wren.proposals import MAIN, Changes, proposals
from wren.tree import Files


@dataclass(frozen=True)
class Commit:
    """What git knows of a branch."""

    branch: str
    id: str
    title: str


class Repository:
    """A repository in a folder, read with git."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        lines = _git(folder, "for-each-ref", "--format=%(refname:short)%09%(objectname)%09%(subject)", "refs/heads")
        told = (line.split("\t") for line in lines.decode().splitlines())
        self.commits: Mapping[str, Commit] = {branch: Commit(branch, id, title) for branch, id, title in told}
        self._files: dict[str, Files] = {}

    def files(self, branch: str) -> Files:
        """What is committed on a branch; KeyError where there is none of that name."""
        commit = self.commits[branch].id
        if commit not in self._files:
            with tarfile.open(fileobj=io.BytesIO(_git(self.folder, "archive", "--format=tar", commit))) as archive:
                members = [member for member in archive if member.isfile()]
                read = {member.name: archive.extractfile(member) for member in members}
            self._files[commit] = {name: file.read().decode() for name, file in read.items() if file}
        return self._files[commit]


def make_repository(folder: Path) -> Repository:
    """Make the repository in an empty folder; FileNotFoundError where git is not installed."""
    stream = [_commit(MAIN, "Triage, as it is in production", main_files())]
    stream += [_commit(branch, said.title, said.changes, parent=MAIN) for branch, said in proposals().items()]
    _git(folder, "init", "--quiet", "--bare")
    _git(folder, "fast-import", "--quiet", stdin=b"".join(stream))
    return Repository(folder)


def _commit(branch: str, title: str, changes: Changes, parent: str = "") -> bytes:
    """One commit, as `git fast-import` reads it."""
    message = title.encode()
    head = f"commit refs/heads/{branch}\ncommitter Wren <desk@wren.test> 1775000000 +0000\ndata {len(message)}\n"
    parts = [head.encode(), message, b"\n"]
    if parent:
        parts.append(f"from refs/heads/{parent}\n".encode())
    for path, text in changes.items():
        data = text.encode()
        parts += [f"M 100644 inline {path}\ndata {len(data)}\n".encode(), data, b"\n"]
    return b"".join([*parts, b"\n"])


def _git(folder: Path, *arguments: str, stdin: bytes = b"") -> bytes:
    """What git prints; the settings of whoever runs it make no difference."""
    own = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    own |= {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    command = ["git", "-c", "init.defaultBranch=main", *arguments]
    return subprocess.run(command, cwd=folder, env=own, input=stdin, capture_output=True, check=True).stdout
