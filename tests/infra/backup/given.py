"""Stores that nobody has open, what they hold byte for byte, and backups of them."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

from psycopg import Connection
from psycopg.sql import SQL, Identifier

from infra.backup import Manifest, Restored, Surroundings, Wanted, back_up, restore
from infra.backup.names import drop, in_making, replaced
from infra.event_store.record import Answer, Record
from infra.postgres import create_database, open_server
from infra.settings import Settings
from infra.stores import Store, events_database, keys_database, open_store
from tests.conftest import RunningServer
from tests.infra.event_store.given import record, stored
from tests.reused_stores import TEMPLATE

EVENT_TABLES = (
    "stored_events",
    "append_batch",
    "append_key",
    "append_key_history",
    "projection_skip",
    "api_key",
)
KEY_TABLES = ("subject_key", "alias", "search_term", "number_release", "legal_hold", "rejected_row")


def closed_store(server: RunningServer) -> Iterator[Settings]:
    """A fresh store to which nobody is connected; dropped afterwards with what restores have left."""
    settings = replace(server.settings, store=f"t{uuid4().hex[:12]}")
    with server.connect() as connection:
        for database in (events_database, keys_database):
            create_database(connection, database(settings.store), template=database(TEMPLATE))
    yield settings
    drop_store(settings)


def drop_store(settings: Settings) -> None:
    """Drop a store, and what restores of it have left."""
    with maintenance(settings) as connection:
        for store in (settings, in_making(settings), replaced(settings)):
            drop(connection, store)


def maintenance(settings: Settings) -> Connection[Any]:
    """A connection to the server beside its stores."""
    return Connection[Any].connect(open_server(settings).maintenance_conninfo, autocommit=True)


@dataclass(frozen=True, kw_only=True)
class Desk:
    """Somebody who backs a store up and restores it; `told` is what the terminal would have shown."""

    settings: Settings
    facts: tuple[str, ...] = ("calls",)
    told: list[str] = field(default_factory=list)

    @property
    def surroundings(self) -> Surroundings:
        return Surroundings(
            environ={}, clock=lambda: datetime.now(UTC), watch=self.told.append, facts=self.facts
        )

    def back_up(self, folder: Path, *, is_only_keys: bool = False) -> Manifest:
        with open_store(self.settings) as store:
            return back_up(store, folder, surroundings=self.surroundings, is_only_keys=is_only_keys)

    def restore(self, folder: Path, **wanted: Any) -> Restored:
        """Restored over whatever is there, erasures left to the key store."""
        asked = Wanted(folder=folder, **{"may_replace": True, **wanted})
        return restore(self.settings, asked, surroundings=self.surroundings, reconcile=destroy_the_erased)


def destroy_the_erased(store: Store) -> None:
    """As `pipelines.erasure.reconcile` does, but for the log."""
    store.keys.destroy(store.keys.unfinished_erasures())


def tell(settings: Settings, *names: str) -> list[Answer]:
    """A record with a sealed name for each of these customers."""
    with open_store(settings) as store:
        return store.recorder().append([_record(store, name) for name in names])


def _record(store: Store, name: str) -> Record:
    state = f'{{"name":"{store.keys.protect(name, "name", name.upper())}"}}'
    return record(name, stored(f"customer-{name}", 1, state=state.encode(), topic="customer.registered"))


def contents(settings: Settings) -> dict[str, bytes]:
    """Every table that a backup keeps, as COPY writes it, the rows in one order."""
    server = open_server(settings)
    tables = [(events_database(settings.store), table) for table in EVENT_TABLES]
    tables += [(keys_database(settings.store), table) for table in KEY_TABLES]
    return {table: _copied(server.conninfo(database), table) for database, table in tables}


def _copied(conninfo: str, table: str) -> bytes:
    statement = SQL("copy (select * from {} order by 1, 2) to stdout").format(Identifier(table))
    with Connection[Any].connect(conninfo) as connection, connection.cursor().copy(statement) as rows:
        return b"".join(bytes(chunk) for chunk in rows)


def names_revealed(settings: Settings) -> list[str | None]:
    """The names of all customers in the order of the log; None for whoever has no key."""
    with open_store(settings) as store, store.log() as log:
        events = log.read(0, log.highest()).filter(topic="customer.registered")
        subjects = [one.removeprefix("customer-") for one in events["originator_id"]]
        sealed = events["state"].str.json_path_match("$.name").to_list()
        return store.keys.reveal_all(subjects, "name", sealed)
