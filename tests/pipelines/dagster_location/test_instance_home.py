"""DAGSTER_HOME of a store: silent, on SQLite, or on the server that DATABASE_URL names."""

from dataclasses import replace

import pytest
import yaml

from infra.postgres import open_server
from infra.settings import Settings, read_settings
from pipelines.dagster_location.instance_home import RUNS_ADDRESS, make_home
from tests.conftest import RunningServer


@pytest.fixture
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return read_settings({"KEFU_HOME": str(tmp_path_factory.mktemp("home")), "KEFU_STORE": "bank"})


def test_each_store_has_a_home_that_sends_nothing_out(settings: Settings) -> None:
    home = make_home(settings, code_server_port=4000)
    written = yaml.safe_load((home.folder / "dagster.yaml").read_text())
    assert home.folder == settings.home / "dagster" / "bank"
    assert home.variables["DAGSTER_HOME"] == str(home.folder)
    assert written["telemetry"] == {"enabled": False}
    assert "storage" not in written
    workspace = yaml.safe_load(home.workspace.read_text())
    assert workspace["load_from"] == [
        {"grpc_server": {"host": "127.0.0.1", "port": 4000, "location_name": "kefu"}}
    ]


def test_with_a_server_its_runs_lie_there_and_no_address_is_written_down(
    settings: Settings, embedded_server: RunningServer
) -> None:
    address = open_server(embedded_server.settings).maintenance_conninfo
    home = make_home(replace(settings, database_url=address), code_server_port=4000)
    with embedded_server.connect() as connection:
        made = connection.execute("select 1 from pg_database where datname = 'kefu_bank_dagster'").fetchone()
        connection.execute("drop database kefu_bank_dagster")
    assert made is not None
    assert "kefu_bank_dagster" in home.variables[RUNS_ADDRESS]
    written = (home.folder / "dagster.yaml").read_text()
    assert yaml.safe_load(written)["storage"] == {"postgres": {"postgres_url": {"env": RUNS_ADDRESS}}}
    assert "kefu_bank_dagster" not in written
