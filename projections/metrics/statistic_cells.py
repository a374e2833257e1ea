"""Cells of statistics that are no sums: computed from the rows of each period and group, all at once."""

import polars as pl

from projections.metrics.cells import Slice, fact_rows
from projections.metrics.measure import Measure
from projections.metrics.periods import Periods
from projections.metrics.question import Asked
from projections.metrics.source import FactSource
from projections.metrics.statistic import Statistic

STATISTIC = "statistic"
COUNTED = "counted"
AMOUNT = "amount of the statistic"
IS_RIPE = "is ripe"


def statistic_cells(source: FactSource, asked: Asked, periods: Periods, part: Slice) -> pl.DataFrame:
    """Cells [period, `by`, statistic, counted, left_out] of the ripe rows that have the amount."""
    statistic, measure = the_statistic(asked), part.measures[0]
    rows = fact_rows(source, asked, part, columns=statistic.columns).filter(has_amount(measure))
    ripe = pl.Series(periods.ripe(asked.definition.ripening, by=asked.reference), dtype=pl.Boolean)
    pieces = periods.pieces_of(rows[part.time])
    placed = rows.with_columns(
        pl.Series(periods.period_of, dtype=pl.Int64).gather(pieces).alias("period"),
        pl.Series(ripe.gather(pieces) | (asked.grain in ("hour", "day"))).alias(IS_RIPE),
        amount_of(measure).alias(AMOUNT),
        *(pl.col(name).cast(pl.String) for name in part.by),
    )
    groups = ["period", *part.by]
    told = (
        placed.filter(IS_RIPE)
        .group_by(groups)
        .agg(
            statistic.of(pl.col(AMOUNT)).cast(pl.Float64).alias(STATISTIC),
            pl.len().cast(pl.Int64).alias(COUNTED),
        )
    )
    unripe = placed.filter(~pl.col(IS_RIPE)).group_by(groups).agg(left_out=pl.len().cast(pl.Int64))
    return told.join(unripe, on=groups, how="full", coalesce=True, nulls_equal=True)


def the_statistic(asked: Asked) -> Statistic:
    if asked.definition.statistic is None:
        raise TypeError(f"{asked.definition.name} is a quotient of sums")
    return asked.definition.statistic


def has_amount(measure: Measure) -> pl.Expr:
    """Whether a row is one of those that the statistic is made of."""
    known = pl.lit(value=True) if measure.amount is None else pl.col(measure.amount).is_not_null()
    return measure.holds.fill_null(value=False) & known


def amount_of(measure: Measure) -> pl.Expr:
    return pl.lit(1) if measure.amount is None else pl.col(measure.amount)
