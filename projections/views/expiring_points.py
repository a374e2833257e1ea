"""Whose points expire soon: every membership with points that fall due within 90 days."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

import polars as pl

from projections.metrics.derived.valued_lots import point_values, worth_of
from projections.views.listed import LISTED_FACTS, listed_customers, member_id
from projections.views.lot_lapses import EXPIRING, LAPSE_COLUMNS, windows_end, with_lapses
from projections.views.points_liability import POINTS_LIABILITY
from projections.views.reading import ViewReading
from projections.views.view import Figure, Reconciliation, View

KEYS = ("customer_id", "member_id")
A_DAY_AND_MORE = timedelta(days=2)
"""What expires on a day falls due at its end."""


@dataclass(frozen=True, kw_only=True)
class ExpiringPoints:
    """What of a membership's points falls due within 30, 60 and 90 days after the day.

    Points fall due at the end of a day in the programme's zone.
    """

    customer_id: str | None
    member_id: str
    programme: str | None
    unit: str | None
    expiring_30_days: Decimal
    expiring_60_days: Decimal
    expiring_90_days: Decimal
    pending: Decimal
    """What of the points of the 90 days cannot be spent yet."""
    value: Decimal | None
    """What the points of the 90 days are worth at the programme's value of a point; null: it names none."""
    next_due_at: datetime
    """The moment at which points fall due next."""
    next_expires_on: date
    """The day in the programme's zone at whose end that is."""
    next_points: Decimal
    """How many fall due then."""


def expiring_points(reading: ViewReading) -> pl.DataFrame:
    """The memberships of everybody who is not erased, as of a moment."""
    return listed_customers(reading, _everybody(reading), at="opened_at")


def _everybody(reading: ViewReading) -> pl.DataFrame:
    lots = with_lapses(_ending_soon(reading), reading).filter(pl.col("expiring_90_days") > 0)
    value = worth_of("expiring_90_days", point_values(reading, lots["programme"]))
    found = _summed(lots).join(_next_due(lots), on="member")
    return found.with_columns(member_id(), value=value)


def _ending_soon(reading: ViewReading) -> pl.DataFrame:
    """The lots that expire about within the windows, and those that become available only then."""
    columns = ("opened_at", *LAPSE_COLUMNS, "unit", "customer_id")
    start, end = reading.reference - A_DAY_AND_MORE, windows_end(reading)
    found = [
        reading.facts("member_lots", columns=columns, time=(column, start, end))
        for column in ("expires_at", "available_at")
    ]
    return pl.concat(found).unique(("member", "lot_id"))


def _summed(lots: pl.DataFrame) -> pl.DataFrame:
    named = ("programme", "unit", "customer_id", "opened_at")
    return (
        lots.sort("opened_at", "lot_id")
        .group_by("member")
        .agg(pl.col(named).drop_nulls().first(), pl.col("pending", *EXPIRING).sum())
    )


def _next_due(lots: pl.DataFrame) -> pl.DataFrame:
    """[member, next_due_at, next_expires_on, next_points]: what falls due at the next such moment."""
    soonest = lots.filter(pl.col("due") == pl.col("due").min().over("member"))
    return soonest.group_by("member").agg(
        next_due_at=pl.col("due").first(),
        next_expires_on=pl.col("due_on").first(),
        next_points=pl.col("held").sum(),
    )


def points_expiring(rows: pl.DataFrame, _: date) -> float:
    """How many points fall due within 30 days."""
    return float(rows["expiring_30_days"].sum() or 0)


def against_liability(reading: ViewReading, rows: pl.DataFrame) -> pl.DataFrame:
    """Programmes in which members' expiring points are not those of the vintages: [programme, in_view, …]."""
    hidden = _everybody(reading).join(rows, on="member_id", how="anti")
    members = pl.concat([part.select("programme", *EXPIRING) for part in (rows, hidden)])
    vintages = reading.view(POINTS_LIABILITY)
    both = _by_programme(members).join(
        _by_programme(vintages),
        on="programme",
        how="full",
        coalesce=True,
        nulls_equal=True,
        suffix="_vintages",
    )
    filled = both.with_columns(pl.exclude("programme").fill_null(0))
    differs = pl.any_horizontal(pl.col(name) != pl.col(f"{name}_vintages") for name in EXPIRING)
    return filled.filter(differs).sort("programme")


def _by_programme(rows: pl.DataFrame) -> pl.DataFrame:
    return rows.group_by("programme").agg(pl.col(EXPIRING).sum())


EXPIRING_POINTS = View(
    name="expiring_points",
    version=1,
    row=ExpiringPoints,
    keys=KEYS,
    time="next_expires_on",
    ordered=("value",),
    facts=("member_lots", "organisation_rules", *LISTED_FACTS),
    make=expiring_points,
    name_en="points about to expire",
    name_zh="即将过期积分",
    views=(POINTS_LIABILITY,),
    figure=Figure(name="points_expiring_30_days", value=points_expiring, lowest=0.0),
    ranges={
        "expiring_sooner_is_part_of_expiring_later": (
            (pl.col("expiring_30_days") <= pl.col("expiring_60_days"))
            & (pl.col("expiring_60_days") <= pl.col("expiring_90_days"))
        ),
        "next_is_within_90_days": pl.col("next_points").is_between(
            pl.lit(0), pl.col("expiring_90_days"), closed="right"
        ),
    },
    reconciliations=(
        Reconciliation(
            name="points_liability",
            meaning="what members have expiring = what vintages have in points_liability, by programme",
            differences=against_liability,
        ),
    ),
)
