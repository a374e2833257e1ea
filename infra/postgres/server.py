"""Opens, finds and describes the server that the settings mean."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from psycopg import Connection, OperationalError

from infra.postgres.cluster import Cluster
from infra.postgres.conninfo import address, parameters, without_secrets
from infra.postgres.embedded import embedded_cluster
from infra.postgres.programs import ClusterError
from infra.settings import Settings

OLDEST_VERSION = 15


class ServerUnavailableError(Exception):
    """The server cannot be used; the sentence says why and where to look."""


@dataclass(frozen=True, kw_only=True)
class ServerDescription:
    """What `kefu status` shows of a server; the address holds no password."""

    kind: str
    version: str
    pid: int | None
    data_folder: Path | None
    conninfo: str


class Server(Protocol):
    """A running server."""

    def conninfo(self, database: str) -> str:
        """A URI for psycopg and ADBC."""
        ...

    @property
    def maintenance_conninfo(self) -> str:
        """The database from which others are created."""
        ...

    def describe(self) -> ServerDescription:
        """Version, process, folder and address."""
        ...

    def stop(self) -> None:
        """Stop it, if it is ours to stop; a server by DATABASE_URL is left alone."""
        ...


@dataclass(frozen=True, kw_only=True)
class EmbeddedServer:
    """PostgreSQL from the wheel, its data under KEFU_HOME; it stays up until it is stopped."""

    cluster: Cluster

    def conninfo(self, database: str) -> str:
        """A URI through the Unix socket."""
        return self.cluster.conninfo(database)

    @property
    def maintenance_conninfo(self) -> str:
        """The database `postgres`."""
        return self.conninfo("postgres")

    def describe(self) -> ServerDescription:
        """As it runs now, whoever started it."""
        return ServerDescription(
            kind="embedded",
            version=_version(self.maintenance_conninfo),
            pid=self.cluster.pid(),
            data_folder=self.cluster.data,
            conninfo=self.maintenance_conninfo,
        )

    def stop(self) -> None:
        """Ends every connection and stops it, whoever started it."""
        self.cluster.stop()


@dataclass(frozen=True, kw_only=True)
class ExternalServer:
    """A server that somebody else runs."""

    url: str

    def conninfo(self, database: str) -> str:
        """The address of DATABASE_URL with another database."""
        return address(parameters(self.url), database=database)

    @property
    def maintenance_conninfo(self) -> str:
        """The database that DATABASE_URL names, else `postgres`."""
        return self.conninfo(parameters(self.url).get("dbname", "postgres"))

    def describe(self) -> ServerDescription:
        """Version and address; process and folder are not ours to know."""
        return ServerDescription(
            kind="server",
            version=_version(self.maintenance_conninfo),
            pid=None,
            data_folder=None,
            conninfo=without_secrets(self.maintenance_conninfo),
        )

    def stop(self) -> None:
        """Nothing: it is not ours."""


def open_server(settings: Settings) -> Server:
    """The running server, the embedded one made and started if need be; else ServerUnavailableError."""
    if settings.database_url:
        server: Server = ExternalServer(url=settings.database_url)
    else:
        server = EmbeddedServer(cluster=_started(settings))
    _refuse_old(server)
    return server


def find_server(settings: Settings) -> Server | None:
    """The server if it answers now; nothing is started."""
    if settings.database_url:
        server: Server = ExternalServer(url=settings.database_url)
        return server if _answers(server) else None
    cluster = embedded_cluster(settings.home)
    return EmbeddedServer(cluster=cluster) if cluster.answers() else None


def _started(settings: Settings) -> Cluster:
    cluster = embedded_cluster(settings.home)
    try:
        cluster.start()
    except (ClusterError, OSError) as error:
        raise ServerUnavailableError(f"the embedded PostgreSQL cannot start: {error}") from error
    return cluster


def _answers(server: Server) -> bool:
    try:
        _version(server.maintenance_conninfo)
    except ServerUnavailableError:
        return False
    return True


def _refuse_old(server: Server) -> None:
    version = _version(server.maintenance_conninfo)
    if int(version.split(".", maxsplit=1)[0]) < OLDEST_VERSION:
        shown = without_secrets(server.maintenance_conninfo)
        raise ServerUnavailableError(
            f"the server at {shown} is PostgreSQL {version}; Kefu needs {OLDEST_VERSION} or newer"
        )


def _version(conninfo: str) -> str:
    try:
        with Connection[Any].connect(conninfo, connect_timeout=10) as connection:
            number = connection.info.server_version
    except OperationalError as error:
        shown = without_secrets(conninfo)
        reason = " ".join(str(error).split())
        raise ServerUnavailableError(f"no PostgreSQL answers at {shown}: {reason}") from error
    return f"{number // 10_000}.{number % 10_000}"
