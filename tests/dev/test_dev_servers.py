"""The local servers: what they promise, and that they come back after every kind of end."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
import redis

from devtools import commands
from devtools.console import Console, StopError
from devtools.postgres import PostgresServer
from devtools.servers import Servers, database_for_tests, use_servers
from devtools.valkey import ValkeyServer


@pytest.fixture(scope="module")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PostgresServer]:
    server = PostgresServer(tmp_path_factory.mktemp("run")).start()
    yield server
    server.destroy()


@pytest.fixture
def valkey(tmp_path: Path) -> Iterator[ValkeyServer]:
    server = ValkeyServer(tmp_path).start()
    yield server
    server.destroy()


def ask(server: PostgresServer, query: str) -> object:
    with psycopg.connect(server.url, autocommit=True) as connection:
        cursor = connection.execute(query.encode())
        row = cursor.fetchone() if cursor.description else None
        return row[0] if row else None


def put_pid_of_a_stranger(lock: Path) -> None:
    """As after a reboot or in a new container: the recorded number belongs to another living process."""
    lines = lock.read_text().split("\n")
    lock.write_text("\n".join([str(os.getpid()), *lines[1:]]))


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("fsync", "on"),
        ("synchronous_commit", "on"),
        ("full_page_writes", "on"),
        ("data_checksums", "on"),
        ("jit", "off"),
        ("TimeZone", "UTC"),
        ("server_encoding", "UTF8"),
        ("listen_addresses", ""),
        ("max_connections", "100"),
        ("shared_buffers", "128MB"),
    ],
)
def test_postgres_has_the_settings_that_the_books_rely_on(
    postgres: PostgresServer, setting: str, value: str
) -> None:
    assert ask(postgres, f"show {setting}") == value


def test_postgres_sorts_by_code_point_on_every_machine(
    postgres: PostgresServer,
) -> None:
    query = "select datlocprovider::text || datlocale from pg_database where datname = current_database()"
    assert ask(postgres, query) == "bC.UTF-8"


def test_only_the_servers_own_user_may_enter_the_socket_directory(
    postgres: PostgresServer,
) -> None:
    assert stat.S_IMODE(postgres.socket_directory.stat().st_mode) == 0o700


def test_committed_rows_survive_a_kill_of_postgres(postgres: PostgresServer) -> None:
    ask(postgres, "create table kept as select 42 as answer")
    postgres.kill()
    assert postgres.pid is None
    postgres.start()
    assert ask(postgres, "select answer from kept") == 42


def test_postgres_starts_although_the_recorded_pid_belongs_to_a_stranger(
    postgres: PostgresServer,
) -> None:
    postgres.kill()
    put_pid_of_a_stranger(postgres.data / "postmaster.pid")
    for lock in postgres.socket_directory.glob(".s.PGSQL.*.lock"):
        put_pid_of_a_stranger(lock)
    assert postgres.pid is None
    postgres.start()
    assert ask(postgres, "select 1") == 1


def test_a_server_that_runs_is_adopted(postgres: PostgresServer) -> None:
    assert PostgresServer(postgres.run_dir).start().pid == postgres.pid


def test_data_of_another_major_version_is_refused_with_one_line(tmp_path: Path) -> None:
    server = PostgresServer(tmp_path)
    server.data.mkdir(parents=True)
    (server.data / "PG_VERSION").write_text("17\n")
    try:
        with pytest.raises(StopError, match="made by PostgreSQL 17"):
            server.start()
    finally:
        server.destroy()


def test_what_valkey_was_told_survives_a_kill(valkey: ValkeyServer) -> None:
    redis.Redis.from_url(valkey.url).set("order", "7")
    valkey.kill()
    assert valkey.pid is None
    valkey.start()
    assert redis.Redis.from_url(valkey.url).get("order") == b"7"


def test_a_running_valkey_is_adopted_and_stopped_by_the_adopter(
    valkey: ValkeyServer,
) -> None:
    adopter = ValkeyServer(valkey.run_dir).start()
    assert adopter.pid == valkey.pid
    adopter.stop()
    assert valkey.pid is None


def test_valkey_starts_over_a_stale_socket_and_pid_file(valkey: ValkeyServer) -> None:
    valkey.kill()
    (valkey.home / "valkey.pid").write_text(f"{os.getpid()}\n")
    valkey.socket.touch()
    assert ValkeyServer(valkey.run_dir).start().pid is not None


def test_a_long_path_with_odd_characters_gets_a_short_private_socket(
    tmp_path: Path,
) -> None:
    server = ValkeyServer(tmp_path / ("ü & co " + "x" * 100)).start()
    try:
        assert redis.Redis.from_url(server.url).ping()
        assert stat.S_IMODE(server.socket.parent.stat().st_mode) == 0o700
    finally:
        server.destroy()
    assert not server.socket.parent.exists()


def test_the_last_user_of_the_servers_stops_them(
    postgres: PostgresServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("O2C_RUN_DIR", str(tmp_path))
    monkeypatch.setenv("DATABASE_URL", postgres.url)
    monkeypatch.delenv("REDIS_URL", raising=False)
    with use_servers(Console()) as first:
        with use_servers(Console()) as second:
            assert first.valkey is not None
            assert second.valkey is not None
            assert second.valkey.pid == first.valkey.pid
        assert first.valkey.pid is not None
    assert first.valkey.pid is None


def test_clean_refuses_while_somebody_uses_the_servers_and_deletes_their_data_after(
    postgres: PostgresServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_dir = tmp_path / "run"
    monkeypatch.setenv("O2C_RUN_DIR", str(run_dir))
    monkeypatch.setenv("DATABASE_URL", postgres.url)
    monkeypatch.delenv("REDIS_URL", raising=False)
    with use_servers(Console()) as servers:
        with pytest.raises(StopError, match="is using the servers"):
            commands.clean([], Console())
        assert servers.valkey is not None
        assert servers.valkey.pid is not None
    commands.clean([], Console())
    assert {path.suffix for path in run_dir.iterdir()} == {".lock"}


@pytest.mark.parametrize(
    ("variable", "url"),
    [
        ("DATABASE_URL", "postgresql://me:hush@127.0.0.1:1/books"),
        ("REDIS_URL", "redis://me:hush@127.0.0.1:1/0"),
    ],
)
def test_a_named_server_that_does_not_answer_is_told_in_one_line(
    postgres: PostgresServer,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    variable: str,
    url: str,
) -> None:
    monkeypatch.setenv("O2C_RUN_DIR", str(tmp_path))
    monkeypatch.setenv("DATABASE_URL", postgres.url)
    monkeypatch.setenv(variable, url)
    with (
        pytest.raises(StopError, match=f"No server answers at {variable}") as told,
        use_servers(Console()),
    ):
        pass
    assert "hush" not in str(told.value)
    assert "\n" not in str(told.value)


def test_test_runs_at_the_same_time_get_databases_of_their_own(tmp_path: Path) -> None:
    servers = Servers("", "", tmp_path, PostgresServer(tmp_path), None)
    with database_for_tests(servers) as first, database_for_tests(servers) as second:
        assert first.startswith("postgresql:///o2c?")
        assert second.startswith("postgresql:///o2c_2?")
    with database_for_tests(servers) as third:
        assert third == first
