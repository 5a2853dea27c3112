"""What a process that judges for another one owes it: to end when that does, and to leave nothing."""

import atexit
import multiprocessing
import os
import shutil
import signal
import sys
import tempfile
import threading
import time
from typing import NoReturn

GRACE = 10.0  # seconds that a process has to end in, with the candidates it keeps
_kept: list[str] = []  # this process's folder of temporary files, and no other


def keep_temporary_files_together() -> None:
    """In one folder, removed when all else has ended: an interrupt can come between a folder's making and its care."""
    tempfile.tempdir = tempfile.mkdtemp(prefix="ninety-")
    _kept.append(tempfile.tempdir)
    os.chmod(tempfile.tempdir, 0o711)  # a server that refuses to be root, such as PostgreSQL's, has to come through
    atexit.register(shutil.rmtree, tempfile.tempdir, ignore_errors=True)


def leave() -> NoReturn:
    """End at once, without the exit handlers, but leave no temporary file."""
    for folder in _kept:
        shutil.rmtree(folder, ignore_errors=True)
    os._exit(1)


def end_with_parent() -> None:
    """From now on this process is interrupted when its parent is gone, and ended after `GRACE` seconds."""
    threading.Thread(target=_wait_for_its_end, daemon=True).start()


def _wait_for_its_end() -> None:
    parent = multiprocessing.parent_process()
    assert parent is not None
    parent.join()
    if sys.platform != "win32":
        os.kill(os.getpid(), signal.SIGINT)
        time.sleep(GRACE)
    leave()
