"""The first program of a candidate that is not forked: sets the limits, then becomes the candidate.

    python -m autograder.candidate.launch '{"memory_mb": 512, ...}' serve ADDRESS
    python -m autograder.candidate.launch '{"memory_mb": 512, ...}' run [--stdin FILE] ARGUMENT...
    python -m autograder.candidate.launch '{"die_with_parent": true}' wait MODULE...

`run` runs Python with these arguments, its standard input empty or read from a file in the folder. `wait` imports the
modules, and becomes a candidate when a line on its standard input says in which folder, at which address, and with
which settings.

It runs before any line of the learner's, so the limits cannot be lifted again.
"""

import contextlib
import importlib
import json
import os
import sys

try:
    import resource
except ImportError:  # Windows has no such limits; the examiner's clock still holds
    resource = None  # type: ignore[assignment]  # mypy reads it as a module for good

MIB = 2**20


def limit(settings: dict[str, float]) -> None:
    """Bound this process and its children: memory in MiB, one file's size in MiB, CPU time in s, processes."""
    if resource is None:
        return
    # Linux counts a process's own writable memory as data; elsewhere only the address space can be bounded.
    memory = resource.RLIMIT_DATA if sys.platform == "linux" else resource.RLIMIT_AS
    bounds = {
        memory: settings.get("memory_mb", 0) * MIB,
        resource.RLIMIT_FSIZE: settings.get("file_mb", 0) * MIB,
        resource.RLIMIT_CPU: settings.get("cpu_seconds", 0),
        resource.RLIMIT_NPROC: settings.get("processes", 0),
    }
    for kind, value in bounds.items():
        if not value:
            continue
        _, hard = resource.getrlimit(kind)
        bound = int(value) if hard == resource.RLIM_INFINITY else min(int(value), hard)
        try:
            resource.setrlimit(kind, (bound, bound))
        except (ValueError, OSError):  # macOS refuses some of them
            continue
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def main() -> None:
    """Do what the command line says."""
    settings = json.loads(sys.argv[1])
    if settings.get("die_with_parent"):
        from autograder.candidate import kernel  # Linux alone has what it holds

        kernel.die_with_parent()
    limit(settings)
    mode, rest = sys.argv[2], sys.argv[3:]
    if mode == "wait":
        settings, rest = _wait(rest)
        limit(settings)
    if mode == "run":
        if rest[0] == "--stdin":
            os.dup2(os.open(rest[1], os.O_RDONLY), 0)
            rest = rest[2:]
        os.execv(sys.executable, [sys.executable, "-B", "-X", "utf8", *rest])
    from autograder.candidate.serve import serve

    sys.argv[1:] = []
    serve(rest[0])


def _wait(modules: list[str]) -> tuple[dict[str, float], list[str]]:
    """Import the modules and wait for a line: go to its folder, and give its settings and its address."""
    from autograder.candidate import serve, warmup  # noqa: F401 - what comes next is imported before it is wanted

    for name in modules:
        with contextlib.suppress(ImportError):
            importlib.import_module(name)
    warmup.exercise()
    line = sys.stdin.readline()
    if not line:
        os._exit(0)  # nobody wants it any more
    wish = json.loads(line)
    null = os.open(os.devnull, os.O_RDONLY)
    os.dup2(null, 0)
    os.close(null)
    os.chdir(wish["folder"])
    return wish["settings"], [wish["address"]]


if __name__ == "__main__":
    main()
