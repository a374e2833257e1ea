"""A value beside the one before: like with like, in points between shares, nothing where there is none."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from projections.metrics.answer import answer
from projections.metrics.comparison import Against, Change, Shift, changes, months_before
from projections.metrics.question import Question
from tests.projections.metrics.examples import at, call, frame
from tests.projections.metrics.memory import Memory

NOW = at("2024-06-01T00:00")
MAY = Question(metric="answer_rate", start=date(2024, 5, 1), end=date(2024, 6, 1))


def compared(source: Memory, question: Question, against: Against) -> list[Change]:
    return changes(source, question, answer(source, question, now=NOW), against=against, now=NOW)


def on(moment: str, number: int, **columns: Any) -> dict[str, Any]:
    return call(number, offered_at=at(moment), **columns)


def calls(*rows: dict[str, Any]) -> Memory:
    return Memory({"calls": frame("calls", rows)})


def test_two_shares_differ_by_percentage_points_and_relatively() -> None:
    source = calls(
        on("2024-04-10T02:00", 1),
        on("2024-04-10T02:00", 2, outcome="abandoned"),
        on("2024-05-10T02:00", 3),
    )
    (one,) = compared(source, MAY, "previous")
    assert one.as_json() == {
        "before_start": "2024-04-01",
        "before_end": "2024-05-01",
        "before": 0.5,
        "change": 50.0,
        "change_unit": "percentage points",
        "relative_change": 1.0,
    }


def test_counts_differ_in_their_own_unit() -> None:
    source = calls(on("2023-05-10T02:00", 1), *(on("2024-05-10T02:00", n) for n in (2, 3, 4)))
    (one,) = compared(source, replace(MAY, metric="calls"), "year")
    assert (one.change, one.change_unit, one.relative) == (2, "calls", 2.0)


def test_nothing_before_has_no_change_and_zero_before_no_relative_one() -> None:
    source = calls(on("2024-05-10T02:00", 1), on("2024-04-10T02:00", 2, direction="outbound"))
    (rate,) = compared(source, MAY, "previous")
    assert (rate.change, rate.relative) == (None, None)
    (count,) = compared(replace_latest(source), replace(MAY, metric="calls"), "previous")
    assert (count.change, count.relative) == (1, None)


def replace_latest(source: Memory) -> Memory:
    return replace(source, latest=at("2024-05-31T00:00"))


def test_each_period_is_compared_with_the_one_before_it_and_groups_with_themselves() -> None:
    source = calls(
        on("2024-03-10T02:00", 1, queue="motor"),
        on("2024-04-10T02:00", 2, queue="motor"),
        on("2024-04-10T02:00", 3, queue="motor"),
        on("2024-04-10T02:00", 4, queue="life"),
    )
    question = Question(
        metric="calls", start=date(2024, 3, 1), end=date(2024, 5, 1), grain="month", by=("queue",)
    )
    asked = answer(source, question, now=NOW)
    found = changes(source, question, asked, against="previous", now=NOW)
    told = {(str(one.period_start), one.by["queue"]): c.change for one, c in zip(asked, found, strict=True)}
    assert told == {
        ("2024-03-01", "motor"): None,
        ("2024-04-01", "life"): None,
        ("2024-04-01", "motor"): 1,
    }


@pytest.mark.parametrize(
    ("start", "end", "before"),
    [
        (date(2014, 1, 1), date(2014, 7, 1), (date(2013, 7, 1), date(2014, 1, 1))),
        (date(2014, 3, 5), date(2014, 3, 12), (date(2014, 2, 26), date(2014, 3, 5))),
        (at("2014-03-05T06:00"), at("2014-03-05T12:00"), (at("2014-03-05T00:00"), at("2014-03-05T06:00"))),
    ],
)
def test_whole_months_go_back_by_months_and_anything_else_by_its_length(
    start: date, end: date, before: tuple[date, date]
) -> None:
    shift = Shift(question=replace(MAY, start=start, end=end), grain="total", against="previous")
    assert (shift.back(start), shift.back(end)) == before


def test_a_year_before_a_week_is_the_same_weekdays() -> None:
    shift = Shift(question=MAY, grain="week", against="year")
    assert shift.back(date(2024, 5, 6)).isoweekday() == 1


@settings(max_examples=200, deadline=None)
@given(st.dates(date(1990, 1, 1), date(2060, 1, 1)), st.integers(1, 60))
def test_months_before_keeps_the_day_or_takes_the_last(day: date, months: int) -> None:
    earlier = months_before(day, months)
    assert (day.year - earlier.year) * 12 + day.month - earlier.month == months
    assert earlier.day == day.day or (earlier + timedelta(days=1)).day == 1
