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
from autograder.sandbox.image import CODE, INSIDE, PYTHON, Tier, engine, image_of, missing_image, no_engine
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

    def available(self) -> str:
        """Empty when an engine answers; whether the image is there shows when a container is started."""
        return no_engine()

    def boot(
        self, wire: Path, settings: dict[str, Any], limits: Limits
    ) -> tuple[Callable[[bool], None], Callable[[], str]]:
        """See `WarmSandbox.boot`."""
        import docker

        tier = Tier.for_modules(settings["preload"])
        image = image_of(tier)
        if image is None:
            raise missing_image(tier)
        container = engine().containers.create(
            image,
            [PYTHON, "-I", "-B", "-X", "utf8", "-m", "autograder.candidate.warm", json.dumps(settings)],
            **hardened(wire, limits, tier, self._gpus),
        )
        container.start()

        def stop(wait: bool) -> None:
            if not wait:  # the server ends with its connection, and the engine then removes the container
                return
            for step in (container.kill, lambda: container.remove(force=True)):
                with contextlib.suppress(docker.errors.APIError):  # it has ended, and removed itself
                    step()

        def why() -> str:
            try:
                container.reload()
            except docker.errors.APIError:
                return f"the container of {image} ended at once"
            state = container.attrs["State"]
            return "" if state["Status"] in ("created", "running") else f"{image}: exit status {state['ExitCode']}"

        return stop, why


def hardened(wire: Path, limits: Limits, tier: Tier, gpus: str | None) -> dict[str, Any]:
    """The options of a container of that tier for candidates under these limits; `wire` is mounted as `/wire`."""
    from docker.types import DeviceRequest, LogConfig, Mount

    memory = int((2 * limits.memory_mb + _SERVER_MB[tier]) * _MIB)
    mounts = [Mount("/wire", str(wire), type="bind", read_only=True)]
    for name in INSIDE:
        mounts.append(Mount(f"{CODE}/autograder/{name}", str(PACKAGE / name), type="bind", read_only=True))
    wren = PACKAGE.parent / "wren"
    if wren.is_dir():
        mounts.append(Mount(f"{CODE}/wren", str(wren), type="bind", read_only=True))
    tmpfs = "rw,nosuid,nodev,size={size},nr_inodes=20000,mode={mode}"
    return {
        "network_mode": "none",
        "read_only": True,
        "cap_drop": ["ALL"],
        "cap_add": _CAPABILITIES,
        "security_opt": ["no-new-privileges"],
        "pids_limit": int(limits.processes) + 64,
        "mem_limit": memory,
        "memswap_limit": memory,
        "nano_cpus": 10**9,
        "shm_size": int(limits.memory_mb * _MIB) // 4,
        "ipc_mode": "private",
        "user": "0:0",
        "tmpfs": {
            "/tmp": tmpfs.format(size=int(limits.memory_mb * _MIB) // 4, mode="1777"),
            "/boxes": tmpfs.format(size=int(2 * limits.folder_mb * _MIB), mode="0711"),
        },
        "mounts": mounts,
        "environment": clean_environment() | {"PATH": os.defpath},
        "hostname": "ninety",
        "log_config": LogConfig(type="none"),
        "auto_remove": True,
        "labels": {"ninety": str(os.getpid())},
        "device_requests": [DeviceRequest(count=-1, capabilities=[["gpu"]])] if gpus else [],
    }
