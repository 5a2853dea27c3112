"""PostgreSQL for a grade: one database, owned by a role that may do nothing else.

Three roles. `learner` connects by the socket without a password and owns the database of the same name. `examiner`,
the superuser, has a random password and never looks into that database: a view there could run anything as whoever
reads it. What a check asks is asked as `reader`, which has a password too, owns nothing and sees what `learner` sees.
"""

import atexit
import functools
import importlib.util
import re
import secrets
import shutil
import signal
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from autograder.errors import Exit, Problem
from autograder.examiner.faults import CandidateDied, CheckFailed
from autograder.examiner.services.server import FILE_MB, Service, User, private_folder, server_user

if TYPE_CHECKING:
    import psycopg

LEARNER = "learner"
INSTALL = "Debian, Ubuntu: sudo apt install postgresql; macOS: brew install postgresql; or: pip install pgserver"
INITDB_SECONDS = 60
QUERY_SECONDS = 20
MARK = "ninety "
_STATEMENT = re.compile(r"LOG:  (?:statement|execute [^:]*): ?")

# Nothing has to outlast the grade, and nothing may happen by itself: no vacuum, no parallel workers, no second plan.
SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0777",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_wal_size": "128MB",
    "autovacuum": "off",
    "jit": "off",
    "max_parallel_workers_per_gather": "0",
    "max_connections": "40",
    "shared_buffers": "64MB",
    "temp_file_limit": "256MB",
    "dynamic_shared_memory_type": "mmap",
    "timezone": "UTC",
    "log_line_prefix": f"{MARK}%u ",
    "log_statement": "all",
    "log_min_messages": "log",
    "log_min_error_statement": "panic",
    "log_parameter_max_length": "0",
    "log_checkpoints": "off",
}


# Who may connect to which database by the socket, and how; anything else is refused.
ACCESS = (
    f"local {LEARNER} {LEARNER} trust",
    f"local {LEARNER} reader scram-sha-256",
    "local postgres examiner scram-sha-256",
)


class Postgres(Service):
    """A PostgreSQL server."""

    name = "postgres"
    socket_name = ".s.PGSQL.5432"
    stop_signal = signal.SIGQUIT  # at once, and its shared memory is given back

    def __init__(self, folder: Path) -> None:
        _need_client()
        self._programs = find_programs()
        super().__init__(folder, server_user("postgres", "nobody"))
        self._secret = secrets.token_hex(16)  # the password of `reader`
        self._admin_secret = ""
        self._seen = 0  # bytes of the log that are over

    @property
    def address(self) -> str:
        """The URL for `psycopg.connect` and its like."""
        return f"postgresql://{LEARNER}@/{LEARNER}?host={self.seen_at}"

    def start(self) -> None:
        """Start the server on a copy of the template, with an empty database."""
        template = make_template(self._programs, self.user)
        self._admin_secret = template.password
        data = self.private / "data"
        run_as(self.user, ["cp", "-R", str(template.folder), str(data)], INITDB_SECONDS)
        with (data / "postgresql.conf").open("a", encoding="utf-8") as file:
            settings = SETTINGS | {"unix_socket_directories": str(self._bound_in)}
            file.writelines(f"{name} = '{value}'\n" for name, value in settings.items())
        self.launch([str(self._programs / "postgres"), "-D", str(data)], lambda: self._admin("SELECT 1"))
        self._admin(
            f"CREATE ROLE {LEARNER} LOGIN",
            f"CREATE ROLE reader LOGIN PASSWORD '{self._secret}' IN ROLE {LEARNER}",
        )
        self.reset()

    def reset(self) -> None:
        """Throw away what is in the database and begin with an empty one; connections to the old one end."""
        self.expect_alive()
        self._admin(
            f"DROP DATABASE IF EXISTS {LEARNER} WITH (FORCE)",
            f"ALTER ROLE {LEARNER} RESET ALL",
            f"CREATE DATABASE {LEARNER} OWNER {LEARNER} TEMPLATE template0",
        )
        self._seen = self.log.stat().st_size

    def connect(self) -> "psycopg.Connection[Any]":
        """A connection of the examiner's, which may do what the learner may; what it asks is not in `statements`."""
        self.expect_alive()
        # Given here, these win over what the database's owner may have set for it.
        options = f"-c statement_timeout={QUERY_SECONDS}s -c search_path=public"
        return self._connect(LEARNER, "reader", self._secret, options)

    def ask(self, sql: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """The rows of one query on the learner's database; what the server refuses fails the check."""
        import psycopg

        try:
            with self.connect() as connection:
                return connection.execute(sql.encode(), parameters or None).fetchall()
        except psycopg.Error as error:
            because = f"the server refuses a query on what was left in it: {str(error).splitlines()[0]}"
            raise CheckFailed(because, call=sql) from None

    def statements(self) -> list[str]:
        """What the learner's role asked the server to run since the last `reset`, in order, as the server logged it.

        Each execution counts, whether simple, prepared, pipelined or by `executemany`. `CandidateDied` when there was
        more than the log can hold.
        """
        self.expect_alive()
        if self.log.stat().st_size >= FILE_MB * 2**19:
            raise CandidateDied(f"it sent the server more than {FILE_MB // 2} MiB of statements")
        with self.log.open("rb") as file:
            file.seek(self._seen)
            text = file.read().decode("utf-8", "replace")
        # A line of the server's own begins with the mark; in what it quotes, each further line begins with a tab.
        found = []
        for entry in f"\n{text}".split(f"\n{MARK}")[1:]:
            role, _, message = entry.partition(" ")
            statement = _STATEMENT.match(message)
            if role == LEARNER and statement:
                found.append(message[statement.end() :].replace("\n\t", "\n").rstrip("\n"))
        return found

    def pages_read(self) -> int:
        """Pages of 8 KiB of the learner's tables and indexes that were looked at, in memory or not, since `reset`.

        A server process tells what it read when it ends: the learner's connections are ended first.
        """
        self.expect_alive()
        self._admin(
            f"SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE usename = '{LEARNER}'",
        )
        kinds = ("heap", "idx", "toast", "tidx")
        columns = ", ".join(f"{kind}_blks_{how}" for kind in kinds for how in ("read", "hit"))
        rows = self.ask(f"SELECT {columns} FROM pg_catalog.pg_statio_user_tables")
        return int(sum(value or 0 for row in rows for value in row))

    def _admin(self, *statements: str) -> None:
        with self._connect("postgres", "examiner", self._admin_secret, "") as connection:
            for statement in statements:
                connection.execute(statement.encode())

    def _connect(self, database: str, role: str, password: str, options: str) -> "psycopg.Connection[Any]":
        import psycopg

        return psycopg.connect(
            host=str(self._bound_in),
            dbname=database,
            user=role,
            password=password,
            options=options,
            autocommit=True,
            connect_timeout=10,
        )


@dataclass(frozen=True)
class Template:
    """A data directory as `initdb` leaves it, to be copied, and the superuser's password in it."""

    folder: Path
    password: str


@functools.cache
def make_template(programs: Path, user: User | None) -> Template:
    """Made once a process (0.7 s; a copy takes 0.1 s) and removed when it ends."""
    root = private_folder("initdb", user)
    atexit.register(shutil.rmtree, root, ignore_errors=True)
    password = secrets.token_hex(16)
    given = root / "password"
    given.write_text(password, encoding="utf-8")
    given.chmod(0o644)  # the folder is private
    folder = root / "data"
    words = [str(programs / "initdb"), "-D", str(folder), "-U", "examiner", f"--pwfile={given}"]
    words += ["--no-sync", "--no-locale", "--encoding=UTF8", "--wal-segsize=1", "--auth=scram-sha-256"]
    run_as(user, words, INITDB_SECONDS)
    given.unlink()
    (folder / "pg_hba.conf").write_text("\n".join(ACCESS) + "\n", encoding="utf-8")
    return Template(folder, password)


def run_as(user: User | None, words: Sequence[str], seconds: float) -> None:
    """Run a program as that user in a folder anybody may enter; RuntimeError with what it said when it fails."""
    who: dict[str, Any] = {"user": user.uid, "group": user.gid, "extra_groups": []} if user else {}
    environment = {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"}
    done = subprocess.run(words, capture_output=True, timeout=seconds, cwd="/", env=environment, **who)
    if done.returncode:
        said = (done.stdout + done.stderr).decode("utf-8", "replace")[-2000:]
        raise RuntimeError(f"{Path(words[0]).name} failed with exit status {done.returncode}: {said}")


def find_programs() -> Path:
    """The folder of `postgres` and `initdb`: on PATH, where Debian and Homebrew have it, or of the wheel `pgserver`."""
    on_path = shutil.which("postgres")
    found = [Path(on_path).resolve().parent] if on_path else []
    homebrew = shutil.which("brew")
    kegs = Path(homebrew).parents[1].glob("opt/postgresql*/bin") if homebrew else ()
    for places in (Path("/usr/lib/postgresql").glob("*/bin"), kegs):
        found += sorted(places, key=_version, reverse=True)
    wheel = importlib.util.find_spec("pgserver")
    if wheel and wheel.origin:
        found.append(Path(wheel.origin).parent / "pginstall" / "bin")
    for folder in found:
        if (folder / "postgres").is_file() and (folder / "initdb").is_file():
            return folder
    raise Problem("PostgreSQL (14 or later) is not installed", fix=INSTALL, code=Exit.ENVIRONMENT)


def _version(folder: Path) -> int:
    numbers = re.findall(r"\d+", str(folder))
    return int(numbers[-1]) if numbers else 0


def _need_client() -> None:
    if importlib.util.find_spec("psycopg") is None:
        raise Problem(
            "the package psycopg is not installed", fix="pip install 'the-other-90[services]'", code=Exit.ENVIRONMENT
        )
