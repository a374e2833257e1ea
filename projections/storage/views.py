"""Days of views made and stored: whole, or from the day before by those who were touched since."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from psycopg.sql import SQL

from infra.event_store.log import EventLog
from projections.storage.database import Database, open_database
from projections.storage.reader import StoredFacts
from projections.storage.touched import touched_since
from projections.storage.view_days import compare, keep_day
from projections.storage.view_tables import read_wanted, stored_day, stored_whole
from projections.views.reading import Kept
from projections.views.refresh import Partition, make_partition
from projections.views.view import View

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class Refreshed:
    """One day of a view: stored now, or made again and found the same as what is stored.

    `remade`: how many rows were made; those of everybody untouched were taken from the day before.
    """

    view: str
    day: date
    position: int
    rows: int
    status: Literal["stored", "confirmed"]
    remade: int


def refresh_view(conninfo: str, view: View, day: date, *, now: datetime) -> Refreshed:
    """Make a day of a view and store it; a stored day is compared instead and never rewritten.

    Raises DayNotOver, PartitionDiffers, and NothingProjected.
    """
    with refresher(conninfo) as opened:
        return opened.refresh(view, day, now=now)


@dataclass(frozen=True, kw_only=True)
class Refresher:
    """Two connections that stay open for many days and views: one reads facts, one reads and stores days."""

    reading: Database
    log: EventLog
    writing: Database

    def refresh(
        self, view: View, day: date, *, now: datetime, beside: StoredFacts | None = None
    ) -> Refreshed:
        """What `refresh_view` does, in a snapshot of its own, or in that of another connection."""
        try:
            source = StoredFacts(database=self.reading, log=self.log, beside=beside)
            partition = self._next(source, view, day, now=now)
        finally:
            self.reading.rollback()
        with self.writing.transaction() as database:
            noted, status = keep_day(database, view, partition, now=now)
        return Refreshed(
            view=view.name,
            day=day,
            position=noted.position,
            rows=noted.rows,
            status=status,
            remade=partition.rows.height,
        )

    def _next(self, source: StoredFacts, view: View, day: date, *, now: datetime) -> Partition:
        """A day that is made; what it reads of other views may be stored while the snapshot lasts."""
        with self.writing.transaction() as days:
            days.run(SQL("set local idle_in_transaction_session_timeout = 0"))
            return next_partition(source, days, view, day, now=now)


@contextmanager
def refresher(conninfo: str) -> Iterator[Refresher]:
    """Open what refreshes, and close it."""
    with (
        open_database(conninfo) as reading,
        EventLog(conninfo) as log,
        open_database(conninfo) as writing,
    ):
        yield Refresher(reading=reading, log=log, writing=writing)


def next_partition(source: StoredFacts, days: Database, view: View, day: date, *, now: datetime) -> Partition:
    """A day made of what was touched since the day before, where that is stored; else, and again, whole.

    `days` sees the days stored so far: later ones than the snapshot of the facts, where many views share it.
    """
    before, kept = stored_whole(days, view, day - ONE_DAY), kept_of(days, day)
    if not view.is_by_customer or before is None or stored_day(days, view, day) is not None:
        return make_partition(source, view, day, now=now, kept=kept)
    customers = touched_since(source, view, before, now=now)
    return make_partition(source, view, day, now=now, kept=kept, customers=customers)


def stored_partition(source: StoredFacts, view: View, day: date, *, now: datetime) -> Partition:
    """A day of a view made from the facts, and from the stored days of the views that it reads."""
    return make_partition(source, view, day, now=now, kept=kept_of(source.database, day))


def differing_rows(conninfo: str, view: View, partition: Partition) -> int:
    """How many rows of a stored day, and of the same day made again, are not the other's."""
    with open_database(conninfo) as database:
        counted = compare(database, view, partition)
        database.rollback()
    return counted.ended + counted.begun


def kept_of(days: Database, day: date) -> Kept:
    """The stored rows of other views on a day."""
    return lambda other, wanted: read_wanted(days, other, day, wanted=wanted)
