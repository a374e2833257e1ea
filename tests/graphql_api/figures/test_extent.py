"""How many values a question may have is told before anything is read."""

from dataclasses import replace
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graphql_api.coded_errors import BadInputError
from graphql_api.figures.extent import check_extent, check_periods, periods_within
from graphql_api.figures.words import Grain
from projections.metrics.periods import cut, moment
from projections.metrics.question import Question

YEAR = Question(metric="calls", start=date(2026, 1, 1), end=date(2027, 1, 1), zone="Asia/Shanghai")
ZONES = ("Asia/Shanghai", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe")


@settings(max_examples=40)
@given(
    start=st.dates(date(2020, 1, 1), date(2025, 1, 1)),
    days=st.integers(1, 800),
    grain=st.sampled_from(list(Grain)),
    zone=st.sampled_from(ZONES).map(ZoneInfo),
)
def test_no_question_has_many_more_periods_than_were_told_before(
    start: date, days: int, grain: Any, zone: ZoneInfo
) -> None:
    """The first and the last may be parts of one."""
    end = date.fromordinal(start.toordinal() + days)
    edges = (moment(one, zone=zone) for one in (start, end))
    found = len(cut(*edges, grain=grain.value, zone=zone).spans)
    assert found <= periods_within(start, end, grain, zone) + 2


@pytest.mark.parametrize(
    ("changes", "metrics"),
    [
        ({}, 20),
        ({"grain": "day", "by": ("queue",)}, 20),
        ({"grain": "hour", "by": ("queue",)}, 2),
        ({"grain": "month", "by": ("queue", "channel", "purpose", "line", "unit", "tier")}, 10),
        ({"grain": "month", "by": ("customer_id",)}, 1),
        ({"grain": "day", "by": ("customer_id",), "where": {"customer_id": ["a", "b"]}}, 20),
        ({"grain": "day", "by": ("agent_id",)}, 2),
    ],
)
def test_what_people_ask_is_let_through(changes: dict[str, Any], metrics: int) -> None:
    check_extent(replace(YEAR, **changes), metrics=metrics)


@pytest.mark.parametrize(
    ("changes", "metrics"),
    [
        ({"grain": "day", "by": ("customer_id",)}, 1),
        ({"by": ("customer_id", "agent_id")}, 1),
        ({"grain": "hour", "by": ("queue", "channel")}, 1),
        ({"grain": "day", "by": ("queue", "channel", "purpose")}, 1),
        ({"grain": "hour", "by": ("queue",)}, 3),
    ],
)
def test_what_nobody_can_read_is_refused(changes: dict[str, Any], metrics: int) -> None:
    with pytest.raises(BadInputError, match="ask for a coarser grain") as refused:
        check_extent(replace(YEAR, **changes), metrics=metrics)
    assert refused.value.extensions == {"code": "BAD_USER_INPUT", "argument": "by"}


def test_more_periods_than_rows_are_refused() -> None:
    zone = ZoneInfo("Asia/Shanghai")
    check_periods(date(2025, 1, 1), date(2026, 1, 1), Grain.HOUR, zone)
    with pytest.raises(BadInputError, match="730 days hold more than 10,000 periods"):
        check_periods(date(2025, 1, 1), date(2027, 1, 1), Grain.HOUR, zone)
