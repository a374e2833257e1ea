"""Measured cells of one fact: from stored sums where these serve, else from rows by the same expressions."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import polars as pl

from projections.metrics.measure import Measure
from projections.metrics.measures import GROUPINGS, Grouping
from projections.metrics.neighbours import with_neighbours
from projections.metrics.periods import Periods
from projections.metrics.question import Asked
from projections.metrics.source import FactSource

Where = Mapping[str, Sequence[str | None]]


@dataclass(frozen=True, kw_only=True)
class Slice:
    """What one fact is asked: measures that share a time column, grouped and filtered by dimensions."""

    fact: str
    time: str
    measures: tuple[Measure, ...]
    by: tuple[str, ...]
    where: Where


def measured_cells(source: FactSource, asked: Asked, periods: Periods, part: Slice) -> pl.DataFrame:
    """Cells [piece, one column per dimension in `by`, one per measure] of a fact with instants for times."""
    grouping = stored_grouping(source, asked, periods, part)
    if grouping is not None:
        return _from_sums(source, periods, part, grouping=grouping)
    rows = fact_rows(source, asked, part, columns=())
    names = [measure.name for measure in part.measures]
    return (
        rows.select(
            periods.pieces_of(rows[part.time]),
            *(pl.col(name).cast(pl.String) for name in part.by),
            *(measure.value for measure in part.measures),
        )
        .group_by("piece", *part.by)
        .agg(pl.col(names).sum())
    )


def stored_grouping(
    source: FactSource, asked: Asked, periods: Periods, part: Slice, *, always: Grouping = ()
) -> Grouping | None:
    """The declared grouping whose stored sums answer the slice, or None where only fact rows do."""
    question = asked.question
    is_now = question.as_of is None and question.known_at is None and question.position is None
    if not is_now or not periods.is_whole_days or periods.zone.key != source.zone:
        return None
    wanted = {*part.by, *part.where, *always}
    grouping = next((held for held in GROUPINGS[part.fact] if set(held) == wanted), None)
    return None if grouping is None or reaches_beyond(source, part.fact, asked.now) else grouping


def reaches_beyond(source: FactSource, fact: str, now: datetime) -> bool:
    """Whether the fact holds what has not happened yet, so that its sums say more than `now`."""
    latest = source.latest_occurred_at(fact)
    return latest is not None and latest >= now


def keep(where: Where) -> list[pl.Expr]:
    """The rows whose dimensions, as text, have one of the wanted values; None is one too."""
    return [
        pl.col(name).cast(pl.String).is_in(list(values), nulls_equal=True) for name, values in where.items()
    ]


def _from_sums(source: FactSource, periods: Periods, part: Slice, *, grouping: Grouping) -> pl.DataFrame:
    last_day = periods.label(periods.edges[-1])
    sums = source.sums(part.fact, grouping, periods.first_day, last_day)
    names = [measure.name for measure in part.measures]
    return (
        sums.lazy()
        .filter(*keep(part.where))
        .select((pl.col("day") - periods.first_day).dt.total_days().alias("piece"), *part.by, *names)
        .group_by("piece", *part.by)
        .agg(pl.col(names).sum())
        .collect()
    )


def fact_rows(source: FactSource, asked: Asked, part: Slice, *, columns: Sequence[str]) -> pl.DataFrame:
    """The live rows whose time lies in the period, with what the slice and the caller read.

    Neighbours are looked for among all rows, so a filter comes after them and the range before it is wider.
    """
    spec = next((measure.neighbours for measure in part.measures if measure.neighbours), None)
    until = asked.end if spec is None else asked.end + spec.within
    rows = source.facts(
        part.fact,
        columns=[name for name in _columns(part, columns) if name != "voided"],
        time=(part.time, asked.start, until),
        equal=part.where if spec is None else {},
        as_of=read_as_of(source, asked, part.fact),
        known_at=asked.question.known_at,
        position=asked.question.position,
    )
    if spec is not None:
        rows = with_neighbours(rows.with_columns(voided=pl.lit(value=False)), spec)
    return rows.filter(pl.col(part.time) < asked.end, *keep(part.where))


def read_as_of(source: FactSource, asked: Asked, fact: str) -> datetime | None:
    """The asked moment; now, where the fact reaches beyond it; else none: the rows as they stand."""
    if asked.question.as_of is not None:
        return asked.question.as_of
    return asked.now if reaches_beyond(source, fact, asked.now) else None


def _columns(part: Slice, columns: Sequence[str]) -> list[str]:
    derived = {measure.neighbours.derived for measure in part.measures if measure.neighbours}
    expressions = [measure.value for measure in part.measures]
    expressions += [measure.neighbours.among for measure in part.measures if measure.neighbours]
    keys = [measure.neighbours.key for measure in part.measures if measure.neighbours]
    read = [name for expression in expressions for name in expression.meta.root_names()]
    wanted = dict.fromkeys([*columns, part.time, *part.by, *part.where, *keys, *read])
    return [name for name in wanted if name not in derived]
