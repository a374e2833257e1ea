"""Which days of which views to refresh as the log grows: those told of, once it is silent about them.

A partition is never rewritten, so a day that is still being ingested must not be refreshed half told.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, timedelta

import msgspec
import polars as pl

from infra.event_store.log import EventLog
from pipelines.dagster_location.days import DayRange
from projections.facts import SPECS
from projections.views.view import View

LOOKED_AT_ONCE = 500_000
"""Events per look: a second or two, far from a sensor's time limit of a minute."""
MONTH = timedelta(days=31)
"""How much of a long history is filled back unasked: what lies further back is somebody's decision."""
TOLD_AT = ("occurred_at", "recorded_at")

Days = Mapping[str, Collection[date]]
"""The days of each view, by the view's name."""


class Growth(msgspec.Struct, frozen=True):
    """How far the log has been looked at, and the days of each view that are told of and not asked for."""

    position: int = 0
    views: dict[str, tuple[DayRange, ...]] = {}

    @property
    def days(self) -> dict[str, set[date]]:
        return {view: {day for days in ranges for day in days} for view, ranges in self.views.items()}

    def without(self, days: Days) -> "Growth":
        """The same when these days have been asked for."""
        left = {view: told - set(days.get(view, ())) for view, told in self.days.items()}
        return Growth(position=self.position, views=_in_ranges(left))


class Look(msgspec.Struct, frozen=True):
    """What the log holds after a position: read up to where, days told of, and whether that was all."""

    upto: int
    days: Days
    is_all: bool


def topics_of(view: View) -> set[str]:
    """The topics of which the view, or a view that it reads, is made."""
    return {topic for fact in view.all_facts for topic in SPECS[fact].topics}


def look(log: EventLog, *, after: int, views: Sequence[View], zone: str, today: date) -> Look:
    """Read the log on from a position, `LOOKED_AT_ONCE` events at most; days are the zone's.

    Days that have not ended are the nightly schedule's.
    """
    highest = log.highest()
    events = log.read(after, highest, LOOKED_AT_ONCE)
    is_all = events.height < LOOKED_AT_ONCE
    upto = highest if is_all else int(events.item(-1, "position"))
    told = days_told(events, zone=zone).filter(pl.col("day") < today)
    return Look(upto=upto, days=days_of_views(told, views), is_all=is_all)


def days_told(log: pl.DataFrame, *, zone: str) -> pl.DataFrame:
    """The days whose end first knows an event of a topic: [topic, day], each once, days in the zone.

    That is the day on which it happened or was recorded, whichever is later: days that ended before stay as
    they are. An unreadable time tells of no day: the fact that reads it stops there and says so.
    """
    known_at = pl.max_horizontal(_time(name) for name in TOLD_AT)
    return (
        log.select("topic", day=known_at.dt.convert_time_zone(zone).dt.date())
        .drop_nulls()
        .unique()
        .sort("topic", "day")
    )


def _time(name: str) -> pl.Expr:
    text = pl.col("state").str.json_path_match(f"$.{name}")
    return text.str.to_datetime("%Y-%m-%dT%H:%M:%S%.fZ", time_unit="us", time_zone="UTC", strict=False)


def days_of_views(told: pl.DataFrame, views: Iterable[View]) -> dict[str, list[date]]:
    """The days told of, by each view that they touch, in order."""
    found = {
        view.name: told.filter(pl.col("topic").is_in(topics_of(view)))["day"].unique().sort().to_list()
        for view in views
    }
    return {view: days for view, days in found.items() if days}


def grown(before: Growth, found: Look) -> Growth:
    """What is known after a look."""
    days = before.days
    names = days.keys() | found.days.keys()
    told = {view: days.get(view, set()) | set(found.days.get(view, ())) for view in sorted(names)}
    return Growth(position=found.upto, views=_in_ranges(told))


def ripe(before: Growth, found: Look, *, projected: Mapping[str, int]) -> dict[str, list[date]]:
    """The days told of before this look and not in it, once all that was told of them is projected.

    `projected`: the position that the facts of a view have come to.
    """
    if not found.is_all:
        return {}
    silent = {
        view: sorted(days - set(found.days.get(view, ())))
        for view, days in before.days.items()
        if projected.get(view, -1) >= before.position
    }
    return {view: days for view, days in silent.items() if days}


def unasked(days: Days, *, stored: Days) -> dict[str, list[date]]:
    """The days that are refreshed unasked: the newest month of those told of, and those that are stored.

    Within the month the views share one range, from its first day told of to its last, without what is
    stored and was not told of: a day on which nothing happened is a day too, and one run does it all.
    """
    newest = max((day for told in days.values() for day in told), default=date.min)
    recent = {day for told in days.values() for day in told if newest - day < MONTH}
    chosen = {
        view: [
            *(day for day in told if newest - day >= MONTH and day in stored.get(view, ())),
            *with_holes(recent, told=told, stored=stored.get(view, ())),
        ]
        for view, told in days.items()
        if told
    }
    return {view: found for view, found in chosen.items() if found}


def with_holes(days: Collection[date], *, told: Collection[date], stored: Collection[date]) -> list[date]:
    """The days from the first of these to the last that were told of, or were never stored, in order."""
    if not days:
        return []
    return [day for day in DayRange(min(days), max(days)) if day in told or day not in stored]


def _in_ranges(days: Days) -> dict[str, tuple[DayRange, ...]]:
    return {view: tuple(DayRange.of(told)) for view, told in days.items() if told}
