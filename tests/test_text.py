"""What no file of the repository may hold, and what every file that is referred to must be."""

import json
import re
import subprocess
import tomllib
from functools import cache
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parent.parent


def joined(*parts: str) -> str:
    """A word taken apart, so that this file does not hold it."""
    return "".join(parts)


REGISTRIES = [
    ".".join(parts)
    for parts in (
        ("pypi", "org"), ("pypi", "io"), ("pythonhosted", "org"), ("download", "pytorch", "org"),
        ("anaconda", "org"), ("anaconda", "com"), ("npmjs", "org"), ("npmjs", "com"), ("yarnpkg", "com"),
        ("jsdelivr", "net"), ("unpkg", "com"), ("deb", "debian", "org"), ("archive", "ubuntu", "com"),
        ("hub", "docker", "com"), ("docker", "io/"), ("ghcr", "io"), ("quay", "io"), ("crates", "io"),
        ("rubygems", "org"), ("proxy", "golang", "org"),
    )
]  # fmt: skip
FORBIDDEN = {
    "a package registry's host": re.compile("|".join(map(re.escape, REGISTRIES))),
    "a path of the machine it was written on": re.compile(
        "|".join(
            (
                joined(r"/ro", r"ot/[.\w]"),
                joined(r"/ho", r"me/\w"),
                joined(r"/Us", r"ers/\w"),
                joined(r"/wo", r"rk/(?:main|shared|brief|\.)"),
                joined(r"/op", r"t/\w"),
                joined(r"\.py", r"env/"),
            )
        )
    ),
    "a note to come back": re.compile(rf"\b({joined('TO', 'DO')}|{joined('FIX', 'ME')}|{joined('XX', 'X')})\b"),
    "an unresolved merge": re.compile(rf"^({'<' * 7}|{'>' * 7}) ", re.MULTILINE),
}
LINK = re.compile(r"\[[^\]\n]*\]\(\s*<?([^)\s>]+)>?[^)\n]*\)")
FENCE = re.compile(r"^(`{3,}|~{3,}).*?^\1\s*$", re.MULTILINE | re.DOTALL)


@cache
def texts() -> dict[Path, str]:
    """Every text file of the repository, whether committed yet or not, by its path from the root."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if listed.returncode:
        pytest.skip("not a git repository")
    found = {}
    for name in filter(None, listed.stdout.split("\0")):
        path = ROOT / name
        if path.is_file() and not path.is_symlink():
            try:
                found[Path(name)] = path.read_text(encoding="utf-8")
            except UnicodeDecodeError:
                continue  # a picture or another file that nobody reads as text
    return found


@pytest.mark.parametrize("what", FORBIDDEN)
def test_no_file_holds(what):
    found = [
        f"{path}:{text.count(chr(10), 0, match.start()) + 1}: {match[0]}"
        for path, text in texts().items()
        for match in FORBIDDEN[what].finditer(text)
    ]
    assert not found, f"{what}: {found}"


def test_every_name_fits_every_file_system():
    """Some ignore case, and Windows has names that no file may bear."""
    paths = [path.as_posix() for path in texts()]
    assert len({path.casefold() for path in paths}) == len(paths)
    reserved = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\.|$)", re.IGNORECASE)
    parts = {part for path in paths for part in path.split("/")}
    assert not [part for part in parts if reserved.match(part) or re.search(r'[<>:"|?*\\]|[ .]$', part)]
    assert max(map(len, paths)) < 150  # of the 260 characters that Windows grants a whole path


def test_every_relative_link_leads_somewhere():
    broken = []
    for path, text in texts().items():
        if path.suffix != ".md":
            continue
        prose = re.sub(r"`[^`\n]*`", "", FENCE.sub("", text))
        for target in LINK.findall(prose):
            file = target.partition("#")[0]
            is_label = path.parts[0] == "book" and "." not in file  # Sphinx resolves these, and warns
            if not file or is_label or re.match(r"[a-z][a-z+.-]*:", target):
                continue
            if not (ROOT / path.parent / file).exists():
                broken.append(f"{path}: {target}")
    assert not broken


@pytest.mark.parametrize(
    ("suffixes", "parse"),
    [
        ((".yml", ".yaml"), lambda text: list(yaml.safe_load_all(text))),
        ((".toml",), tomllib.loads),
        ((".json", ".ipynb"), json.loads),
    ],
    ids=["yaml", "toml", "json"],
)
def test_every_data_file_parses(suffixes, parse):
    broken = []
    for path, text in texts().items():
        if path.suffix in suffixes:
            try:
                parse(text)
            except (yaml.YAMLError, ValueError) as error:  # TOML's and JSON's errors are ValueErrors
                broken.append(f"{path}: {error}")
    assert not broken


def test_the_licences_are_there():
    assert texts()[Path("LICENSE")].startswith("MIT License\n")
    assert "https://creativecommons.org/licenses/by/4.0/legalcode" in texts()[Path("LICENSE-TEXT")]


def test_the_table_of_contents_names_every_page_and_no_other():
    def files(node: object) -> list[str]:
        if isinstance(node, list):
            return [file for item in node for file in files(item)]
        if isinstance(node, dict):
            own = [value for key, value in node.items() if key in ("root", "file")]
            return own + [file for value in node.values() if isinstance(value, list) for file in files(value)]
        return []

    listed = files(yaml.safe_load(texts()[Path("_toc.yml")]))
    sources = [path for path in texts() if path.parts[0] == "book" and not path.parts[1].startswith("_")]
    pages = [path.with_suffix("").as_posix() for path in sources if path.suffix in (".md", ".ipynb")]
    assert sorted(listed) == sorted(pages)
