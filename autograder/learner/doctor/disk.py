"""The disk that the workspace is on, looked at by making a file there."""

import os
import shutil
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from autograder.files import try_lock, unlock

_ODD_NS = 1_234_567_000  # a time between two ticks of a coarse clock


@dataclass(frozen=True)
class Disk:
    """What files in `folder` can be. `refused` says why none can be made there, "" when one can."""

    folder: str
    free_mb: int
    refused: str = ""
    no_lock: str = ""  # why a file cannot be locked
    kind: str = ""  # the file system's, where the system tells
    skew_s: float = 0.0  # how far a file saved now is dated from this machine's clock
    ignores_case: bool = False
    coarse: bool = False  # times of files are kept to a second or two


def look_at_disk(folder: Path) -> Disk:
    """Look at `folder`, which exists; the file that is made there is removed."""
    free, kind = shutil.disk_usage(folder).free // 2**20, _kind(folder)
    try:
        with tempfile.NamedTemporaryFile(dir=folder, prefix=".ninety-probe-") as made:
            probe = Path(made.name)
            skew = abs(probe.stat().st_mtime - time.time())
            ignores_case = probe.with_name(probe.name.swapcase()).exists()
            no_lock = _no_lock(probe)
            os.utime(probe, ns=(_ODD_NS, _ODD_NS))
            coarse = abs(probe.stat().st_mtime_ns - _ODD_NS) > 10**8
    except OSError as error:
        return Disk(str(folder), free, refused=error.strerror or str(error), kind=kind)
    return Disk(str(folder), free, "", no_lock, kind, skew, ignores_case, coarse)


def _no_lock(probe: Path) -> str:
    try:
        with probe.open("r+b") as handle:
            if not try_lock(handle):
                return "it is held by another"
            unlock(handle)
    except OSError as error:
        return error.strerror or str(error)
    return ""


def _kind(folder: Path) -> str:
    """As Linux names it, such as ext4 or nfs4; "" elsewhere."""
    try:
        lines = Path("/proc/self/mounts").read_text(encoding="utf-8", errors="surrogateescape").splitlines()
    except OSError:
        return ""
    mounts = [line.split()[1:3] for line in lines]
    places = [(Path(place.replace("\\040", " ")), kind) for place, kind in mounts]
    above = [(len(place.parts), kind) for place, kind in places if folder.resolve().is_relative_to(place)]
    return max(above, key=lambda found: found[0])[1] if above else ""  # the last of the longest is on top
