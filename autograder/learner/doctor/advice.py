"""What the facts about a machine mean for the course, and the command that mends each; nothing is looked at here."""

from collections.abc import Iterable, Iterator
from datetime import timedelta
from pathlib import PurePosixPath, PureWindowsPath

from autograder.course import Exercise
from autograder.learner.book.place import DEFAULT_PORT
from autograder.learner.doctor.finding import Finding, note, ok, problem
from autograder.learner.doctor.machine import Machine

_PYTHONS = ((3, 11), (3, 14))  # from the first, below the second; as in pyproject.toml
_FREE_MB = 500
_SKEW_S = 2.0
_ELSEWHERE = ("nfs", "cifs", "smb", "9p", "fuse", "vboxsf", "virtiofs", "drvfs")  # as kinds of file systems begin
# The oldest driver that runs programs built for this CUDA, as NVIDIA's table of compatibility has it.
_DRIVERS = {11: 450, 12: 525, 13: 580}
_PROGRAMS = {
    "Python": {
        "apt": "python3 python3-venv",
        "dnf": "python3.12",
        "brew": "python@3.12",
        "winget": "Python.Python.3.12",
    },
    "bubblewrap": {"apt": "bubblewrap", "dnf": "bubblewrap"},
    "Docker": {"apt": "docker.io", "dnf": "moby-engine", "brew": "--cask docker", "winget": "Docker.DockerDesktop"},
    "PostgreSQL": {"apt": "postgresql", "dnf": "postgresql-server", "brew": "postgresql@16"},
    "Redis": {"apt": "redis-server", "dnf": "valkey-compat-redis", "brew": "redis"},
}
_OTHER_TORCH = "uv pip install --reinstall-package torch --torch-backend auto torch"
_SERVERS = {"postgres": "PostgreSQL", "redis": "Redis"}


def diagnose(machine: Machine, exercises: Iterable[Exercise]) -> Iterator[Finding]:
    """Everything there is to say about the machine, the sound parts as well."""
    found = tuple(exercises)
    yield _python(machine)
    yield from _environment(machine)
    yield from _systems(machine, found)
    yield from _servers(machine, found)
    yield _sandbox(machine)
    yield _docker(machine)
    yield _graphics(machine, found)
    yield from _disk(machine)
    yield _clock(machine)
    yield _port(machine)
    yield from _encodings(machine)


def install(machine: Machine, program: str) -> str:
    """The command that installs `program` there."""
    package = _PROGRAMS[program].get(machine.installer)
    if package is None:
        return f"install {program} with your system's package manager"
    sudo = "" if machine.installer in ("brew", "winget") else "sudo "
    return f"{sudo}{machine.installer} install {package}"


def _python(machine: Machine) -> Finding:
    (low, high), shown = _PYTHONS, ".".join(map(str, machine.python))
    if not low <= machine.python < high:
        wanted = f"{low[0]}.{low[1]} or newer, below {high[0]}.{high[1]}"
        fix = f"{install(machine, 'Python')}; then {_set_up(machine, ' PYTHON=...')} with it"
        return problem("python", f"{shown}; the course needs {wanted}", fix)
    if machine.absent_parts:
        what = f"{shown} at {machine.executable} was built without {', '.join(machine.absent_parts)}"
        return problem("python", what, f"{install(machine, 'Python')}; then {_set_up(machine)} anew")
    return ok("python", f"{shown} at {machine.executable}")


def _set_up(machine: Machine, more: str = "") -> str:
    return "set up without make, as the README says," if machine.system == "win32" else f"`make setup{more}`"


def _environment(machine: Machine) -> Iterator[Finding]:
    here, windows = machine.environment, machine.system == "win32"
    if here.names:
        what = f"{here.prefix} was moved: its `ninety` names {here.names}, which is gone"
        yield problem("environment", what, f"remove {here.prefix}, then {_set_up(machine)} anew")
        return
    if here.shared:
        make = "py -m venv .venv" if windows else "python3 -m venv .venv"
        yield note("environment", f"{here.prefix} is the system's own Python", f"make one for the course: {make}")
        return
    pure = PureWindowsPath if windows else PurePosixPath
    if here.on_path and not pure(here.on_path).is_relative_to(pure(here.prefix)):
        activate = f"{here.prefix}\\Scripts\\activate" if windows else f". {here.prefix}/bin/activate"
        what = f"`ninety` in a shell is {here.on_path}, another installation than {here.prefix}"
        yield note("environment", what, activate)
        return
    yield ok("environment", here.prefix)


def _systems(machine: Machine, exercises: tuple[Exercise, ...]) -> Iterator[Finding]:
    windows = machine.system == "win32"
    barred = [e.number for e in exercises if machine.system != "linux" and (e.linux or (e.unix and windows))]
    if barred:
        name = "Windows" if windows else "macOS" if machine.system == "darwin" else machine.system
        fix = "wsl --install, and the course again in there" if windows else "run it in Docker or on Linux"
        yield note("system", f"{name} cannot run exercise {', '.join(barred)}", fix)


def _servers(machine: Machine, exercises: tuple[Exercise, ...]) -> Iterator[Finding]:
    absent = dict(machine.absent_servers)
    for service in dict.fromkeys(name for exercise in exercises for name in exercise.services):
        users = ", ".join(e.number for e in exercises if service in e.services)
        name = _SERVERS.get(service, service)
        if service not in absent:
            yield ok(f"server {service}", f"installed, used by exercise {users}")
        elif machine.system == "win32":
            yield note(f"server {service}", f"{absent[service]}; used by exercise {users}", "run it in WSL")
        else:
            what = f"{absent[service]}, used by exercise {users}"
            yield note(f"server {service}", what, install(machine, name))


def _sandbox(machine: Machine) -> Finding:
    why = machine.sandboxes.no_bubblewrap
    if not why:
        return ok("sandbox", "bubblewrap works")
    if machine.system != "linux":
        return ok("sandbox", "bare process: enough for your own code")
    if "not installed" in why:
        fix = f"{install(machine, 'bubblewrap')}, if you grade other people's code"
        return note("sandbox", "bare process only, enough for your own code: bubblewrap is not installed", fix)
    fix = "sudo sysctl kernel.apparmor_restrict_unprivileged_userns=0, if you grade other people's code"
    return note("sandbox", f"bare process only, enough for your own code: {why}", fix)


def _docker(machine: Machine) -> Finding:
    boxes, linux = machine.sandboxes, machine.system == "linux"
    use = "used to grade other people's code"
    if not boxes.docker_client and (boxes.no_engine or not boxes.docker_package):
        if not boxes.no_bubblewrap:
            return ok("docker", "not installed; bubblewrap does the same here")
        return note("docker", f"not installed; {use}", install(machine, "Docker"))
    if not boxes.docker_package:
        fix = "pip install -c constraints.txt -e '.[docker]'"
        return note("docker", f"the Python package docker is not installed; {use}", fix)
    if "permission denied" in boxes.no_engine.lower():
        fix = "sudo usermod -aG docker $USER, then log in again"
        return note("docker", f"the engine does not let this user in; {use}", fix)
    if boxes.no_engine:
        fix = "sudo systemctl start docker, or set DOCKER_HOST" if linux else "start Docker Desktop"
        return note("docker", f"{boxes.no_engine.partition(';')[0]}; {use}", fix)
    if boxes.no_image:
        return note("docker", f"an engine answers; the image that candidates run in: {boxes.no_image}", "ninety image")
    return ok("docker", "an engine answers, and has the image that candidates run in")


def _graphics(machine: Machine, exercises: tuple[Exercise, ...]) -> Finding:
    seen = machine.graphics
    users = ", ".join(e.number for e in exercises if e.gpu)
    if seen.unserved:
        apt = "Ubuntu: sudo ubuntu-drivers install; Debian: sudo apt install nvidia-driver"
        fix = apt if machine.installer == "apt" else "install NVIDIA's driver"
        return note("gpu", "there is an NVIDIA card and no driver for it", f"{fix}; then restart")
    if seen.failure:
        fix = "restart the machine; if it stays so, install NVIDIA's driver again"
        return note("gpu", f"nvidia-smi fails: {seen.failure}", fix)
    if not seen.cards:
        if users:
            return note("gpu", f"none found, used by exercise {users}", "do these on a machine with an NVIDIA card")
        return ok("gpu", "none found, and no exercise needs one")
    what = f"{', '.join(seen.cards)}: driver {seen.driver}"
    if seen.torch and not seen.cuda:
        return note("gpu", f"{what}; torch {seen.torch} was built without CUDA", _OTHER_TORCH)
    oldest = _DRIVERS.get(_major(seen.cuda), 0)
    if seen.torch and _major(seen.driver) < oldest:
        what = f"{what} is too old for torch {seen.torch}, which was built for CUDA {seen.cuda}"
        return note("gpu", what, f"install driver {oldest} or newer; or a torch for this one: {_OTHER_TORCH}")
    if seen.torch and not seen.seen:
        fix = "unset CUDA_VISIBLE_DEVICES; `python -c 'import torch; torch.zeros(1).cuda()'` says more"
        return note("gpu", f"{what}; torch {seen.torch} sees none", fix)
    return ok("gpu", what)


def _major(version: str) -> int:
    head = version.partition(".")[0]
    return int(head) if head.isdigit() else 0


def _disk(machine: Machine) -> Iterator[Finding]:
    disk = machine.disk
    enough = disk.free_mb >= _FREE_MB
    free = f"{disk.free_mb} MB free at {disk.folder}"
    yield ok("disk", free) if enough else problem("disk", free, f"free at least {_FREE_MB} MB")
    if disk.refused:
        fix = f"make {disk.folder} writable, or name another folder with --workspace"
        yield problem("writable", f"no file can be made in {disk.folder}: {disk.refused}", fix)
        return
    yield ok("writable", disk.folder)
    if disk.no_lock:
        what = f"a file on {disk.kind or 'this file system'} cannot be locked: {disk.no_lock}"
        yield problem("files", what, "put the workspace on a disk of this machine, with --workspace")
        return
    about = [disk.kind] if disk.kind else []
    about += ["names ignore case"] if disk.ignores_case else []
    about += ["times are kept to a second or two"] if disk.coarse else []
    if disk.kind.startswith(_ELSEWHERE):
        about.append("what another machine saves is noticed within a second")
    if about:
        yield ok("files", ", ".join(about))


def _clock(machine: Machine) -> Finding:
    if machine.disk.skew_s > _SKEW_S:
        what = f"a file saved now is dated {machine.disk.skew_s:.0f} s away from this machine's clock"
    elif machine.now < machine.installed - timedelta(days=1):
        what = f"the clock says {machine.now:%Y-%m-%d}, before the course was installed ({machine.installed:%Y-%m-%d})"
    else:
        return ok("clock", f"{machine.now:%Y-%m-%d %H:%M:%S %Z}")
    fixes = {"win32": "w32tm /resync (as administrator)", "darwin": "sudo systemsetup -setusingnetworktime on"}
    return problem("clock", what, fixes.get(machine.system, "sudo timedatectl set-ntp true"))


def _port(machine: Machine) -> Finding:
    if not machine.port_in_use:
        return ok("port", f"{DEFAULT_PORT} is free for the book")
    what = f"{DEFAULT_PORT} is in use, perhaps by another `ninety start`; the next free one is taken"
    return note("port", what, "ninety start --port N")


def _encodings(machine: Machine) -> Iterator[Finding]:
    windows = machine.system == "win32"
    if _is_utf8(machine.encoding):
        yield ok("terminal", machine.encoding)
    else:
        fix = "chcp 65001, and set PYTHONIOENCODING=utf-8" if windows else "export PYTHONIOENCODING=utf-8"
        yield note("terminal", f"{machine.encoding}: letters outside it are shown wrong or as ?", fix)
    if not _is_utf8(machine.file_encoding):
        fix = "set PYTHONUTF8=1" if windows else "export LC_ALL=C.UTF-8"
        yield note("names", f"{machine.file_encoding}: names of files in other letters are shown wrong", fix)


def _is_utf8(encoding: str) -> bool:
    return encoding.lower().replace("-", "") == "utf8"
