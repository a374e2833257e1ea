"""What moved a number is named row by row, and what each row adds makes up the whole difference."""

import math
from dataclasses import replace
from datetime import date, datetime
from typing import Any

import polars as pl
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from projections.metrics.definition import MetricDefinition
from projections.metrics.definitions import METRICS
from projections.metrics.difference import moved_known_at, streams_of, told_between
from projections.metrics.question import Question
from tests.projections.metrics.examples import at, call, frame
from tests.projections.metrics.memory import Memory
from tests.projections.metrics.plain.judges import WORDS
from tests.projections.metrics.plain.random_rows import END, NOW, START, facts_behind, memories

JANUARY = Question(metric="answer_rate", start=date(2024, 1, 1), end=date(2024, 2, 1))
EARLY, LATE = at("2024-01-20T00:00"), at("2024-02-20T00:00")
SUMMED = [one for one in METRICS if one.statistic is None and one.formula is None]


def late(moment: str, number: int, **columns: Any) -> dict[str, Any]:
    """A call of 10 January that was put on record at a moment."""
    told = datetime.fromisoformat(f"{moment}+00:00")
    return call(number, first_recorded_at=told, last_recorded_at=told, **columns)


def test_the_shares_of_a_rate_add_up_to_its_difference() -> None:
    calls = [
        late("2024-01-11T00:00", 1),
        late("2024-01-11T00:00", 2, outcome="abandoned"),
        late("2024-02-01T00:00", 3),
        late("2024-02-01T00:00", 4),
    ]
    source = Memory({"calls": frame("calls", calls)})
    (one,) = moved_known_at(source, JANUARY, EARLY, LATE, now=at("2024-06-01T00:00"))
    assert one.difference == 0.25
    assert sum(one.rows["share_of_difference"]) == 0.25
    assert streams_of([one]) == ["call-x:3", "call-x:4"]


@settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large],
)
@given(definition=st.sampled_from(SUMMED), data=st.data())
def test_of_any_sums_the_shares_add_up(definition: MetricDefinition, data: st.DataObject) -> None:
    source = data.draw(memories(facts_behind(definition), WORDS))
    tellings = {
        name: with_recorded(
            rows, data.draw(st.lists(st.booleans(), min_size=rows.height, max_size=rows.height))
        )
        for name, rows in source.tellings.items()
    }
    question = Question(metric=definition.metric, definition=definition.id, start=START, end=END)
    source = replace(source, tellings=tellings)
    for one in moved_known_at(source, question, at("2025-01-01T00:00"), at("2025-03-01T00:00"), now=NOW):
        shares = one.rows["share_of_difference"]
        if one.difference is not None and shares.null_count() == 0:
            assert math.isclose(sum(shares), one.difference, rel_tol=1e-9, abs_tol=1e-9)


def with_recorded(rows: pl.DataFrame, late: list[bool]) -> pl.DataFrame:
    early, later = at("2024-12-01T00:00"), at("2025-02-01T00:00")
    recorded = pl.Series([later if one else early for one in late], dtype=pl.Datetime("us", "UTC"))
    return rows.with_columns(first_recorded_at=recorded, last_recorded_at=recorded)


def test_the_events_told_between_two_moments_are_named() -> None:
    log = pl.DataFrame(
        {
            "position": [1, 2, 3],
            "originator_id": ["call-x:1"] * 3,
            "topic": ["call.offered", "call.answered", "call.ended"],
            "state": [
                f'{{"occurred_at":"2024-01-01T00:00:00.000000Z","recorded_at":"2024-0{month}-01T00:00:00.000000Z"}}'
                for month in (1, 2, 3)
            ],
        }
    )
    found = told_between(log, at("2024-02-01T00:00"), at("2024-03-01T00:00"))
    assert found["topic"].to_list() == ["call.answered"]
