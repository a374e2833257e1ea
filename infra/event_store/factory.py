"""Builds the event store from an application's environment, as the library's PERSISTENCE_MODULE asks."""

from eventsourcing.persistence import AggregateRecorder, InfrastructureFactoryError
from eventsourcing.postgres import PostgresFactory
from eventsourcing.utils import Environment, EnvType, strtobool
from psycopg.conninfo import conninfo_to_dict

from infra.event_store.append_keys import KEY_BYTES
from infra.event_store.recorder import EventProcessRecorder, EventRecorder


class DbFunctionsRefusedError(InfrastructureFactoryError):
    """POSTGRES_ENABLE_DB_FUNCTIONS must stay off: its function takes no lock, so readers skip events."""


class EventStoreFactory(PostgresFactory):
    """The library's PostgreSQL factory, whose every writer of the log is our recorder."""

    APPEND_HMAC_KEY = "APPEND_HMAC_KEY"
    POSTGRES_CONNINFO = "POSTGRES_CONNINFO"

    def __init__(self, env: Environment | EnvType | None) -> None:
        super().__init__(env)
        if strtobool(self.env.get(self.POSTGRES_ENABLE_DB_FUNCTIONS) or "no"):
            raise DbFunctionsRefusedError(DbFunctionsRefusedError.__doc__)
        self.append_hmac_key = self._read_append_hmac_key()
        self._keep_every_option()

    def aggregate_recorder(self, purpose: str = "events") -> AggregateRecorder:
        """The recorder of snapshots; events have one writer, whatever it is asked for as."""
        return self.application_recorder() if purpose == "events" else super().aggregate_recorder(purpose)

    def application_recorder(self) -> EventRecorder:
        """The one writer of the log; its table is not named after the application, as the library's is."""
        return EventRecorder(self.datastore, append_hmac_key=self.append_hmac_key)

    def process_recorder(self) -> EventProcessRecorder:
        """The writer of the log with the library's tracking."""
        recorder = EventProcessRecorder(self.datastore, append_hmac_key=self.append_hmac_key)
        if self.env_create_table():
            recorder.create_table()
        return recorder

    def _keep_every_option(self) -> None:
        """Connect with the whole address: the library takes only its five parts, and would drop sslmode."""
        whole = conninfo_to_dict(self.env.get(self.POSTGRES_CONNINFO) or "")
        if isinstance(self.datastore.pool.kwargs, dict):
            self.datastore.pool.kwargs.update(whole)

    def _read_append_hmac_key(self) -> bytes:
        text = self.env.get(self.APPEND_HMAC_KEY) or ""
        try:
            key = bytes.fromhex(text)
        except ValueError:
            key = b""
        if len(key) < KEY_BYTES:
            raise InfrastructureFactoryError(
                f"{self.APPEND_HMAC_KEY} must be the append key in hexadecimal, {KEY_BYTES} bytes or more"
            )
        return key
