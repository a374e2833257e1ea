"""Which days to refresh as the log grows: those that it has told of and then been silent about for one look.

A partition is never rewritten, so a day that is still being ingested must not be refreshed half told.
"""

from collections.abc import Collection, Iterable
from datetime import date

import msgspec
import polars as pl

from infra.event_store.log import EventLog
from pipelines.dagster_location.days import DayRange

LOOKED_AT_ONCE = 500_000
"""Events per look: a second or two, far from a sensor's time limit of a minute."""


class Growth(msgspec.Struct, frozen=True):
    """How far the log has been looked at, and the days told of that are not refreshed yet."""

    position: int = 0
    told: tuple[DayRange, ...] = ()

    @property
    def days(self) -> set[date]:
        return {day for days in self.told for day in days}

    def without(self, days: Iterable[date]) -> "Growth":
        """The same when these days have been asked for."""
        return Growth(position=self.position, told=tuple(DayRange.of(self.days - set(days))))


class Look(msgspec.Struct, frozen=True):
    """What the log holds after a position: read up to where, which days told of, and whether that was all."""

    upto: int
    days: Collection[date]
    is_all: bool


def look(log: EventLog, *, after: int, topics: Collection[str], zone: str, today: date) -> Look:
    """Read the log on from a position, `LOOKED_AT_ONCE` events at most; days are the zone's.

    Days that have not ended are the daily schedule's.
    """
    highest = log.highest()
    events = log.read(after, highest, LOOKED_AT_ONCE)
    is_all = events.height < LOOKED_AT_ONCE
    upto = highest if is_all else int(events.item(-1, "position"))
    days = days_told(events, topics=topics, zone=zone)
    return Look(upto=upto, days=[day for day in days if day < today], is_all=is_all)


def days_told(log: pl.DataFrame, *, topics: Collection[str], zone: str) -> list[date]:
    """The days, in the zone, on which the events of these topics happened, in order.

    An unreadable time tells of no day: the fact that reads it stops there and says so.
    """
    occurred_at = (
        pl.col("state")
        .str.json_path_match("$.occurred_at")
        .str.to_datetime("%Y-%m-%dT%H:%M:%S%.fZ", time_unit="us", time_zone="UTC", strict=False)
    )
    days: list[date] = (
        log.filter(pl.col("topic").is_in(list(topics)))
        .select(day=occurred_at.dt.convert_time_zone(zone).dt.date())
        .get_column("day")
        .drop_nulls()
        .unique()
        .sort()
        .to_list()
    )
    return days


def grown(before: Growth, found: Look) -> Growth:
    """What is known after a look."""
    return Growth(position=found.upto, told=tuple(DayRange.of(before.days | set(found.days))))


def ripe(before: Growth, found: Look, *, projected: int) -> list[date]:
    """The days told of before this look and not in it, once all that was told of them is projected."""
    if not found.is_all or projected < before.position:
        return []
    return sorted(before.days - set(found.days))


def with_holes(days: Collection[date], *, stored: Collection[date]) -> list[date]:
    """The days, and those between the first and the last of them that were never stored, in order."""
    if not days:
        return []
    between = set(DayRange(min(days), max(days))) - set(stored)
    return sorted(between | set(days))
