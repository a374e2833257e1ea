"""The servers and stores that tests run against: real PostgreSQL, embedded and installed."""

import gc
import os
import shutil
import signal
import socket
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from adbc_driver_postgresql import dbapi
from psycopg import Connection

from infra.postgres import ServerUnavailableError, open_server
from infra.postgres.account import let_through
from infra.postgres.cluster import Cluster
from infra.postgres.embedded import embedded_cluster
from infra.postgres.postmaster import read_postmaster
from infra.settings import Settings, read_settings
from infra.stores import Store, open_store
from projections.facts import SPECS
from projections.storage.database import open_database
from projections.storage.tables import create_tables
from tests.reused_stores import TEMPLATE, WITH_TABLES, Stock
from tests.shared_types import TypesOnce

# A machine that is busy with something else is no fault of an example.
hypothesis.settings.register_profile(
    "patient",
    hypothesis.settings(),
    deadline=None,
    suppress_health_check=[hypothesis.HealthCheck.too_slow],
)
hypothesis.settings.load_profile("patient")


LONG = ("soak", "docs", "test_day_after_day.py", "test_laws.py")
"""Folders and files of tests with which a worker is busy for long."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What is long begins first, so that in the end no worker waits for it."""
    items.sort(key=lambda item: not set(LONG) & set(item.path.parts))


def pytest_collection_finish() -> None:
    """What was imported and collected stays to the end: no collection of garbage looks at it again."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session", autouse=True)
def types_once() -> Iterator[None]:
    """Connections of ADBC to one database share what it knows of types."""
    known = TypesOnce()
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(dbapi, "connect", known.connect)
        yield
    known.forget()


@dataclass(frozen=True, kw_only=True)
class RunningServer:
    """A server for the length of the session, and the settings that lead to it."""

    name: str
    settings: Settings
    stock: Stock

    @cached_property
    def with_tables(self) -> Stock:
        """Stores in which the tables of facts stand, as any store's do once something was projected."""
        with open_store(replace(self.settings, store=WITH_TABLES)) as made:
            with open_database(made.conninfo) as database:
                create_tables(database, SPECS.values())
            with made.connect() as connection:
                connection.execute("truncate projection_checkpoint")
        return Stock(server=self.stock.server, template=WITH_TABLES)

    def connect(self) -> Connection[Any]:
        """A connection to its maintenance database, in autocommit mode."""
        return self.stock.connect()


@pytest.fixture(scope="session")
def embedded_server() -> Iterator[RunningServer]:
    """The embedded server with a home of its own."""
    home = _temporary_folder()
    settings = read_settings({"KEFU_HOME": str(home)})
    try:
        yield _prepared("embedded", settings)
    finally:
        _thrown_away(embedded_cluster(home))


@pytest.fixture(scope="session")
def installed_server() -> Iterator[RunningServer]:
    """The PostgreSQL installed on this machine, on a free port of the loopback interface."""
    programs = installed_programs()
    if programs is None:
        pytest.skip("no PostgreSQL on PATH or under /usr/lib/postgresql")
    home = _temporary_folder()
    cluster = Cluster(programs=programs, data=home / "data", socket_folder=home / "data", port=_free_port())
    settings = read_settings({"KEFU_HOME": str(home), "DATABASE_URL": cluster.conninfo("postgres")})
    try:
        cluster.start()
        _skip_if_too_old(settings)
        yield _prepared("installed", settings)
    finally:
        _thrown_away(cluster)


@pytest.fixture(scope="session", params=["embedded", "installed"])
def server(request: pytest.FixtureRequest) -> RunningServer:
    """Each of the two servers in turn; the installed one is skipped where there is none."""
    found: RunningServer = request.getfixturevalue(f"{request.param}_server")
    return found


@pytest.fixture
def store(server: RunningServer) -> Iterator[Store]:
    """An open store in fresh databases, on each server in turn."""
    yield from fresh_store(server)


@pytest.fixture
def embedded_store(embedded_server: RunningServer) -> Iterator[Store]:
    """An open store in fresh databases on the embedded server."""
    yield from fresh_store(embedded_server)


def fresh_store(server: RunningServer, *, has_tables: bool = True) -> Iterator[Store]:
    """Open a store that is as the template is, and give it back afterwards."""
    stock = server.with_tables if has_tables else server.stock
    used = stock.take()
    with open_store(replace(server.settings, store=used.name)) as opened:
        yield opened
    stock.give_back(used)


def installed_programs() -> Path | None:
    """The folder of an installed PostgreSQL's programs: that on PATH, else the newest of Debian's."""
    on_path = shutil.which("postgres")
    if on_path is not None:
        return Path(on_path).resolve().parent
    debian = Path("/usr/lib/postgresql").glob("*/bin/postgres")
    found = sorted(debian, key=lambda program: float(program.parent.parent.name))
    return found[-1].parent if found else None


def _skip_if_too_old(settings: Settings) -> None:
    try:
        open_server(settings)
    except ServerUnavailableError as error:
        pytest.skip(str(error))


def _prepared(name: str, settings: Settings) -> RunningServer:
    server = RunningServer(name=name, settings=settings, stock=Stock(server=open_server(settings)))
    # Databases come and go with every test, and the machine's power stays on meanwhile; kills lose nothing.
    with server.connect() as connection:
        connection.execute("alter system set fsync = off")
        connection.execute("select pg_reload_conf()")
    open_store(replace(server.settings, store=TEMPLATE)).close()
    return server


def _thrown_away(cluster: Cluster) -> None:
    """End the server at once, without writing to disk what is deleted anyway."""
    running = read_postmaster(cluster.data)
    if running is not None and running.is_alive():
        os.kill(running.pid, signal.SIGQUIT)
        while running.is_alive():
            time.sleep(0.02)
    shutil.rmtree(cluster.data.parent)


def _temporary_folder() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="kefu-test-"))
    let_through(folder)
    return folder


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
    return port
