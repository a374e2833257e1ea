"""What is summed over memberships: when they began and ended, and which could and did redeem in a period."""

from functools import partial

import polars as pl

from projections.metrics.measure import Condition, Measure

WAS_ENROLLED = Condition(holds=pl.col("enrolled_at").is_not_null(), otherwise="never enrolled")
COULD_REDEEM = Condition(holds=pl.col("redeemable") > 0, otherwise="no points to redeem in the period")
DID_REDEEM = Condition(holds=pl.col("redemptions") > 0, otherwise="nothing redeemed in the period")

of_members = partial(Measure, fact="members")
of_redeemers = partial(Measure, fact="redeeming_members", time="period_start")

MEMBER_MEASURES = (
    of_members(name="members_enrolled", time="enrolled_at"),
    of_members(name="members_closed", time="closed_at", conditions=(WAS_ENROLLED,)),
)

DERIVED_MEMBER_MEASURES = (
    of_redeemers(name="members_with_redeemable_points", conditions=(COULD_REDEEM,)),
    of_redeemers(name="members_who_redeemed", conditions=(COULD_REDEEM, DID_REDEEM)),
)

MEMBER_GROUPINGS = ((), ("programme",), ("unit",), ("enrolled_tier",), ("campaign_id",))
