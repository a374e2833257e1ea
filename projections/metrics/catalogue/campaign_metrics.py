"""Metrics of campaigns, each arm as it was assigned, and of reaching out to customers."""

from fractions import Fraction
from functools import partial

from projections.metrics.catalogue.uplift import difference, lower_95, upper_95
from projections.metrics.definition import MetricDefinition, total
from projections.metrics.derived.campaign_outcomes import WINDOW

DOMAIN = "Kefu domain page, Metrics"
NEWCOMBE = f"{DOMAIN}; interval: R. G. Newcombe, Statistics in Medicine 17 (1998), 873-890, method 10"
CAMPAIGN_DIMENSIONS = ("campaign_id", "kind", "arm", "unit", "tier", "customer_id")

share_of_campaign = partial(
    MetricDefinition,
    scale=Fraction(1),
    unit="share",
    direction="higher",
    source=DOMAIN,
    dimensions=CAMPAIGN_DIMENSIONS,
    ripening=WINDOW,
)
share_of_contacted = partial(
    MetricDefinition,
    denominator=total("customers_contacted"),
    scale=Fraction(1),
    direction="lower",
    source=DOMAIN,
    dimensions=("unit", "customer_id"),
)


uplift = partial(
    MetricDefinition,
    metric="campaign_uplift",
    numerator=total("campaign_treated_kept", "campaign_control_kept"),
    denominator=total("campaign_treated", "campaign_control"),
    scale=Fraction(100),
    unit="percentage points",
    direction="higher",
    dimensions=("campaign_id", "kind", "unit", "tier", "customer_id"),
    ripening=WINDOW,
)


CAMPAIGN_METRICS = (
    share_of_campaign(
        metric="campaign_response_rate",
        id="treated",
        numerator=total("campaign_treated_responded"),
        denominator=total("campaign_treated"),
        name_en="Campaign response rate",
        name_zh="活动响应率",
        meaning="Customers in a treated arm who answered within the campaign's window",
    ),
    share_of_campaign(
        metric="campaign_response_rate",
        id="assigned",
        numerator=total("campaign_responded"),
        denominator=total("campaign_assigned_over"),
        name_en="Campaign response rate of all assigned",
        name_zh="活动响应率(含对照组)",
        meaning="Customers of every arm who answered within the campaign's window",
    ),
    uplift(
        id="points",
        formula=difference,
        name_en="Campaign uplift",
        name_zh="活动提升幅度",
        meaning="Kept of the treated less kept of the control group; kept: not churned within the campaign's "
        "window (the rule `campaign_window`, else 90 days) after assignment",
        source=DOMAIN,
    ),
    uplift(
        id="lower_95",
        formula=lower_95,
        name_en="Campaign uplift, lower bound at 95 %",
        name_zh="活动提升幅度(95%下限)",
        meaning="Newcombe's hybrid score interval of the difference between the two shares kept",
        source=NEWCOMBE,
    ),
    uplift(
        id="upper_95",
        formula=upper_95,
        name_en="Campaign uplift, upper bound at 95 %",
        name_zh="活动提升幅度(95%上限)",
        meaning="Newcombe's hybrid score interval of the difference between the two shares kept",
        source=NEWCOMBE,
    ),
    MetricDefinition(
        metric="awareness_rate",
        id="share",
        numerator=total("campaign_aware"),
        denominator=total("campaign_asked_of_awareness"),
        scale=Fraction(1),
        unit="share",
        direction="higher",
        name_en="Awareness rate",
        name_zh="认知率",
        meaning="Customers asked by a survey campaign who answered `aware`, over those who answered either",
        source=DOMAIN,
        dimensions=CAMPAIGN_DIMENSIONS,
    ),
    share_of_campaign(
        metric="campaign_complaint_rate",
        id="share",
        numerator=total("campaign_complaints"),
        denominator=total("campaign_assigned_over"),
        direction="lower",
        name_en="Campaign complaint rate",
        name_zh="活动投诉率",
        meaning="Complaints of assigned customers within the campaign's window, over customers assigned",
    ),
)

CONTACT_METRICS = (
    share_of_contacted(
        metric="contacts_per_customer",
        id="mean",
        numerator=total("outbound_contacts"),
        unit="contacts per customer",
        name_en="Contacts per customer",
        name_zh="人均外呼次数",
        meaning="Outbound contacts and attempts to call back, over the customers they went to",
    ),
    share_of_contacted(
        metric="over_contacted_share",
        id="share",
        numerator=total("customers_above_a_cap"),
        unit="share",
        name_en="Over-contacted share",
        name_zh="超频外呼客户占比",
        meaning="Contacted customers with a contact above a cap of its day, over all contacted; "
        "exempted purposes are never above one",
        ruled_by=("contact_cap", "contact_exemptions"),
    ),
)
