"""The bases of rates: recorded volumes laid into the periods asked for, whole or not at all."""

from datetime import date, datetime, timedelta

import polars as pl

from projections.metrics.cells import Slice, keep, stored_grouping
from projections.metrics.derived_source import read_as_of
from projections.metrics.errors import VolumeCutFiner
from projections.metrics.measure import Measure
from projections.metrics.measures import measure_named
from projections.metrics.periods import GRAINS, Grain, Periods, cut
from projections.metrics.question import Asked
from projections.metrics.recorded_totals import VOLUME_DIMENSIONS, has_parts, only_totals
from projections.metrics.source import FactSource

RECORDED = ("measure", "value", "period_start", "period_end")
LONGEST = timedelta(days=366)
"""A volume stands for no more than a year: how far before the period asked for one may begin."""


def base_cells(source: FactSource, asked: Asked, periods: Periods, part: Slice) -> pl.DataFrame:
    """Cells [period, `by`, measures, stretches of each stock]: how many stretches it was recorded for.

    Raises VolumeCutFiner where a volume's stretch is not wholly in one period.
    """
    rows = placed(base_rows(source, asked, periods, part), asked, periods, part)
    stretches = rows.group_by("period").agg(map(stretches_of, filter(is_stock, part.measures)))
    names = [measure.name for measure in part.measures]
    return rows.group_by("period", *part.by).agg(pl.col(names).sum()).join(stretches, on="period")


def is_stock(measure: Measure) -> bool:
    """Whether the measure is the amount of a base that stands for a stretch, and is no flow during it."""
    return measure.kind == "stock" and measure.amount is not None


def stretches_of(measure: Measure) -> pl.Expr:
    """How many different stretches a stock was recorded for, named by `stretches_name`."""
    recorded = pl.col("period_start").filter(pl.col(measure.counted_by or measure.name) > 0)
    return recorded.n_unique().cast(pl.Int64).alias(stretches_name(measure.name))


def stretches_name(measure: str) -> str:
    return f"stretches of {measure}"


def base_rows(source: FactSource, asked: Asked, periods: Periods, part: Slice) -> pl.DataFrame:
    """[period_start, period_end, `by`, measures] of recorded volumes, from sums or from fact rows."""
    grouping = stored_grouping(source, asked, periods, part, always=("period_end",))
    earliest, latest = _days(periods)
    cells = (
        None if grouping is None else source.sums("volumes", grouping, earliest, latest).drop_nulls(grouping)
    )
    if cells is None or has_parts(cells, part):
        rows = only_totals(base_facts(source, asked, periods, part, columns=()), part)
    else:
        rows = cells.select(
            pl.col("day").alias("period_start"),
            pl.col("period_end").str.to_date("%Y-%m-%d"),
            *dict.fromkeys([*part.by, *part.where]),
            *(measure.name for measure in part.measures),
        )
    return rows.filter(*keep(part.where), *_recorded(part))


def base_facts(
    source: FactSource, asked: Asked, periods: Periods, part: Slice, *, columns: tuple[str, ...]
) -> pl.DataFrame:
    """Volumes row by row with the slice's measures."""
    rows = source.facts(
        "volumes",
        columns=list(dict.fromkeys([*RECORDED, *VOLUME_DIMENSIONS, *part.by, *part.where, *columns])),
        time=("period_start", *_days(periods)),
        equal=part.where,
        as_of=read_as_of(source, asked, "volumes"),
        known_at=asked.question.known_at,
        position=asked.question.position,
    )
    return rows.with_columns(*(measure.value for measure in part.measures))


def placed(rows: pl.DataFrame, asked: Asked, periods: Periods, part: Slice) -> pl.DataFrame:
    """Rows that touch the time asked for, each with the period that holds it."""
    begin, end = periods.local_spans[0][0], periods.local_spans[-1][1]
    touching = rows.filter(
        pl.col("period_start").cast(pl.Datetime("us")) < end,
        pl.col("period_end").cast(pl.Datetime("us")) > begin,
    )
    found = _with_period(touching, periods)
    cut_ones = found.filter(pl.col("period").is_null()).sort("period_start", "period_end")
    if not cut_ones.is_empty():
        start, stop = cut_ones.select("period_start", "period_end").row(0)
        raise VolumeCutFiner(
            base=", ".join(measure.name for measure in part.measures if measure.amount),
            period_start=start,
            period_end=stop,
            grains=_fitting(touching, asked),
        )
    return found


def lying_within(rows: pl.DataFrame, periods: Periods) -> pl.DataFrame:
    """Those rows that lie wholly in a period, with it; of what does not count nothing need be cut."""
    return _with_period(rows, periods).drop_nulls("period")


def _with_period(rows: pl.DataFrame, periods: Periods) -> pl.DataFrame:
    """Add `period`, null where no single period holds the row's stretch."""
    starts = pl.Series([start for start, _ in periods.local_spans], dtype=pl.Datetime("us"))
    ends = pl.Series([end for _, end in periods.local_spans], dtype=pl.Datetime("us"))
    begins = rows["period_start"].cast(pl.Datetime("us"))
    period = starts.search_sorted(begins, side="right").cast(pl.Int64) - 1
    inside = (period >= 0) & (rows["period_end"].cast(pl.Datetime("us")) <= ends.gather(period.clip(0)))
    return rows.with_columns(period=pl.when(inside).then(period))


def _fitting(rows: pl.DataFrame, asked: Asked) -> tuple[Grain, ...]:
    """The grains whose periods, over the time asked for, hold every volume whole."""
    return tuple(
        grain
        for grain in GRAINS
        if not _with_period(
            rows,
            cut(
                asked.start,
                asked.end,
                grain=grain,
                zone=asked.zone,
                day_start=asked.question.day_start,
            ),
        )["period"].has_nulls()
    )


def _recorded(part: Slice) -> list[pl.Expr]:
    """Only rows in which one of the bases was recorded, or adds to another."""
    named = (name for measure in part.measures for name in (measure.name, measure.counted_by or measure.name))
    return [pl.any_horizontal(pl.col(name) != 0 for name in dict.fromkeys(named))]


def _days(periods: Periods) -> tuple[date, date]:
    begin, end = periods.local_spans[0][0], periods.local_spans[-1][1]
    return (begin - LONGEST).date(), _day_after(end)


def _day_after(end: datetime) -> date:
    return (end + timedelta(days=1) - timedelta(microseconds=1)).date()


def with_counts(names: tuple[str, ...]) -> tuple[str, ...]:
    """Measure names and those that count the rows behind them, at the same moments."""
    return tuple(dict.fromkeys([*names, *map(count_behind, names)]))


def count_behind(name: str) -> str:
    """The measure that counts the rows behind a measure, at the same moment; itself if it counts rows."""
    _, mark, at = name.partition("@")
    return f"{measure_named(name).counted_by}{mark}{at}" if measure_named(name).counted_by else name
