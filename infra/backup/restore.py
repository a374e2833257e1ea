"""Makes a store again from a backup: beside the old one, verified, then in its place."""

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from psycopg import Connection

from infra.backup.carry_over import carry_over, pending_customers, revived
from infra.backup.errors import BackupError
from infra.backup.load import load
from infra.backup.make import LAST_BACKUP
from infra.backup.manifest import Manifest
from infra.backup.names import drop, existing, in_making, names_of, replaced
from infra.backup.site import Site, locked_site
from infra.backup.sources import Sources, Wanted, check_sources, read_sources
from infra.backup.surroundings import Surroundings
from infra.backup.swap import refuse_company, swap
from infra.key_store import MasterKeyError, read_or_make_master_key
from infra.postgres import Server, create_database
from infra.settings import Settings
from infra.stores import Store, open_store

Reconcile = Callable[[Store], object]

BEGIN_LIFE = """
insert into store_meta (name, value)
values ('epoch', gen_random_uuid()::text), ('restored_from', %(epoch)s), (%(last_backup)s, %(ended_at)s)
on conflict (name) do update set value = excluded.value
"""


@dataclass(frozen=True, kw_only=True)
class Restored:
    """What a restore did.

    `erased` is how many customers had been erased since the backup and are erased again; `held` how many
    are to be, once a legal hold is lifted.
    """

    manifest: Manifest
    epoch: str
    erased: int
    held: int
    is_other_store: bool


def restore(
    settings: Settings, wanted: Wanted, *, surroundings: Surroundings, reconcile: Reconcile
) -> Restored:
    """Make the store that the settings name from a backup.

    Any error leaves the old store as it was. `reconcile` tells the log of erasures that it does not know.
    """
    sources = read_sources(wanted)
    check_sources(sources, settings=settings, surroundings=surroundings)
    with locked_site(settings) as site:
        _finish(site, reconcile=reconcile)
        _refuse(site, wanted)
        with ExitStack() as unless_swapped:
            unless_swapped.callback(drop, site.connection, in_making(settings))
            _load(site, sources, surroundings=surroundings)
            restored = _settled(site, sources, reconcile=reconcile)
            surroundings.watch("taking the old store's place")
            swap(site.connection, settings, disconnect=wanted.may_disconnect)
            unless_swapped.pop_all()
        _finish(site, reconcile=reconcile)
    return restored


def finish_restore(settings: Settings, *, reconcile: Reconcile) -> list[str]:
    """End a restore that was killed; answers the databases that it had left and that are dropped now."""
    with locked_site(settings) as site:
        return _finish(site, reconcile=reconcile)


def leftovers(settings: Settings, *, server: Server) -> list[str]:
    """The databases of a restore that has not ended, or still runs."""
    with Connection[Any].connect(server.maintenance_conninfo, autocommit=True) as connection:
        return existing(connection, in_making(settings)) + existing(connection, replaced(settings))


def _finish(site: Site, *, reconcile: Reconcile) -> list[str]:
    """Drop what was being made, and what was replaced once all of its erasures are carried over."""
    dropped = drop(site.connection, in_making(site.settings))
    old = replaced(site.settings)
    if existing(site.connection, old) and not site.has_both(site.settings):
        raise BackupError(
            f"somebody took store {site.settings.store} away, and what it had replaced is still there as "
            f"{', '.join(existing(site.connection, old))}; rename these databases or drop them first"
        )
    if site.has_both(old) and site.holds_anything(old):
        # Whoever was erased after the first carrying over and before the names changed.
        with open_store(site.settings) as store:
            _carry_over(old, store)
            _reconcile(store, reconcile)
    return dropped + drop(site.connection, old)


def _refuse(site: Site, wanted: Wanted) -> None:
    if not wanted.may_replace and site.holds_anything(site.settings):
        raise BackupError(
            f"store {site.settings.store} is not empty; give --replace to put the backup in its place, or "
            "another --store"
        )
    if not wanted.may_disconnect:
        refuse_company(site.connection, site.settings)


def _load(site: Site, sources: Sources, *, surroundings: Surroundings) -> None:
    for (_, folder, dump), name in zip(sources, names_of(in_making(site.settings)), strict=True):
        surroundings.watch(f"restoring {sum(dump.rows.values()):,} rows of {dump.file}")
        create_database(site.connection, name)
        load(folder / dump.file, dump, conninfo=site.server.conninfo(name), surroundings=surroundings)


def _settled(site: Site, sources: Sources, *, reconcile: Reconcile) -> Restored:
    """Migrate what was loaded, open its keys, begin its new life, and erase again who had been erased."""
    making = in_making(site.settings)
    if sources.master_key_file is not None:
        _rewrap(making, by=sources.master_key_file)
    with open_store(making) as new:
        _begin_life(new, sources.manifest)
        is_occupied = site.has_both(site.settings) and site.holds_anything(site.settings)
        known = _carry_over(site.settings, new) if is_occupied else set()
        _reconcile(new, reconcile)
        held = pending_customers(new)
        return Restored(
            manifest=sources.manifest,
            epoch=new.epoch(),
            erased=len((known or set()) - held),
            held=len(held),
            is_other_store=known is None,
        )


def _rewrap(settings: Settings, *, by: Path) -> None:
    """Wrap the keys by the master key that is in force, instead of the one that they were backed up with."""
    in_force = read_or_make_master_key(settings.master_key_file)
    with open_store(replace(settings, master_key_file=by)) as store:
        store.keys.rotate(in_force)


def _begin_life(store: Store, manifest: Manifest) -> None:
    values = {"epoch": manifest.epoch, "last_backup": LAST_BACKUP, "ended_at": manifest.ended_at.isoformat()}
    with store.connect() as connection:
        connection.execute(BEGIN_LIFE, values)


def _carry_over(settings: Settings, new: Store) -> set[str] | None:
    """Bring over what the store of these settings must not lose; None if it is another than `new` is made of.

    By chance a customer may have the same id in two stores, and is not erased in one for being so in another.
    """
    try:
        with open_store(settings) as old:
            if old.append_key != new.append_key:
                return None
            return carry_over(old, new)
    except MasterKeyError as error:
        raise BackupError(
            f"store {settings.store} was made with another master key, and who was erased from it cannot be "
            "read; name its key by KEFU_MASTER_KEY_FILE and the backup's by --master-key, or restore to "
            "another --store"
        ) from error


def _reconcile(store: Store, reconcile: Reconcile) -> None:
    reconcile(store)
    if left := revived(store):
        raise BackupError(
            f"{left} of the persons who were erased still have keys in store {store.settings.store}"
        )
