"""Metrics of how long the parts of inbound calls took: waiting, ringing, talking, wrapping up, all of it."""

from fractions import Fraction
from functools import partial

import polars as pl

from projections.metrics.catalogue.call_metrics import CALL_DIMENSIONS, DOMAIN
from projections.metrics.definition import MetricDefinition, total
from projections.metrics.statistic import MEDIAN, P90, Statistic

mean_seconds = partial(
    MetricDefinition,
    id="mean",
    scale=Fraction(1, 1000),
    unit="seconds",
    direction="lower",
    source=DOMAIN,
    dimensions=CALL_DIMENSIONS,
)
wait = partial(
    mean_seconds, metric="average_speed_of_answer", numerator=total("answered_wait_ms"), denominator=None
)
handling = partial(
    mean_seconds, metric="average_handle_seconds", numerator=total("handled_talk_ms"), denominator=None
)


def of_handle_time(statistic: Statistic) -> Statistic:
    """The same statistic of talk, hold and wrap-up together; hold and wrap-up not told are none."""
    others = ("hold_ms", "wrap_up_ms")
    return Statistic(
        name=f"{statistic.name} of the handle time",
        of=lambda talk: statistic.of(pl.sum_horizontal(talk, *others)),
        columns=others,
    )


CALL_DURATIONS = (
    wait(
        denominator=total("answered"),
        name_en="Average speed of answer",
        name_zh="平均应答速度",
        meaning="Waiting time of answered calls over A, zero waits included",
    ),
    wait(
        id="median",
        statistic=MEDIAN,
        name_en="Median wait",
        name_zh="应答时长中位数",
        meaning="The middle waiting time of answered calls, zero waits included",
    ),
    wait(
        id="p90",
        statistic=P90,
        name_en="Wait of nine in ten",
        name_zh="应答时长90分位",
        meaning="The waiting time that nine tenths of answered calls do not exceed",
    ),
    mean_seconds(
        metric="average_ring_seconds",
        numerator=total("ring_ms"),
        denominator=total("rings"),
        name_en="Average ring time",
        name_zh="平均振铃时长",
        meaning="Ring time over the answered calls for which it is told",
    ),
    mean_seconds(
        metric="average_talk_seconds",
        id="answered",
        numerator=total("answered_talk_ms"),
        denominator=total("answered"),
        direction="neither",
        name_en="Average talk time",
        name_zh="平均通话时长",
        meaning="Talk time over all answered calls",
    ),
    mean_seconds(
        metric="average_talk_seconds",
        id="positive",
        numerator=total("answered_talk_ms"),
        denominator=total("talked"),
        direction="neither",
        name_en="Average talk time of calls with talk",
        name_zh="平均有效通话时长",
        meaning="Talk time over answered calls with more than 0 s of talk",
    ),
    mean_seconds(
        metric="average_talk_seconds",
        id="purposes",
        numerator=total("purpose_talk_ms"),
        denominator=total("purposes_answered"),
        direction="neither",
        name_en="Average talk time by purpose handled",
        name_zh="按业务量计的平均通话时长",
        meaning="Talk time of answered calls, each once per purpose handled",
    ),
    mean_seconds(
        metric="average_wrap_up_seconds",
        numerator=total("wrap_up_ms"),
        denominator=total("wrap_ups"),
        name_en="Average wrap-up time",
        name_zh="平均事后处理时长",
        meaning="Wrap-up time over the handled calls for which it is told",
    ),
    handling(
        numerator=total("handled_talk_ms", "handled_hold_ms", "handled_wrap_up_ms"),
        denominator=total("handled"),
        name_en="Average handle time",
        name_zh="平均处理时长",
        meaning="Talk, hold and wrap-up time over handled calls: those answered and ended",
    ),
    handling(
        id="median",
        statistic=of_handle_time(MEDIAN),
        name_en="Median handle time",
        name_zh="处理时长中位数",
        meaning="The middle of talk, hold and wrap-up time together of handled calls",
    ),
    handling(
        id="p90",
        statistic=of_handle_time(P90),
        name_en="Handle time of nine in ten",
        name_zh="处理时长90分位",
        meaning="The talk, hold and wrap-up time that nine tenths of handled calls do not exceed",
    ),
)
