"""Metrics of how long claims take: in days by strata, and in calendar months."""

from collections.abc import Iterator
from fractions import Fraction
from functools import partial

from projections.metrics.catalogue.claim_metrics import CLAIM_DIMENSIONS, DOMAIN
from projections.metrics.catalogue.claim_time_measures import STRATA, Stratum
from projections.metrics.definition import MetricDefinition, total
from projections.metrics.statistic import MEDIAN, P90, Statistic
from projections.metrics.survival import median_survival

MS_A_DAY = 86_400_000

cycle_days = partial(
    MetricDefinition,
    metric="claim_cycle_days",
    scale=Fraction(1, MS_A_DAY),
    unit="days",
    direction="lower",
    source=DOMAIN,
    dimensions=CLAIM_DIMENSIONS,
)
cycle_months = partial(
    MetricDefinition,
    metric="claim_cycle_months",
    scale=Fraction(1),
    unit="months",
    direction="lower",
    source=DOMAIN,
    dimensions=CLAIM_DIMENSIONS,
)

MEANS = (
    (
        "closed_cases",
        "closed_cases",
        "Mean days to close a claim",
        "赔付时效",
        "Report to close, mean of claims closed in the period, those paid nothing left out",
    ),
    (
        "to_approval",
        "first_approved_cases",
        "Mean days to approve a claim",
        "核赔时效",
        "Report to first final approval, mean of claims so approved in the period, for more than nothing",
    ),
    (
        "to_payment",
        "first_paid_cases",
        "Mean days to pay a claim",
        "支付时效",
        "Report to first payment, mean of claims first paid in the period",
    ),
    (
        "open_age",
        "open_cases",
        "Mean age of open claims",
        "未决案件平均天数",
        "Report to the period's end, mean of claims that are open then",
    ),
)
"""id, measure, names, meaning: quotients of a sum of durations and the rows behind it."""

STATISTICS: tuple[tuple[str, str, Statistic, str, str, str], ...] = (
    (
        "median",
        "closed_cases",
        MEDIAN,
        "Median days to close a claim",
        "赔付时效中位数",
        "Report to close, median of claims closed in the period, those paid nothing left out",
    ),
    (
        "p90",
        "closed_cases",
        P90,
        "Days in which nine tenths of claims are closed",
        "赔付时效P90",
        "Report to close, 90th percentile of claims closed in the period, those paid nothing left out",
    ),
    (
        "survival",
        "registered_cases",
        median_survival(ended="is_ended"),
        "Days until half of the claims have ended",
        "赔付时效生存分析中位数",
        "Median of the Kaplan-Meier estimate over claims reported in the period, open ones watched until now",
    ),
)


def _of_stratum(stratum: Stratum) -> Iterator[MetricDefinition]:
    for definition_id, measure, name_en, name_zh, meaning in MEANS:
        yield cycle_days(
            id=f"{definition_id}{stratum.suffix}",
            numerator=total(f"{measure}_ms{stratum.suffix}"),
            denominator=total(f"{measure}{stratum.suffix}"),
            name_en=f"{name_en}{stratum.name_en}",
            name_zh=f"{name_zh}{stratum.name_zh}",
            meaning=f"{meaning}{stratum.name_en}",
        )
    for definition_id, measure, statistic, name_en, name_zh, meaning in STATISTICS:
        yield cycle_days(
            id=f"{definition_id}{stratum.suffix}",
            numerator=total(f"{measure}_ms{stratum.suffix}"),
            denominator=None,
            statistic=statistic,
            name_en=f"{name_en}{stratum.name_en}",
            name_zh=f"{name_zh}{stratum.name_zh}",
            meaning=f"{meaning}{stratum.name_en}",
        )


CLAIM_TIME_METRICS = (
    *(definition for stratum in STRATA for definition in _of_stratum(stratum)),
    cycle_months(
        metric="claim_report_lag_months",
        id="mean",
        numerator=total("months_to_report"),
        denominator=total("claims_with_loss_day"),
        name_en="Mean months from loss to report",
        name_zh="报案延迟月数",
        meaning="Calendar months from the loss to the report, of claims reported in the period",
    ),
    cycle_months(
        id="mean",
        numerator=total("months_to_close"),
        denominator=total("closed_claims"),
        name_en="Mean months to close a claim",
        name_zh="结案月数",
        meaning="Calendar months from the report to closing, of claims closed in the period",
    ),
    *(
        cycle_months(
            id=statistic.name,
            numerator=total("months_to_close"),
            denominator=None,
            statistic=statistic,
            name_en=name_en,
            name_zh=name_zh,
            meaning=f"{name_en}: calendar months from the report, of claims closed in the period",
        )
        for statistic, name_en, name_zh in (
            (MEDIAN, "Median months to close a claim", "结案月数中位数"),
            (P90, "Months in which nine tenths of claims are closed", "结案月数P90"),
        )
    ),
)
