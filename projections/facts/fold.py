"""Events to rows, and rows to rows: the frame form of the fold, pure and free of arrival order.

Both `fold` (from events) and `merge` (from partial rows of the same fact) are one reduction: number the
candidates of each group by their order key, take the smallest or largest number per row key, and gather.
Only two integer columns are ever sorted. Groups keep the order of their first event: rows then lie in memory
as the events do, and gathering costs a quarter.
"""

from collections.abc import Mapping, Sequence
from functools import cache

import polars as pl

from projections.facts.row import OWN_ID, Merged
from projections.facts.spec import ENVELOPE, Column, FactSpec, Group, source_field

NUMBER = "number"


def fold(spec: FactSpec, events: pl.DataFrame) -> pl.DataFrame:
    """Fold live events (no voids) of any split of the log into rows of `spec.schema`.

    `events` has ROW_FIELDS and the fact's fields; several events of one row may come in any order.
    """
    events = events.filter(pl.col("topic").is_in(spec.topics))
    order = events.select(pl.arg_sort_by("occurred_at", "position")).to_series()
    numbered = events.select(
        *(key_value(column) for column in spec.keys),
        _ranks(order),
        *(pl.col(name) for name in _needed(spec, events.columns)),
    )
    told = set(events.get_column("topic").unique())
    groups = [group for group in spec.ordered if not told.isdisjoint(group.topics)]
    totals = [column for column in spec.totals if not told.isdisjoint(merging(column).topics)]
    touched = numbered.group_by(spec.key_names, maintain_order=True).agg(
        *(_pick(group, condition=_touches(group)) for group in groups),
        *(_total(column, source=_value(column), condition=_touching(column)) for column in totals),
        *(extreme(source, kind).alias(name) for name, kind, source, _, _ in ENVELOPE),
    )
    picked = [_gather_events(group, events, order, touched) for group in groups]
    return _assembled(spec, touched, picked)


def merge(spec: FactSpec, partials: pl.DataFrame) -> pl.DataFrame:
    """Merge partial rows of `spec.schema` (any number per key) into one row per key."""
    orders = {
        group.name: partials.select(pl.arg_sort_by(group.order_at, group.order_position)).to_series()
        for group in spec.ordered
    }
    numbered = partials.with_columns(
        _ranks(order).alias(f"{NUMBER}_{name}") for name, order in orders.items()
    )
    touched = numbered.group_by(spec.key_names, maintain_order=True).agg(
        *(
            _pick(group, condition=pl.col(group.order_at).is_not_null(), number=f"{NUMBER}_{group.name}")
            for group in spec.ordered
        ),
        *(
            _total(column, source=pl.col(column.name), condition=pl.col(column.name).is_not_null())
            for column in spec.totals
        ),
        *(extreme(name, kind) for name, kind, _, _, _ in ENVELOPE),
        pl.col("voided").all(),
        pl.col("has_void").any(),
    )
    picked = [_gather_rows(group, partials, orders[group.name], touched) for group in spec.ordered]
    return _assembled(spec, touched, picked)


@cache
def empty_rows(spec: FactSpec) -> pl.DataFrame:
    """No rows, with every column."""
    return pl.DataFrame(schema=spec.schema)


def key_value(column: Column) -> pl.Expr:
    field = pl.col(source_field(column))
    return (field.fill_null("") if column.dtype == pl.String() else field).alias(column.name)


def _ranks(order: pl.Series) -> pl.Series:
    """Turn an arg-sort into the rank of each row (its inverse permutation)."""
    numbers = pl.int_range(order.len(), dtype=pl.UInt32, eager=True)
    ranks = pl.DataFrame({"at": order, NUMBER: numbers}).sort("at").get_column(NUMBER)
    return ranks.alias(NUMBER)


def merging(column: Column) -> Merged:
    """How a column that is no key merges."""
    if column.merged is None:
        raise TypeError(f"{column.name} is a key; keys do not merge")
    return column.merged


def _needed(spec: FactSpec, present: Sequence[str]) -> list[str]:
    wanted = {"topic", *(source for _, _, source, _, _ in ENVELOPE)}
    wanted |= {group.present for group in spec.ordered if group.present}
    wanted |= {name for group in spec.ordered for name, _ in group.where}
    for column in spec.totals:
        merged = merging(column)
        wanted |= {name for name, _ in merged.where}
        wanted |= set() if merged.literals else {source_field(column)}
    return [name for name in present if name in wanted and name not in spec.key_names]


def _touches(group: Group) -> pl.Expr:
    condition = pl.col("topic").is_in(group.topics)
    for name, value in group.where:
        condition &= pl.col(name).eq(value).fill_null(value=False)
    return condition & pl.col(group.present).is_not_null() if group.present else condition


def _touching(column: Column) -> pl.Expr:
    merged = merging(column)
    condition = pl.col("topic").is_in(merged.topics)
    for name, value in merged.where:
        condition &= pl.col(name).eq(value).fill_null(value=False)
    return condition if merged.literals else condition & pl.col(source_field(column)).is_not_null()


def _value(column: Column) -> pl.Expr:
    """The value that a total takes from an event."""
    merged = merging(column)
    if merged.literals is None:
        return pl.col(source_field(column))
    return _literal(merged.literals, column)


def _literal(literals: Mapping[str, object], column: Column) -> pl.Expr:
    texts = {topic: value for topic, value in literals.items() if value is not None}
    return pl.col("topic").replace_strict(texts, default=None, return_dtype=column.dtype)


def _pick(group: Group, *, condition: pl.Expr, number: str = NUMBER) -> pl.Expr:
    candidates = pl.when(condition).then(pl.col(number))
    return (candidates.min() if group.kind == "first" else candidates.max()).alias(f"picked_{group.name}")


def _total(column: Column, *, source: pl.Expr, condition: pl.Expr) -> pl.Expr:
    values = pl.when(condition).then(source)
    kind = merging(column).kind
    if kind == "sum":
        # Polars sums nothing to 0; untouched is null.
        return pl.when(values.is_not_null().any()).then(values.sum()).cast(column.dtype).alias(column.name)
    return (values.min() if kind == "min" else values.max()).alias(column.name)


def extreme(source: str, kind: str) -> pl.Expr:
    """One end of an envelope."""
    return pl.col(source).min() if kind == "min" else pl.col(source).max()


def _gather_events(
    group: Group, events: pl.DataFrame, order: pl.Series, touched: pl.DataFrame
) -> pl.DataFrame:
    at = order.gather(touched.get_column(f"picked_{group.name}"))
    fields = list(dict.fromkeys(["occurred_at", "position", *_sources(group)]))
    found = events.select(pl.col(fields).gather(at))
    return found.select(
        *(_taken(column) for column in group.columns if column.name != group.order_at),
        pl.col("occurred_at").alias(group.order_at),
        pl.col("position").alias(group.order_position),
    )


def _sources(group: Group) -> list[str]:
    columns = [(column, merging(column)) for column in group.columns]
    fields = [_told_in(column) for column, merged in columns if merged.literals is None]
    return [*fields, "topic"] if any(m.literals is not None or m.cleared_by for _, m in columns) else fields


def _told_in(column: Column) -> str:
    """The column of an events' frame that fills a column."""
    field = source_field(column)
    return "originator_id" if field == OWN_ID else field


def _taken(column: Column) -> pl.Expr:
    merged = merging(column)
    if merged.literals is not None:
        return _literal(merged.literals, column).alias(column.name)
    value = pl.col(_told_in(column))
    if source_field(column) == OWN_ID:
        value = value.str.replace("^[^-]*-", "")
    if merged.cleared_by:
        value = pl.when(~pl.col("topic").is_in(merged.cleared_by)).then(value)
    return value.alias(column.name)


def _gather_rows(
    group: Group, partials: pl.DataFrame, order: pl.Series, touched: pl.DataFrame
) -> pl.DataFrame:
    at = order.gather(touched.get_column(f"picked_{group.name}"))
    names = [*(column.name for column in group.columns), group.order_at, group.order_position]
    return partials.select(pl.col(list(dict.fromkeys(names))).gather(at))


def _assembled(spec: FactSpec, touched: pl.DataFrame, picked: list[pl.DataFrame]) -> pl.DataFrame:
    """Put the columns in order; what no event of the batch touches is null, and nothing is void."""
    marks = {"voided": False, "has_void": False}
    rows = touched.hstack([column for frame in picked for column in frame.get_columns()])
    untouched = [pl.lit(marks.get(name)).alias(name) for name in spec.schema if name not in rows.columns]
    return rows.with_columns(untouched).select(
        pl.col(name).cast(dtype) for name, dtype in spec.schema.items()
    )
