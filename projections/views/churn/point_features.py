"""What a customer has as a member: points, those about to lapse, and the tier."""

from datetime import timedelta

import polars as pl

from projections.views.churn.service_features import RECENT_DAYS, together
from projections.views.churn.told_rows import IS_DECLARED, PERSON, ToldRows

POINTS_READ = ("member_lots", "members")


def point_features(told: ToldRows) -> pl.DataFrame:
    """[person, is_declared, points_balance, points_lapsing_90_days, member_tier] of members."""
    return together([_points(told), _tiers(told)])


def _points(told: ToldRows) -> pl.DataFrame:
    lots = told.of("member_lots", "balance", "expires_at", at="opened_at")
    lapse_by = told.reading.reference + timedelta(days=RECENT_DAYS)
    lapses = pl.col("expires_at").is_between(told.reading.reference, lapse_by, closed="left")
    balance = pl.col("balance").cast(pl.Float64)
    return (
        lots.select(PERSON, IS_DECLARED, balance, lapsing=pl.when(lapses & (balance > 0)).then(balance))
        .group_by(PERSON)
        .agg(
            pl.col(IS_DECLARED).any(),
            points_balance=pl.col("balance").sum().round(4),
            points_lapsing_90_days=pl.col("lapsing").sum().round(4),
        )
    )


def _tiers(told: ToldRows) -> pl.DataFrame:
    """The tier of the running membership that moved last."""
    rows = told.of(
        "members", "member", "enrolled_tier", "moved_to", "moved_at", "closed_at", at="enrolled_at"
    )
    moved = rows.with_columns(moved=pl.coalesce("moved_at", "enrolled_at"))
    running = moved.filter(pl.col("closed_at").is_null()).sort("moved", "member")
    tier = pl.coalesce("moved_to", "enrolled_tier").last()
    return running.group_by(PERSON).agg(pl.col(IS_DECLARED).any(), member_tier=tier)
