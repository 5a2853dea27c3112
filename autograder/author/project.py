"""What generated files say about this repository: where it stands on the web, and what its package needs."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from autograder.errors import Exit, Problem

_LINE = re.compile(r"(?P<indent> *)(?P<key>[\w-]+):\s*(?P<value>[^#]*?)\s*(?:\s#.*)?")
_NAME = re.compile(r"[A-Za-z0-9._-]+")
_AS_THEY_ARE = {"numpy", "torch"}


@dataclass(frozen=True)
class Project:
    """The repository.

    `requirements` holds, for each extra and for `""` (always needed), distribution name to requirement.
    """

    url: str
    branch: str
    colab: str
    binder: str
    package: str
    requirements: Mapping[str, Mapping[str, str]]

    @property
    def slug(self) -> str:
        """Owner and name: `the-other-90/the-other-90`."""
        return self.url.removeprefix("https://github.com/").strip("/")

    def colab_link(self, path: str) -> str:
        """The address at which Colab opens the notebook `path` of the repository."""
        return f"{self.colab}/github/{self.slug}/blob/{self.branch}/{quote(path)}"

    def binder_link(self, path: str) -> str:
        """The address at which Binder opens the notebook `path` of the repository."""
        return f"{self.binder}/v2/gh/{self.slug}/{self.branch}?urlpath=lab/tree/{quote(path)}"

    def small_requirements(self, extras: tuple[str, ...]) -> dict[str, str]:
        """What the package and `extras` need, by name, but what a hosted notebook has of its own: numpy and torch."""
        wanted = {name: text for extra in ("", *extras) for name, text in self.requirements.get(extra, {}).items()}
        return {name: wanted[name] for name in sorted(wanted.keys() - _AS_THEY_ARE - {self.package})}


def read_project(root: Path) -> Project:
    """Read `_config.yml` and `pyproject.toml` in `root`; `Problem` when one of them lacks what is needed."""
    config, declared = root / "_config.yml", root / "pyproject.toml"
    settings = _settings(_read(config))
    project = tomllib.loads(_read(declared)).get("project", {})

    def setting(key: str) -> str:
        if not settings.get(key):
            raise Problem(f"`{key}` is not set", where=str(config), fix=f"set `{key}`", code=Exit.ENVIRONMENT)
        return settings[key]

    extras = {"": project.get("dependencies", [])} | project.get("optional-dependencies", {})
    return Project(
        url=setting("repository.url"),
        branch=setting("repository.branch"),
        colab=setting("launch_buttons.colab_url"),
        binder=setting("launch_buttons.binderhub_url"),
        package=project.get("name", ""),
        requirements={extra: {_name(text): text for text in texts} for extra, texts in extras.items()},
    )


def _settings(text: str) -> dict[str, str]:
    """The plain values of a YAML file's first two levels, as `section.key`: all that is needed of _config.yml."""
    settings, section = {}, ""
    for line in text.splitlines():
        match = _LINE.fullmatch(line)
        if not match:
            continue
        if not match["indent"]:
            section = match["key"]
        elif len(match["indent"]) == 2:
            settings[f"{section}.{match['key']}"] = match["value"].strip("\"'")
    return settings


def _name(requirement: str) -> str:
    match = _NAME.match(requirement)
    return match[0].lower().replace("_", "-") if match else requirement


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise Problem(
            "this is not a repository of the course", where=str(path), fix="run it in a clone", code=Exit.ENVIRONMENT
        ) from None
