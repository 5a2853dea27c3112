"""The facts about a machine, gathered in one place; nothing here says what they mean."""

import locale
import shutil
import socket
import sys
from dataclasses import dataclass
from datetime import datetime
from importlib.util import find_spec
from pathlib import Path

from autograder.errors import Problem
from autograder.learner.book.place import DEFAULT_PORT, HOST
from autograder.learner.doctor.disk import Disk, look_at_disk
from autograder.learner.doctor.graphics import Graphics, look_at_graphics

INSTALLERS = ("brew", "apt", "dnf", "winget")
# Parts of Python that builds from source lack when a library's headers were not there, by their C modules.
_PARTS = {"bz2": "_bz2", "ctypes": "_ctypes", "lzma": "_lzma", "sqlite3": "_sqlite3", "ssl": "_ssl", "venv": "venv"}


@dataclass(frozen=True)
class Environment:
    """Where Python's packages are: in `prefix`; `shared` when that is the system's and no environment's."""

    prefix: str
    shared: bool
    on_path: str = ""  # the `ninety` that a shell finds, "" for none
    names: str = ""  # the interpreter that `ninety` in `prefix` names, when there is no such file any more


@dataclass(frozen=True)
class Sandboxes:
    """Why bubblewrap, a Docker engine and the image on it cannot be used, each "" when it can."""

    no_bubblewrap: str = ""
    no_engine: str = ""
    no_image: str = ""
    docker_client: bool = True  # the command `docker`
    docker_package: bool = True  # the Python package


@dataclass(frozen=True)
class Machine:
    """This machine, or one made up for a test. `system` is `sys.platform`, `installer` what installs programs on it."""

    system: str
    python: tuple[int, int]
    executable: str
    environment: Environment
    disk: Disk
    graphics: Graphics
    sandboxes: Sandboxes
    now: datetime
    installed: datetime  # when the course's own files were written
    installer: str = ""
    absent_parts: tuple[str, ...] = ()  # of Python's standard library
    absent_servers: tuple[tuple[str, str], ...] = ()  # the service and why it cannot be started
    encoding: str = "utf-8"  # the terminal's
    file_encoding: str = "utf-8"  # of files' names
    port_in_use: bool = False


def look(folder: Path, encoding: str, sandboxes: Sandboxes) -> Machine:
    """Gather the facts, in a second or two; `folder` is where the workspace is or will be."""
    return Machine(
        system=sys.platform,
        python=sys.version_info[:2],
        executable=sys.executable,
        environment=_environment(),
        disk=look_at_disk(folder),
        graphics=look_at_graphics(),
        sandboxes=sandboxes,
        now=datetime.now().astimezone(),
        installed=datetime.fromtimestamp(Path(__file__).stat().st_mtime).astimezone(),
        installer=next((name for name in INSTALLERS if shutil.which(name)), ""),
        absent_parts=tuple(name for name, module in _PARTS.items() if find_spec(module) is None),
        absent_servers=tuple(_absent_servers()),
        encoding=encoding,
        file_encoding=sys.getfilesystemencoding(),
        port_in_use=_port_in_use(),
    )


def _environment() -> Environment:
    script = Path(sys.executable).parent / "ninety"
    try:
        first = script.read_bytes().partition(b"\n")[0].decode(locale.getpreferredencoding(False), "replace")
    except OSError:  # Windows, where it is a program, or Python's -m was used
        first = ""
    named = first.removeprefix("#!").strip().strip('"')
    gone = named.startswith("/") and " " not in named and not Path(named).exists()
    return Environment(
        prefix=sys.prefix,
        shared=sys.prefix == sys.base_prefix and not (Path(sys.prefix) / "conda-meta").is_dir(),
        on_path=shutil.which("ninety") or "",
        names=named if gone else "",
    )


def _absent_servers() -> list[tuple[str, str]]:
    if sys.platform == "win32":
        return [(name, "it is reached by a Unix socket, which Windows lacks") for name in ("postgres", "redis")]
    from autograder.examiner.services.postgres import find_programs
    from autograder.examiner.services.redis import find_program

    absent = []
    for name, find in (("postgres", find_programs), ("redis", find_program)):
        try:
            find()
        except Problem as error:
            absent.append((name, error.what))
    return absent


def _port_in_use() -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex((HOST, DEFAULT_PORT)) == 0
