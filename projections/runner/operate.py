"""What an operator does with the facts: project, rebuild, look, and leave a poison event out."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from psycopg.sql import SQL

from infra.event_store.log import EventLog
from projections.facts import SPECS
from projections.runner.projector import Progress, Projector
from projections.runner.rebuild import rebuild
from projections.storage.checkpoints import Checkpoint, checkpoints
from projections.storage.database import open_database
from projections.storage.tables import create_tables, having_their_columns

REBUILT_BEHIND = 200_000
"""Events from which an untouched store is built rather than projected batch by batch."""

__all__ = ["Status", "follow", "project", "rebuild", "skip", "status"]


@dataclass(frozen=True)
class Status:
    """Where the log ends, where each fact stands, and when the projector was last alive."""

    highest: int
    facts: tuple[Checkpoint, ...]
    beat_at: datetime | None
    beat_pid: int | None

    def lag(self, fact: Checkpoint) -> int:
        """Positions that the fact is behind the log (gaps count)."""
        return self.highest - fact.position


class NotStoppedThere(Exception):
    """Only the event at which a fact has stopped can be skipped."""

    def __init__(self, *, fact: str, position: int, stopped_at: int | None) -> None:
        """Carry the fact, the position asked for and where the fact stands still."""
        where = "is not stopped" if stopped_at is None else f"is stopped at {stopped_at}"
        super().__init__(f"{fact} {where}, so position {position} is not skipped; `kefu status` shows where")
        self.fact, self.position, self.stopped_at = fact, position, stopped_at


def project(conninfo: str, *, progress: Callable[[Progress], None] | None = None) -> int:
    """Bring every fact to the end of the log; gives the position reached."""
    to_build = _to_build(conninfo)
    if to_build:
        rebuild(conninfo, to_build, progress=progress)
    with _projector(conninfo) as projector:
        return projector.catch_up(progress=progress)


def follow(conninfo: str, *, stop: Callable[[], bool]) -> None:
    """Keep every fact at the end of the log until told to stop."""
    project(conninfo)
    with _projector(conninfo) as projector:
        projector.follow(stop=stop)


def status(conninfo: str) -> Status:
    """Look at the log's end, the checkpoints and the heartbeat."""
    with open_database(conninfo) as database, EventLog(conninfo) as log:
        create_tables(database, SPECS.values())
        places = checkpoints(database)
        beats = database.query(SQL("select pid, beat_at from projector_heartbeat")).rows()
        beat_pid, beat_at = beats[0] if beats else (None, None)
        facts = tuple(places[name] for name in SPECS)
        return Status(highest=log.highest(), facts=facts, beat_at=beat_at, beat_pid=beat_pid)


def skip(conninfo: str, *, fact: str, position: int, reason: str) -> None:
    """Leave the event at which a fact has stopped out of that fact, on record.

    Raises KeyError for an unknown fact, NotStoppedThere for any other position.
    """
    with open_database(conninfo) as database, database.transaction():
        place = checkpoints(database)[SPECS[fact].name]
        if place.stopped_at != position:
            raise NotStoppedThere(fact=fact, position=position, stopped_at=place.stopped_at)
        database.run(
            SQL(
                "insert into projection_skip (fact, position, reason) values ({}, {}, {})"
                " on conflict (fact, position) do nothing"
            ).format(fact, position, reason)
        )


@contextmanager
def _projector(conninfo: str) -> Iterator[Projector]:
    with open_database(conninfo) as database, EventLog(conninfo) as log:
        yield Projector(log=log, database=database)


def _to_build(conninfo: str) -> list[str]:
    """The facts to build from the whole log: those that another program made, or all of a large new store."""
    with open_database(conninfo) as database, EventLog(conninfo) as log:
        create_tables(database, SPECS.values())
        with database.transaction():
            places = checkpoints(database)
        untouched = all(place.position == 0 for place in places.values())
        if untouched and log.highest() >= REBUILT_BEHIND:
            return list(SPECS)
        with database.transaction():
            sound = having_their_columns(database, SPECS.values())
            return [
                name
                for name, spec in SPECS.items()
                if places[name].version != spec.version or name not in sound
            ]
