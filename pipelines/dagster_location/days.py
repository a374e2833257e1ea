"""Days of the organisation: where its partitions begin, in which zone, and which of them have ended."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Self
from zoneinfo import ZoneInfo

import dagster as dg
import msgspec
import polars as pl

from domain.organisation.rule_bodies import DEFAULT_ZONE
from infra.postgres import find_server
from infra.settings import Settings
from pipelines.stores import open_store
from projections.storage.reader import NothingProjected, StoredFacts, stored_facts

FIRST_DAY_OF_AN_EMPTY_STORE = date(2026, 1, 1)
"""Partitions have to begin somewhere before anything has happened."""
ACTIVITIES = (
    "calls",
    "callbacks",
    "contacts",
    "complaints",
    "requests",
    "claims",
    "rating_requests",
    "member_lots",
    "point_redemptions",
    "club_visits",
)
"""With customers' ratings, the facts whose first day begins the partitions: not when somebody enrolled."""


class Calendar(msgspec.Struct, frozen=True):
    """The organisation's zone (IANA name) and the first of its days on which something is known."""

    zone: str
    first_day: date | None

    @property
    def first_partition(self) -> date:
        return self.first_day or FIRST_DAY_OF_AN_EMPTY_STORE

    def partitions(self) -> dg.DailyPartitionsDefinition:
        """One partition per day that has ended in the organisation's zone."""
        return dg.DailyPartitionsDefinition(start_date=self.first_partition.isoformat(), timezone=self.zone)

    def today(self, now: datetime) -> date:
        return now.astimezone(ZoneInfo(self.zone)).date()

    def ended(self, days: Iterable[date], *, now: datetime) -> list[date]:
        """Those of the days that have a partition at `now`, in order."""
        today = self.today(now)
        return sorted({day for day in days if self.first_partition <= day < today})


class DayRange(msgspec.Struct, frozen=True, order=True):
    """Consecutive days, both ends included."""

    first: date
    last: date

    @classmethod
    def of(cls, days: Iterable[date]) -> list[Self]:
        """The fewest ranges that hold exactly these days, in order."""
        ranges: list[Self] = []
        for day in sorted(set(days)):
            if ranges and day - ranges[-1].last == timedelta(days=1):
                ranges[-1] = cls(ranges[-1].first, day)
            else:
                ranges.append(cls(day, day))
        return ranges

    def __iter__(self) -> Iterator[date]:
        """Every day of the range, in order."""
        return (self.first + timedelta(days=n) for n in range((self.last - self.first).days + 1))

    def __str__(self) -> str:
        """As people write it."""
        return f"{self.first}" if self.first == self.last else f"{self.first} to {self.last}"


def read_calendar(settings: Settings, *, remembered: Path) -> Calendar:
    """The calendar of the store if its server answers now, else as last `remembered`; starts nothing."""
    known = _remembered(remembered)
    if find_server(settings) is None:
        return known
    with open_store(settings) as store:
        try:
            with stored_facts(store.conninfo) as facts:
                calendar = Calendar(zone=facts.zone, first_day=first_day(facts, before=known.first_day))
        except NothingProjected:
            return known
    remembered.parent.mkdir(parents=True, exist_ok=True)
    remembered.write_bytes(msgspec.json.encode(calendar))
    return calendar


def first_day(facts: StoredFacts, *, before: date | None) -> date | None:
    """The first day on which anything was done; only days before `before` are looked at, if given."""
    upto = None if before is None else datetime.combine(before, time.min, ZoneInfo(facts.zone))
    rated_at = facts.facts("customer_ratings", columns=["rated_at"], time=("rated_at", None, upto))
    days = pl.concat(
        [
            *(facts.sums(fact, (), None, before).get_column("day") for fact in ACTIVITIES),
            rated_at.get_column("rated_at").dt.convert_time_zone(facts.zone).dt.date().alias("day"),
            pl.Series("day", [before], dtype=pl.Date),
        ]
    )
    first = days.min()
    return first if isinstance(first, date) else None


def _remembered(file: Path) -> Calendar:
    if not file.exists():
        return Calendar(zone=DEFAULT_ZONE, first_day=None)
    return msgspec.json.decode(file.read_bytes(), type=Calendar)
