"""DAGSTER_HOME of a store: where Dagster keeps its runs and how it finds our code."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from psycopg import Connection

from infra.postgres import create_database, open_server
from infra.settings import Settings

RUNS_ADDRESS = "KEFU_DAGSTER_DATABASE"
"""The variable through which Dagster's processes get the address of their own database."""


@dataclass(frozen=True)
class InstanceHome:
    """The folder, and the variables with which Dagster's processes find it."""

    folder: Path
    variables: Mapping[str, str]

    @property
    def workspace(self) -> Path:
        return self.folder / "workspace.yaml"


def home_folder(settings: Settings) -> Path:
    """One folder per store: two stores have partitions of the same names."""
    return settings.home / "dagster" / settings.store


def remembered_calendar(settings: Settings) -> Path:
    return home_folder(settings) / "calendar.json"


def find_home(settings: Settings) -> InstanceHome:
    """Where it is; with DATABASE_URL the runs get a database on that server."""
    folder = home_folder(settings)
    return InstanceHome(
        folder=folder,
        variables={
            "DAGSTER_HOME": str(folder),
            "DAGSTER_DISABLE_TELEMETRY": "yes",
            **_runs_address(settings),
        },
    )


def make_home(settings: Settings, *, code_server_port: int) -> InstanceHome:
    """Write dagster.yaml and workspace.yaml where it is."""
    home = find_home(settings)
    home.folder.mkdir(parents=True, exist_ok=True)
    _write(home.folder / "dagster.yaml", _instance(on_server=settings.database_url is not None))
    _write(home.workspace, _workspace(code_server_port))
    return home


def runs_database(store: str) -> str:
    """The name of the database that holds Dagster's runs of a store."""
    return f"kefu_{store}_dagster"


def _instance(*, on_server: bool) -> dict[str, Any]:
    on_postgres = {"storage": {"postgres": {"postgres_url": {"env": RUNS_ADDRESS}}}}
    return {
        "telemetry": {"enabled": False},
        "nux": {"enabled": False},
        "freshness": {"enabled": True},
        # One run at a time: a refresh reads whole facts, and two of them only wait for each other.
        "concurrency": {"runs": {"max_concurrent_runs": 1}},
        **(on_postgres if on_server else {}),
    }


def _workspace(port: int) -> dict[str, Any]:
    server = {"host": "127.0.0.1", "port": port, "location_name": "kefu"}
    return {"load_from": [{"grpc_server": server}]}


def _runs_address(settings: Settings) -> dict[str, str]:
    if settings.database_url is None:
        return {}
    server, name = open_server(settings), runs_database(settings.store)
    with Connection[Any].connect(server.maintenance_conninfo, autocommit=True) as connection:
        create_database(connection, name)
    # The driver is named: SQLAlchemy's default is another one than Dagster's.
    return {RUNS_ADDRESS: server.conninfo(name).replace("postgresql://", "postgresql+psycopg2://", 1)}


def _write(file: Path, content: Mapping[str, Any]) -> None:
    file.write_text(yaml.safe_dump(dict(content), sort_keys=False))
