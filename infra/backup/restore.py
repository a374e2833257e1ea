"""Makes a store again from a backup: beside the old one, verified, then in its place."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

from psycopg import Connection
from psycopg.errors import UndefinedTable

from infra.backup.carry_over import carry_over, revived
from infra.backup.errors import BackupError
from infra.backup.load import load
from infra.backup.make import LAST_BACKUP
from infra.backup.manifest import Manifest
from infra.backup.names import drop, existing, in_making, names_of, replaced
from infra.backup.sources import Sources, Wanted, check_sources, read_sources
from infra.backup.surroundings import Surroundings
from infra.backup.swap import refuse_company, swap, take_restore_lock
from infra.key_store import read_or_make_master_key
from infra.postgres import Server, create_database, open_server
from infra.settings import Settings
from infra.stores import Store, open_store

Reconcile = Callable[[Store], object]

BEGIN_LIFE = """
insert into store_meta (name, value)
values ('epoch', gen_random_uuid()::text), ('restored_from', %(epoch)s), (%(last_backup)s, %(ended_at)s)
on conflict (name) do update set value = excluded.value
"""
HOLDS_ANYTHING: dict[Literal["events", "keys"], str] = {
    "events": "select exists (select from stored_events)",
    "keys": "select exists (select from subject_key) or exists (select from alias)",
}


@dataclass(frozen=True, kw_only=True)
class Restored:
    """What a restore did; `erased` is how many erasures made after the backup were carried over."""

    manifest: Manifest
    epoch: str
    erased: int
    is_other_store: bool


def restore(
    settings: Settings, wanted: Wanted, *, surroundings: Surroundings, reconcile: Reconcile
) -> Restored:
    """Make the store that the settings name from a backup.

    BackupError or MasterKeyError leaves the old store as it was. `reconcile` carries erasures through.
    """
    sources = read_sources(wanted)
    check_sources(sources, settings=settings, surroundings=surroundings)
    server = open_server(settings)
    with _maintenance(server) as connection:
        take_restore_lock(connection, settings)
        finish(connection, settings, reconcile=reconcile)
        if not wanted.may_replace:
            _refuse_occupied(connection, settings, server=server)
        if not wanted.may_disconnect:
            refuse_company(connection, settings)
        with ExitStack() as unless_swapped:
            unless_swapped.callback(drop, connection, in_making(settings))
            _load(connection, sources, settings=settings, server=server, surroundings=surroundings)
            restored = _settled(connection, sources, settings=settings, reconcile=reconcile)
            surroundings.watch("taking the old store's place")
            swap(connection, settings, disconnect=wanted.may_disconnect)
            unless_swapped.pop_all()
        finish(connection, settings, reconcile=reconcile)
    return restored


def finish_restore(settings: Settings, *, reconcile: Reconcile) -> list[str]:
    """End a restore that was killed; answers the databases that it had left and that are dropped now."""
    server = open_server(settings)
    with _maintenance(server) as connection:
        take_restore_lock(connection, settings)
        return finish(connection, settings, reconcile=reconcile)


def leftovers(settings: Settings, *, server: Server) -> list[str]:
    """The databases of a restore that has not ended, or still runs."""
    with _maintenance(server) as connection:
        return existing(connection, in_making(settings)) + existing(connection, replaced(settings))


def finish(connection: Connection[Any], settings: Settings, *, reconcile: Reconcile) -> list[str]:
    """Drop what was being made, and what was replaced once all of its erasures are carried over."""
    dropped = drop(connection, in_making(settings))
    if len(existing(connection, replaced(settings))) == len(names_of(settings)):
        # Those who were erased after the first carrying over and before the names changed.
        with open_store(replaced(settings)) as old, open_store(settings) as new:
            if old.append_key == new.append_key:
                carry_over(old, new)
                _reconcile(new, reconcile)
    return dropped + drop(connection, replaced(settings))


@contextmanager
def _maintenance(server: Server) -> Iterator[Connection[Any]]:
    with Connection[Any].connect(server.maintenance_conninfo, autocommit=True) as connection:
        yield connection


def _refuse_occupied(connection: Connection[Any], settings: Settings, *, server: Server) -> None:
    found = existing(connection, settings)
    kinds: tuple[Literal["events", "keys"], ...] = ("events", "keys")
    for kind, name in zip(kinds, names_of(settings), strict=True):
        if name in found and _holds_anything(server.conninfo(name), HOLDS_ANYTHING[kind]):
            raise BackupError(
                f"store {settings.store} is not empty; give --replace to put the backup in its place, or "
                "another --store"
            )


def _holds_anything(conninfo: str, statement: str) -> bool:
    with Connection[Any].connect(conninfo, autocommit=True) as connection:
        try:
            return connection.execute(statement.encode()).fetchone() == (True,)
        except UndefinedTable:
            return False


def _load(
    connection: Connection[Any],
    sources: Sources,
    *,
    settings: Settings,
    server: Server,
    surroundings: Surroundings,
) -> None:
    for (_, folder, dump), name in zip(sources, names_of(in_making(settings)), strict=True):
        surroundings.watch(f"restoring {sum(dump.rows.values()):,} rows of {dump.file}")
        create_database(connection, name)
        load(folder / dump.file, dump, conninfo=server.conninfo(name), surroundings=surroundings)


def _settled(
    connection: Connection[Any], sources: Sources, *, settings: Settings, reconcile: Reconcile
) -> Restored:
    """Migrate what was loaded, open its keys, begin its new life, and erase again who had been erased."""
    if sources.master_key_file is not None:
        _rewrap(in_making(settings), by=sources.master_key_file)
    with open_store(in_making(settings)) as new:
        _begin_life(new, sources.manifest)
        erased, is_other = 0, False
        if len(existing(connection, settings)) == len(names_of(settings)):
            with open_store(settings) as old:
                is_other = old.append_key != new.append_key
                erased = 0 if is_other else carry_over(old, new)
        _reconcile(new, reconcile)
        return Restored(manifest=sources.manifest, epoch=new.epoch(), erased=erased, is_other_store=is_other)


def _rewrap(settings: Settings, *, by: Path) -> None:
    """Wrap the keys by the master key that is in force, instead of the one that they were backed up with."""
    in_force = read_or_make_master_key(settings.master_key_file)
    with open_store(replace(settings, master_key_file=by)) as store:
        store.keys.rotate(in_force)


def _begin_life(store: Store, manifest: Manifest) -> None:
    with store.connect() as connection:
        values = {
            "epoch": manifest.epoch,
            "last_backup": LAST_BACKUP,
            "ended_at": manifest.ended_at.isoformat(),
        }
        connection.execute(BEGIN_LIFE, values)


def _reconcile(store: Store, reconcile: Reconcile) -> None:
    reconcile(store)
    if left := revived(store):
        raise BackupError(
            f"{left} of the persons who were erased still have keys in store {store.settings.store}"
        )
