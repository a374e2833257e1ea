"""How a stretch of time is cut: into the days or hours that ripen one by one, and the periods asked for."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from typing import Literal
from zoneinfo import ZoneInfo

import polars as pl

from projections.metrics.errors import TooManyPeriods

Grain = Literal["hour", "day", "week", "month", "quarter", "year", "total"]
GRAINS: tuple[Grain, ...] = ("hour", "day", "week", "month", "quarter", "year", "total")
MOST_PIECES = 200_000
"""Some 22 years of hours; more is a mistake in the question."""

MIDNIGHT = timedelta(0)


def moment(asked: date | datetime, *, zone: ZoneInfo, day_start: timedelta = MIDNIGHT) -> datetime:
    """The instant, in UTC, at which a local day begins, or that a local or zoned time names."""
    if not isinstance(asked, datetime):
        asked = datetime.combine(asked, time()) + day_start
    return (asked if asked.tzinfo else asked.replace(tzinfo=zone)).astimezone(UTC)


def local_time(instant: datetime, *, zone: ZoneInfo, day_start: timedelta = MIDNIGHT) -> datetime:
    """Local time without a zone, counted from the beginning of the local day."""
    return instant.astimezone(zone).replace(tzinfo=None) - day_start


@dataclass(frozen=True, kw_only=True)
class Periods:
    """Pieces (days, or hours) from edge to edge, and for each the period that it belongs to."""

    grain: Grain
    zone: ZoneInfo
    day_start: timedelta
    first_day: date
    edges: tuple[datetime, ...]
    period_of: tuple[int, ...]

    @cached_property
    def spans(self) -> tuple[tuple[datetime, datetime], ...]:
        """Begin and end of each period, in UTC, end not included."""
        return tuple((self.edges[first], self.edges[end]) for first, end in self._bounds)

    @cached_property
    def labels(self) -> tuple[tuple[date | datetime, date | datetime], ...]:
        """Begin and end of each period as they are shown."""
        return tuple((self._edge_label(first), self._edge_label(end)) for first, end in self._bounds)

    @cached_property
    def _bounds(self) -> tuple[tuple[int, int], ...]:
        """The edges at which each period begins and ends, by their number."""
        firsts = [n for n, period in enumerate(self.period_of) if n == 0 or period != self.period_of[n - 1]]
        return tuple(zip(firsts, [*firsts[1:], len(self.edges) - 1], strict=True))

    def _edge_label(self, number: int) -> date | datetime:
        """An inner edge between days is known to begin a day; only the outer two need a look at the zone."""
        if self.grain != "hour" and 0 < number < len(self.edges) - 1:
            return self.first_day + timedelta(days=number)
        return self.label(self.edges[number])

    def label(self, instant: datetime) -> date | datetime:
        """How a begin or end is shown: a date where a local day begins, else a time with its offset."""
        local = local_time(instant, zone=self.zone, day_start=self.day_start)
        if self.grain != "hour" and local.time() == time():
            return local.date()
        return instant.astimezone(self.zone)

    @cached_property
    def local_spans(self) -> tuple[tuple[datetime, datetime], ...]:
        """The periods in local time without a zone."""
        return tuple(
            (
                local_time(start, zone=self.zone, day_start=self.day_start),
                local_time(end, zone=self.zone, day_start=self.day_start),
            )
            for start, end in self.spans
        )

    @property
    def is_whole_days(self) -> bool:
        """Whether the pieces are whole days of the zone, each beginning at midnight."""
        ends = (self.edges[0], self.edges[-1])
        return (
            self.grain != "hour"
            and self.day_start == MIDNIGHT
            and all(local_time(edge, zone=self.zone).time() == time() for edge in ends)
        )

    def pieces_of(self, instants: pl.Series) -> pl.Series:
        """The piece that each instant lies in; the caller keeps to instants within the edges."""
        edges = pl.Series(self.edges, dtype=pl.Datetime("us", "UTC"))
        return (edges.search_sorted(instants, side="right").cast(pl.Int64) - 1).alias("piece")

    def ripe(self, ripening: timedelta | None, *, by: datetime) -> list[bool]:
        """For each piece whether nothing that is still to come can change its rows."""
        if ripening is None:
            return [True] * len(self.period_of)
        return [end + ripening <= by for end in self.edges[1:]]


def cut(
    start: datetime, end: datetime, *, grain: Grain, zone: ZoneInfo, day_start: timedelta = MIDNIGHT
) -> Periods:
    """Cut [start, end) into pieces and periods; the first and the last may be parts of one."""
    first_day = local_time(start, zone=zone, day_start=day_start).date()
    pieces = (end - start) // timedelta(hours=1 if grain == "hour" else 24)
    if pieces > MOST_PIECES:
        raise TooManyPeriods(pieces=pieces, most=MOST_PIECES)
    if grain == "hour":
        edges = _hours(start, end, zone=zone)
        period_of: Sequence[int] = range(len(edges) - 1)
    else:
        edges = _days(start, end, first_day=first_day, zone=zone, day_start=day_start)
        period_of = _numbered([first_day + timedelta(days=n) for n in range(len(edges) - 1)], grain=grain)
    return Periods(
        grain=grain,
        zone=zone,
        day_start=day_start,
        first_day=first_day,
        edges=tuple(edges),
        period_of=tuple(period_of),
    )


def _days(
    start: datetime, end: datetime, *, first_day: date, zone: ZoneInfo, day_start: timedelta
) -> list[datetime]:
    edges, day = [start], first_day
    while edges[-1] < end:
        day += timedelta(days=1)
        edges.append(min(moment(day, zone=zone, day_start=day_start), end))
    return edges


def _hours(start: datetime, end: datetime, *, zone: ZoneInfo) -> list[datetime]:
    local = start.astimezone(zone)
    full = start - timedelta(minutes=local.minute, seconds=local.second, microseconds=local.microsecond)
    edges = [start]
    while edges[-1] < end:
        full += timedelta(hours=1)
        edges.append(min(full, end))
    return edges


def _numbered(days: list[date], *, grain: Grain) -> list[int]:
    """The running number of each day's period."""
    names = [_period_name(day, grain=grain) for day in days]
    first_of = sorted({name: n for n, name in reversed(list(enumerate(names)))}.values())
    return [bisect_right(first_of, n) - 1 for n in range(len(days))]


def _period_name(day: date, *, grain: Grain) -> tuple[int, ...]:
    match grain:
        case "week":
            return tuple(day.isocalendar())[:2]
        case "month":
            return (day.year, day.month)
        case "quarter":
            return (day.year, (day.month - 1) // 3)
        case "year":
            return (day.year,)
        case "total":
            return ()
        case _:
            return (day.toordinal(),)
