"""The days by which tiers are counted, over frames: ends of days in a zone, years, months back and grace."""

from zoneinfo import ZoneInfo

import polars as pl

from domain.organisation.programme import Qualification
from domain.organisation.terms import end_of_day
from projections.facts.spec import UTC

YEAR = 12
ENROLLED = "enrolled_at"


def local_day(at: str, *, zone: ZoneInfo) -> pl.Expr:
    """The local day of an instant."""
    return pl.col(at).dt.convert_time_zone(zone.key).dt.date()


def with_day_end(rows: pl.DataFrame, day: pl.Expr, *, zone: ZoneInfo, name: str) -> pl.DataFrame:
    """Add the last microsecond of each row's local day, in UTC; null where the day is."""
    dated = rows.with_columns(day=day)
    days = dated["day"].drop_nulls().unique()
    ends = pl.Series(name, [end_of_day(one, zone=zone) for one in days], dtype=UTC)
    known = pl.DataFrame({"day": days}).with_columns(ends)
    return dated.join(known, on="day", how="left", maintain_order="left").drop("day")


def months_later(at: str, months: int, *, zone: ZoneInfo) -> pl.Expr:
    """The local day so many months after an instant's day; the month's last where there is no such day."""
    return local_day(at, zone=zone).dt.offset_by(f"{months}mo")


def year_number(at: str, rule: Qualification, *, zone: ZoneInfo) -> pl.Expr:
    """The number of the year of an instant: of the calendar, or of membership since `enrolled_at`.

    Before enrolment is the first year of membership; whoever never enrolled goes by the calendar.
    """
    day = local_day(at, zone=zone)
    if rule.period != "membership_year":
        return day.dt.year().cast(pl.Int64)
    enrolled = local_day(ENROLLED, zone=zone)
    apart = (day.dt.year() - enrolled.dt.year()).cast(pl.Int64)
    has_come = enrolled.dt.offset_by(pl.format("{}mo", apart * YEAR)) <= day
    return pl.coalesce(
        pl.max_horizontal(apart - (~has_come).cast(pl.Int64), pl.lit(0)), day.dt.year().cast(pl.Int64)
    )


def last_day_of_year(year: pl.Expr, rule: Qualification, *, zone: ZoneInfo) -> pl.Expr:
    """The last local day of a numbered year."""
    calendar = pl.date(year, 12, 31)
    if rule.period != "membership_year":
        return calendar
    enrolled = local_day(ENROLLED, zone=zone)
    next_year = enrolled.dt.offset_by(pl.format("{}mo", (year + 1) * YEAR))
    return pl.when(enrolled.is_not_null()).then(next_year.dt.offset_by("-1d")).otherwise(calendar)


def with_grace(stretches: pl.DataFrame, rule: Qualification, *, zone: ZoneInfo) -> pl.DataFrame:
    """Let what ends go on until its grace is over, at the end of a local day."""
    if not rule.grace_days:
        return stretches
    last = local_day("ends", zone=zone).dt.offset_by(f"{rule.grace_days}d")
    graced = with_day_end(stretches, last, zone=zone, name="grace_ends")
    return graced.drop("ends").rename({"grace_ends": "ends"})
