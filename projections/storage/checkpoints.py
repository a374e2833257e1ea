"""How far each fact has come: locked first in every transaction that moves a fact."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from psycopg.sql import SQL

from projections.storage.database import Database


@dataclass(frozen=True)
class Checkpoint:
    """One fact's place in the log; `stopped_at` is the event that it could not take."""

    fact: str
    version: int
    position: int
    latest_occurred_at: datetime | None
    stopped_at: int | None
    error: str | None


def checkpoints(database: Database) -> dict[str, Checkpoint]:
    found = database.query(
        SQL(
            "select fact, version::int8 as version, position, latest_occurred_at, stopped_at, error"
            " from projection_checkpoint"
        )
    )
    return {row["fact"]: Checkpoint(**row) for row in found.to_dicts()}


def lock_checkpoint(database: Database, fact: str) -> int:
    """Lock the fact's row until the transaction ends and give its position.

    The library's tracking lets two overlapping batches through; whoever holds this row does not.
    """
    statement = SQL("select position from projection_checkpoint where fact = {} for update").format(fact)
    return int(database.query(statement).item())


def lock_checkpoints(database: Database, facts: Sequence[str]) -> None:
    """Lock the rows of several facts until the transaction ends."""
    statement = SQL(
        "select fact from projection_checkpoint where fact = any({}::text[]) order by fact for update"
    )
    database.query(statement.format(list(facts)))


def move_checkpoint(database: Database, fact: str, *, position: int, latest: datetime | None) -> None:
    """Say that everything up to `position` is in the fact, and that it runs."""
    database.run(
        SQL(
            "update projection_checkpoint set position = {}, stopped_at = null, error = null,"
            " latest_occurred_at = greatest(latest_occurred_at, {}::timestamptz), updated_at = now()"
            " where fact = {}"
        ).format(position, latest.isoformat() if latest else None, fact)
    )


def set_version(database: Database, fact: str, version: int) -> None:
    """Say which version of the fact's table is served."""
    database.run(SQL("update projection_checkpoint set version = {} where fact = {}").format(version, fact))


def set_places(database: Database, versions: Mapping[str, int], *, position: int) -> None:
    """Say of several facts which version is served, and that everything up to `position` is in it."""
    database.run(
        SQL(
            "update projection_checkpoint as place set position = {}, version = wanted.version,"
            " stopped_at = null, error = null, updated_at = now()"
            " from unnest({}::text[], {}::int[]) as wanted (fact, version) where place.fact = wanted.fact"
        ).format(position, list(versions), list(versions.values()))
    )


def move_idle_checkpoints(database: Database, facts: list[str], *, start: int, position: int) -> None:
    """Move facts for which a batch held no event, if they still stand where the batch began."""
    wait_for_no_disk(database)
    database.run(
        SQL(
            "update projection_checkpoint set position = {}, updated_at = now()"
            " where fact = any({}::text[]) and position = {} and stopped_at is null"
        ).format(position, facts, start)
    )


def wait_for_no_disk(database: Database) -> None:
    """Let this transaction's commit return before it is on disk.

    Rows, sums and checkpoint move together, so a crash that loses the last commits loses them whole, and the
    projector makes them again from the log, which is on disk. A later commit that waits takes them along.
    """
    database.run(SQL("set local synchronous_commit = off"))


def stop_at(database: Database, fact: str, *, position: int, error: str) -> None:
    """Say which event the fact could not take; it stays before it until it is skipped or can be read."""
    database.run(
        SQL(
            "update projection_checkpoint set stopped_at = {}, error = {}, updated_at = now() where fact = {}"
        ).format(position, error, fact)
    )


def skipped_positions(database: Database) -> dict[str, tuple[int, ...]]:
    """The positions that somebody decided to leave out, per fact."""
    found = database.query(SQL("select fact, position from projection_skip order by fact, position"))
    skips: dict[str, tuple[int, ...]] = {}
    for fact, position in found.rows():
        skips[fact] = (*skips.get(fact, ()), position)
    return skips
