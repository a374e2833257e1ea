"""Stocks of facts: everything before a moment of the period, from stored sums or from rows."""

from collections.abc import Sequence
from datetime import UTC, date, datetime

import polars as pl

from projections.metrics.bases import LONGEST, base_facts
from projections.metrics.cells import Slice, fact_rows, keep, stored_grouping
from projections.metrics.day_counts import month_ends
from projections.metrics.joined_source import WithJoined, as_stored, follows_only_tree, is_as_stored
from projections.metrics.periods import Periods, local_time
from projections.metrics.question import Asked
from projections.metrics.recorded_totals import only_totals
from projections.metrics.source import FactSource

BEGINNING = datetime(1900, 1, 1, tzinfo=UTC)
"""Before anything that a store may hold."""


def moments_of(asked: Asked, periods: Periods, at: str) -> list[tuple[datetime, int]]:
    """The moments (UTC) at which a stock is taken, in order, each with the number of its period."""
    if at == "month_ends":
        return month_ends(periods, by=asked.reference)
    end = at == "end"
    return [(span[end], number) for number, span in enumerate(periods.spans)]


def moment_cells(source: WithJoined, asked: Asked, periods: Periods, part: Slice) -> pl.DataFrame:
    """Cells [period, `by`, one column per measure] of what lies before the slice's moments."""
    if is_as_stored(part):
        return _stored_cells(source, asked, periods, part)
    if follows_only_tree(part):
        cells = source.joined_at_moments(_stored_cells(source, asked, periods, as_stored(part)), part)
    else:
        rows = moment_rows(source, asked, periods, part, columns=())
        measured = zip(part.measures, part.columns, strict=True)
        cells = rows.with_columns(measure.value.alias(name) for measure, name in measured)
    kept = cells.filter(*keep(part.where))
    return kept.group_by("period", *part.by).agg(pl.col(part.columns).sum())


def _stored_cells(source: WithJoined, asked: Asked, periods: Periods, part: Slice) -> pl.DataFrame:
    moments = moments_of(asked, periods, part.at)
    if part.fact == "volumes":
        rows = volume_rows(source, asked, periods, part, columns=())
        return rows.group_by("period", *part.by).agg(pl.col(part.columns).sum())
    begun = _begun(source, asked, periods, part, moments=moments)
    return _summed_up(begun, part, [number for _, number in moments])


def moment_rows(
    source: WithJoined, asked: Asked, periods: Periods, part: Slice, *, columns: Sequence[str]
) -> pl.DataFrame:
    """Every row once for each moment that it lies before, with that moment's `period`."""
    bare = as_stored(part)
    if part.fact == "volumes":
        rows = volume_rows(source, asked, periods, bare, columns=columns)
    else:
        taken = moments_of(asked, periods, part.at)
        until = taken[-1][0] if taken else BEGINNING
        rows = _rows_before(source, asked, bare, until=until, columns=columns)
        rows = rows.join_where(_frame(taken), pl.col(part.time) < pl.col("moment"))
    return rows if bare is part else source.joined_at_moments(rows, part).filter(*keep(part.where))


def volume_rows(
    source: FactSource, asked: Asked, periods: Periods, part: Slice, *, columns: Sequence[str]
) -> pl.DataFrame:
    """The latest value of each volume recorded for a stretch that begins before a moment, per moment."""
    taken = _frame(moments_of(asked, periods, part.at)).with_columns(
        pl.col("moment").map_elements(
            lambda moment: local_time(moment, zone=periods.zone, day_start=periods.day_start).date(),
            return_dtype=pl.Date(),
        )
    )
    named = tuple(dict.fromkeys((*columns, "volume")))
    rows = base_facts(source, asked, periods, part, columns=named).filter(*keep(part.where))
    streams = rows.select("volume").unique()
    latest = (
        streams.join(taken, how="cross")
        .sort("moment")
        .join_asof(
            rows.sort("period_start"),
            left_on="moment",
            right_on="period_start",
            by="volume",
            allow_exact_matches=False,
            tolerance=LONGEST,
            coalesce=False,
            check_sortedness=False,
        )
        .filter(pl.col("period_start").is_not_null())
        .rename({m.name: name for m, name in zip(part.measures, part.columns, strict=True)})
    )
    return only_totals(latest, part)


def _begun(
    source: FactSource, asked: Asked, periods: Periods, part: Slice, *, moments: list[tuple[datetime, int]]
) -> pl.DataFrame:
    """[first, `by`, measures]: sums by the number of the first moment that they lie before."""
    names = list(part.columns)
    last = moments[-1][0] if moments else BEGINNING
    grouping = stored_grouping(source, asked, periods, part)
    if grouping is None:
        rows = _rows_before(source, asked, part, until=last, columns=())
        edges = pl.Series([moment for moment, _ in moments], dtype=pl.Datetime("us", "UTC"))
        first = edges.search_sorted(rows[part.time], side="right")
        measures = [measure.value.alias(name) for measure, name in zip(part.measures, names, strict=True)]
        cells = rows.select(
            first.cast(pl.Int64).alias("first"), *(pl.col(n).cast(pl.String) for n in part.by), *measures
        )
    else:
        days = [local_time(moment, zone=periods.zone).date() for moment, _ in moments]
        sums = source.sums(part.fact, grouping, date(1900, 1, 1), max(days, default=date(1900, 1, 1)))
        first = pl.Series(days, dtype=pl.Date()).search_sorted(sums["day"], side="right")
        bare = [measure.name for measure in part.measures]
        cells = (
            sums.with_columns(first=first.cast(pl.Int64))
            .filter(*keep(part.where))
            .select("first", *part.by, *(pl.col(m).alias(n) for m, n in zip(bare, names, strict=True)))
        )
    return cells.group_by("first", *part.by).agg(pl.col(names).sum())


def _summed_up(begun: pl.DataFrame, part: Slice, period_of: list[int]) -> pl.DataFrame:
    """What began before a moment is there at every later one: running totals, added up by period."""
    numbers = pl.DataFrame(
        {"first": range(len(period_of)), "period": period_of}, schema={"first": pl.Int64, "period": pl.Int64}
    )
    names, by = list(part.columns), list(part.by)
    groups = begun.select(by).unique() if by else pl.DataFrame({"all": [0]})
    laid = numbers.join(groups, how="cross").join(
        begun, on=["first", *by], how="left", nulls_equal=True, maintain_order="left"
    )
    order = pl.col(names).fill_null(0)
    running = laid.with_columns(order.cum_sum().over(by, order_by="first") if by else order.cum_sum())
    return running.group_by("period", *by).agg(pl.col(names).sum())


def _rows_before(
    source: FactSource, asked: Asked, part: Slice, *, until: datetime, columns: Sequence[str]
) -> pl.DataFrame:
    return fact_rows(source, asked, part, columns=columns, span=(BEGINNING, until))


def _frame(moments: list[tuple[datetime, int]]) -> pl.DataFrame:
    return pl.DataFrame(
        moments, schema={"moment": pl.Datetime("us", "UTC"), "period": pl.Int64}, orient="row"
    )
