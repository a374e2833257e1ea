"""How a day of a view is kept: as intervals of rows that stay the same, and never rewritten."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hashlib import sha256
from zoneinfo import ZoneInfo

import polars as pl

from projections.metrics.periods import moment
from projections.metrics.source import FactSource
from projections.views.reading import Kept, ViewReading, nothing_kept
from projections.views.view import View


@dataclass
class DayNotOver(ValueError):
    """A day partition is the view at the day's end, which has not come yet."""

    view: str
    day: date
    ends: datetime

    def __str__(self) -> str:
        return f"{self.view} of {self.day} cannot be stored before the day ends at {self.ends.isoformat()}"


@dataclass
class PartitionDiffers(ValueError):
    """A stored day came out differently when it was made again; what is stored stands."""

    view: str
    day: date
    stored_position: int
    position: int
    stored_rows: int
    rows: int

    def __str__(self) -> str:
        return (
            f"{self.view} of {self.day} was stored with {self.stored_rows} rows at position "
            f"{self.stored_position} and now gives {self.rows} other rows at position {self.position}: "
            "something was recorded as known by then after it was stored; the stored day stands"
        )


@dataclass(frozen=True, kw_only=True)
class Partition:
    """The rows of a view at the end of a day, where they came from, and what tells them apart."""

    day: date
    position: int
    rows: pl.DataFrame

    @property
    def hash(self) -> str:
        """SHA-256 over the rows in the order of their keys, as CSV with all digits."""
        return sha256(self.rows.write_csv(null_value="\\N").encode()).hexdigest()


def day_end(day: date, *, zone: str) -> datetime:
    """The instant at which a local day is over."""
    return moment(day + timedelta(days=1), zone=ZoneInfo(zone))


def make_partition(
    source: FactSource, view: View, day: date, *, now: datetime, kept: Kept = nothing_kept
) -> Partition:
    """The view as of, and as known at, the end of a day in the organisation's zone; raises DayNotOver.

    `kept` gives the stored rows of other views that day.
    """
    ends = day_end(day, zone=source.zone)
    if ends > now:
        raise DayNotOver(view=view.name, day=day, ends=ends)
    positions = {source.position(fact) for fact in view.all_facts}
    lowest = min(positions)
    reading = ViewReading(
        source=source,
        now=now,
        as_of=ends,
        known_at=ends,
        at_position=lowest if len(positions) > 1 else None,
        kept=kept,
    )
    return Partition(day=day, position=lowest, rows=view.made(reading))


@dataclass(frozen=True, kw_only=True)
class Changes:
    """What one more day does to the intervals: rows that end on it, and rows that begin."""

    ended: pl.DataFrame
    begun: pl.DataFrame


def changes(carried: pl.DataFrame, rows: pl.DataFrame) -> Changes:
    """Compare the rows that the day before carries over with the day's own: only differences are stored."""
    columns = rows.columns
    return Changes(
        ended=carried.join(rows, on=columns, how="anti", nulls_equal=True),
        begun=rows.join(carried.select(columns), on=columns, how="anti", nulls_equal=True),
    )
