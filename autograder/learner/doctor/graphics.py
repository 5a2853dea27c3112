"""The NVIDIA cards of this machine, their driver, and whether PyTorch can use them."""

import csv
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

_PATIENCE = 10.0  # seconds; a driver that hangs is a fault, too
_NVIDIA, _DISPLAY = "0x10de", "0x03"  # as PCI numbers vendors and classes


@dataclass(frozen=True)
class Graphics:
    """`cards` are names; `torch` is its version and `cuda` the one it was built for, "" where there is none."""

    cards: tuple[str, ...] = ()
    driver: str = ""
    failure: str = ""  # what `nvidia-smi` said when it failed
    unserved: bool = False  # there is a card and no `nvidia-smi`
    torch: str = ""
    cuda: str = ""
    seen: bool = False  # torch finds a card


def look_at_graphics() -> Graphics:
    """Ask the driver; start torch only where it could find a card."""
    torch, cuda = _torch()
    program = shutil.which("nvidia-smi")
    if program is None:
        return Graphics(unserved=_has_card(), torch=torch, cuda=cuda)
    words = [program, "--query-gpu=name,driver_version", "--format=csv,noheader"]
    try:
        done = subprocess.run(words, capture_output=True, text=True, timeout=_PATIENCE, check=False)
    except subprocess.TimeoutExpired:
        return Graphics(failure=f"it gave no answer in {_PATIENCE:.0f} s", torch=torch, cuda=cuda)
    rows = [row for row in csv.reader(done.stdout.splitlines(), skipinitialspace=True) if len(row) == 2]
    if done.returncode or not rows:
        said = (done.stdout + done.stderr).strip().partition("\n")[0][:200]
        return Graphics(failure=said or f"exit status {done.returncode}", torch=torch, cuda=cuda)
    cards = tuple(name for name, _ in rows)
    return Graphics(cards, rows[0][1], torch=torch, cuda=cuda, seen=bool(cuda) and _seen())


def _torch() -> tuple[str, str]:
    """Its version and its CUDA's, read from its files: importing it takes seconds."""
    spec = find_spec("torch")
    if spec is None or spec.origin is None:
        return "", ""
    try:
        text = Path(spec.origin).with_name("version.py").read_text(encoding="utf-8")
    except OSError:
        return "?", ""
    found = dict(re.findall(r"^(__version__|cuda)\b.*= '([^']*)'", text, re.MULTILINE))
    return found.get("__version__", "?"), found.get("cuda", "")


def _seen() -> bool:
    words = [sys.executable, "-c", "import torch; print(torch.cuda.is_available())"]
    try:
        done = subprocess.run(words, capture_output=True, text=True, timeout=6 * _PATIENCE, check=False)
    except subprocess.TimeoutExpired:
        return False
    return done.stdout.strip() == "True"


def _has_card() -> bool:
    """Linux lists what is plugged in; elsewhere nothing is known."""
    for device in Path("/sys/bus/pci/devices").glob("*"):
        try:
            vendor, kind = ((device / name).read_text(encoding="ascii") for name in ("vendor", "class"))
        except (OSError, UnicodeDecodeError):
            continue
        if vendor.strip() == _NVIDIA and kind.startswith(_DISPLAY):
            return True
    return False
