"""The files that say what to install agree with pyproject.toml, and a wheel carries the whole course."""

import ast
import os
import re
import subprocess
import sys
import sysconfig
import tomllib
import zipfile
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

from autograder.course import Catalogue
from autograder.course.manifest import EXTRAS

ROOT = Path(__file__).resolve().parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
PYTHONS = ("3.11", "3.12", "3.13")
UNLOCKED = {"torch", "gpu"}
LOCKED = {**PROJECT["optional-dependencies"], "": PROJECT["dependencies"]}
PLATFORMS = (
    {"sys_platform": "linux", "platform_machine": "x86_64", "os_name": "posix", "platform_system": "Linux"},
    {"sys_platform": "darwin", "platform_machine": "arm64", "os_name": "posix", "platform_system": "Darwin"},
    {"sys_platform": "win32", "platform_machine": "AMD64", "os_name": "nt", "platform_system": "Windows"},
)


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def make_variable(name: str) -> str:
    found = re.search(rf"^{name} := (.*)$", read("Makefile"), re.MULTILINE)
    assert found, f"the Makefile sets no {name}"
    return found[1]


def extras_of(requirement: str) -> set[str]:
    """`{"book", "data"}` for `.[book,data]`."""
    return set(re.search(r"\[(.*)\]", requirement)[1].split(","))


def pins() -> list[Requirement]:
    lines = [line for line in read("constraints.txt").splitlines() if not line.startswith("#")]
    return [Requirement(line) for line in lines]


def test_the_extras_are_those_an_exercise_may_need():
    assert set(PROJECT["optional-dependencies"]) == {*EXTRAS, "dev", "docker"}


def test_the_pythons_are_the_same_everywhere():
    wanted = SpecifierSet(PROJECT["requires-python"])
    minors = [f"3.{minor}" for minor in range(5, 30)]
    assert tuple(wanted.filter(minors)) == PYTHONS
    (python,) = [line for line in yaml.safe_load(read("environment.yml"))["dependencies"] if str(line)[:6] == "python"]
    assert python == f"python{PROJECT['requires-python']}"
    low, high = map(ast.literal_eval, re.findall(r"\(3, \d+\)", make_variable("RIGHT_PYTHON")))
    assert f">={low[0]}.{low[1]},<{high[0]}.{high[1]}" == PROJECT["requires-python"]
    jobs = yaml.safe_load(read(".github/workflows/tests.yml"))["jobs"]
    assert tuple(jobs["everything"]["strategy"]["matrix"]["python"]) == PYTHONS
    assert read(".binder/runtime.txt").strip().removeprefix("python-") in PYTHONS


def test_every_requirement_is_pinned_once_for_each_python_and_platform():
    wrong = []
    for python in PYTHONS:
        for platform in PLATFORMS:
            machine = {"python_version": python, "python_full_version": f"{python}.9", **platform}
            versions: dict[str, list[str]] = {}
            for pin in pins():
                if pin.marker is None or pin.marker.evaluate(machine):
                    versions.setdefault(canonicalize_name(pin.name), []).append(str(pin.specifier)[2:])
            wrong += [f"{name} {found} on {machine}" for name, found in versions.items() if len(found) > 1]
            for extra in LOCKED.keys() - UNLOCKED:
                for requirement in map(Requirement, LOCKED[extra]):
                    if requirement.marker is None or requirement.marker.evaluate(machine):
                        found = versions.get(canonicalize_name(requirement.name), [])
                        if not any(requirement.specifier.contains(version) for version in found):
                            wrong.append(f"{requirement} is pinned to {found} on {machine}")
    assert not wrong, "run `make lock`"


def test_the_pins_name_no_place_and_nothing_that_runs_on_a_gpu():
    for pin in pins():
        assert pin.url is None
        assert [spec.operator for spec in pin.specifier] == ["=="]
        assert not re.match(r"torch|triton|nvidia|cuda", pin.name)


def test_the_makefile_knows_the_extras():
    extras = set(PROJECT["optional-dependencies"])
    assert set(make_variable("LOCKED_EXTRAS").split()) == extras - UNLOCKED
    assert (
        set(make_variable("LEARNER_EXTRAS").split(","))
        < set(make_variable("ALL_EXTRAS").split(","))
        <= extras - UNLOCKED
    )
    (torch,) = map(Requirement, PROJECT["optional-dependencies"]["torch"])
    chosen = Requirement(make_variable("TORCH"))
    assert chosen.name == torch.name
    assert torch.specifier.contains(str(chosen.specifier)[2:])


def test_everything_an_exercise_needs_is_tested():
    needed = {extra for exercise in Catalogue(ROOT) for extra in exercise.needs}
    assert needed <= set(make_variable("ALL_EXTRAS").split(",")) | UNLOCKED


def test_conda_installs_the_project_with_its_pins():
    (pip,) = [line["pip"] for line in yaml.safe_load(read("environment.yml"))["dependencies"] if isinstance(line, dict)]
    constraint, project = pip
    assert constraint == "--constraint constraints.txt"
    assert project.startswith("--editable .[")
    assert extras_of(project) <= set(PROJECT["optional-dependencies"]) - UNLOCKED


def test_binder_installs_the_core_with_its_pins():
    lines = [line for line in read(".binder/requirements.txt").splitlines() if not line.startswith("#")]
    assert lines == ["--constraint ../constraints.txt", "--editable ."]


@pytest.mark.parametrize("name", ["tests.yml", "book.yml"])
def test_a_workflow_pins_its_actions_and_holds_no_secret(name):
    text = read(f".github/workflows/{name}")
    actions = re.findall(r"uses: (.*)", text)
    assert actions
    assert all(re.fullmatch(r"actions/[a-z-]+@v\d+", action) for action in actions)
    assert "secrets." not in text
    assert yaml.safe_load(text)["permissions"] == {"contents": "read"}
    targets = set(re.findall(r"^([a-z-]+):", read("Makefile"), re.MULTILINE))
    assert set(re.findall(r"run: make ([a-z-]+)", text)) <= targets


def test_ci_runs_the_documented_command():
    script = ROOT / ".ci" / "run"
    assert os.access(script, os.X_OK)
    assert subprocess.run(["bash", "-n", script], check=False).returncode == 0
    assert "\nmake test" in read(".ci/run")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    folder = tmp_path_factory.mktemp("dist")
    subprocess.run([sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder], cwd=ROOT, check=True)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel, tmp_path_factory):
    """The `ninety` of a new environment that holds the wheel and, after it, the packages of this one.

    This project's own files are not reached through the latter: its editable install is a .pth file, which only
    counts in an environment's own folder.
    """
    folder = tmp_path_factory.mktemp("fresh") / "venv"
    subprocess.run([sys.executable, "-m", "venv", folder], check=True)
    scripts = folder / ("Scripts" if os.name == "nt" else "bin")
    python = scripts / "python"
    pip = [python, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index", wheel]
    subprocess.run(pip, check=True, env={**os.environ, "PIP_DISABLE_PIP_VERSION_CHECK": "1"})
    here = subprocess.run(
        [python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"],
        capture_output=True,
        text=True,
        check=True,
    )
    Path(here.stdout.strip(), "borrowed.pth").write_text(sysconfig.get_path("purelib") + "\n", encoding="utf-8")
    return scripts / "ninety"


@pytest.mark.slow
def test_a_wheel_carries_the_course_and_the_licences(wheel):
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "docker", "solutions", "exercises"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    ours = {f"autograder/_course/{name}" for name in listed.stdout.splitlines() if (ROOT / name).is_file()}
    names = zipfile.ZipFile(wheel).namelist()
    assert {name for name in names if name.startswith("autograder/_course/")} == ours
    assert {Path(name).name for name in names if ".dist-info/licenses/" in name} == {"LICENSE", "LICENSE-TEXT"}


@pytest.mark.slow
def test_an_installed_wheel_lists_and_grades_its_own_course(installed, tmp_path):
    def ninety(*words: str | Path) -> subprocess.CompletedProcess[str]:
        return subprocess.run([installed, *words], cwd=tmp_path, capture_output=True, text=True, check=False)

    listed = ninety("list", "--json")
    assert listed.returncode == 0, listed.stderr
    exercises = Catalogue(ROOT).exercises
    assert [e.number for e in exercises if f'"{e.number}"' not in listed.stdout] == []
    first = exercises[0]
    graded = ninety("grade", first.folder / first.module_file, "--exercise", first.number)
    assert graded.returncode == 0, graded.stdout + graded.stderr
