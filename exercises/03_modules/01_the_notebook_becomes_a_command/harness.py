"""Builds a wheel of your module, installs it in a fresh environment, reads your help, and runs your command.

    python harness.py

does the first three and shows what somebody who reads your help would type. This is also the build backend that
`BUILD` names: with the text of `pyproject()` in a file pyproject.toml beside it, `pip install .` installs the command.
Nothing is fetched from anywhere.
"""

import base64
import hashlib
import importlib
import json
import os
import re
import runpy
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import tomllib
import traceback
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

COMMANDS = ("train", "evaluate", "predict")
ONE_SECONDS, ALL_SECONDS = 10.0, 30.0  # a command's time, and that of all of a plan
KEPT_OUT, KEPT_ERR = 8_000, 2_000  # characters of what a command prints


class Trouble(Exception):
    """What keeps the module from being built, installed or read, in words for its author."""


# ---- a wheel: the module, and beside it what pyproject.toml says of it


def build_wheel(wheel_directory: str, config_settings: Any = None, metadata_directory: Any = None) -> str:
    """Make a wheel of the project in the current folder, as PEP 517 wants it, and return the wheel's name."""
    return make_wheel(Path("pyproject.toml").read_text(encoding="utf-8"), Path(wheel_directory)).name


def make_wheel(project: str, place: Path) -> Path:
    """Put a wheel of the module in the current folder, which this pyproject.toml describes, into `place`."""
    name, version, metadata, entry_points = described(project)
    module = Path(f"{name}.py")
    if not module.is_file():
        raise Trouble(f"the project is called {name}, and there is no {module} to put into its wheel")
    info = f"{name}-{version}.dist-info"
    files = {
        module.name: module.read_bytes(),
        f"{info}/METADATA": metadata.encode(),
        f"{info}/WHEEL": b"Wheel-Version: 1.0\nGenerator: harness\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        f"{info}/entry_points.txt": entry_points.encode(),
    }
    record = "".join(f"{path},sha256={_digest(content)},{len(content)}\n" for path, content in files.items())
    files[f"{info}/RECORD"] = f"{record}{info}/RECORD,,\n".encode()
    wheel = place / f"{name}-{version}-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, content in files.items():
            archive.writestr(path, content)
    return wheel


def described(text: str) -> tuple[str, str, str, str]:
    """Name, version, METADATA and entry_points.txt of the wheel, from the table [project] of a pyproject.toml."""
    try:
        project = tomllib.loads(text).get("project")
    except tomllib.TOMLDecodeError as error:
        raise Trouble(f"pyproject.toml is no TOML: {error}") from None
    if not isinstance(project, dict):
        raise Trouble("pyproject.toml has no table [project]")
    name, version = _text(project, "name"), _text(project, "version")
    if not re.fullmatch(r"[A-Za-z]\w*", name):
        raise Trouble(f"name = {name!r}: with this backend a project is called as its one module")
    if not re.fullmatch(r"\d+(\.\d+)*((a|b|rc)\d+)?(\.post\d+)?(\.dev\d+)?", version):
        raise Trouble(f"version = {version!r} is no version like 1.0")
    requirements, scripts = project.get("dependencies", []), project.get("scripts", {})
    if not isinstance(requirements, list) or not all(isinstance(one, str) for one in requirements):
        raise Trouble("dependencies is no list of requirements")
    if not isinstance(scripts, dict):
        raise Trouble("scripts, under [project], is no table")
    for script, target in scripts.items():
        if not re.fullmatch(r"[\w-]+", script) or not re.fullmatch(rf"{name}:[A-Za-z_]\w*", str(target)):
            raise Trouble(f"{script} = {target!r}: a script is a name, and names a function as {name}:FUNCTION")
    lines = ["Metadata-Version: 2.1", f"Name: {name}", f"Version: {version}"]
    if "requires-python" in project:
        lines.append(f"Requires-Python: {_text(project, 'requires-python')}")
    lines += [f"Requires-Dist: {requirement}" for requirement in requirements]
    entries = ["[console_scripts]", *(f"{script} = {target}" for script, target in scripts.items())]
    return name, version, "\n".join(lines) + "\n", "\n".join(entries) + "\n"


def _text(project: dict[str, Any], key: str) -> str:
    value = project.get(key)
    if not isinstance(value, str) or not value or "\n" in value:
        raise Trouble(f"[project] has no `{key}`" if value is None else f"{key} = {value!r} is no line of text")
    return value


def _digest(content: bytes) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()


# ---- a fresh environment: the standard library, the wheel, and what the wheel asks for


def install(wheel: Path, place: Path) -> list[str]:
    """Make an environment at `place` with the wheel in it; the words that start its command `triage`.

    What an index would serve is linked from the environment that this runs in. `Trouble` when it has no such thing.
    """
    import venv

    venv.EnvBuilder(symlinks=True, with_pip=False).create(place)
    (packages,) = place.glob("lib/python*/site-packages")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(packages)
    (info,) = packages.glob("*.dist-info")
    for line in (info / "METADATA").read_text(encoding="utf-8").splitlines():
        field, _, value = line.partition(": ")
        if field == "Requires-Python":
            _expect_python(value)
        elif field == "Requires-Dist":
            _provide(value, packages)
    scripts = dict(re.findall(r"(?m)^(\S+) = (\S+)$", (info / "entry_points.txt").read_text(encoding="utf-8")))
    if "triage" not in scripts:
        raise Trouble("the wheel brings no command `triage`: no script under [project] is called so")
    module, _, function = scripts["triage"].partition(":")
    script, python = place / "bin" / "triage", place / "bin" / "python"
    script.write_text(f"#!{python}\nimport sys\nfrom {module} import {function}\nsys.exit({function}())\n", "utf-8")
    return [str(python), str(script)]


def _expect_python(wanted: str) -> None:
    from packaging.specifiers import InvalidSpecifier, SpecifierSet

    try:
        refused = [version for version in ("3.11.0", "3.12.0", "3.13.0") if version not in SpecifierSet(wanted)]
    except InvalidSpecifier:
        raise Trouble(f"requires-python = {wanted!r} cannot be read") from None
    if refused:
        raise Trouble(f"requires-python = {wanted!r} keeps it from machines with Python {refused[0]}")


def _provide(wanted: str, packages: Path) -> None:
    """Link the distribution that a requirement names, and those that it requires in turn."""
    from importlib.metadata import PackageNotFoundError, distribution

    from packaging.requirements import InvalidRequirement, Requirement

    try:
        requirement = Requirement(wanted)
        if requirement.marker and not requirement.marker.evaluate({"extra": ""}):
            return
        found = distribution(requirement.name)
    except InvalidRequirement:
        raise Trouble(f"dependencies: {wanted!r} is no requirement") from None
    except PackageNotFoundError:
        raise Trouble(f"dependencies: there is no {requirement.name!r} to be had here") from None
    if not requirement.specifier.contains(found.version, prereleases=True):
        raise Trouble(f"dependencies: {wanted!r} does not take {found.version}, and there is no other here")
    for top in {path.parts[0] for path in found.files or () if path.parts[0] not in ("..", "__pycache__")}:
        source = Path(str(found.locate_file(top)))
        if source.exists() and source.suffix != ".pth" and not (packages / top).exists():
            (packages / top).symlink_to(source)
            for needed in (found.requires or ()) if top.endswith(".dist-info") else ():
                _provide(needed, packages)


# ---- a reader: nothing but the help


def read_help(text: str, command: str) -> list[str]:
    """What to type after `triage` to run the command, with MODEL and TICKETS where the two paths go.

    1. The usage is what stands between the word "usage:" and the next empty line. Where it shows several ways, each
       with the program's name in front, the first one that names the command counts.
    2. What stands in square brackets can be left out, and is.
    3. An option whose own lines say "[required]" or "(required)" is added, unless it is in the usage.
    4. A word that contains "model" or "tickets", in any case, stands for that path; so does any word after an option
       whose name contains it, such as `--model FILE`. What another word stands for, a reader cannot know.
    """
    usage = re.search(r"(?im)^[ \t]*usage:(.*(?:\n.*\S.*)*)", text)
    if not usage:
        raise Trouble(f"no line of `triage {command} --help` begins with `usage:`")
    ways = re.split(r"(?<!\S)(?:\S*/)?triage(?:\.py)?(?!\S)", usage[1])[1:]
    way = next((way for way in ways if command in way.split()), None)
    if way is None:
        raise Trouble(f"the usage in `triage {command} --help` has no `triage` with `{command}` behind it")
    while re.search(r"\[[^\[\]]*\]", way):
        way = re.sub(r"\[[^\[\]]*\]", " ", way)
    words = re.sub(r"[()]|\.\.\.", " ", way).split()
    words += [word for option in _required(text[usage.end() :], words) for word in option]
    read = [_understood(word, before, command) for before, word in zip(["", *words], words, strict=False)]
    paths = [word.rpartition("=")[2] for word in read]
    if paths.count("MODEL") != 1 or paths.count("TICKETS") > 1:
        line = f"`triage {' '.join(read)}` is all that has to be typed, says the help"
        raise Trouble(f"{line}: there should be one place for MODEL in it, and at most one for TICKETS")
    return read


def _required(options: str, known: list[str]) -> Iterator[tuple[str, str]]:
    """Each option that is said to be required and is not `known`, with the word that stands for its value."""
    for entry in re.findall(r"(?m)^[ \t]+-.*(?:\n[ \t]+[^-\s].*)*", options):
        head = re.split(r"\s{2,}", entry.strip())[0]
        names = re.findall(r"(?<![\w-])--?[A-Za-z][\w-]*", head)
        value = re.search(rf"{names[-1]}[ =](\S+)", head) if names else None
        if value and re.search(r"[\[(]required[\])]", entry) and not set(names) & set(known):
            yield names[-1], value[1]


def _understood(word: str, before: str, command: str) -> str:
    """The word with its value, if it has one, replaced by MODEL or TICKETS."""
    option, equals, value = word.rpartition("=")
    if word == command or (word.startswith("-") and not equals):
        return word
    for hint in (value, option or before if (option or before).startswith("-") else ""):
        for known in ("model", "tickets"):
            if known in hint.lower():
                return f"{option}{equals}{known.upper()}"
    raise Trouble(f"in the usage of `{command}` a reader cannot know what to put for `{word}`")


# ---- a plan of the examiner's


class Fork:
    """A script in a process of its own, used like `Popen`, without the time that an interpreter takes to start."""

    def __init__(self, words: list[str], *, stdin: Any, stdout: Any, stderr: Any, cwd: Path, env: Any) -> None:
        self.pid = os.fork()
        if self.pid == 0:
            code = 1
            try:
                os.chdir(cwd)
                os.environ.update(env)
                for number, stream in enumerate((stdin, stdout, stderr)):
                    os.dup2(stream.fileno(), number)
                code = _run_script(words)
            finally:
                os._exit(code)

    def wait(self, seconds: float = 60.0) -> int:
        """The exit code, as from `Popen.wait`."""
        until = time.monotonic() + seconds
        while True:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                return os.waitstatus_to_exitcode(status)
            if time.monotonic() > until:
                raise subprocess.TimeoutExpired("triage", seconds)
            time.sleep(0.001)

    def kill(self) -> None:
        """End it."""
        os.kill(self.pid, signal.SIGKILL)


def _run_script(words: list[str]) -> int:
    """Run it as the interpreter would; the exit code."""
    sys.argv = words
    code: Any = 0
    try:
        runpy.run_path(words[0], run_name="__main__")
    except SystemExit as end:
        code = end.code
    except BaseException:
        traceback.print_exc()
        code = 1
    if code is not None and not isinstance(code, int):
        print(code, file=sys.stderr)
        code = 1
    sys.stdout.flush()
    sys.stderr.flush()
    return (code or 0) & 0xFF


class Stage:
    """Where the command runs: a code folder that is read-only, and for each sitting a new current folder and home."""

    def __init__(self, root: Path, project: str | None) -> None:
        self.root = root
        if project is None:
            code = root / "code"
            code.mkdir()
            shutil.copy("triage.py", code)
            for name in ("argparse", "csv"):  # what most will import; once here is cheaper than in each process
                importlib.import_module(name)
            self.program = [str(code / "triage.py")]
        else:
            self.program = install(make_wheel(project, root), root / "env")
            (code,) = root.glob("env/lib/python*/site-packages")
        self.code = code
        self.folder = self.home = root
        self.deadline = time.monotonic() + ALL_SECONDS
        self.readings: dict[str, list[str]] = {}
        for path in self._code_paths():
            path.chmod(0o555 if path.is_dir() else 0o444)

    def release(self) -> None:
        """Let the code folder be removed."""
        for path in self._code_paths():
            path.chmod(0o755)

    def _code_paths(self) -> list[Path]:
        return [path for path in (self.code, *sorted(self.code.rglob("*"))) if not path.is_symlink()]

    def sit(self, number: int, sitting: dict[str, Any]) -> dict[str, Any]:
        """Run the steps of one sitting in a new folder; what they said, and what lay about afterwards."""
        before, earlier = self._code_state(), self.folder
        self.folder, self.home = self.root / f"work {number}", self.root / f"home {number}"
        self.folder.mkdir()
        self.home.mkdir()
        for name in sitting.get("bring", ()):
            if (earlier / name).is_file():
                shutil.copy(earlier / name, self.folder)
        for name, text in sitting["files"].items():
            (self.folder / name).write_bytes(text.encode("utf-8", "surrogateescape"))
        given = set(sitting["files"])
        said = [self._step(step) for step in sitting["steps"]]
        left = [path.name for path in self.folder.iterdir() if path.name not in given]
        left += [f"~/{path.relative_to(self.home)}" for path in self.home.rglob("*")]
        left += [f"{name}, beside the module" for name, _ in self._code_state().items() - before.items()]
        return {"said": said, "left": sorted(map(str, left))[:20]}

    def _code_state(self) -> dict[str, str]:
        return {path.name: _digest(path.read_bytes()) for path in self._code_paths() if path.is_file()}

    def _step(self, step: dict[str, Any]) -> dict[str, Any]:
        """One run of the command.

        A step holds either `type`, the words to type, or `command` with `model` and `tickets`, which are put where the
        help says; "-" for tickets is `stdin`. `show` names a file whose content is told.
        """
        words, stdin = step.get("type"), step.get("stdin")
        if words is None:
            reading = self.readings[step["command"]]
            if not any(word.endswith("TICKETS") for word in reading) and stdin is None:
                if not (self.folder / step["tickets"]).exists():
                    return {"skipped": True}
                stdin = step["tickets"]
            paths = {"MODEL": step["model"], "TICKETS": step["tickets"]}
            words = [re.sub(r"(?<![^=])(MODEL|TICKETS)$", lambda path: paths[path[1]], word) for word in reading]
        said = self.call(words, stdin)
        if "show" in step:
            path = self.folder / step["show"]
            said["shown"] = _digest(path.read_bytes()) if path.is_file() else None
        return said

    def call(self, words: list[str], stdin: str | None = None) -> dict[str, Any]:
        """Run the command: what was typed, its exit code (None when it did not end), what it printed."""
        typed = shlex.join(["triage", *words]) + (f" < {shlex.quote(stdin)}" if stdin else "")
        environment = {**os.environ, "HOME": str(self.home), "TMPDIR": str(self.home)}
        seconds = min(ONE_SECONDS, max(self.deadline - time.monotonic(), 0.1))
        printed = self.root / "stdout", self.root / "stderr"
        start = Fork if len(self.program) == 1 else subprocess.Popen
        with (
            open(self.folder / stdin if stdin else os.devnull, "rb") as source,
            open(printed[0], "wb") as out,
            open(printed[1], "wb") as err,
        ):
            running = start(
                [*self.program, *words], stdin=source, stdout=out, stderr=err, cwd=self.folder, env=environment
            )
            try:
                code = running.wait(seconds)
            except subprocess.TimeoutExpired:
                running.kill()
                running.wait()
                code = None
        said, complained = (path.read_bytes().decode("utf-8", "replace") for path in printed)
        return {"typed": typed, "code": code, "stdout": said[:KEPT_OUT], "stderr": complained[-KEPT_ERR:]}

    def ask_for_help(self, command: str = "") -> str:
        """The help of a command, or of all; `Trouble` when it does not end well."""
        said = self.call([*([command] if command else []), "--help"])
        if said["code"] != 0:
            last = said["stderr"].strip().rpartition("\n")[2]
            raise Trouble(f"`{said['typed']}` ended with exit code {said['code']}. {last}")
        return said["stdout"]


def perform(project: str | None, sittings: list[dict[str, Any]]) -> dict[str, Any]:
    """Install the module, or take it as a script when there is no project; read the help; do all the sittings.

    Either "trouble" says what was in the way, or there are "readings" by command, and "sittings".
    """
    steps = [step["command"] for sitting in sittings for step in sitting["steps"] if "command" in step]
    with tempfile.TemporaryDirectory(dir=".", prefix="stage") as root:
        stage: Stage | None = None
        try:
            stage = Stage(Path(root).resolve(), project)
            named = stage.ask_for_help()
            for command in COMMANDS:
                if not re.search(rf"\b{command}\b", named):
                    raise Trouble(f"`triage --help` does not name the command `{command}`")
                if command in steps or not steps:
                    stage.readings[command] = read_help(stage.ask_for_help(command), command)
            done = [stage.sit(number, sitting) for number, sitting in enumerate(sittings)]
        except Trouble as trouble:
            return {"trouble": str(trouble)}
        finally:
            if stage:
                stage.release()
    return {"readings": stage.readings, "sittings": done}


def main() -> None:
    """Follow the plan that the command line names; without one, show what a reader would type."""
    if sys.argv[1:]:
        plan = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
        print(json.dumps(perform(plan["project"], plan["sittings"])))
        return
    os.chdir(Path(__file__).parent)
    import triage

    report = perform(triage.pyproject(), [])
    for reading in report.get("readings", {}).values():
        print("triage", *reading)
    print(report.get("trouble", ""), end="")


if __name__ == "__main__":
    main()
