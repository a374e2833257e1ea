"""The same fold one event at a time: what small batches use, since a frame has a fixed cost of milliseconds.

Rows are dicts of `spec.schema`; a property test holds this fold and the frames' fold to the same rows.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from operator import add
from types import SimpleNamespace
from typing import Any

import polars as pl

from domain.envelope import short_id
from projections.facts.fold import key_value, merging
from projections.facts.row import OWN_ID
from projections.facts.spec import ENVELOPE, Column, FactSpec, Group, source_field

RowValues = dict[str, Any]
RowKey = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Told:
    """An event at its position in the log: an `Event`, or a decoded row with its topic and fields."""

    position: int
    event: Any


def fold_plain(
    spec: FactSpec, rows: dict[RowKey, RowValues], told: Iterable[Told]
) -> dict[RowKey, RowValues]:
    """Fold live events (no voids) over stored rows; the result has the touched rows only."""
    touched: dict[RowKey, RowValues] = {}
    for one in told:
        if one.event.TOPIC not in spec.topics:
            continue
        key = row_key(spec, one.event)
        row = touched.get(key)
        if row is None:
            row = touched[key] = dict(rows[key]) if key in rows else _untouched(spec, key)
        for step in _steps(spec, one.event.TOPIC):
            step(row, one)
    return touched


def fold_few(spec: FactSpec, rows: pl.DataFrame, events: pl.DataFrame) -> pl.DataFrame:
    """Fold a few decoded events over the stored rows of their keys: what `fold` and `merge` give, sooner."""
    held = {tuple(row[name] for name in spec.key_names): row for row in rows.to_dicts()}
    told = [Told(row["position"], SimpleNamespace(TOPIC=row["topic"], **row)) for row in events.to_dicts()]
    return pl.DataFrame(list(fold_plain(spec, held, told).values()), schema=spec.schema)


def keys_of(spec: FactSpec, events: pl.DataFrame) -> pl.DataFrame:
    """The keys of the rows that events touch, once each."""
    touching = events.filter(pl.col("topic").is_in(spec.topics))
    return touching.select(key_value(column) for column in spec.keys).unique()


def row_key(spec: FactSpec, event: Any) -> RowKey:
    """The key of the row that an event touches."""
    return tuple(_key_value(column, event) for column in spec.keys)


def _key_value(column: Column, event: Any) -> Any:
    value = getattr(event, source_field(column))
    return "" if value is None else value


def _untouched(spec: FactSpec, key: RowKey) -> RowValues:
    row: RowValues = dict.fromkeys(spec.schema)
    return row | dict(zip(spec.key_names, key, strict=True)) | {"voided": False, "has_void": False}


Step = Callable[[RowValues, Told], None]


@cache
def _steps(spec: FactSpec, topic: str) -> tuple[Step, ...]:
    """Everything that one topic does to a row of one fact."""
    groups = [_pick(group, topic) for group in spec.ordered if topic in group.topics]
    totals = [_add(column) for column in spec.totals if column.merged and topic in column.merged.topics]
    return (*groups, *totals, _widen_envelope)


def _pick(group: Group, topic: str) -> Step:
    values = [(column.name, _reader(column, topic)) for column in group.columns]
    later = group.kind == "last"

    def pick(row: RowValues, told: Told) -> None:
        event = told.event
        if not _meets(event, group.where) or (group.present and getattr(event, group.present, None) is None):
            return
        held, new = (row[group.order_at], row[group.order_position]), (event.occurred_at, told.position)
        if held[0] is None or (new > held if later else new < held):
            row[group.order_at], row[group.order_position] = new
            row.update((name, read(event)) for name, read in values)

    return pick


def _reader(column: Column, topic: str) -> Callable[[Any], Any]:
    merged = merging(column)
    if merged.literals is not None:
        literal = merged.literals.get(topic)
        return lambda _: literal
    if topic in merged.cleared_by:
        return lambda _: None
    field = source_field(column)
    if field == OWN_ID:
        return lambda event: short_id(event.originator_id)
    return lambda event: getattr(event, field, None)


def _meets(event: Any, where: tuple[tuple[str, str | bool], ...]) -> bool:
    return all(getattr(event, name, None) == value for name, value in where)


COMBINE: Mapping[str, Callable[[Any, Any], Any]] = {"sum": add, "min": min, "max": max}


def _add(column: Column) -> Step:
    merged, name = merging(column), column.name
    combine = COMBINE[merged.kind]

    def add_up(row: RowValues, told: Told) -> None:
        if not _meets(told.event, merged.where):
            return
        value = _reader(column, told.event.TOPIC)(told.event)
        if value is not None:
            row[name] = value if row[name] is None else combine(row[name], value)

    return add_up


def _widen_envelope(row: RowValues, told: Told) -> None:
    sources = {
        "occurred_at": told.event.occurred_at,
        "recorded_at": told.event.recorded_at,
        "position": told.position,
    }
    for name, kind, source, _, _ in ENVELOPE:
        value, held = sources[source], row[name]
        if held is None or (value < held if kind == "min" else value > held):
            row[name] = value
