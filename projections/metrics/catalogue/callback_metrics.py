"""Metrics of callbacks; a valid callback is one in which the customer was reached and answered."""

from datetime import timedelta
from fractions import Fraction
from functools import partial

from projections.metrics.catalogue.per_day import per_day
from projections.metrics.definition import MetricDefinition, total

DOMAIN = "Kefu domain page, Metrics"
CALLBACK_DIMENSIONS = ("purpose", "unit", "agent_id", "customer_id", "campaign_id", "tier", "source")
FINDING_DIMENSIONS = ("unit", "agent_id", "customer_id", "campaign_id", "tier", "finding")
SETTLED_BY_THE_DAYS_END = timedelta(microseconds=1)
"""A callback is due on its day: once the day is over, nothing more can be on time."""

share_of_callbacks = partial(
    MetricDefinition,
    id="share",
    scale=Fraction(1),
    unit="share",
    direction="higher",
    source=DOMAIN,
    dimensions=CALLBACK_DIMENSIONS,
)
valid = total("callbacks_valid")

callback_count = MetricDefinition(
    metric="callbacks",
    id="count",
    numerator=total("callbacks"),
    denominator=None,
    scale=Fraction(1),
    unit="callbacks",
    direction="neither",
    name_en="Callbacks",
    name_zh="回访量",
    meaning="Callbacks by the time at which they were planned",
    source=DOMAIN,
    dimensions=(*CALLBACK_DIMENSIONS, "suppressed_for"),
)

CALLBACK_METRICS = (
    callback_count,
    *per_day(callback_count),
    share_of_callbacks(
        metric="valid_callback_rate",
        numerator=total("callbacks_attempted_valid"),
        denominator=total("callbacks_attempted"),
        name_en="Valid callback rate",
        name_zh="有效回访率",
        meaning="Callbacks answered over those attempted, by the first attempt",
    ),
    share_of_callbacks(
        metric="callbacks_on_time",
        numerator=total("callbacks_due_on_time"),
        denominator=total("callbacks_due"),
        name_en="Callbacks on time",
        name_zh="回访及时率",
        meaning="Callbacks tried by their due moment over those due and not stopped before",
        ripening=SETTLED_BY_THE_DAYS_END,
    ),
    share_of_callbacks(
        metric="finding_rate",
        numerator=total("callbacks_with_finding"),
        denominator=valid,
        direction="lower",
        name_en="Callbacks with a finding",
        name_zh="回访问题发现率",
        meaning="Valid callbacks that brought something to light over all valid ones",
    ),
    share_of_callbacks(
        metric="finding_rate",
        id="findings",
        numerator=total("callback_findings"),
        denominator=valid,
        direction="lower",
        name_en="Findings per valid callback",
        name_zh="回访问题数比例",
        meaning="Things found over all valid callbacks; by finding each over the whole",
        dimensions=FINDING_DIMENSIONS,
        held_whole=("finding",),
    ),
    share_of_callbacks(
        metric="satisfaction",
        id="callback",
        numerator=total("callbacks_satisfied"),
        denominator=valid,
        name_en="Satisfaction in callbacks",
        name_zh="回访满意率",
        meaning="Valid callbacks in which the customer was satisfied over all valid ones, by the answer",
        dimensions=(*CALLBACK_DIMENSIONS, "reason"),
        held_whole=("reason",),
    ),
    share_of_callbacks(
        metric="satisfaction",
        id="callback_dissatisfied",
        numerator=total("callbacks_dissatisfied"),
        denominator=valid,
        direction="lower",
        name_en="Dissatisfaction in callbacks",
        name_zh="回访不满意率",
        meaning="Valid callbacks in which the customer was not satisfied over all valid ones",
        dimensions=(*CALLBACK_DIMENSIONS, "reason"),
        held_whole=("reason",),
    ),
)
