"""A server by DATABASE_URL is used as it is, never stopped, and its password never shown."""

from pathlib import Path
from typing import Any

import pytest
from psycopg import Connection
from psycopg.conninfo import conninfo_to_dict

from infra.postgres import ServerUnavailableError, find_server, open_server
from infra.postgres.conninfo import address, without_secrets
from infra.postgres.server import ExternalServer
from infra.settings import read_settings
from tests.conftest import RunningServer

URL = "postgresql://me:p%40ss%20w%2Frd@db.example:5433/start?sslmode=require&application_name=k%26f"


def test_an_address_keeps_every_part_but_the_database() -> None:
    assert conninfo_to_dict(ExternalServer(url=URL).conninfo("kefu_default")) == {
        "user": "me",
        "password": "p@ss w/rd",
        "host": "db.example",
        "port": "5433",
        "dbname": "kefu_default",
        "sslmode": "require",
        "application_name": "k&f",
    }


def test_the_maintenance_database_is_the_one_named_else_postgres() -> None:
    named = ExternalServer(url=URL).maintenance_conninfo
    unnamed = ExternalServer(url="postgresql://db.example").maintenance_conninfo
    assert conninfo_to_dict(named)["dbname"] == "start"
    assert conninfo_to_dict(unnamed)["dbname"] == "postgres"


@pytest.mark.parametrize("database", ["a b", "客服", "a/b?c=d&e%20", "a'b"])
def test_any_database_name_survives_the_address(database: str) -> None:
    assert conninfo_to_dict(address({"host": "/tmp/x y"}, database=database)) == {  # noqa: S108
        "dbname": database,
        "host": "/tmp/x y",  # noqa: S108
    }


def test_a_shown_address_has_no_password() -> None:
    shown = without_secrets(URL)
    assert "p%40ss" not in shown
    assert "password" not in shown
    assert conninfo_to_dict(shown)["user"] == "me"


def test_an_absent_server_is_one_sentence_without_the_password(tmp_path: Path) -> None:
    settings = read_settings(
        {"KEFU_HOME": str(tmp_path), "DATABASE_URL": "postgresql://me:hidden@127.0.0.1:1/postgres"}
    )
    assert find_server(settings) is None
    with pytest.raises(ServerUnavailableError, match="no PostgreSQL answers at") as failed:
        open_server(settings)
    assert "hidden" not in str(failed.value)
    assert "\n" not in str(failed.value)


def test_a_server_too_old_is_refused(server: RunningServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("infra.postgres.server.OLDEST_VERSION", 99)
    with pytest.raises(ServerUnavailableError, match=r"is PostgreSQL 1\d\.\d+; Kefu needs 99 or newer"):
        open_server(server.settings)


def test_somebody_elses_server_is_not_stopped(installed_server: RunningServer) -> None:
    opened = open_server(installed_server.settings)
    opened.stop()
    found = find_server(installed_server.settings)
    assert found == opened
    description = opened.describe()
    assert (description.kind, description.pid, description.data_folder) == ("server", None, None)
    with Connection[Any].connect(description.conninfo) as connection:
        assert connection.info.dbname == "postgres"
