"""Making the images that candidates run in."""

import os
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path

from autograder.errors import Exit, Problem
from autograder.sandbox.engine import sdk
from autograder.sandbox.image import Tier, dockerfile, image_name
from autograder.sandbox.libraries import pins, requirements


def build_image(tier: Tier, base: str | None = None, tell: Callable[[str], None] = print) -> str:
    """Build the image and return its name. `base` is an image with Python 3.11 to 3.13; Python's own by default.

    The libraries are put together here, by this environment's installer and at its versions, for the base's Python;
    the build itself fetches nothing. `Problem` when a step fails.
    """
    client = sdk()
    import docker.errors

    base = base or f"python:{sys.version_info.major}.{sys.version_info.minor}-slim"
    name = image_name(tier)
    with tempfile.TemporaryDirectory(prefix="ninety-image-") as folder:
        context = Path(folder)
        shutil.copy(dockerfile(), context / "Dockerfile")
        try:
            version = _python_of(base)
            tell(f"{base} has Python {version}; putting the libraries of tier {tier} together")
            _install(tier, version, context / "site-packages")
            tell(f"building {name}")
            client.images.build(path=folder, tag=name, buildargs={"BASE": base}, rm=True, forcerm=True)
        except docker.errors.DockerException as error:
            raise Problem(
                f"the image was not built: {str(error)[:500]}",
                fix="where no registry is reachable, docker/make_base.sh makes a base image: --base ninety-base",
                code=Exit.ENVIRONMENT,
            ) from None
    return name


def _python_of(base: str) -> str:
    """The version of an image's Python, such as `3.11`."""
    code = "import sys; print('%d.%d' % sys.version_info[:2])"
    options = {"network_mode": "none", "remove": True}
    said: bytes = sdk().containers.run(base, ["python3", "-c", code], **options)
    return said.decode().strip()


def _install(tier: Tier, version: str, target: Path) -> None:
    """Put the tier's libraries, at the versions that are installed here, into a folder."""
    exact = target.parent / "constraints.txt"
    exact.write_text("\n".join(pins(tier.extras)) + "\n", encoding="utf-8")
    installer = shutil.which("uv", path=os.pathsep.join([sysconfig.get_path("scripts"), os.environ["PATH"]]))
    if installer is None:
        raise Problem("uv is needed to build an image", fix="pip install uv", code=Exit.ENVIRONMENT)
    command = [installer, "pip", "install", "--quiet", "--target", str(target), "--python-version", version]
    command += [
        "--python-platform",
        "linux",
        "--link-mode",
        "copy",
        "--constraint",
        str(exact),
        *requirements(tier.extras),
    ]
    links = ",".join(os.environ.get("PIP_FIND_LINKS", "").split())  # uv does not read pip's settings
    environment = ({"UV_FIND_LINKS": links} if links else {}) | os.environ
    if "UV_FIND_LINKS" not in environment:
        command += _torch_backend(pins(tier.extras))
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    if done.returncode:
        raise Problem(
            f"the libraries cannot be put together: {done.stderr.strip()[-800:]}",
            fix="see what is said above; an image needs the same packages as this environment",
            code=Exit.ENVIRONMENT,
        )


def _torch_backend(versions: Iterable[str]) -> list[str]:
    """The index of PyTorch's own that has a version such as 2.13.0+cpu; no other has."""
    local = next((pin.partition("+")[2] for pin in versions if pin.startswith("torch==")), "")
    return ["--torch-backend", local] if local else []
