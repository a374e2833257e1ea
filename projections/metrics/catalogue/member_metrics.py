"""Metrics of memberships: how many there are, begin and end, and which members redeem."""

from dataclasses import replace
from fractions import Fraction
from functools import partial

from projections.metrics.catalogue.per_day import per_day
from projections.metrics.definition import MetricDefinition, total, total_at
from projections.metrics.statistic import distinct

DOMAIN = "Kefu domain page, Metrics"
DIMENSIONS = ("programme", "unit", "enrolled_tier", "campaign_id", "customer_id", "source")
REDEMPTION_DIMENSIONS = (
    *("programme", "unit", "tier", "venue", "partner_id", "item"),
    *("campaign_id", "agent_id", "customer_id"),
)

of_members = partial(
    MetricDefinition,
    metric="members",
    denominator=None,
    scale=Fraction(1),
    unit="members",
    direction="higher",
    source=DOMAIN,
    dimensions=DIMENSIONS,
)
enrolled = of_members(
    id="enrolled",
    numerator=total("members_enrolled"),
    name_en="Members enrolled",
    name_zh="入会人数",
    meaning="Memberships by the time of enrolment",
)

MEMBER_METRICS = (
    of_members(
        id="count",
        numerator=total_at("end", "members_enrolled", minus=("members_closed",)),
        name_en="Members",
        name_zh="会员数",
        meaning="Memberships that run at the end of the period",
    ),
    of_members(
        id="mean_of_months",
        numerator=total_at("month_ends", "members_enrolled", minus=("members_closed",)),
        denominator=total("months"),
        name_en="Members, mean of months",
        name_zh="月均会员数",
        meaning="Memberships that run at a month's end, the mean of the months of the period",
    ),
    enrolled,
    *(replace(daily, id=f"enrolled_{daily.id}") for daily in per_day(enrolled)),
    of_members(
        id="closed",
        numerator=total("members_closed"),
        direction="lower",
        name_en="Members who left",
        name_zh="退会人数",
        meaning="Memberships by the time at which they were closed and stayed so",
    ),
    of_members(
        id="closed_share",
        numerator=total_at("end", "members_closed"),
        denominator=total_at("end", "members_enrolled"),
        unit="share",
        direction="lower",
        name_en="Share of members who left",
        name_zh="退会率",
        meaning="Memberships closed by the end of the period, of all ever enrolled until then",
    ),
    of_members(
        id="redeeming",
        numerator=total("redemptions"),
        statistic=distinct("member"),
        name_en="Members who redeemed",
        name_zh="兑换会员数",
        meaning="Different members with a redemption in the period",
        dimensions=REDEMPTION_DIMENSIONS,
    ),
    MetricDefinition(
        metric="redemption_coverage",
        id="share",
        numerator=total("members_who_redeemed"),
        denominator=total("members_with_redeemable_points"),
        scale=Fraction(1),
        unit="share",
        direction="higher",
        name_en="Redemption coverage",
        name_zh="积分兑换覆盖面",
        meaning="Members with at least one redemption, of those who had points to redeem in the period: "
        "those held as it began and those that became available within it",
        source=DOMAIN,
        dimensions=("balance_band", "programme", "unit", "customer_id"),
    ),
)
