"""Segments as they were at a day's end: from what is stored of the day, else made now, and said which."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import polars as pl

from projections.storage.reader import StoredFacts
from projections.storage.view_tables import read_view, stored_days
from projections.views.reading import ViewReading
from projections.views.refresh import DayNotOver, day_end
from projections.views.segments.day_views import FAILED, SEGMENT_MEMBERS, SEGMENTS, of_day
from projections.views.segments.definitions import Definitions, saved_segments
from projections.views.segments.memberships import memberships
from projections.views.segments.questions import stale_since

ONE_DAY = timedelta(days=1)
MADE_NOW = "made now"


class SegmentNotThere(Exception):
    """A segment was asked for on a day before its first definition."""

    def __init__(self, *, name: str, day: date, first: date) -> None:
        """Carry the name, the day, and the day from which the first definition holds."""
        super().__init__(f"segment {name!r} has no definition on {day}; its first one holds from {first}")
        self.name, self.day, self.first = name, day, first


class SegmentFailed(Exception):
    """A segment cannot be evaluated: nobody is no answer then."""

    def __init__(self, *, name: str, day: date, failure: str) -> None:
        """Carry the name, the day and the reason."""
        super().__init__(f"segment {name!r} failed on {day}: {failure}")
        self.name, self.day, self.failure = name, day, failure


@dataclass(frozen=True, kw_only=True)
class Held:
    """A day's segments, each with its `state`, and their members [segment, customer_id, entered_at, …].

    The state is `ok`, `stale since` a day that should be stored by now, `made now`, or why it failed.
    """

    day: date
    segments: list[dict[str, Any]]
    members: pl.DataFrame

    def state_of(self, name: str) -> str:
        """The state of a segment; raises SegmentFailed where it failed."""
        (row,) = (row for row in self.segments if row["segment"] == name)
        if row["status"] == FAILED:
            raise SegmentFailed(name=name, day=self.day, failure=row["failure"])
        return str(row["state"])


def held_on(source: StoredFacts, names: Sequence[str] | None, asked: date | None, *, now: datetime) -> Held:
    """Segments (default: all of the day) at the end of a local day, by default of the last stored one.

    What the stored day does not have, since it was saved later, is made now. Raises Unreadable for a name
    that is unknown, DayNotOver, and SegmentNotThere.
    """
    reading = ViewReading(source=source, now=now)
    saved = saved_segments(reading)
    for name in names or ():
        saved.check_known(name)
    days = stored_days(source.database, SEGMENTS)["day"].to_list()
    day = asked or _last_day(saved, names, days, yesterday=reading.day - ONE_DAY)
    wanted = saved.names(on=day) if names is None else list(names)
    _check_there(saved, wanted, day)
    stale = None if asked else stale_since(days[-1] if days else None, reading=reading)
    told = _stored(source, wanted, day, state=f"stale since {stale}" if stale else "ok")
    missing = [name for name in wanted if name not in told[0]["segment"]]
    parts = [told, _made(source, missing, day, now=now)] if missing else [told]
    segments, members = (pl.concat(tables) for tables in zip(*parts, strict=True))
    rows = [row | _failure(row) for row in segments.sort("segment").to_dicts()]
    return Held(day=day, segments=rows, members=members.sort("segment", "customer_id"))


def _last_day(
    saved: Definitions, names: Sequence[str] | None, days: Sequence[date], *, yesterday: date
) -> date:
    """The last stored day, or yesterday where the segments were defined later."""
    is_there = days and all(saved.body(name, on=days[-1]) is not None for name in names or ())
    return days[-1] if is_there else yesterday


def _check_there(saved: Definitions, names: Sequence[str], day: date) -> None:
    for name in names:
        if saved.body(name, on=day) is None:
            first = min(valid_from for valid_from, _ in saved.bodies[name])
            raise SegmentNotThere(name=name, day=day, first=first)


def _stored(
    source: StoredFacts, names: Sequence[str], day: date, *, state: str
) -> tuple[pl.DataFrame, pl.DataFrame]:
    found = [read_view(source.database, view, day) for view in (SEGMENTS, SEGMENT_MEMBERS)]
    tables = [
        (pl.DataFrame(schema=view.schema) if rows is None else rows).filter(pl.col("segment").is_in(names))
        for view, rows in zip((SEGMENTS, SEGMENT_MEMBERS), found, strict=True)
    ]
    return tables[0].with_columns(state=pl.lit(state)), tables[1]


def _made(
    source: StoredFacts, names: Sequence[str], day: date, *, now: datetime
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """As of, and as known at, the day's end."""
    ends = day_end(day, zone=source.zone)
    if ends > now:
        raise DayNotOver(view="segments", day=day, ends=ends)
    lowest = min(source.position(fact) for fact in SEGMENTS.all_facts)
    reading = ViewReading(source=source, now=now, as_of=ends, known_at=ends, at_position=lowest)
    told = memberships(reading, names, since=reading.begin_of(day))
    segments = of_day(told, reading).filter(pl.col("segment").is_in(names))
    rows = segments.select(pl.col(name).cast(kind) for name, kind in SEGMENTS.schema.items())
    members = told.at(reading).select(
        pl.col(name).cast(kind) for name, kind in SEGMENT_MEMBERS.schema.items()
    )
    return rows.with_columns(state=pl.lit(MADE_NOW)), members


def _failure(row: dict[str, Any]) -> dict[str, str]:
    return {"state": f"failed: {row['failure']}"} if row["status"] == FAILED else {}
