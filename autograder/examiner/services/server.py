"""What every server of a grade has in common: a private folder, a user of its own, a keeper, a socket to hand out."""

import contextlib
import json
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from autograder.errors import Exit, Problem
from autograder.examiner.faults import CandidateDied

KEEPER = Path(__file__).with_name("keeper.py")
MAX_PATH = 100  # bytes; the kernel takes 107 (Linux) or 103 (macOS)
START_SECONDS = 30
END_SECONDS = 15
MEMORY_MB = 1024
FILE_MB = 512


@dataclass(frozen=True)
class User:
    """Who a server runs as when the examiner is root; a server never is."""

    uid: int
    gid: int


def server_user(*names: str) -> User | None:
    """The first of these users that exists, when the examiner is root; else None, and the server is the examiner's.

    `Problem` when none of them exists.
    """
    if os.geteuid() != 0:
        return None
    for name in names:
        with contextlib.suppress(KeyError):
            entry = pwd.getpwnam(name)
            return User(entry.pw_uid, entry.pw_gid)
    raise Problem(
        f"a server must not run as root, and there is no user {' or '.join(names)} to run it as",
        fix=f"sudo useradd --system {names[0]}",
        code=Exit.ENVIRONMENT,
    )


class Service:
    """A running server, to be closed.

    `socket_folder` is the folder it was given, which a sandbox shows to the candidate, at the path `seen_at`; nothing
    else of the server's is to be shown. Its own files, its log among them, are in `private`, which only the server's
    user may enter.
    """

    name = ""
    socket_name = ""
    stop_signal = signal.SIGKILL

    def __init__(self, socket_folder: Path, user: User | None) -> None:
        self.socket_folder = socket_folder
        self.seen_at = str(socket_folder)
        self.user = user
        self._keeper: subprocess.Popen[bytes] | None = None
        socket_folder.mkdir(parents=True, exist_ok=True)
        if len(os.fsencode(socket_folder / self.socket_name)) > MAX_PATH:
            raise Problem(
                f"the path of a Unix socket may have {MAX_PATH} bytes",
                where=str(socket_folder / self.socket_name),
                fix="set TMPDIR to a shorter path",
                code=Exit.ENVIRONMENT,
            )
        self.private = private_folder(self.name, user)
        self.log = self.private / "log"
        # A user that is not the examiner's cannot pass the parents of `socket_folder`: the socket is made in the
        # server's own folder and gets a second name in the other.
        self._bound_in = self.private if user else socket_folder

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def running(self) -> bool:
        """Whether the server still runs (seen half a second late at most)."""
        return self._keeper is not None and self._keeper.poll() is None

    @property
    def address(self) -> str:
        """The URL by which the candidate reaches the server."""
        raise NotImplementedError

    def close(self) -> None:
        """End the server and remove what it left; safe to call again."""
        if self._keeper and self._keeper.stdin:
            self._keeper.stdin.close()
            try:
                self._keeper.wait(END_SECONDS)
            except subprocess.TimeoutExpired:
                self._keeper.kill()
                self._keeper.wait()
        for path in (self.socket_folder / self.socket_name, self.socket_folder / f"{self.socket_name}.lock"):
            path.unlink(missing_ok=True)
        shutil.rmtree(self.private, ignore_errors=True)

    # ---- for the servers

    def launch(self, command: Sequence[str], ready: Callable[[], Any]) -> None:
        """Start the keeper with the server's command, and wait until `ready` raises nothing.

        RuntimeError, with what the server said, when it ends or takes longer than `START_SECONDS`.
        """
        settings = {
            "command": list(command),
            "folder": str(self.private),
            "links": [str(self.socket_folder / self.socket_name)],
            "log": str(self.log),
            "user": [self.user.uid, self.user.gid] if self.user else None,
            "stop_signal": int(self.stop_signal),
            "memory_mb": MEMORY_MB,
            "file_mb": FILE_MB,
        }
        self._keeper = subprocess.Popen(
            [sys.executable, "-I", "-S", "-B", str(KEEPER), json.dumps(settings)],
            stdin=subprocess.PIPE,
            start_new_session=True,  # Ctrl-C is the examiner's to handle
        )
        deadline = time.monotonic() + START_SECONDS
        while True:
            try:
                ready()
                break
            except Exception as error:
                if self.running and time.monotonic() < deadline:
                    time.sleep(0.01)
                    continue
                said = self.log.read_text("utf-8", "replace")[-2000:] if self.log.exists() else ""
                raise RuntimeError(f"the server {self.name} did not start: {error}\n{said}") from None
        if self._bound_in != self.socket_folder:
            os.link(self._bound_in / self.socket_name, self.socket_folder / self.socket_name)

    def expect_alive(self) -> None:
        """`CandidateDied` when the server is gone: nobody but the candidate was using it."""
        if not self.running:
            raise CandidateDied(f"the server {self.name} ended while the submission used it")


def private_folder(name: str, user: User | None) -> Path:
    """A fresh temporary folder that only the server's user, and root, may enter."""
    folder = Path(tempfile.mkdtemp(prefix=f"ninety-{name}-"))
    if user:
        os.chown(folder, user.uid, user.gid)
    return folder
