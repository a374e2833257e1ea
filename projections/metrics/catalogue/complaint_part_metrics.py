"""Metrics of what lies in complaints: promises, appeals and penalties."""

from fractions import Fraction
from functools import partial

from projections.metrics.catalogue.complaint_words import (
    DAY_IS_OVER,
    DOMAIN,
    MS_PER_HOUR,
    PART_DIMENSIONS,
    duration,
    share,
)
from projections.metrics.definition import MetricDefinition, total

penalty = partial(
    MetricDefinition,
    metric="penalty_amount",
    denominator=None,
    scale=Fraction(1),
    direction="neither",
    source=DOMAIN,
    dimensions=(*PART_DIMENSIONS, "agent"),
)

COMPLAINT_PART_METRICS = (
    share(
        metric="promises_kept",
        id="share",
        numerator=total("promises_kept"),
        denominator=total("promises_due"),
        direction="higher",
        name_en="Promises kept",
        name_zh="承诺兑现率",
        meaning="Promises after which a solution came by the time promised, over promises due",
        dimensions=(*PART_DIMENSIONS, "agent_id"),
        ripening=DAY_IS_OVER,
    ),
    duration(
        metric="appeal_hours",
        id="mean",
        numerator=total("appeal_time_ms"),
        denominator=total("appeals_timed"),
        scale=Fraction(1, MS_PER_HOUR),
        unit="hours",
        name_en="Hours from appeal to arbitration",
        name_zh="复议时长",
        meaning="Mean time from an appeal to its arbitration, of appeals arbitrated in the period",
        dimensions=(*PART_DIMENSIONS, "appellant"),
    ),
    share(
        metric="appeal_overturn_rate",
        id="share",
        numerator=total("appeals_overturned"),
        denominator=total("appeals_arbitrated"),
        direction="neither",
        name_en="Appeals overturned",
        name_zh="复议改判率",
        meaning="Attributions overturned over appeals arbitrated in the period",
        dimensions=(*PART_DIMENSIONS, "appellant"),
    ),
    penalty(
        id="amount",
        numerator=total("penalty_amount"),
        unit="yuan",
        name_en="Penalties for complaints",
        name_zh="投诉处罚金额",
        meaning="Penalties imposed in the period, enforced or not",
    ),
    penalty(
        id="enforced",
        numerator=total("penalty_amount_enforced"),
        unit="yuan",
        name_en="Penalties enforced",
        name_zh="已执行处罚金额",
        meaning="Penalties imposed in the period and enforced",
    ),
    penalty(
        id="count",
        numerator=total("penalties"),
        unit="penalties",
        name_en="Number of penalties",
        name_zh="处罚次数",
        meaning="How many penalties were imposed in the period, enforced or not",
    ),
    penalty(
        id="enforced_count",
        numerator=total("penalties_enforced"),
        unit="penalties",
        name_en="Number of penalties enforced",
        name_zh="已执行处罚次数",
        meaning="How many of the penalties imposed in the period were enforced",
    ),
)
