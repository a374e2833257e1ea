"""Where a store's segments lie and which life of the store they belong to, as the store itself knows it."""

from dataclasses import dataclass
from pathlib import Path

from psycopg.sql import SQL

from projections.storage.database import Database

FOLDER = "segments_folder"


@dataclass(frozen=True)
class Place:
    """The store's epoch, and the folder of its segments (None: nobody has sealed any)."""

    epoch: str
    folder: Path | None


def read_place(database: Database) -> Place:
    found = database.query(
        SQL("select name, value from store_meta where name in ('epoch', {})").format(FOLDER)
    )
    known = {str(name): str(value) for name, value in found.rows()}
    return Place(epoch=known.get("epoch", ""), folder=Path(known[FOLDER]) if FOLDER in known else None)


def note_folder(database: Database, folder: Path) -> None:
    """Let whoever has the store's address find its segments."""
    with database.transaction():
        database.run(
            SQL(
                "insert into store_meta (name, value) values ({}, {})"
                " on conflict (name) do update set value = excluded.value"
                " where store_meta.value <> excluded.value"
            ).format(FOLDER, str(folder.absolute()))
        )
