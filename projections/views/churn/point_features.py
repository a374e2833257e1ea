"""What a customer has as a member: points, those about to lapse, and the tier."""

from datetime import timedelta

import polars as pl

from projections.views.churn.service_features import RECENT_DAYS, together
from projections.views.churn.told_rows import IS_DECLARED, PERSON, ToldRows

POINTS_READ = ("member_lots", "member_tiers")


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
    """The tier of the running membership that moved last; only its enrolment names the customer."""
    rows = told.reading.facts(
        "member_tiers", columns=("customer_id", "tier", "to_tier", "move", "moved_at"), time=None
    )
    in_order = rows.filter(pl.col("moved_at").is_not_null()).sort("moved_at", "last_position")
    enrolled = told.of("member_tiers", "member", at="moved_at").unique("member", keep="any")
    memberships = in_order.group_by("member", maintain_order=True).agg(
        member_tier=pl.coalesce("to_tier", "tier").last(),
        move=pl.col("move").last(),
        moved_at=pl.col("moved_at").last(),
    )
    running = memberships.filter(pl.col("move") != "closed").join(enrolled.drop("moved_at"), on="member")
    return (
        running.sort("moved_at", "member")
        .group_by(PERSON)
        .agg(pl.col(IS_DECLARED).any(), pl.col("member_tier").last())
    )
