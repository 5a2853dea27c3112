"""Starts one server and outlives the examiner by as long as it takes to end it.

    python -I -S -B keeper.py '{"command": [...], ...}'

The examiner holds the other end of this program's standard input and never writes to it. When that end closes,
because the service is over or because the examiner was killed, the server is ended and its files are removed. When
the server ends first, so does this program. It runs by its path and needs the standard library alone.
"""

import contextlib
import ctypes
import json
import os
import resource
import select
import shutil
import signal
import subprocess
import sys
from typing import Any

MIB = 2**20
PR_SET_PDEATHSIG = 1
PATIENCE = 5  # s that a server may take to end before it is killed
LOOK = 0.5  # s between two looks whether the server still runs


def start(settings: dict[str, Any]) -> subprocess.Popen[bytes]:
    """The server: as its own user, under its limits, and signalled by the kernel should this program be killed."""
    libc = ctypes.CDLL(None)  # looked up now: the server's user may not be able to read the libraries

    def before_exec() -> None:
        if sys.platform == "linux":
            libc.prctl(PR_SET_PDEATHSIG, settings["stop_signal"])  # here, as a change of user undoes it
        for kind, bound in ((resource.RLIMIT_DATA, "memory_mb"), (resource.RLIMIT_FSIZE, "file_mb")):
            with contextlib.suppress(ValueError, OSError):  # macOS refuses some of them
                resource.setrlimit(kind, (settings[bound] * MIB, settings[bound] * MIB))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))

    user = settings["user"]
    who = {"user": user[0], "group": user[1], "extra_groups": []} if user else {}
    # O_APPEND: several processes of one server write to it, and no line may fall into another.
    log = os.open(settings["log"], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    return subprocess.Popen(
        settings["command"],
        cwd=settings["folder"],
        env={"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"},
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=log,
        start_new_session=True,
        preexec_fn=before_exec,  # this program has one thread
        **who,
    )


def end(server: subprocess.Popen[bytes], stop_signal: int) -> None:
    """Ask the server to end, and kill it when it does not."""
    server.send_signal(stop_signal)
    try:
        server.wait(PATIENCE)
    except subprocess.TimeoutExpired:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(server.pid, signal.SIGKILL)
        server.wait()


def main() -> None:
    """Do what the command line says."""
    settings = json.loads(sys.argv[1])
    server = start(settings)
    while server.poll() is None:
        if select.select([sys.stdin], [], [], LOOK)[0]:
            end(server, settings["stop_signal"])
            for path in settings["links"]:
                with contextlib.suppress(OSError):
                    os.unlink(path)
            shutil.rmtree(settings["folder"], ignore_errors=True)
            return


if __name__ == "__main__":
    main()
