"""The rows of a frame as lists want them: the same conditions, order and page as for stored days in SQL."""

from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import ROUND_CEILING, Context, Decimal
from functools import reduce
from operator import and_, or_
from typing import Any

import polars as pl

from graphql_api.lists.column_values import LARGEST_AMOUNT
from graphql_api.lists.conditions import Condition
from graphql_api.lists.read_model import Order
from graphql_api.views.row_ids import id_in_frame
from graphql_api.views.rows_wanted import RowsWanted
from graphql_api.views.view_model import ViewModel
from projections.storage.view_orders import Part, leaves_out

LAST_DIGIT = Decimal("0.0001")
EXACT = Context(prec=60)


def kept_rows(
    model: ViewModel, rows: pl.DataFrame, conditions: Sequence[Condition], order: Order
) -> pl.DataFrame:
    """The rows that keep every condition, less those that the order leaves out."""
    kept = [expression for condition in conditions for expression in _expressions(condition, rows.schema)]
    if order.column is not None and leaves_out(model.view, order.column):
        kept.append(pl.col(order.column).is_not_null())
    return rows.filter(kept) if kept else rows


def page_of(
    model: ViewModel, kept: pl.DataFrame, wanted: RowsWanted, *, attributes: Sequence[str]
) -> list[tuple[Any, ...]]:
    """Of kept rows a page in order: tuples of these attributes."""
    return frame_of_page(model, kept, wanted, attributes=attributes).rows()


def frame_of_page(
    model: ViewModel, kept: pl.DataFrame, wanted: RowsWanted, *, attributes: Sequence[str]
) -> pl.DataFrame:
    """The page as a frame, whose columns are named by the places of the attributes: "0", "1" …"""
    parts = model.parts(wanted.order)
    here = kept.with_columns(part.expression.alias(_named(place)) for place, part in enumerate(parts))
    if wanted.after is not None:
        at = dict(zip(model.places(wanted.order), wanted.after, strict=True))
        values = [part.of(at[part.column]) for part in parts]
        here = here.filter(_behind(parts, values, here.schema, is_descending=wanted.is_descending))
    names = [_named(place) for place in range(len(parts))]
    ordered = here.sort(names, descending=wanted.is_descending).slice(wanted.offset, wanted.limit)
    columns = [id_in_frame(model.view) if name == "id" else pl.col(name) for name in attributes]
    return ordered.select(column.alias(str(place)) for place, column in enumerate(columns))


def _named(place: int) -> str:
    return f"part:{place}"


def _behind(
    parts: Sequence[Part], values: Sequence[Any], schema: pl.Schema, *, is_descending: bool
) -> pl.Expr:
    """Greater, or less, as tuples: the first part that differs says."""
    alternatives: list[pl.Expr] = []
    same: list[pl.Expr] = []
    for place, value in zip(range(len(parts)), values, strict=True):
        part, there = pl.col(_named(place)), pl.lit(value).cast(schema[_named(place)])
        beyond = part < there if is_descending else part > there
        alternatives.append(reduce(and_, [*same, beyond]))
        same.append(part == there)
    return reduce(or_, alternatives)


def _expressions(condition: Condition, schema: pl.Schema) -> list[pl.Expr]:
    name = condition.column.name
    column, kind = pl.col(name), schema[name]
    found: list[pl.Expr] = []
    if condition.values is not None:
        values = [value for value in condition.values if _exists(value)]
        found.append(column.is_in(pl.Series([_value(value) for value in values], dtype=kind).implode()))
    if condition.start is not None:
        found.append(column >= pl.lit(_value(condition.start)).cast(kind))
    if condition.end is not None:
        found.append(column < pl.lit(_value(condition.end)).cast(kind))
    if condition.is_null is not None:
        found.append(column.is_null() if condition.is_null else column.is_not_null())
    return found


def _exists(value: Any) -> bool:
    """Whether a column could hold it: amounts have four decimals."""
    return not isinstance(value, Decimal) or _value(value) == value


def _value(value: Any) -> Any:
    """As a frame has it: in UTC, and an amount as the least that is not less."""
    if isinstance(value, datetime):
        return value.astimezone(UTC)
    if isinstance(value, Decimal):
        largest = LARGEST_AMOUNT - LAST_DIGIT
        return max(-largest, min(value, largest)).quantize(LAST_DIGIT, ROUND_CEILING, EXACT)
    return value
