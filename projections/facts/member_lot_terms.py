"""From when on the points of a lot may be spent, and when they lapse, under the organisation's programmes."""

from datetime import UTC as UTC_ZONE
from datetime import date, datetime
from zoneinfo import ZoneInfo

import polars as pl

from domain.member.terms import WHERE_DAYS_DIFFER, terms_of
from domain.organisation.programme_in_force import PROGRAMME
from domain.organisation.rules import RuleBook
from domain.organisation.terms import end_of_day
from projections.facts.spec import UTC


def with_terms(earned: pl.DataFrame, rules: RuleBook) -> pl.DataFrame:
    """Add `available`, when an earning may be spent, and `due`, the last microsecond of its last day.

    `due` is null for what never lapses; `is_dated` is false where it is unknown, since the programme's zone
    changes at some time.
    """
    zones = _zones(earned, rules)
    available = pl.max_horizontal("available_at", "occurred_at")
    latest = pl.when(pl.col("expires_at").is_not_null()).then(pl.max_horizontal("expires_at", available))
    timed = earned.with_columns(
        available=available,
        latest=latest,
        zone=pl.col("programme").replace_strict(
            list(zones), list(zones.values()), default=None, return_dtype=pl.String
        ),
    )
    return _with_due(timed).with_columns(is_dated=pl.col("latest").is_null() | pl.col("zone").is_not_null())


def _zones(earned: pl.DataFrame, rules: RuleBook) -> dict[str | None, str | None]:
    spans = earned.group_by("programme").agg(
        first=pl.col("occurred_at").min(), last=pl.col("occurred_at").max()
    )
    return {name: _zone(name, rules, first=first, last=last) for name, first, last in spans.iter_rows()}


def _zone(programme: str | None, rules: RuleBook, *, first: datetime, last: datetime) -> str | None:
    """Find the one zone of a programme from a moment to another; none where it changes."""
    days = {
        dated.valid_from
        for (kind, name), readings in rules.readings.items()
        if kind == "zone" or (kind == PROGRAMME and name == programme)
        for dated in readings
    }
    around = (day + apart for day in days if date.min < day < date.max for apart in WHERE_DAYS_DIFFER)
    moments = (datetime(day.year, day.month, day.day, 12, tzinfo=UTC_ZONE) for day in around)
    terms = terms_of(rules, programme)
    found = {terms(at)[1].key for at in (first, last, *moments) if first <= at <= last}
    return found.pop() if len(found) == 1 else None


def _with_due(timed: pl.DataFrame) -> pl.DataFrame:
    """Add the end of the local day of `latest`; the calendar's last day has only the moment."""
    zones = timed.get_column("zone").drop_nulls().unique().to_list()
    local = (
        pl.when(pl.col("zone") == zone).then(pl.col("latest").dt.convert_time_zone(zone).dt.date())
        for zone in zones
    )
    dated = timed.with_columns(day=pl.coalesce(pl.lit(None, pl.Date), *local))
    days = dated.select("zone", "day").drop_nulls().unique()
    ends = pl.Series("end", [_end(zone, day) for zone, day in days.iter_rows()], dtype=UTC)
    found = dated.join(days.with_columns(ends), on=["zone", "day"], how="left", maintain_order="left")
    return found.with_columns(due=pl.coalesce("end", "latest")).drop("day", "end")


def _end(zone: str, day: date) -> datetime | None:
    try:
        return end_of_day(day, zone=ZoneInfo(zone))
    except OverflowError:
        return None
