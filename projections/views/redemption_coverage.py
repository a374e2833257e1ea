"""How many of those who could redeem did: by month, programme and band of redeemable points.

Shown are the day's month so far and the twelve before it.
"""

from dataclasses import dataclass
from datetime import date
from functools import partial

import polars as pl

from projections.metrics.derived.redeeming_members import REDEEMING_MEMBERS
from projections.views.against_metrics import against_denominators, against_numerators
from projections.views.months import YEAR, by_month, first_month, month_of, month_spans
from projections.views.reading import ViewReading
from projections.views.view import Figure, Reconciliation, View

GROUP = ("month", "programme", "balance_band")


@dataclass(frozen=True, kw_only=True)
class RedemptionCoverage:
    """Members with points to redeem in a month, by the band of these points, and how many of them redeemed.

    Redeemable is what was there as the month began, and what became available within it.
    """

    month: date
    programme: str | None
    balance_band: str
    """under_1000, 1000_to_4999, 5000_to_9999, 10000_to_49999 or 50000_and_more."""
    members: int
    """Memberships with redeemable points."""
    redeemers: int
    """Of these, who redeemed in the month."""
    redemptions: int
    """How often these redeemed in the month."""
    coverage_share: float
    """redeemers / members (兑换覆盖面)."""


def redemption_coverage(reading: ViewReading) -> pl.DataFrame:
    """The coverage of 13 months as of a moment; months are those of the organisation's zone."""
    spans = month_spans(reading, before=YEAR)
    found = reading.derived(REDEEMING_MEMBERS, *spans).filter(pl.col("redeemable") > 0)
    redeemed = pl.col("redemptions") > 0
    return (
        found.with_columns(month=month_of("period_start", zone=reading.zone.key))
        .group_by(GROUP)
        .agg(members=pl.len(), redeemers=redeemed.sum(), redemptions=pl.col("redemptions").sum())
        .with_columns(coverage_share=pl.col("redeemers") / pl.col("members"))
    )


def coverage_this_month(rows: pl.DataFrame, day: date) -> float | None:
    """The share of all members with redeemable points who redeemed in the day's month so far."""
    month = rows.filter(month=day.replace(day=1))
    redeemers, members = (int(month[column].sum()) for column in ("redeemers", "members"))
    return redeemers / members if members else None


def against_coverage(reading: ViewReading, rows: pl.DataFrame, *, is_above: bool) -> pl.DataFrame:
    """Groups in which the view's redeemers (or members) are not those of the metric."""
    by = ("programme", "balance_band")
    side = pl.col("redeemers" if is_above else "members")
    counted = rows.group_by(*by, period_start="month").agg(in_view=side.sum())
    since = first_month(reading.day, before=YEAR)
    question = by_month(reading, "redemption_coverage", since=since, by=by)
    return (against_numerators if is_above else against_denominators)(reading, counted, question)


REDEMPTION_COVERAGE = View(
    name="redemption_coverage",
    version=1,
    row=RedemptionCoverage,
    keys=GROUP,
    time="month",
    facts=REDEEMING_MEMBERS.reads,
    make=redemption_coverage,
    name_en="redemption coverage",
    name_zh="积分兑换覆盖面",
    figure=Figure(name="coverage_share_month_to_date", value=coverage_this_month, lowest=0.0, highest=1.0),
    ranges={
        "redeemers_are_among_the_members": pl.col("redeemers") <= pl.col("members"),
        "at_least_one_redemption_a_redeemer": pl.col("redemptions") >= pl.col("redeemers"),
        "share_between_0_and_1": pl.col("coverage_share").is_between(0, 1),
    },
    reconciliations=(
        Reconciliation(
            name="members_who_redeemed",
            meaning="redeemers = the numerator of redemption_coverage, by month, programme and band",
            differences=partial(against_coverage, is_above=True),
        ),
        Reconciliation(
            name="members_with_redeemable_points",
            meaning="members = the denominator of redemption_coverage, by month, programme and band",
            differences=partial(against_coverage, is_above=False),
        ),
    ),
)
