"""Measured cells of one fact: from stored sums where these serve, else from rows by the same expressions."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property

import polars as pl

from projections.facts import SPECS
from projections.metrics.askable import stored_name
from projections.metrics.derived import DERIVED
from projections.metrics.derived_source import reaches_beyond, read_as_of
from projections.metrics.measure import Measure
from projections.metrics.measures import GROUPINGS, Grouping
from projections.metrics.neighbours import with_neighbours
from projections.metrics.periods import Periods, local_time, moment
from projections.metrics.question import Asked
from projections.metrics.source import FactSource

Where = Mapping[str, Sequence[str | None]]
WITHIN = "within"


@dataclass(frozen=True, kw_only=True)
class Slice:
    """What one fact is asked: measures that share a time column, grouped and filtered by dimensions.

    `at`: within the period, or everything before one of its moments (`start`, `end`, `month_ends`).
    """

    fact: str
    time: str
    measures: tuple[Measure, ...]
    by: tuple[str, ...]
    where: Where
    at: str = WITHIN

    @cached_property
    def columns(self) -> tuple[str, ...]:
        """The names of the measures' sums: `agents_joined`, or `agents_joined@end` at a moment."""
        mark = "" if self.at == WITHIN else f"@{self.at}"
        return tuple(f"{measure.name}{mark}" for measure in self.measures)


def measured_cells(source: FactSource, asked: Asked, periods: Periods, part: Slice) -> pl.DataFrame:
    """Cells [piece, one column per dimension in `by`, one per measure] of a fact with instants for times."""
    sums = _stored_cells(source, asked, periods, part)
    if sums is not None:
        return _by_piece(sums, periods, part)
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
    """The declared grouping whose stored sums, as they stand, answer the slice; None where they do not."""
    question = asked.question
    is_now = question.as_of is None and question.known_at is None and question.position is None
    if not is_now or reaches_beyond(source, part.fact, asked.now):
        return None
    return _declared_grouping(source, periods, part, always=always)


def _declared_grouping(
    source: FactSource, periods: Periods, part: Slice, *, always: Grouping = ()
) -> Grouping | None:
    if not periods.is_whole_days or periods.zone.key != source.zone:
        return None
    wanted = {*(stored_name(part.fact, name) for name in (*part.by, *part.where)), *always}
    return next((held for held in GROUPINGS.get(part.fact, ()) if set(held) == wanted), None)


def _stored_cells(source: FactSource, asked: Asked, periods: Periods, part: Slice) -> pl.DataFrame | None:
    """Stored sums as they stand, or as they stood at the question's moment; None where only rows answer."""
    grouping = _declared_grouping(source, periods, part)
    if grouping is None:
        return None
    last_day = periods.label(periods.edges[-1])
    if stored_grouping(source, asked, periods, part) is not None:
        return source.sums(part.fact, grouping, periods.first_day, last_day)
    return source.past_sums(
        part.fact,
        grouping,
        periods.first_day,
        last_day,
        as_of=read_as_of(source, asked, part.fact),
        known_at=asked.question.known_at,
        position=asked.question.position,
        with_neighbours=any(measure.neighbours for measure in part.measures),
    )


def keep(where: Where) -> list[pl.Expr]:
    """The rows whose dimensions, as text, have one of the wanted values; None is one too."""
    return [
        pl.col(name).cast(pl.String).is_in(list(values), nulls_equal=True) for name, values in where.items()
    ]


def _by_piece(sums: pl.DataFrame, periods: Periods, part: Slice) -> pl.DataFrame:
    names = [measure.name for measure in part.measures]
    return (
        sums.lazy()
        .filter(*keep(part.where))
        .select((pl.col("day") - periods.first_day).dt.total_days().alias("piece"), *part.by, *names)
        .group_by("piece", *part.by)
        .agg(pl.col(names).sum())
        .collect()
    )


def fact_rows(
    source: FactSource,
    asked: Asked,
    part: Slice,
    *,
    columns: Sequence[str],
    span: tuple[datetime, datetime] | None = None,
) -> pl.DataFrame:
    """The live rows whose time lies in the period (or another span), with what slice and caller read.

    Neighbours are looked for among all rows, so a filter comes after them and the range before it is wider.
    """
    spec = next((measure.neighbours for measure in part.measures if measure.neighbours), None)
    start, end = span or (asked.start, asked.end)
    until = end if spec is None else end + spec.within
    rows = source.facts(
        part.fact,
        columns=[name for name in _columns(part, columns) if name != "voided"],
        time=(part.time, *_bounds(asked, part, start=start, until=until)),
        equal=part.where if spec is None else {},
        as_of=read_as_of(source, asked, part.fact),
        known_at=asked.question.known_at,
        position=asked.question.position,
    )
    rows = _with_instants(rows, asked, part)
    if spec is not None:
        rows = with_neighbours(rows.with_columns(voided=pl.lit(value=False)), spec)
    return rows.filter(pl.col(part.time).is_between(start, end, closed="left"), *keep(part.where))


def _is_day(part: Slice) -> bool:
    """Whether the slice's time is a local day and no instant."""
    schema = DERIVED[part.fact].schema if part.fact in DERIVED else SPECS[part.fact].schema
    return schema.get(part.time) == pl.Date()


def _bounds(
    asked: Asked, part: Slice, *, start: datetime, until: datetime
) -> tuple[datetime, datetime] | tuple[date, date]:
    if not _is_day(part):
        return start, until
    first, last = (local_time(at, zone=asked.zone).date() for at in (start, until))
    return first - timedelta(days=1), last + timedelta(days=1)


def _with_instants(rows: pl.DataFrame, asked: Asked, part: Slice) -> pl.DataFrame:
    """A day stands for the instant at which it begins where the question is asked."""
    if rows.schema[part.time] != pl.Date:
        return rows
    days = rows[part.time].unique().drop_nulls().to_list()
    begins = [moment(day, zone=asked.zone, day_start=asked.question.day_start) for day in days]
    at = pl.col(part.time).replace_strict(
        pl.Series(days, dtype=pl.Date()),
        pl.Series(begins, dtype=pl.Datetime("us", "UTC")),
        default=None,
        return_dtype=pl.Datetime("us", "UTC"),
    )
    return rows.with_columns(at)


def _columns(part: Slice, columns: Sequence[str]) -> list[str]:
    derived = {measure.neighbours.derived for measure in part.measures if measure.neighbours}
    expressions = [measure.value for measure in part.measures]
    expressions += [measure.neighbours.among for measure in part.measures if measure.neighbours]
    keys = [measure.neighbours.key for measure in part.measures if measure.neighbours]
    read = [name for expression in expressions for name in expression.meta.root_names()]
    wanted = dict.fromkeys([*columns, part.time, *part.by, *part.where, *keys, *read])
    return [name for name in wanted if name not in derived]
