"""What a day of a view is: the view at the day's end on both clocks, and the refusals of its storing."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
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
    """The rows of a view at the end of a day and where they came from; of `customers` alone, where named."""

    day: date
    position: int
    rows: pl.DataFrame
    customers: frozenset[str] | None = None


def day_end(day: date, *, zone: str) -> datetime:
    """The instant at which a local day is over."""
    return moment(day + timedelta(days=1), zone=ZoneInfo(zone))


def make_partition(  # noqa: PLR0913 - the view, the day, and where it is read from
    source: FactSource,
    view: View,
    day: date,
    *,
    now: datetime,
    kept: Kept = nothing_kept,
    customers: frozenset[str] | None = None,
) -> Partition:
    """The view as of, and as known at, the end of a day in the organisation's zone; raises DayNotOver.

    `kept` gives the stored rows of other views that day; `customers`, a set of whole persons, narrows it. A
    view whose rows are not about one customer each has all of its rows made, by what moved among these.
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
        customers=customers,
        kept=kept,
    )
    is_of_them = "customer_id" in view.schema
    return Partition(
        day=day, position=lowest, rows=view.made(reading), customers=customers if is_of_them else None
    )
