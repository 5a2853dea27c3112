"""Docker: a warm server in a hardened container, one submission at a time in it.

The container has no network, a read-only file system, and its server has the five capabilities that it takes to run
each candidate as a user of its own and to remove what that user left. What cannot be removed costs the container.
"""

import contextlib
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from autograder.sandbox.base import PACKAGE, Limits, clean_environment
from autograder.sandbox.engine import EngineFault, ask, no_engine
from autograder.sandbox.image import CODE, INSIDE, PYTHON, Tier, image_of, missing_image
from autograder.sandbox.warm import WarmSandbox

_CAPABILITIES = ["SETUID", "SETGID", "KILL", "CHOWN", "DAC_OVERRIDE"]
_SERVER_MB = {Tier.CORE: 256, Tier.TORCH: 512}  # for the server itself, beside what its candidate may have
_MIB = 2**20


class Docker(WarmSandbox):
    """Runs candidates in containers of the engine that the `DOCKER_HOST` of this process, or the usual socket, is."""

    isolation = "users"

    def __init__(self, gpus: str | None = None) -> None:
        super().__init__()
        self.name = "docker-gpu" if gpus else "docker"
        self._gpus = gpus
        self._missing = "no engine was asked yet"

    def available(self) -> str:
        """Empty when an engine has answered; whether the image is there shows when a container is started."""
        self._missing = self._missing and no_engine()
        return self._missing

    def boot(
        self, wire: Path, settings: dict[str, Any], limits: Limits
    ) -> tuple[Callable[[bool], None], Callable[[], str]]:
        """See `WarmSandbox.boot`."""
        tier = Tier.for_modules(settings["preload"])
        image = image_of(tier)
        if image is None:
            raise missing_image(tier)
        command = [PYTHON, "-I", "-B", "-X", "utf8", "-m", "autograder.candidate.warm", json.dumps(settings)]
        made = {"Image": image, "Cmd": command} | hardened(wire, limits, tier, self._gpus)
        container = f"/containers/{ask('POST', '/containers/create', made)['Id']}"
        try:
            ask("POST", f"{container}/start")
        except BaseException:
            ask("DELETE", f"{container}?force=1")
            raise

        def stop(wait: bool) -> None:
            if not wait:  # the server ends with its connection, and the engine then removes the container
                return
            for step in (("POST", f"{container}/kill"), ("DELETE", f"{container}?force=1")):
                with contextlib.suppress(EngineFault):  # it has ended, and removed itself
                    ask(*step)

        def why() -> str:
            try:
                state = ask("GET", f"{container}/json")["State"]
            except EngineFault:
                return f"the container of {image} ended at once"
            return "" if state["Status"] in ("created", "running") else f"{image}: exit status {state['ExitCode']}"

        return stop, why


def hardened(wire: Path, limits: Limits, tier: Tier, gpus: str | None) -> dict[str, Any]:
    """The options, in the engine's terms, of a container of that tier for candidates under these limits.

    `wire` is mounted as `/wire`.
    """
    memory = int((2 * limits.memory_mb + _SERVER_MB[tier]) * _MIB)
    mounted = {"/wire": wire} | {f"{CODE}/autograder/{name}": PACKAGE / name for name in INSIDE}
    wren = PACKAGE.parent / "wren"
    if wren.is_dir():
        mounted[f"{CODE}/wren"] = wren
    tmpfs = "rw,nosuid,nodev,size={size},nr_inodes=20000,mode={mode}"
    return {
        "User": "0:0",
        "Hostname": "ninety",
        "Env": [f"{name}={value}" for name, value in (clean_environment() | {"PATH": os.defpath}).items()],
        "Labels": {"ninety": str(os.getpid())},
        "HostConfig": {
            "NetworkMode": "none",
            "ReadonlyRootfs": True,
            "CapDrop": ["ALL"],
            "CapAdd": _CAPABILITIES,
            "SecurityOpt": ["no-new-privileges"],
            "PidsLimit": int(limits.processes) + 64,
            "Memory": memory,
            "MemorySwap": memory,
            "NanoCpus": 10**9,
            "ShmSize": int(limits.memory_mb * _MIB) // 4,
            "IpcMode": "private",
            "Tmpfs": {
                "/tmp": tmpfs.format(size=int(limits.memory_mb * _MIB) // 4, mode="1777"),
                "/boxes": tmpfs.format(size=int(2 * limits.folder_mb * _MIB), mode="0711"),
            },
            "Mounts": [
                {"Type": "bind", "Source": str(source), "Target": target, "ReadOnly": True}
                for target, source in mounted.items()
            ],
            "LogConfig": {"Type": "none", "Config": {}},
            "AutoRemove": True,
            "DeviceRequests": [{"Count": -1, "Capabilities": [["gpu"]]}] if gpus else [],
        },
    }
