"""Who spends points on what: redemptions by month, programme, tier, venue and partner, over two years.

A redemption counts in the month in which it was made, with whatever came back of it since.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import polars as pl

from projections.views.against_metrics import against_numerators
from projections.views.member_tier import with_member_tier
from projections.views.months import by_month, first_month, month_of
from projections.views.partner_names import partner_kinds
from projections.views.reading import ViewReading
from projections.views.view import Figure, Reconciliation, View

MONTHS_BEFORE = 24
"""How many months are shown before the day's own."""
NAMED = ("programme", "tier", "venue", "partner_id")
GROUP = ("month", "programme", "tier", "member_tier", "venue", "partner_id")


@dataclass(frozen=True, kw_only=True)
class PointRedemption:
    """Redemptions of a group in one of the 25 months (the organisation's) that end with the day's own."""

    month: date
    programme: str | None
    tier: str | None
    """The tier as the source said it with the redemption."""
    member_tier: str | None
    """The tier that the membership had then, by its own moves."""
    venue: str | None
    partner_id: str | None
    """The club or merchant, as an id without `partner-`; null where none is named."""
    partner_kind: str | None
    brand: str | None
    """The partner's brand; null where none is told."""
    redemptions: int
    """How often points were redeemed."""
    members: int
    """How many different memberships redeemed."""
    first_redeemers: int
    """Of these, who had never redeemed before; each counts once, where that redemption was."""
    points: Decimal
    """The points redeemed."""
    refunds: int
    """How many of the redemptions were refunded by now, in whole or part."""
    refunded_points: Decimal
    """What came back of the points by now."""
    net_points: Decimal
    """points - refunded_points."""
    settlement_amount: Decimal
    """What the partner is owed for them."""


def point_redemption(reading: ViewReading) -> pl.DataFrame:
    """The redemptions of 25 months as of a moment."""
    since = reading.begin_of(first_month(reading.day, before=MONTHS_BEFORE))
    columns = ("redeemed_at", "points", "refunded", "settlement_amount", *NAMED)
    told = reading.facts("point_redemptions", columns=columns, time=("redeemed_at", since, None))
    first = reading.facts(
        "members", columns=("first_redeemed_at",), time=("first_redeemed_at", since, None)
    ).select("member", "first_redeemed_at")
    marked = _with_first(told.filter(pl.col("points").is_not_null()), first)
    marked = with_member_tier(reading, marked, at="redeemed_at")
    counted = _counted(marked.with_columns(month=month_of("redeemed_at", zone=reading.zone.key)))
    return counted.join(partner_kinds(reading), on="partner_id", how="left")


def _with_first(redemptions: pl.DataFrame, first: pl.DataFrame) -> pl.DataFrame:
    """Mark the redemption that is its member's first: of several at one moment, the one told first."""
    known = redemptions.join(first, on="member", how="left")
    ordered = known.sort("redeemed_at", "first_position", "redemption_id")
    is_earliest = pl.col("redeemed_at") == pl.col("first_redeemed_at")
    return ordered.with_columns(is_first=is_earliest & pl.col("member").is_first_distinct())


def _counted(redemptions: pl.DataFrame) -> pl.DataFrame:
    refunded = pl.col("refunded").fill_null(0)
    return (
        redemptions.group_by(GROUP)
        .agg(
            redemptions=pl.len(),
            members=pl.col("member").n_unique(),
            first_redeemers=pl.col("is_first").sum(),
            points=pl.col("points").sum(),
            refunds=(refunded > 0).sum(),
            refunded_points=refunded.sum(),
            settlement_amount=pl.col("settlement_amount").sum(),
        )
        .with_columns(net_points=pl.col("points") - pl.col("refunded_points"))
    )


def points_this_month(rows: pl.DataFrame, day: date) -> float:
    """Points redeemed in the day's month so far."""
    return float(rows.filter(month=day.replace(day=1))["points"].sum() or 0)


def against_points_redeemed(reading: ViewReading, rows: pl.DataFrame) -> pl.DataFrame:
    """Months and partners in which the view's points are not those of the metric."""
    counted = rows.group_by("partner_id", period_start="month").agg(in_view=pl.col("points").sum())
    since = first_month(reading.day, before=MONTHS_BEFORE)
    return against_numerators(
        reading, counted, by_month(reading, "points_redeemed", since=since, by=("partner_id",))
    )


POINT_REDEMPTION = View(
    name="point_redemption",
    version=1,
    row=PointRedemption,
    keys=GROUP,
    time="month",
    facts=("point_redemptions", "members", "member_tiers", "partners"),
    make=point_redemption,
    name_en="point redemption",
    name_zh="积分兑换",
    figure=Figure(name="points_redeemed_month_to_date", value=points_this_month, lowest=0.0),
    ranges={
        "at_least_one_redemption_a_member": pl.col("members") <= pl.col("redemptions"),
        "first_redeemers_are_among_the_members": pl.col("first_redeemers") <= pl.col("members"),
        "points_above_zero": pl.col("points") > 0,
        "refunds_at_most_the_points": pl.col("net_points") >= 0,
    },
    reconciliations=(
        Reconciliation(
            name="points_redeemed",
            meaning="points of the view = the numerator of points_redeemed.amount, by month and partner",
            differences=against_points_redeemed,
        ),
    ),
)
