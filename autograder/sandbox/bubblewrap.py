"""bubblewrap: the candidate sees its own files, the interpreter and the libraries, and no network.

The warm server runs in it, with the privileges to give each candidate namespaces of its own for mounts, processes,
network and inter-process communication; the candidate has none. Run by root, it becomes a user that owns nothing;
run by anybody else, all of it lives in a user namespace.
"""

import functools
import json
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from autograder.sandbox.base import PACKAGE, Limits, clean_environment, interpreter
from autograder.sandbox.warm import WarmSandbox

_SYSTEM = ("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/etc/ld.so.cache", "/etc/alternatives")
_INSIDE = ("__init__.py", "wire", "candidate")  # of this package; the rest is the examiner's
_LINUX = (5, 8)  # the first to let a process enter all namespaces of another one, by its pidfd
_CAPABILITIES = ("SYS_ADMIN", "SYS_CHROOT", "SETUID", "SETGID", "SETPCAP", "KILL", "CHOWN", "DAC_OVERRIDE", "NET_ADMIN")


class Bubblewrap(WarmSandbox):
    """Runs the candidate under `bwrap`."""

    name = "bubblewrap"
    isolation = "namespaces"

    def available(self) -> str:
        """Empty when bubblewrap works here; else what is missing."""
        return _missing()

    def boot(
        self, wire: Path, settings: dict[str, Any], limits: Limits
    ) -> tuple[Callable[[bool], None], Callable[[], str]]:
        """See `WarmSandbox.boot`."""
        said = tempfile.TemporaryFile()  # noqa: SIM115 - it lives as long as the server
        process = subprocess.Popen(
            [
                *_command(os.geteuid() == 0, wire),
                *(word for name, value in clean_environment().items() for word in ("--setenv", name, value)),
                "--",
                *interpreter(),
                "-m",
                "autograder.candidate.warm",
                json.dumps(settings),
            ],
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=said,
            env={"PATH": os.defpath},
        )

        def stop(wait: bool) -> None:
            process.kill()
            process.wait()
            said.close()

        def why() -> str:
            status = process.poll()
            if status is None:
                return ""
            said.seek(0)
            return f"exit status {status}: {said.read().decode(errors='replace').strip()}"

        return stop, why


def _command(as_root: bool, wire: Path) -> list[str]:
    words = ["bwrap", "--die-with-parent", "--new-session", "--clearenv"]
    words += ["--unshare-pid", "--unshare-net", "--unshare-ipc", "--unshare-uts", "--unshare-cgroup-try"]
    if as_root:
        words += ["--cap-drop", "ALL", *(word for name in _CAPABILITIES for word in ("--cap-add", f"CAP_{name}"))]
    else:
        words += ["--unshare-user", "--cap-add", "ALL"]
    words += ["--proc", "/proc", "--dev", "/dev", "--dir", "/box"]
    for place in ("/dev/shm", "/tmp"):
        words += ["--perms", "1777", "--size", str(2**20), "--tmpfs", place]
    words += ["--perms", "0711", "--size", str(2**20), "--tmpfs", "/boxes"]
    for path in _SYSTEM:
        words += _system_path(path)
    for path in _library_roots():
        words += [*_parents(path), "--ro-bind", path, path]
    words += _only_the_candidates_part()
    words += ["--ro-bind", str(wire), "/wire"]
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
    if tuple(map(int, re.findall(r"\d+", os.uname().release)[:2])) < _LINUX:
        return f"its candidates need Linux {_LINUX[0]}.{_LINUX[1]} or later; this is {os.uname().release}"
    if not shutil.which("bwrap"):
        return "bubblewrap is not installed (Debian, Ubuntu: sudo apt install bubblewrap)"
    probe = ["bwrap", "--unshare-pid", "--unshare-net", "--ro-bind", "/", "/", "true"]
    result = subprocess.run(probe, capture_output=True, text=True, timeout=20)
    if result.returncode:
        return f"bubblewrap cannot make namespaces here: {result.stderr.strip()[:200]}"
    return ""
