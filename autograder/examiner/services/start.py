"""Starting a server by its name."""

import sys
from pathlib import Path
from typing import Literal, overload

from autograder.errors import Exit, Problem
from autograder.examiner.services.postgres import Postgres
from autograder.examiner.services.redis import Redis
from autograder.examiner.services.server import Service

SERVICES: dict[str, type[Postgres] | type[Redis]] = {"postgres": Postgres, "redis": Redis}


@overload
def start_service(name: Literal["postgres"], folder: Path) -> Postgres: ...
@overload
def start_service(name: Literal["redis"], folder: Path) -> Redis: ...
@overload
def start_service(name: str, folder: Path) -> Service: ...
def start_service(name: str, folder: Path) -> Service:
    """Start the server `name` with its Unix socket in `folder`; it is a context manager, or is closed by `close()`.

    `Problem` when there is no such service, or the machine lacks what it needs.
    """
    if name not in SERVICES:
        raise Problem(f"there is no service {name!r}", fix=f"known are {', '.join(SERVICES)}")
    if sys.platform == "win32":
        raise Problem(
            f"the server {name} is reached by a Unix socket, which Windows lacks",
            fix="run the exercise in WSL",
            code=Exit.ENVIRONMENT,
        )
    service = SERVICES[name](folder)
    try:
        service.start()
    except BaseException:
        service.close()
        raise
    return service
