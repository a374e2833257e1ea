"""Days of a view refreshed one after the other, read back, and told apart: stored, confirmed or differing."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

import polars as pl

from projections.storage.database import Database
from projections.storage.view_tables import read_view
from projections.storage.views import Refresher, refresher
from projections.views.refresh import PartitionDiffers
from projections.views.view import View


class RowsNotThere(Exception):
    """A day was reported as refreshed, and reading it back gives another number of rows."""

    def __init__(self, *, view: str, day: date, told: int, found: int | None) -> None:
        """Carry the view, its day, and how many rows were told and found (None: the day is not stored)."""
        super().__init__(f"{view} of {day} was refreshed with {told} rows, and {found} are there")
        self.view, self.day, self.told, self.found = view, day, told, found


@dataclass(frozen=True, kw_only=True)
class RefreshedDay:
    """A day as it stands now; `difference` says why it was not confirmed."""

    day: date
    position: int
    rows: pl.DataFrame
    status: Literal["stored", "confirmed", "differs"]
    difference: str | None = None


def refresh_days(
    conninfo: str, database: Database, view: View, days: Sequence[date], *, now: datetime
) -> Iterator[RefreshedDay]:
    """Refresh day after day, and read each back by `database`; a day that differs stands as stored.

    Raises RowsNotThere, DayNotOver, NothingProjected.
    """
    with refresher(conninfo) as opened:
        for day in days:
            yield _refreshed(opened, database, view, day, now=now)


def _refreshed(
    opened: Refresher, database: Database, view: View, day: date, *, now: datetime
) -> RefreshedDay:
    try:
        refreshed = opened.refresh(view, day, now=now)
    except PartitionDiffers as differs:
        rows = read_back(database, view, day, told=differs.stored_rows)
        position, difference = differs.stored_position, str(differs)
        return RefreshedDay(day=day, position=position, rows=rows, status="differs", difference=difference)
    rows = read_back(database, view, day, told=refreshed.rows)
    return RefreshedDay(day=day, position=refreshed.position, rows=rows, status=refreshed.status)


def read_back(database: Database, view: View, day: date, *, told: int) -> pl.DataFrame:
    """The stored rows of a day; raises RowsNotThere unless there are as many as told."""
    with database.transaction():
        rows = read_view(database, view, day)
    if rows is None or rows.height != told:
        raise RowsNotThere(view=view.name, day=day, told=told, found=None if rows is None else rows.height)
    return rows
