"""Only customers who were in a segment when the day of a row ended, or on another day, are counted."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from projections.metrics.answer import answer
from projections.metrics.definitions import METRICS
from projections.metrics.errors import DimensionCannotBeAsked, NotAboutCustomers, SegmentNotTold
from projections.metrics.explain import explained_rows
from projections.metrics.question import Question
from tests.projections.metrics.examples import at, call, frame
from tests.projections.metrics.memory import Memory

NOW = at("2024-06-01T00:00")
START = date(2024, 1, 1)
CUSTOMERS = ("x:1", "x:2", "x:3")
SEGMENT = {"segment": ["vip"]}
INTERVALS = {
    "customer_id": pl.String(),
    "entered_at": pl.Datetime("us", "UTC"),
    "left_at": pl.Datetime("us", "UTC"),
}
Interval = tuple[str, datetime, datetime | None]


@dataclass
class WithSegments(Memory):
    """Facts in memory, and who was in which segment."""

    segments: Mapping[str, Sequence[Interval]] = field(default_factory=dict)

    def members(self, segment: str, **_: Any) -> pl.DataFrame:
        if segment not in self.segments:
            raise SegmentNotTold(segment=segment, reason="nobody saved it")
        return pl.DataFrame(list(self.segments[segment]), schema=INTERVALS, orient="row")


hours = st.integers(0, 24 * 6).map(lambda number: at("2024-01-01T00:00") + timedelta(hours=number))
calls = st.lists(
    st.fixed_dictionaries({"customer_id": st.none() | st.sampled_from(CUSTOMERS), "offered_at": hours}),
    max_size=12,
)
stays = st.fixed_dictionaries(
    {name: st.lists(hours, max_size=4, unique=True).map(sorted) for name in CUSTOMERS}
).map(
    lambda turns: [
        (name, moments[n], moments[n + 1] if n + 1 < len(moments) else None)
        for name, moments in turns.items()
        for n in range(0, len(moments), 2)
    ]
)


def store(rows: Sequence[Mapping[str, Any]], intervals: Sequence[Interval]) -> WithSegments:
    told = frame("calls", [call(n, **row) for n, row in enumerate(rows)])
    return WithSegments(tellings={"calls": told}, segments={"vip": intervals})


def asked(metric: str = "calls", **more: Any) -> Question:
    given: dict[str, Any] = {"start": START, "end": date(2024, 1, 8), "where": SEGMENT}
    return Question(metric=metric, **given | more)


def was_in(intervals: Sequence[Interval], customer: str | None, day: date) -> bool:
    """Midnight in Shanghai is 16:00 of the day before in UTC."""
    ends = datetime.combine(day, datetime.min.time(), NOW.tzinfo) + timedelta(hours=16)
    return any(
        name == customer and entered < ends and (left is None or left >= ends)
        for name, entered, left in intervals
    )


def shanghai_day(moment: datetime) -> date:
    return (moment + timedelta(hours=8)).date()


@settings(max_examples=40)
@given(rows=calls, intervals=stays, members_on=st.none() | st.sampled_from([START, date(2024, 1, 4)]))
def test_a_row_counts_if_its_customer_was_in_when_the_day_ended(
    rows: list[dict[str, Any]], intervals: list[Interval], members_on: date | None
) -> None:
    source = store(rows, intervals)
    question = asked(grain="day", members_on=members_on)
    counted = [(row["customer_id"], shanghai_day(row["offered_at"])) for row in rows]
    expected = Counter(day for who, day in counted if was_in(intervals, who, members_on or day))
    assert {one.period_start: one.value for one in answer(source, question, now=NOW)} == expected
    assert source.asked_sums == []
    shown = explained_rows(source, question, now=NOW).filter(role="numerator")
    assert shown.height == expected.total()


@settings(max_examples=20)
@given(rows=calls, members=st.sets(st.sampled_from(CUSTOMERS)))
@pytest.mark.parametrize("metric", ["calls", "answer_rate", "first_contact_resolution.repeat_7d"])
def test_those_who_always_were_in_are_those_customers(
    metric: str, rows: list[dict[str, Any]], members: set[str]
) -> None:
    source = store(rows, [(name, at("2023-01-01T00:00"), None) for name in members])
    named = answer(source, asked(metric, where={"customer_id": sorted(members)}), now=NOW)
    assert answer(source, asked(metric), now=NOW) == named


def test_whoever_is_in_one_of_several_counts_once() -> None:
    rows = [{"customer_id": name, "offered_at": at("2024-01-02T00:00")} for name in CUSTOMERS]
    source = store(rows, [("x:1", at("2023-01-01T00:00"), None)])
    source.segments = {
        **source.segments,
        "new": [(name, at("2023-01-01T00:00"), None) for name in ("x:1", "x:2")],
    }
    (one,) = answer(source, asked(where={"segment": ["vip", "new"]}), now=NOW)
    assert one.value == 2


def test_what_no_segment_can_keep_is_refused() -> None:
    source = store([], [])
    for definition in METRICS:
        if "customer_id" not in definition.dimensions:
            with pytest.raises(NotAboutCustomers, match="facts that are not about customers"):
                answer(source, asked(definition.metric, definition=definition.id), now=NOW)
    with pytest.raises(DimensionCannotBeAsked, match="segment"):
        answer(source, asked(by=("segment",), where={}), now=NOW)


def test_why_nobody_can_tell_is_said() -> None:
    rows = [{"customer_id": "x:1", "offered_at": at("2024-01-02T00:00")}]
    with pytest.raises(SegmentNotTold, match="'gone' cannot be asked: nobody saved it"):
        answer(store(rows, []), asked(where={"segment": ["gone"]}), now=NOW)
    with pytest.raises(SegmentNotTold, match="these facts know of no segments"):
        answer(Memory(tellings=store(rows, []).tellings), asked(), now=NOW)
