"""Metrics of claims: how many, for how much, how they were dispatched, delegated, taken online and paid."""

from dataclasses import replace
from datetime import timedelta
from fractions import Fraction
from functools import partial

from projections.metrics.catalogue.per_day import per_day
from projections.metrics.definition import MetricDefinition, Terms, total, total_at
from projections.metrics.statistic import MEDIAN

DOMAIN = "Kefu domain page, Metrics"
OF_THE_REPORT = (
    *("line", "channel", "cause", "product", "customer_class", "event_code"),
    *("unit", "customer_id", "tier"),
)
"""What every row below a claim says of its claim."""
CLAIM_DIMENSIONS = (*OF_THE_REPORT, "agent_id", "campaign_id")
DELEGATION_DIMENSIONS = (*OF_THE_REPORT, "kind", "relation", "direction", "from_unit", "to_unit")
WITH_INSURANCE = ("line", "product", "customer_class", "unit")
WHOLE_OVER = ("cause", "channel", "event_code", "tier", "customer_id")

metric = partial(MetricDefinition, scale=Fraction(1), source=DOMAIN)
count = partial(metric, denominator=None, unit="claims", direction="neither", dimensions=CLAIM_DIMENSIONS)
share = partial(metric, id="share", unit="share", direction="higher", dimensions=CLAIM_DIMENSIONS)
yuan = partial(
    metric, id="amount", denominator=None, unit="yuan", direction="neither", dimensions=OF_THE_REPORT
)
against_income = partial(
    metric,
    metric="payout_ratio",
    unit="share",
    direction="lower",
    name_en="Payout ratio",
    name_zh="赔付率",
    denominator=total("insured_income"),
    dimensions=(*WITH_INSURANCE, *WHOLE_OVER),
    held_whole=WHOLE_OVER,
)


def _counts() -> tuple[MetricDefinition, ...]:
    claims = count(
        metric="claims",
        id="count",
        numerator=total("claims"),
        name_en="Claims reported",
        name_zh="报案量",
        meaning="Claims by the time of their report, whatever became of them",
    )
    approved = count(
        metric="claims",
        id="approved",
        numerator=total("approved_claims"),
        name_en="Claims approved",
        name_zh="核赔通过量",
        meaning="Claims by the time of their first final approval",
    )
    still_open = count(
        metric="claims",
        id="open",
        numerator=total_at("end", "claims", minus=("ended_claims",)),
        direction="lower",
        name_en="Open claims",
        name_zh="未决案件数",
        meaning="Claims reported and neither closed, withdrawn nor rejected at the period's end",
    )
    mean_open = replace(
        still_open,
        id="mean_of_months",
        numerator=total_at("month_ends", "claims", minus=("ended_claims",)),
        denominator=total("months"),
        name_en="Open claims, mean of months",
        name_zh="月均未决案件数",
        meaning="Claims open at the ends of the period's months, over the number of these months",
    )
    return claims, *per_day(claims), approved, still_open, mean_open


def _online(definition_id: str, *, numerator: Terms, denominator: Terms, meaning: str) -> MetricDefinition:
    return share(
        metric="online_claim_share",
        id=definition_id,
        numerator=numerator,
        denominator=denominator,
        name_en="Claims taken online",
        name_zh="线上理赔占比",
        meaning=meaning,
        dimensions=tuple(name for name in CLAIM_DIMENSIONS if name != "channel"),
    )


def _severity(definition_id: str, name_en: str, name_zh: str) -> MetricDefinition:
    is_mean = definition_id == "mean"
    return metric(
        metric="claim_severity",
        id=definition_id,
        numerator=total("settled_amount"),
        denominator=total("settled_claims") if is_mean else None,
        statistic=None if is_mean else MEDIAN,
        unit="yuan",
        direction="neither",
        name_en=name_en,
        name_zh=name_zh,
        meaning=f"{name_en} of claims closed in the period, those paid nothing left out",
        dimensions=CLAIM_DIMENSIONS,
    )


CLAIM_METRICS = (
    *_counts(),
    count(
        metric="dispatches",
        id="count",
        numerator=total("dispatches"),
        unit="dispatches",
        name_en="Dispatches",
        name_zh="调度量",
        meaning="Surveyors sent, by the time of dispatch",
        dimensions=(*OF_THE_REPORT, "surveyor", "repair_shop", "brand", "agent_id"),
    ),
    metric(
        metric="dispatch_response_seconds",
        id="mean",
        numerator=total("dispatch_response_ms"),
        denominator=total("dispatches"),
        scale=Fraction(1, 1000),
        unit="seconds",
        direction="lower",
        name_en="Dispatch response time",
        name_zh="调度响应时长",
        meaning="From report to dispatch as the source measured it, over all dispatches",
        dimensions=(*OF_THE_REPORT, "surveyor", "repair_shop", "brand", "agent_id"),
    ),
    share(
        metric="brand_match_rate",
        numerator=total("brand_matches"),
        denominator=total("routed_claims"),
        name_en="Cars sent to a shop of their brand",
        name_zh="品牌匹配率",
        meaning="First dispatched to a shop of the car's brand by the repair routing of that day, of motor "
        "claims dispatched on days on which a routing was in force",
        dimensions=(*CLAIM_DIMENSIONS, "brand", "repair_shop"),
    ),
    share(
        metric="survey_on_time_rate",
        numerator=total("delegations_on_time"),
        denominator=total("delegations_due"),
        name_en="Delegated surveys completed on time",
        name_zh="代查勘按时完成率",
        meaning="Completed by the due moment, of delegated surveys and assessments that fell due",
        dimensions=DELEGATION_DIMENSIONS,
    ),
    share(
        metric="delegation_completeness",
        numerator=total("delegations_with_documents"),
        denominator=total("delegations_completed"),
        name_en="Delegations with complete documents",
        name_zh="双代单证齐全率",
        meaning="Completed with all documents, of delegations completed and told whether they are complete",
        dimensions=DELEGATION_DIMENSIONS,
    ),
    share(
        metric="rolling_closure_rate",
        numerator=total("claims_closed_in_a_year"),
        denominator=total("claims_to_close"),
        name_en="Rolling closure rate",
        name_zh="滚动结案率",
        meaning="Closed within 12 months of their report, of claims reported; withdrawn ones and those that "
        "ended with nothing paid are left out",
        ripening=timedelta(days=366),
    ),
    share(
        metric="paid_within_24h",
        numerator=total("approvals_paid_within_24h"),
        denominator=total("payable_approvals"),
        name_en="Paid within 24 hours",
        name_zh="24小时赔付率",
        meaning="Final approvals of more than nothing that a payment followed within 24 hours",
        dimensions=(*OF_THE_REPORT, "level", "agent_id"),
        ripening=timedelta(hours=24),
    ),
    _severity("mean", "Mean amount paid", "案均赔款"),
    _severity("median", "Median amount paid", "赔款中位数"),
    against_income(
        id="approved_in_period",
        numerator=total("approved_amount"),
        meaning="Finally approved in the period, over insured income",
    ),
    against_income(
        id="calendar_year",
        numerator=(
            *total("paid_amount"),
            *total_at("end", "reserve"),
            *total_at("start", minus=("reserve",)),
        ),
        denominator=total("earned_premium"),
        name_en="Calendar-year loss ratio",
        name_zh="历年制赔付率",
        meaning="(Paid + closing reserve − opening reserve) over earned premium",
        dimensions=WITH_INSURANCE,
        held_whole=(),
    ),
    against_income(
        id="ex_major",
        numerator=total("approved_amount_ex_major"),
        name_en="Payout ratio without major events",
        name_zh="赔付率（不含重大事故）",
        meaning="Finally approved in the period for claims of no major event, over insured income",
    ),
    against_income(
        id="net",
        numerator=total("approved_amount", minus=("recovered_amount",)),
        name_en="Payout ratio net of recoveries",
        name_zh="净赔付率",
        meaning="(Finally approved − recovered in the period) over insured income",
    ),
    share(
        metric="over_limit_share",
        numerator=total("over_limit_amount"),
        denominator=total("approved_amount"),
        direction="lower",
        name_en="Over-limit share",
        name_zh="超赔占比",
        meaning="The part beyond the terms of what was finally approved",
        dimensions=(*OF_THE_REPORT, "level", "agent_id"),
    ),
    _online(
        "count",
        numerator=total("small_online_claims"),
        denominator=total("small_claims"),
        meaning="Claims approved for less than 1,000 yuan that were reported online, of all such claims",
    ),
    _online(
        "amount",
        numerator=total("small_online_claims_amount"),
        denominator=total("small_claims_amount"),
        meaning="Approved online, of what was approved for claims below 1,000 yuan",
    ),
    _online(
        "as_printed",
        numerator=total("online_claims"),
        denominator=total("small_claims"),
        meaning="All approved claims reported online, over those below 1,000 yuan of any channel, as printed",
    ),
    share(
        metric="channel_share",
        id="claims",
        numerator=total("electronic_claims"),
        denominator=total("claims"),
        name_en="Electronic share of claim reports",
        name_zh="电子渠道报案占比",
        meaning="Claims reported by self-service or electronic channels, over all claims reported",
        dimensions=tuple(name for name in CLAIM_DIMENSIONS if name != "channel"),
    ),
    yuan(
        metric="approved_amount",
        numerator=total("approved_amount"),
        name_en="Approved amount",
        name_zh="核赔金额",
        meaning="Finally approved, by the time of approval",
        dimensions=(*OF_THE_REPORT, "level", "agent_id"),
    ),
    yuan(
        metric="paid_amount",
        numerator=total("paid_amount"),
        name_en="Paid amount",
        name_zh="赔款金额",
        meaning="Paid on claims, by the time of payment",
        dimensions=(*OF_THE_REPORT, "agent_id"),
    ),
    yuan(
        metric="over_limit_amount",
        numerator=total("over_limit_amount"),
        direction="lower",
        name_en="Over-limit amount",
        name_zh="超赔金额",
        meaning="Finally approved beyond the terms, by the time of approval",
        dimensions=(*OF_THE_REPORT, "level", "agent_id"),
    ),
    yuan(
        metric="recovered_amount",
        numerator=total("recovered_amount"),
        direction="higher",
        name_en="Recovered amount",
        name_zh="追偿金额",
        meaning="What others bore of claims, by the time it came in",
        dimensions=(*OF_THE_REPORT, "payer"),
    ),
)
