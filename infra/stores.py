"""A store: the event database and the key database of one organisation, made and migrated when opened."""

from contextlib import ExitStack
from types import TracebackType
from typing import Any, Literal, Self

from eventsourcing.utils import Environment
from psycopg import Connection

from infra.event_store import EventStoreFactory
from infra.event_store.bulk import BulkAppender
from infra.event_store.log import EventLog
from infra.event_store.recorder import EventRecorder
from infra.event_store.statements import READ_DECLARED_HISTORIES
from infra.forgetting import destroy_the_erased
from infra.key_store import KeyStore
from infra.key_store.master_key import with_master_key
from infra.postgres import Server, create_database, open_server
from infra.postgres.conninfo import parameters
from infra.rotation import finish_rotation, open_keys
from infra.schema import apply_migrations, migrations
from infra.settings import Settings


class Store:
    """An open store; close it, or use it as a context manager.

    `conninfo` is the address of its event database, for psycopg and ADBC; `append_key` the random key of the
    HMACs by which appended records are known again; `unfinished_erasures` are subjects of whom the key store
    knew, when the store was opened, that they are erased, and the log did not or something was left.
    """

    def __init__(self, *, settings: Settings, server: Server, keys: KeyStore) -> None:
        self.settings = settings
        self.server = server
        self.keys = keys
        self.conninfo = server.conninfo(events_database(settings.store))
        self.append_key = keys.secret("append")
        self.unfinished_erasures: set[str] = set()
        self._factory = EventStoreFactory(Environment("", self.service_env()))

    def connect(self) -> Connection[Any]:
        """A new connection to the event database, in autocommit mode; the caller closes it."""
        return Connection[Any].connect(self.conninfo, autocommit=True)

    def service_env(self) -> dict[str, str]:
        """What an eventsourcing Application needs to find this store."""
        parts = parameters(self.conninfo)
        return {
            "PERSISTENCE_MODULE": "infra.event_store",
            "MAPPER_TOPIC": "infra.event_store.mapper:EventMapper",
            "ORIGINATOR_ID_TYPE": "text",
            "CREATE_TABLE": "n",
            "POSTGRES_CONNINFO": self.conninfo,
            "POSTGRES_DBNAME": parts["dbname"],
            "POSTGRES_HOST": parts.get("host", ""),
            "POSTGRES_PORT": parts.get("port", "5432"),
            "POSTGRES_USER": parts.get("user", ""),
            "POSTGRES_PASSWORD": parts.get("password", ""),
            "POSTGRES_POOL_SIZE": "1",
            "POSTGRES_MAX_OVERFLOW": "19",
            "POSTGRES_PRE_PING": "y",
            "POSTGRES_LOCK_TIMEOUT": "10",
            "APPEND_HMAC_KEY": self.append_key.hex(),
        }

    def recorder(self) -> EventRecorder:
        """The log as the library writes it; threads may share it, and the store closes it."""
        return self._factory.application_recorder()

    def appender(self) -> BulkAppender:
        """A new bulk appender to the log; the caller closes it."""
        return BulkAppender(self.conninfo)

    def log(self) -> EventLog:
        """A new reader of the log, for one thread; the caller closes it."""
        return EventLog(self.conninfo)

    def epoch(self) -> str:
        """Which life of the store this is; another one after a restore."""
        with self.connect() as connection:
            row = connection.execute("select value from store_meta where name = 'epoch'").fetchone()
        return str(row[0]) if row else ""

    def declared_histories(self) -> list[str]:
        """The mappings by which a history without entry times was told, by name."""
        with self.connect() as connection:
            return [name for (name,) in connection.execute(READ_DECLARED_HISTORIES).fetchall()]

    def forget(self) -> None:
        """Destroy what is left of whom the log says is erased, and see what it does not say."""
        with self.connect() as connection:
            self.unfinished_erasures = destroy_the_erased(connection, self.keys)

    def close(self) -> None:
        """Close what the store keeps open."""
        self._factory.close()
        self.keys.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()


def open_store(settings: Settings) -> Store:
    """The store that the settings name, its server started, its databases made and migrated as needed.

    Whoever the log says is erased has lost their keys when it is open, and an interrupted change of the
    master key is finished. Raises ServerUnavailableError, ChangedMigrationError, SettingError or
    MasterKeyError, each one sentence.
    """
    server = open_server(settings)
    with Connection[Any].connect(server.maintenance_conninfo, autocommit=True) as connection:
        create_database(connection, events_database(settings.store))
        create_database(connection, keys_database(settings.store))
    _migrate(server.conninfo(events_database(settings.store)), kind="events")
    keys_conninfo = server.conninfo(keys_database(settings.store))
    _migrate(keys_conninfo, kind="keys")
    with ExitStack() as unless_opened:
        with with_master_key(settings.master_key_file):
            keys = open_keys(keys_conninfo, settings.master_key_file)
            unless_opened.callback(keys.close)
            store = Store(settings=settings, server=server, keys=keys)
            unless_opened.callback(store.close)
        finish_rotation(server, keys, settings.master_key_file)
        store.forget()
        unless_opened.pop_all()
    return store


def events_database(store: str) -> str:
    """Name of the database that holds a store's events, facts and API keys."""
    return f"kefu_{store}"


def keys_database(store: str) -> str:
    """Name of the database that holds a store's keys and pseudonyms."""
    return f"kefu_{store}_keys"


def _migrate(conninfo: str, *, kind: Literal["events", "keys"]) -> None:
    with Connection[Any].connect(conninfo, autocommit=True) as connection:
        apply_migrations(connection, migrations(kind))
