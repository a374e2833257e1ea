"""The values of metrics as an export: the rows of the field `metrics`, asked for in the same words."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from types import NoneType
from typing import Any, get_args

import orjson
import polars as pl
import strawberry
from strawberry.types.arguments import StrawberryArgument
from strawberry.types.base import StrawberryObjectDefinition
from strawberry.utils.str_converters import to_camel_case

from graphql_api.arguments import checked_count
from graphql_api.datasets.dataset import Column, Dataset
from graphql_api.figures.value_rows import COLUMNS, MetricValue
from graphql_api.figures.values import ID, POSITION, Row, place_after, value_arguments, values_asked
from graphql_api.figures.words import ValueOrder
from graphql_api.lists.read_model import MOST_SKIPPED, ReadModel
from graphql_api.permissions import READERS_OF_FIGURES
from graphql_api.request_context import RequestContext
from graphql_api.scalars import BigInt

METRICS = "metrics"
OF_THE_EXPORT = frozenset({"limit", "after"})
"""Arguments of the field that every export has."""
KINDS: Mapping[Any, type] = {
    str: str,
    strawberry.ID: str,
    BigInt: int,
    Decimal: float,
    float: float,
    bool: bool,
    date: date,
    datetime: datetime,
}
"""The kind of a column by its type in GraphQL; what is none of these is told as JSON in a text."""
DTYPES: Mapping[type, pl.DataType] = {
    str: pl.String(),
    int: pl.Int64(),
    float: pl.Float64(),
    bool: pl.Boolean(),
    date: pl.Date(),
    datetime: pl.Datetime("us", "UTC"),
}
TOLD: Mapping[type, Callable[[Any], Any]] = {float: float, datetime: lambda moment: moment.astimezone(UTC)}


class MetricsModel(ReadModel):
    """The rows of `metrics`, which lie in no table."""


@dataclass(frozen=True, kw_only=True)
class ValuesToExport:
    """The columns asked for of the rows asked for, the id after which more would follow, and the position."""

    frame: pl.DataFrame
    next_id: str | None
    position: int


def metric_arguments() -> list[StrawberryArgument]:
    return [one for one in value_arguments() if one.python_name not in OF_THE_EXPORT]


async def values_to_export(
    given: dict[str, Any],
    context: RequestContext,
    *,
    columns: Sequence[str],
    limit: int | None,
    after: str | None,
) -> ValuesToExport:
    """Raises GraphQLError for what cannot be asked."""
    offset = checked_count("offset", given["offset"], most=MOST_SKIPPED)
    ask = await values_asked(given, context, names=set(map(to_camel_case, columns)))
    rows, _, _ = await context.services.ask_facts(ask)
    rest = rows[place_after(rows, after) + offset :]
    page = rest[:limit]
    return ValuesToExport(
        frame=values_frame(page, columns),
        next_id=page[-1][ID] if len(rest) > len(page) else None,
        position=min((row[POSITION] for row in rows), default=0),
    )


def values_frame(rows: Sequence[Row], columns: Sequence[str]) -> pl.DataFrame:
    """Typed columns; objects and lists as JSON in a text."""
    return pl.DataFrame([_column(name, [row[COLUMNS.index(name)] for row in rows]) for name in columns])


def _column(name: str, values: Sequence[Any]) -> pl.Series:
    kind = METRICS_MODEL.dataset.by_name[name].kind
    is_json = _of_null(MetricValue.__annotations__[name]) not in KINDS
    told = _as_json if is_json else TOLD.get(kind, lambda value: value)
    return pl.Series(name, [None if one is None else told(one) for one in values], dtype=DTYPES[kind])


def _as_json(value: Any) -> str:
    return orjson.dumps(value).decode()


def _of_null(hint: Any) -> Any:
    """The type, null left aside."""
    arms = [arm for arm in get_args(hint) if arm is not NoneType]
    return arms[0] if NoneType in get_args(hint) else hint


def _columns() -> tuple[Column, ...]:
    definition: StrawberryObjectDefinition = MetricValue.__strawberry_definition__  # type: ignore[attr-defined]
    return tuple(
        Column(
            name=field.python_name,
            kind=KINDS.get(_of_null(MetricValue.__annotations__[field.python_name]), str),
            is_required=NoneType not in get_args(MetricValue.__annotations__[field.python_name]),
            meaning=field.description or "",
        )
        for field in definition.fields
    )


METRICS_MODEL = MetricsModel(
    dataset=Dataset(
        name=METRICS,
        type_name=MetricValue.__name__,
        table="",
        source="view",
        meaning="One metric over one period and one group.",
        columns=_columns(),
        keys=("id",),
        time=None,
        readers=READERS_OF_FIGURES,
    ),
    row_type=MetricValue,
    orders=ValueOrder,
)
