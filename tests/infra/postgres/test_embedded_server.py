"""The embedded server: made once, found by every process, stopped on request, up again after any kill."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

import adbc_driver_postgresql.dbapi as adbc
import pytest
from psycopg import Connection

from infra.postgres import Server, ServerUnavailableError, find_server, open_server
from infra.postgres.account import let_through
from infra.postgres.embedded import embedded_cluster
from infra.postgres.postmaster import read_postmaster
from infra.settings import Settings, read_settings
from infra.stores import open_store

OPEN_A_STORE = """
import os
from infra.settings import read_settings
from infra.stores import open_store
with open_store(read_settings(os.environ)) as store:
    print(store.server.describe().pid, store.epoch(), store.keys.secret("append").hex())
"""


@pytest.fixture
def settings() -> Iterator[Settings]:
    """A home that no server has seen, and no server left behind."""
    with tempfile.TemporaryDirectory(prefix="kefu-test-") as folder:
        let_through(Path(folder))
        settings = read_settings({"KEFU_HOME": folder})
        yield settings
        stop(settings)


def stop(settings: Settings) -> None:
    running = find_server(settings)
    if running is not None:
        running.stop()


def ask(server: Server, question: str) -> Any:
    with Connection[Any].connect(server.maintenance_conninfo) as connection:
        [answer] = connection.execute(question).fetchone()  # type: ignore[misc]
    return answer


def kill(pid: int) -> None:
    """Kill a process and see it gone."""
    os.kill(pid, signal.SIGKILL)
    wait_for_end(pid)


def wait_for_end(pid: int) -> None:
    # Where nobody reaps it, it stays as a zombie.
    stat = Path(f"/proc/{pid}/stat")
    while stat.exists() and stat.read_text().rpartition(")")[2].split()[0] != "Z":
        time.sleep(0.01)


def test_found_as_it_was_opened_until_it_is_stopped(settings: Settings) -> None:
    assert find_server(settings) is None
    pid = open_server(settings).describe().pid
    assert open_server(settings).describe().pid == pid
    found = find_server(settings)
    assert found is not None
    assert found.describe().pid == pid
    found.stop()
    assert find_server(settings) is None
    found.stop()
    assert open_server(settings).describe().pid != pid


def test_described_by_version_process_folder_and_address(settings: Settings) -> None:
    description = open_server(settings).describe()
    assert description.kind == "embedded"
    assert description.version.startswith("18.")
    assert description.data_folder == settings.home / "postgres"
    assert str(description.pid) == (settings.home / "postgres" / "postmaster.pid").read_text().split("\n")[0]
    with Connection[Any].connect(description.conninfo) as connection:
        assert connection.info.dbname == "postgres"


def test_starts_with_safe_and_fitting_settings(settings: Settings) -> None:
    server = open_server(settings)
    expected = {
        "fsync": "on",
        "full_page_writes": "on",
        "synchronous_commit": "on",
        "wal_level": "replica",
        "checkpoint_timeout": "15min",
        "idle_in_transaction_session_timeout": "5min",
        "max_connections": "100",
        "jit": "off",
        "listen_addresses": "",
    }
    assert {name: ask(server, f"show {name}") for name in expected} == expected
    megabytes = "select pg_size_bytes(current_setting('{}')) / 1024 / 1024"
    assert 128 <= ask(server, megabytes.format("shared_buffers")) <= 1024
    assert 1024 <= ask(server, megabytes.format("max_wal_size")) <= 8192


def test_nobody_else_may_enter_its_folder(settings: Settings) -> None:
    open_server(settings)
    assert (settings.home / "postgres").stat().st_mode & 0o777 == 0o700
    assert (settings.home / "postgres").stat().st_uid != 0


def test_what_was_committed_is_there_after_a_kill_of_the_server(settings: Settings) -> None:
    server = open_server(settings)
    with Connection[Any].connect(server.maintenance_conninfo, autocommit=True) as connection:
        connection.execute("create table kept as select generate_series(1, 1000) as n")
    pid = server.describe().pid
    assert pid is not None
    kill(pid)
    assert find_server(settings) is None
    again = open_server(settings)
    assert ask(again, "select sum(n) from kept") == 500_500
    assert again.describe().pid != pid


def test_an_open_store_goes_on_after_a_kill_of_the_server(settings: Settings) -> None:
    with open_store(settings) as store:
        keys = store.keys.subject_keys(["c1"])
        assert store.recorder().max_notification_id() is None
        pid = store.server.describe().pid
        assert pid is not None
        kill(pid)
        open_server(settings)
        assert store.keys.subject_keys(["c1"]) == keys
        assert store.recorder().max_notification_id() is None


def test_up_again_after_a_kill_of_one_of_its_children(settings: Settings) -> None:
    server = open_server(settings)
    with Connection[Any].connect(server.maintenance_conninfo, autocommit=True) as connection:
        kill(connection.info.backend_pid)
    assert ask(open_server(settings), "select 1") == 1


def test_a_reused_process_number_is_not_taken_for_the_server(settings: Settings) -> None:
    server = open_server(settings)
    server.stop()
    data = settings.home / "postgres"
    stranger = subprocess.Popen(["/bin/sleep", "60"])
    (data / "postmaster.pid").write_text(f"{stranger.pid}\n{data}\n1700000000\n5432\n{data}\n\n\nready\n")
    try:
        assert find_server(settings) is None
        assert open_server(settings).describe().pid != stranger.pid
        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()


def test_an_unfinished_first_start_is_begun_again(settings: Settings) -> None:
    unfinished = settings.home / "postgres.unfinished"
    unfinished.mkdir(parents=True)
    (unfinished / "PG_VERSION").write_text("18\n")
    assert ask(open_server(settings), "select 1") == 1
    assert not unfinished.exists()


def test_a_home_deleted_under_its_server_can_be_made_again(settings: Settings) -> None:
    old = open_server(settings).describe().pid
    assert old is not None
    shutil.rmtree(settings.home / "postgres")
    new = open_server(settings)
    assert new.describe().pid != old
    # As the old one does by itself within a minute, on finding its folder gone.
    os.kill(old, signal.SIGQUIT)
    wait_for_end(old)
    assert ask(new, "select 1") == 1


def test_four_processes_opening_a_new_store_at_once_all_get_the_same(settings: Settings) -> None:
    command = [sys.executable, "-W", "error", "-c", OPEN_A_STORE]
    environ = settings.environ() | {"PYTHONPATH": str(Path(__file__).parents[3])}
    processes = [
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environ)
        for _ in range(4)
    ]
    outcomes = [(process.communicate(), process.returncode) for process in processes]
    assert [(error, status) for (_, error), status in outcomes] == [("", 0)] * 4
    assert len({said for (said, _), _ in outcomes}) == 1
    assert find_server(settings) is not None, "a command's end leaves the server up"


def test_a_home_too_deep_for_a_socket_works(settings: Settings) -> None:
    deep = replace(settings, home=settings.home / ("deep" * 20) / ("客服" * 5))
    try:
        server = open_server(deep)
        assert ask(server, "select 1") == 1
        with adbc.connect(server.maintenance_conninfo) as connection, connection.cursor() as cursor:
            cursor.execute("select 1")
            assert cursor.fetchone() == (1,)
        folder = embedded_cluster(deep.home).socket_folder
        assert folder.stat().st_mode & 0o777 == 0o700
    finally:
        stop(deep)
    assert not folder.exists()


@pytest.mark.parametrize("name", ["it's my & 客服?#%20home", '$HOME "`;', "a,b=c"])
def test_a_home_of_any_name_works(settings: Settings, name: str) -> None:
    odd = replace(settings, home=settings.home / name)
    try:
        assert ask(open_server(odd), "select 1") == 1
    finally:
        stop(odd)


def test_a_server_with_all_connections_taken_is_still_up(settings: Settings) -> None:
    open_server(settings).stop()
    configuration = settings.home / "postgres" / "kefu.conf"
    configuration.write_text("max_connections = 4\nsuperuser_reserved_connections = 0\n")
    server = open_server(settings)
    with ExitStack() as taken:
        for _ in range(4):
            taken.enter_context(Connection[Any].connect(server.maintenance_conninfo))
        with pytest.raises(ServerUnavailableError, match="too many clients"):
            open_server(settings)
    assert find_server(settings) is not None


def test_a_home_that_cannot_be_made_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(ServerUnavailableError, match=r"embedded PostgreSQL cannot start: .*Not a directory"):
        open_server(read_settings({"KEFU_HOME": str(tmp_path / "file" / "home")}))


def test_a_server_that_cannot_start_says_why_and_where_its_log_is(settings: Settings) -> None:
    open_server(settings).stop()
    configuration = settings.home / "postgres" / "kefu.conf"
    configuration.write_text("shared_buffers = plenty\n")
    with pytest.raises(ServerUnavailableError, match="embedded PostgreSQL cannot start") as failed:
        open_server(settings)
    assert str(settings.home / "postgres" / "server.log") in str(failed.value)
    assert "\n" not in str(failed.value)
    assert read_postmaster(settings.home / "postgres") is None
