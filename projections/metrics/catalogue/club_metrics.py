"""Metrics of clubs and partners: who takes part, which entitlements are used, and what partners are owed."""

from fractions import Fraction

from projections.metrics.definition import MetricDefinition, total

DOMAIN = "Kefu domain page, Metrics"

CLUB_METRICS = (
    MetricDefinition(
        metric="club_visits",
        id="count",
        numerator=total("club_visits"),
        denominator=None,
        scale=Fraction(1),
        unit="visits",
        direction="higher",
        name_en="Club visits",
        name_zh="俱乐部到访次数",
        meaning="Visits of members to clubs, whatever settled them",
        source=DOMAIN,
        dimensions=("partner_id", "kind", "settled_by", "unit", "tier", "campaign_id", "customer_id"),
    ),
    MetricDefinition(
        metric="club_participation",
        id="share",
        numerator=total("entitled_members_who_visited"),
        denominator=total("entitled_members"),
        scale=Fraction(1),
        unit="share",
        direction="higher",
        name_en="Club participation",
        name_zh="俱乐部参与率",
        meaning="Members with at least one visit in the period, of those who held an entitlement of that "
        "kind at any time in it; a member counts once for each kind held",
        source=DOMAIN,
        dimensions=("kind", "programme", "unit", "customer_id"),
    ),
    MetricDefinition(
        metric="entitlement_use",
        id="share",
        numerator=total("uses_made"),
        denominator=total("uses_granted"),
        scale=Fraction(1),
        unit="share",
        direction="higher",
        name_en="Use of entitlements",
        name_zh="权益使用率",
        meaning="Uses made by now, of those granted in the period; a visit uses one for the "
        "member and each guest",
        source=DOMAIN,
        dimensions=("kind", "programme", "unit", "tier", "campaign_id", "customer_id"),
    ),
    MetricDefinition(
        metric="partner_settlement",
        id="amount",
        numerator=total("redemption_settlements", "visit_settlements"),
        denominator=None,
        scale=Fraction(1),
        unit="yuan",
        direction="neither",
        name_en="Owed to partners",
        name_zh="合作商结算额",
        meaning="What clubs and merchants are owed for redemptions and visits, by the time of either",
        source=DOMAIN,
        dimensions=("partner_id", "unit", "tier", "campaign_id", "customer_id"),
    ),
)
