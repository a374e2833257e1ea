"""Makes a backup: the event database, then the key database, verified, then the manifest."""

from datetime import datetime
from importlib.metadata import version
from pathlib import Path

from psycopg import Connection

from infra.backup.check import check
from infra.backup.dump import Source, dump
from infra.backup.errors import BackupError
from infra.backup.manifest import (
    EVENTS_FILE,
    KEYS_FILE,
    MANIFEST,
    Dump,
    Manifest,
    key_print,
    read_manifest,
    write_manifest,
)
from infra.backup.surroundings import Surroundings
from infra.key_store import read_or_make_master_key
from infra.stores import Store, keys_database

LAST_BACKUP, LAST_KEYS_BACKUP = "last_backup", "last_keys_backup"


def back_up(
    store: Store, folder: Path, *, surroundings: Surroundings, is_only_keys: bool = False
) -> Manifest:
    """Write a store's two databases, or its keys alone, to a folder and read them back.

    Raises BackupError; what was written then is no backup, for it has no manifest.
    """
    _prepare(folder)
    began_at = surroundings.clock()
    events, highest = None, None
    epoch = store.epoch()
    if not is_only_keys:
        with Source(store.conninfo, facts=surroundings.facts) as source:
            epoch, highest = source.value("epoch"), source.value("highest_position")
            events = dump(source, folder / EVENTS_FILE, surroundings=surroundings)
    # The keys after the events: those of a chunk are committed before the chunk, so that the later dump of
    # the keys opens every event of the earlier dump of the log. The other way round, what was told between
    # the two could never be read. A person erased between the two has no keys in the backup, and the key
    # database says that she was erased: a restore then erases her from the log too.
    keys = _dump_keys(store, folder, surroundings=surroundings)
    manifest = Manifest(
        kefu=version("kefu"),
        store=store.settings.store,
        epoch=epoch,
        store_print=key_print(store.append_key),
        master_key_print=key_print(read_or_make_master_key(store.settings.master_key_file)),
        began_at=began_at,
        ended_at=surroundings.clock(),
        highest_position=highest,
        events=events,
        keys=keys,
    )
    check(folder, manifest, surroundings=surroundings)
    write_manifest(folder, manifest)
    _note(store, name=LAST_KEYS_BACKUP if is_only_keys else LAST_BACKUP, at=manifest.ended_at)
    return read_manifest(folder)


def last_backups(connection: Connection[tuple[str, str]]) -> dict[str, str]:
    """When a backup of the store, and one of its keys alone, last ended, as far as the store knows."""
    statement = "select name, value from store_meta where name in (%s, %s)"
    return dict(connection.execute(statement, (LAST_BACKUP, LAST_KEYS_BACKUP)).fetchall())


def _prepare(folder: Path) -> None:
    """Make the folder, for us alone: names and numbers are sealed in it, but who called whom is not."""
    ours = {EVENTS_FILE, KEYS_FILE, f"{MANIFEST}.unfinished"}
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        there = {path.name for path in folder.iterdir()}
    except OSError as error:
        raise BackupError(f"{folder} cannot be the folder of a backup: {error.strerror}") from error
    if MANIFEST in there:
        raise BackupError(f"{folder} holds a backup already, which is not written over; name another folder")
    if there - ours:
        odd = ", ".join(sorted(there - ours)[:3])
        raise BackupError(f"{folder} holds other things ({odd}); name a new or an empty folder")
    # What a backup that was cut short has left. Removed and not written over, lest its pg_dump is still busy.
    for name in there:
        (folder / name).unlink()


def _dump_keys(store: Store, folder: Path, *, surroundings: Surroundings) -> Dump:
    with Source(store.server.conninfo(keys_database(store.settings.store)), facts=()) as source:
        return dump(source, folder / KEYS_FILE, surroundings=surroundings)


def _note(store: Store, *, name: str, at: datetime) -> None:
    with store.connect() as connection:
        connection.execute(
            "insert into store_meta (name, value) values (%s, %s)"
            " on conflict (name) do update set value = excluded.value",
            (name, at.isoformat()),
        )
