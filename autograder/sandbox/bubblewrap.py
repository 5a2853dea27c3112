"""bubblewrap: the candidate sees its own files, the interpreter and the libraries, and no network.

It has namespaces of its own for mounts, processes, network and inter-process communication. Run by root, it becomes
a user that owns nothing; run by anybody else, it lives in a user namespace of its own.
"""

import functools
import json
import os
import secrets
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Sequence
from pathlib import Path

from autograder.sandbox.base import PACKAGE, Limits, Running, clean_environment, launcher, new_mark

BOX = "/box"
WIRE = "/wire"
_SYSTEM = ("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/etc/ld.so.cache", "/etc/alternatives")
_INSIDE = ("__init__.py", "wire", "candidate")  # of this package; the rest is the examiner's


class Bubblewrap:
    """Runs the candidate under `bwrap`."""

    name = "bubblewrap"

    def available(self) -> str:
        """Empty when bubblewrap works here; else what is missing."""
        return _missing()

    def start(
        self,
        arguments: Sequence[str],
        folder: Path,
        limits: Limits,
        wire: Path | None = None,
        *,
        merge: bool = True,
    ) -> Running:
        """Start the launcher; see `Sandbox.start`. Inside, the folder is `/box` and the wire's is `/wire`."""
        settings = limits.launch_settings()
        as_root = os.geteuid() == 0
        if as_root:
            user = 2**20 + secrets.randbelow(2**30)
            settings["user"] = user
            for path in [folder, *folder.rglob("*")]:
                os.chown(path, user, user, follow_symlinks=False)
        mark = new_mark()
        arguments = [argument.replace(f"unix:{wire}", f"unix:{WIRE}") for argument in arguments]
        command = [
            *_command(as_root, folder, wire, int(limits.memory_mb * 2**20)),
            *(word for name, value in clean_environment(mark).items() for word in ("--setenv", name, value)),
            "--",
            *launcher(),
            json.dumps(settings),
            *arguments,
        ]
        return Running(
            command,
            limits,
            folder=folder,
            environment={"PATH": os.defpath},
            mark=mark,
            count_processes=False,
            merge=merge,
        )


def _command(as_root: bool, folder: Path, wire: Path | None, tmp_bytes: int) -> list[str]:
    words = ["bwrap", "--die-with-parent", "--new-session", "--clearenv"]
    words += ["--unshare-pid", "--unshare-net", "--unshare-ipc", "--unshare-uts", "--unshare-cgroup-try"]
    if as_root:
        words += ["--cap-drop", "ALL", "--cap-add", "CAP_SETUID", "--cap-add", "CAP_SETGID"]
    else:
        words += ["--unshare-user", "--disable-userns"]
    words += ["--proc", "/proc", "--dev", "/dev"]
    for size, place in ((tmp_bytes, "/dev/shm"), (tmp_bytes, "/tmp")):
        words += ["--perms", "1777", "--size", str(size), "--tmpfs", place]
    for path in _SYSTEM:
        words += _system_path(path)
    for path in _library_roots():
        words += [*_parents(path), "--ro-bind", path, path]
    words += _only_the_candidates_part()
    words += ["--bind", str(folder), BOX, "--chdir", BOX]
    if wire:
        words += ["--ro-bind", str(wire), WIRE]
    return [*words, "--remount-ro", "/"]


def _parents(path: str) -> list[str]:
    """Make the folders above `path`: those that bubblewrap makes by itself only root may enter."""
    above = [str(parent) for parent in reversed(Path(path).parents) if str(parent) != "/"]
    return [word for parent in above for word in ("--perms", "0755", "--dir", parent)]


def _system_path(path: str) -> list[str]:
    if os.path.islink(path):
        return ["--symlink", os.readlink(path), path]
    return ["--ro-bind-try", path, path]


@functools.cache
def _library_roots() -> tuple[str, ...]:
    """The interpreter's and the libraries' folders that `_SYSTEM` does not hold already."""
    schemes = (sysconfig.get_path("purelib"), sysconfig.get_path("platlib"))
    wanted = [sys.base_prefix, sys.prefix, *(path for path in schemes if path)]
    wren = PACKAGE.parent / "wren"
    if wren.is_dir():
        wanted.append(str(wren))
    kept: list[str] = []
    for path in dict.fromkeys(os.path.realpath(place) for place in wanted):
        if not any(path == root or path.startswith(root + "/") for root in ("/usr", *kept)):
            kept.append(path)
    return tuple(kept)


def _only_the_candidates_part() -> list[str]:
    """Hide this package, the checks and the solutions in it, and show only what runs inside."""
    words = [*_parents(str(PACKAGE)), "--perms", "0755", "--tmpfs", str(PACKAGE)]
    for name in _INSIDE:
        words += ["--ro-bind", str(PACKAGE / name), str(PACKAGE / name)]
    return [*words, "--remount-ro", str(PACKAGE)]


@functools.cache
def _missing() -> str:
    if sys.platform != "linux":
        return "bubblewrap exists on Linux only"
    if not shutil.which("bwrap"):
        return "bubblewrap is not installed (Debian, Ubuntu: sudo apt install bubblewrap)"
    probe = ["bwrap", "--unshare-pid", "--unshare-net", "--ro-bind", "/", "/", "true"]
    result = subprocess.run(probe, capture_output=True, text=True, timeout=20)
    if result.returncode:
        return f"bubblewrap cannot make namespaces here: {result.stderr.strip()[:200]}"
    return ""
