"""The images candidates run in: which there are, what they are called, and whether they have been built."""

import hashlib
import os
import sysconfig
from collections.abc import Iterable
from contextlib import suppress
from enum import StrEnum
from http import HTTPStatus
from pathlib import Path
from typing import Self

from autograder.errors import Exit, Problem
from autograder.files import write_text
from autograder.sandbox.base import PACKAGE
from autograder.sandbox.engine import EngineFault, ask

CODE = "/ninety/code"
PYTHON = "/ninety/python/bin/python"
INSIDE = ("__init__.py", "wire", "candidate")  # of this package; the rest is the examiner's
_ids: dict[str, str] = {}  # of the images that were found


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


def image_of(tier: Tier) -> str | None:
    """The name of this tier's image with exactly the libraries of this environment, when it has been built."""
    name = image_name(tier)
    return name if name in _ids or image_id(name) else None


def image_id(name: str) -> str:
    """What identifies the content of the image of that name; "" where there is none."""
    _ids.pop(name, None)
    try:
        _ids[name] = str(ask("GET", f"/images/{name}/json")["Id"])
    except EngineFault as fault:
        if fault.status != HTTPStatus.NOT_FOUND:
            raise
        return ""
    return _ids[name]


def missing_image(tier: Tier) -> Problem:
    """What to say when it has not."""
    return Problem(
        f"there is no Docker image {image_name(tier)} with the libraries of this environment",
        fix=f"`ninety image {tier}` builds it (a minute or two), `--sandbox bubblewrap` needs none",
        code=Exit.ENVIRONMENT,
    )


def image_name(tier: Tier) -> str:
    """The name says what is in it: another set of libraries or another Dockerfile is another image.

    Working it out takes as long as everything else before a container is started. So it is kept in the user's cache
    until a package is installed or removed.
    """
    recipe = dockerfile().read_text(encoding="utf-8")
    now = _digest(recipe, *_last_installed())
    kept = _cache() / f"image-{tier}"
    with suppress(OSError, ValueError):
        when, name = kept.read_text(encoding="ascii").split()
        if when == now and name.startswith(f"ninety-{tier}:"):
            return name
    from autograder.sandbox.libraries import pins, requirements

    name = f"ninety-{tier}:{_digest(*requirements(tier.extras), *pins(tier.extras), recipe)[:12]}"
    with suppress(OSError):
        write_text(kept, f"{now} {name}\n")
    return name


def dockerfile() -> Path:
    """The file that images are built from."""
    for place in (PACKAGE.parent / "docker", PACKAGE / "_course" / "docker"):
        if (place / "Dockerfile").is_file():
            return place / "Dockerfile"
    raise Problem("docker/Dockerfile is missing", fix="install again", code=Exit.ENVIRONMENT)


def _last_installed() -> list[str]:
    """What differs after a package was installed or removed: where packages lie, and when a name there changed."""
    places = sorted({sysconfig.get_path("purelib"), sysconfig.get_path("platlib")})
    return [f"{place} {os.stat(place).st_mtime_ns}" for place in places]


def _cache() -> Path:
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "ninety"


def _digest(*parts: str) -> str:
    whole = hashlib.sha256()
    for part in parts:
        whole.update(part.encode() + b"\n")
    return whole.hexdigest()
