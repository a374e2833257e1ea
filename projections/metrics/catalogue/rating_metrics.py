"""Satisfaction of those who rated, and how many of those asked did; the unrated are not dissatisfied."""

from fractions import Fraction
from functools import partial

from projections.metrics.catalogue.call_metrics import CALL_DIMENSIONS
from projections.metrics.definition import MetricDefinition, total

DOMAIN = "Kefu domain page, Metrics"
REQUEST_DIMENSIONS = ("survey", "unit", "agent_id", "customer_id", "campaign_id", "tier")
RATING_DIMENSIONS = (*REQUEST_DIMENSIONS, "process", "owner", "channel")

satisfaction = partial(
    MetricDefinition,
    metric="satisfaction",
    scale=Fraction(1),
    unit="share",
    direction="higher",
    source=DOMAIN,
    dimensions=RATING_DIMENSIONS,
)
response_rate = partial(
    MetricDefinition,
    metric="response_rate",
    scale=Fraction(1),
    unit="share",
    direction="higher",
    source=DOMAIN,
)

RATING_METRICS = (
    satisfaction(
        id="rated_calls",
        numerator=total("satisfied_calls"),
        denominator=total("rated_calls"),
        name_en="Satisfaction with calls",
        name_zh="通话满意度",
        meaning="Satisfied over rated answered calls, credited to the agent who handled the call last",
        dimensions=CALL_DIMENSIONS,
    ),
    satisfaction(
        id="top2box",
        numerator=total("top2box_ratings"),
        denominator=total("ratings"),
        name_en="Ratings in the two top boxes",
        name_zh="前两档满意度",
        meaning="Ratings in surveys in the two top boxes of their scale over all, by the time of rating",
    ),
    satisfaction(
        id="mutual",
        numerator=total("satisfied_mutual_ratings"),
        denominator=total("mutual_ratings"),
        name_en="Satisfaction in mutual evaluation",
        name_zh="双向评价满意度",
        meaning="Satisfied over all ratings of the survey mutual, by the time of rating",
    ),
    satisfaction(
        id="survey",
        numerator=total("satisfied_ratings"),
        denominator=total("ratings"),
        name_en="Satisfaction in surveys",
        name_zh="调查满意度",
        meaning="Satisfied over all ratings in surveys, by survey, process and its owner on the day",
    ),
    response_rate(
        id="requested",
        numerator=total("requested_ratings_given"),
        denominator=total("ratings_requested"),
        name_en="Response rate of rating requests",
        name_zh="评价回收率",
        meaning="Requested ratings that were given over those requested, by the time of the request",
        dimensions=REQUEST_DIMENSIONS,
    ),
    response_rate(
        id="rated_calls",
        numerator=total("rated_calls"),
        denominator=total("answered"),
        name_en="Rated calls",
        name_zh="通话参评率",
        meaning="Rated over all answered calls",
        dimensions=CALL_DIMENSIONS,
    ),
)
