"""Where local days and months begin, and what lies so many of them after a moment; exact in any zone."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

import polars as pl

from projections.metrics.periods import moment

INSTANT = pl.Datetime("us", "UTC")
FIRST = date(1970, 1, 1)
"""What is earlier counts as of this day; windows are at most ten years long."""
LAST = date(2199, 12, 31)


@dataclass(frozen=True)
class Days:
    """The days and months of a zone; every method takes and gives columns of instants in UTC, by row."""

    zone: ZoneInfo
    until: datetime

    def days_after(self, at: pl.Series, days: int) -> pl.Series:
        """The begin of the local day so many days after that of each instant."""
        return _after(self._days, at, days)

    def months_after(self, at: pl.Series, months: int) -> pl.Series:
        """The begin of the local month so many months after that of each instant."""
        return _after(self._months, at, months)

    def begin(self, day: date) -> datetime:
        """When a local day begins."""
        return moment(day, zone=self.zone)

    @cached_property
    def _last(self) -> date:
        """No window that began by now ends, and nothing that comes is looked at, beyond twenty years."""
        return min(LAST, (self.until + timedelta(days=7_400)).date())

    @cached_property
    def _days(self) -> pl.Series:
        count = (self._last - FIRST).days
        return self._instants([FIRST + timedelta(days=number) for number in range(count)])

    @cached_property
    def _months(self) -> pl.Series:
        return self._instants(
            [date(y, m, 1) for y in range(FIRST.year, self._last.year) for m in range(1, 13)]
        )

    def _instants(self, days: list[date]) -> pl.Series:
        return pl.Series("at", [self.begin(day) for day in days], dtype=INSTANT)


def _after(edges: pl.Series, at: pl.Series, steps: int) -> pl.Series:
    """The edge so many after the last that each instant has reached, the outermost where there is none."""
    place = edges.search_sorted(at, side="right").cast(pl.Int64) - 1 + steps
    found = edges.gather(place.fill_null(0).clip(0, len(edges) - 1))
    return pl.select(pl.when(at.is_not_null()).then(found)).to_series()
