"""Metrics of complaints: how many, how soon and how well they are handled, how grave they become."""

from datetime import timedelta
from fractions import Fraction
from functools import partial

from projections.metrics.catalogue.complaint_words import (
    DAY_IS_OVER,
    GRAVE,
    KEY_PRESS_DIMENSIONS,
    LIABILITY,
    MS_PER_DAY,
    MS_PER_HOUR,
    OUTCOME_DIMENSIONS,
    RECORDING,
    count_of_complaints,
    duration,
    share,
)
from projections.metrics.catalogue.per_day import per_day
from projections.metrics.definition import MetricDefinition, total
from projections.metrics.statistic import MEDIAN, P90

ATTRIBUTION_PERIOD = timedelta(days=30)
"""How long after a call liability may yet be attributed for what came of it."""

closing_days = partial(
    duration,
    metric="complaint_days",
    numerator=total("complaint_closing_ms"),
    scale=Fraction(1, MS_PER_DAY),
    unit="days",
)


def complaints_filed() -> tuple[MetricDefinition, ...]:
    """How many complaints were filed, in all and a day."""
    count = count_of_complaints(
        metric="complaints",
        id="count",
        numerator=total("complaints"),
        name_en="Complaints",
        name_zh="投诉量",
        meaning="Complaints by the time of filing",
        dimensions=OUTCOME_DIMENSIONS,
    )
    return count, *per_day(count)


COUNTS = (
    *complaints_filed(),
    count_of_complaints(
        metric="complaints",
        id="closed",
        numerator=total("closed_complaints"),
        name_en="Complaints closed",
        name_zh="结案量",
        meaning="Complaints by the time of closing, those reopened since left out",
        dimensions=OUTCOME_DIMENSIONS,
    ),
    count_of_complaints(
        metric="complaints",
        id="open",
        numerator=total("open_complaints"),
        name_en="Complaints open",
        name_zh="在办投诉量",
        meaning="Complaints open at the end of the period, or as of the question where it has not ended",
    ),
)

HANDLING = (
    share(
        metric="complaints_on_time",
        id="share",
        numerator=total("complaints_answered_by_due"),
        denominator=total("complaints_due"),
        direction="higher",
        name_en="Complaints answered on time",
        name_zh="投诉按时回复率",
        meaning="Complaints with a reply or a solution by their due time, over those that fell due",
        ripening=DAY_IS_OVER,
    ),
    closing_days(
        id="mean",
        denominator=total("complaints_timed_closing"),
        name_en="Days to close a complaint, mean",
        name_zh="投诉处理时长",
        meaning="Mean time from filing to closing, of complaints closed in the period",
    ),
    closing_days(
        id="median",
        denominator=None,
        statistic=MEDIAN,
        name_en="Days to close a complaint, median",
        name_zh="投诉处理时长中位数",
        meaning="Median time from filing to closing, of complaints closed in the period",
    ),
    closing_days(
        id="p90",
        denominator=None,
        statistic=P90,
        name_en="Days to close a complaint, 90th percentile",
        name_zh="投诉处理时长90分位",
        meaning="The time that nine tenths of the complaints closed in the period did not exceed",
    ),
    duration(
        metric="complaint_days",
        id="open_age",
        numerator=total("open_complaint_ms"),
        denominator=total("open_complaints_timed"),
        scale=Fraction(1, MS_PER_DAY),
        unit="days",
        name_en="Age of open complaints",
        name_zh="在办投诉平均时长",
        meaning="Mean time since filing of the complaints open at the end of the period",
    ),
    duration(
        metric="first_reply_hours",
        id="mean",
        numerator=total("complaint_first_reply_ms"),
        denominator=total("complaints_timed_reply"),
        scale=Fraction(1, MS_PER_HOUR),
        unit="hours",
        name_en="Hours to the first reply",
        name_zh="首次回复时长",
        meaning="Mean time from filing to the first reply, of complaints first replied to in the period",
    ),
    share(
        metric="reply_return_rate",
        id="share",
        numerator=total("returned_replies"),
        denominator=total("reviewed_replies"),
        direction="lower",
        name_en="Replies returned",
        name_zh="回复退回率",
        meaning="Replies not accepted over replies reviewed, of complaints filed in the period",
    ),
    share(
        metric="handoffs_per_complaint",
        id="mean",
        numerator=total("complaint_handovers"),
        denominator=total("complaints"),
        unit="handovers per complaint",
        direction="lower",
        name_en="Handovers per complaint",
        name_zh="件均转办次数",
        meaning="Times a complaint was handed over, over complaints filed in the period",
    ),
    share(
        metric="internal_resolution_24h",
        id="share",
        numerator=total("internal_complaints_resolved_24h"),
        denominator=total("internal_complaints"),
        direction="higher",
        name_en="Internal complaints resolved within 24 hours",
        name_zh="内部投诉24小时解决率",
        meaning="Internal complaints first resolved within 24 hours of filing, over those filed",
        ripening=timedelta(hours=24),
    ),
)

GRAVITY = (
    share(
        metric="escalation_rate",
        id="share",
        numerator=total("escalated_complaints"),
        denominator=total("complaints"),
        direction="lower",
        name_en="Complaints escalated",
        name_zh="投诉升级率",
        meaning="Complaints escalated at least once, over those filed",
        ruled_by=(RECORDING,),
    ),
    share(
        metric="repeat_rate",
        id="class",
        numerator=total("repeat_complaints"),
        denominator=total("complaints"),
        direction="lower",
        name_en="Complaints of the class repeat",
        name_zh="重复投诉率",
        meaning="Complaints now of the class repeat, the malignant left out, over those filed",
        ruled_by=(RECORDING,),
    ),
    share(
        metric="repeat_rate",
        id="same_matter_30d",
        numerator=total("repeated_matters"),
        denominator=total("matters"),
        direction="lower",
        name_en="Complaints about the same matter within 30 days",
        name_zh="30天同一事项重复投诉率",
        meaning="Complaints of a customer who had complained of the same category or subject in the "
        "30 days before, over those filed",
        ruled_by=(RECORDING,),
    ),
    share(
        metric="malignant_rate",
        id="share",
        numerator=total("malignant_complaints"),
        denominator=total("complaints"),
        direction="lower",
        name_en="Malignant complaints",
        name_zh="恶性投诉率",
        meaning="Complaints now of the class malignant, over those filed",
        ruled_by=(RECORDING, GRAVE),
    ),
    share(
        metric="hidden_complaint_rate",
        id="share",
        numerator=total("hidden_complaints"),
        denominator=total("key_press_calls"),
        direction="lower",
        name_en="Hidden complaints",
        name_zh="隐形投诉率",
        meaning="Calls with the complaint key pressed for which nobody was held liable, over all of them",
        dimensions=KEY_PRESS_DIMENSIONS,
        ripening=ATTRIBUTION_PERIOD,
        ruled_by=(RECORDING, LIABILITY),
    ),
)

COMPLAINT_METRICS = (*COUNTS, *HANDLING, *GRAVITY)
