"""Metrics of quality: what reviewers gave calls, and inspectors gave units and partners."""

from fractions import Fraction
from functools import partial

from projections.metrics.definition import MetricDefinition, total

DOMAIN = "Kefu domain page, Metrics"
REVIEW_DIMENSIONS = ("kind", "agent_id", "unit", "customer_id", "campaign_id", "tier")

inspection_score = partial(
    MetricDefinition,
    metric="inspection_score",
    scale=Fraction(1),
    unit="share",
    direction="higher",
    source=DOMAIN,
)

QUALITY_METRICS = (
    MetricDefinition(
        metric="quality_score",
        id="mean",
        numerator=total("review_score_ppm"),
        denominator=total("scored_reviews"),
        scale=Fraction(1, 10_000),
        unit="percent",
        direction="higher",
        name_en="Quality score",
        name_zh="质检得分",
        meaning="Mean of the reviews' scores, each in percent of the best score",
        source=DOMAIN,
        dimensions=REVIEW_DIMENSIONS,
    ),
    MetricDefinition(
        metric="critical_error_rate",
        id="share",
        numerator=total("reviews_with_critical_error"),
        denominator=total("reviews"),
        scale=Fraction(1),
        unit="share",
        direction="lower",
        name_en="Critical error rate",
        name_zh="致命差错率",
        meaning="Reviews with a critical error over all reviews",
        source=DOMAIN,
        dimensions=REVIEW_DIMENSIONS,
    ),
    inspection_score(
        id="units",
        numerator=total("unit_inspection_points"),
        denominator=total("unit_inspection_out_of"),
        name_en="Inspection score",
        name_zh="检查得分率",
        meaning="Points over possible points of the inspections of units",
        dimensions=("kind", "unit", "agent_id"),
    ),
    inspection_score(
        id="partners",
        numerator=total("partner_inspection_points"),
        denominator=total("partner_inspection_out_of"),
        name_en="Inspection score of partners",
        name_zh="合作商检查得分率",
        meaning="Points over possible points of the inspections of partners",
        dimensions=("kind", "partner_id", "unit", "agent_id"),
    ),
)
