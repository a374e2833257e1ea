"""A view's count beside a metric's: groups that only one of them has count zero in the other."""

from datetime import date
from typing import Any

import polars as pl

from projections.metrics.question import Question
from projections.views.against_metrics import against_denominators, against_numerators
from projections.views.reading import ViewReading
from tests.projections.metrics.examples import at, call
from tests.projections.views.given import NOW, remembered

READING = ViewReading(
    source=remembered(
        calls=[
            call(1, unit="east"),
            call(2, unit="east", outcome="abandoned"),
            call(3, unit="west"),
            call(4, offered_at=at("2024-02-10T02:00")),
        ]
    ),
    now=NOW,
    as_of=NOW,
    known_at=NOW,
)
BOUNDS: dict[str, Any] = {"start": date(2024, 1, 1), "end": date(2024, 3, 1)}


def counted(*rows: tuple[object, ...], on: tuple[str, ...]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=[*on, "in_view"], orient="row")


def test_what_differs_is_told_with_its_group_and_both_counts() -> None:
    question = Question(metric="answer_rate", by=("unit",), **BOUNDS)
    mine = counted(("east", 1), ("west", 2), ("north", 7), on=("unit",))
    assert against_numerators(READING, mine, question).rows() == [
        (None, 0.0, 1.0),
        ("north", 7.0, 0.0),
        ("west", 2.0, 1.0),
    ]
    whole = counted(("east", 2), ("west", 1), (None, 1), on=("unit",))
    assert against_denominators(READING, whole, question).is_empty()


def test_periods_are_compared_by_their_first_day() -> None:
    question = Question(metric="answer_rate", grain="month", **BOUNDS)
    mine = counted((date(2024, 1, 1), 3), (date(2024, 2, 1), 2), on=("period_start",))
    assert against_denominators(READING, mine, question).rows() == [(date(2024, 2, 1), 2.0, 1.0)]


def test_one_total_is_compared_as_it_is() -> None:
    question = Question(metric="answer_rate", **BOUNDS)
    assert against_numerators(READING, counted((3,), on=()), question).is_empty()
    assert against_numerators(READING, counted((4,), on=()), question).rows() == [(4.0, 3.0)]
