"""What moved a number between two moments of knowing: rows, what each adds to the difference, events."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from fractions import Fraction
from typing import Any

import polars as pl

from projections.metrics.answer import answer
from projections.metrics.answer_rows import Answer, Number
from projections.metrics.definition import MetricDefinition
from projections.metrics.definitions import find_definition
from projections.metrics.explain import explained_rows
from projections.metrics.explained_roles import group_column
from projections.metrics.question import Question
from projections.metrics.source import FactSource

SHARE = "share_of_difference"


@dataclass(frozen=True, kw_only=True)
class Movement:
    """One period and group as it was known at two moments, and the rows that moved it.

    Rows: role, fact, stream, other_stream, key, event_time, before, after, change, last_position and
    `share_of_difference`: these add up to `difference`; null for what is no quotient of sums, or where either
    side has no value.
    """

    before: Answer | None
    after: Answer | None
    rows: pl.DataFrame

    @property
    def difference(self) -> Number | None:
        first, second = (None if one is None else one.value for one in (self.before, self.after))
        return None if first is None or second is None else second - first


def moved_known_at(
    source: FactSource, question: Question, earlier: datetime, later: datetime, *, now: datetime
) -> list[Movement]:
    """Every period and group of a question as known at two moments, with what moved it."""
    first, second = (
        {_place(one): one for one in answer(source, replace(question, known_at=moment), now=now)}
        for moment in (earlier, later)
    )
    rows = difference_known_at(source, question, earlier, later, now=now)
    definition = find_definition(question.metric, question.definition)
    movements = []
    for place in {**first, **second}:
        before, after = first.get(place), second.get(place)
        mine = _rows_of(rows, before or after, definition)
        movements.append(
            Movement(before=before, after=after, rows=_with_shares(mine, before, after, definition))
        )
    return movements


def difference_known_at(
    source: FactSource, question: Question, earlier: datetime, later: datetime, *, now: datetime
) -> pl.DataFrame:
    """The rows whose contribution differs between what was known at two moments: before, after and change.

    The changes of a role within one period and group add up to the difference of its figure.
    """
    told = [
        explained_rows(source, replace(question, known_at=moment), now=now)
        .filter(pl.col("role") != "excluded")
        .with_columns(pl.col("contribution") / pl.col("divisor"))
        .drop("reason", "first_position", "divisor")
        for moment in (earlier, later)
    ]
    row = ["role", "fact", "stream", "key", "period_start", *map(group_column, question.by)]
    both = told[0].join(told[1], on=row, how="full", coalesce=True, nulls_equal=True, suffix="_after")
    before, after = (pl.col(name).fill_null(0) for name in ("contribution", "contribution_after"))
    told_last = ("event_time", "last_position", "other_stream")
    latest = {name: pl.coalesce(f"{name}_after", name) for name in told_last}
    return (
        both.select(
            *row,
            latest["event_time"].alias("event_time"),
            before.alias("before"),
            after.alias("after"),
            (after - before).alias("change"),
            latest["last_position"].alias("last_position"),
            latest["other_stream"].alias("other_stream"),
        )
        .filter(pl.col("change") != 0)
        .sort("role", "event_time", "stream", "key")
    )


def told_between(log: pl.DataFrame, earlier: datetime, later: datetime) -> pl.DataFrame:
    """The events of a log's rows [position, originator_id, topic, state] put on record between two moments.

    Gives position, stream, topic, occurred_at and recorded_at as text.
    """
    first, last = (moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ") for moment in (earlier, later))
    return (
        log.with_columns(
            pl.col("state").str.json_path_match(f"$.{name}").alias(name)
            for name in ("occurred_at", "recorded_at")
        )
        .filter(pl.col("recorded_at").is_between(pl.lit(first), pl.lit(last), closed="left"))
        .select("position", pl.col("originator_id").alias("stream"), "topic", "occurred_at", "recorded_at")
    )


def streams_of(movements: Iterable[Movement]) -> list[str]:
    """Every stream that a movement names, once."""
    names = [
        name
        for one in movements
        for column in ("stream", "other_stream")
        for name in one.rows[column].drop_nulls().to_list()
    ]
    return list(dict.fromkeys(names))


def _rows_of(rows: pl.DataFrame, place: Answer | None, definition: MetricDefinition) -> pl.DataFrame:
    """The moved rows of an answer; those of a base held whole are of every group's."""
    if place is None:
        return rows.clear()
    wanted = pl.col("period_start") == place.period_start.isoformat()
    for name, value in place.by.items():
        held = (pl.col("role") == "denominator") & pl.lit(name in definition.held_whole)
        wanted &= pl.col(name).eq_missing(pl.lit(value, pl.String)) | (held & pl.col(name).is_null())
    return rows.filter(wanted).drop("period_start", *place.by)


def _with_shares(
    rows: pl.DataFrame, before: Answer | None, after: Answer | None, definition: MetricDefinition
) -> pl.DataFrame:
    """What each row adds to the difference of the value.

    From N/D to M/E it is (M − N·E/D)/E = Σ (change above − N/D × change below)/E, so the shares add up.
    """
    if definition.statistic is not None or definition.formula is not None:
        return rows.with_columns(pl.lit(None, pl.Float64).alias(SHARE))
    scale = float(definition.scale)
    change = pl.col("change").cast(pl.Float64)
    if definition.denominator is None:
        return rows.with_columns((scale * change).alias(SHARE))
    value, below = _level(before), None if after is None else after.denominator
    if value is None or not below:
        return rows.with_columns(pl.lit(None, pl.Float64).alias(SHARE))
    above = pl.when(pl.col("role") == "numerator").then(change).otherwise(-float(value) * change)
    return rows.with_columns((scale * above / float(below)).alias(SHARE))


def _level(one: Answer | None) -> Fraction | None:
    """The quotient before its scale; null where nothing was divided."""
    if one is None or one.numerator is None or not one.denominator:
        return None
    return Fraction(one.numerator) / Fraction(one.denominator)


def _place(one: Answer) -> tuple[Any, ...]:
    return one.period_start, *one.by.values()
