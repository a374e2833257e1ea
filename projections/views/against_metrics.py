"""Counts of a view beside the metric that says the same: what differs, group by group."""

import polars as pl

from projections.metrics.answer_rows import Answer
from projections.metrics.question import Question
from projections.views.reading import ViewReading

PERIOD = "period_start"
LEAST = 0.00005
"""Half of the fourth place: sums of money are whole there, and become floats in an answer."""


def against_numerators(reading: ViewReading, counted: pl.DataFrame, question: Question) -> pl.DataFrame:
    """Groups in which a view and a metric's numerators differ: [period_start, by…, in_view, in_metric].

    `counted` has the question's dimensions, `in_view`, and where the grain is not `total` the first day of
    each period as `period_start`. A group that only one of them has counts zero in the other.
    """
    return _different(counted, reading.ask(question), question, part="numerator")


def against_denominators(reading: ViewReading, counted: pl.DataFrame, question: Question) -> pl.DataFrame:
    """The same for the metric's denominators."""
    return _different(counted, reading.ask(question), question, part="denominator")


def _different(counted: pl.DataFrame, asked: list[Answer], question: Question, *, part: str) -> pl.DataFrame:
    dated = question.grain != "total"
    on = [*([PERIOD] if dated else []), *question.by]
    schema = {name: pl.Date() if name == PERIOD else pl.String() for name in on}
    told = [
        (*([one.period_start] if dated else []), *one.by.values(), float(getattr(one, part) or 0))
        for one in asked
    ]
    in_metric = pl.DataFrame(told, schema={**schema, "in_metric": pl.Float64()}, orient="row")
    in_view = counted.select(*on, pl.col("in_view").cast(pl.Float64))
    met = (
        in_view.join(in_metric, on=on, how="full", coalesce=True, nulls_equal=True)
        if on
        else pl.concat([in_view, in_metric], how="horizontal")
    )
    filled = met.with_columns(pl.col("in_view", "in_metric").fill_null(0.0))
    return filled.filter((pl.col("in_view") - pl.col("in_metric")).abs() >= LEAST).sort(on or "in_view")
