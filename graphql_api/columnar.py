"""Lists of flat rows completed column by column, with the very answers graphql-core gives cell by cell.

Cell by cell, 10,000 rows of eight fields hold the event loop ten times as long. Whatever is not a flat
list of plain attributes, and whatever would be an error, is left to graphql-core.
"""

from asyncio import sleep
from collections.abc import Awaitable, Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache, partial
from inspect import isawaitable
from itertools import islice
from math import isfinite
from operator import attrgetter
from typing import Any

from graphql import (
    GraphQLLeafType,
    GraphQLList,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLResolveInfo,
    Undefined,
    get_named_type,
    is_leaf_type,
    is_list_type,
    is_non_null_type,
    is_object_type,
)
from graphql.execution.collect_fields import FieldDetailsList
from graphql.pyutils import AwaitableOrValue, Path
from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext
from strawberry.schema.schema_converter import GraphQLCoreConverter

from graphql_api.lists.edges import Edges
from graphql_api.tuple_rows import TupleRows
from graphql_api.turns import CELLS_AT_ONCE, pieces_of

# Python values that orjson writes just as the scalar of that name would have been written.
WRITTEN_AS_THEY_ARE: dict[str, type] = {
    "String": str,
    "ID": str,
    "Boolean": bool,
    "Int": int,
    "Float": float,
    "BigInt": int,
    "Date": date,
    "DateTime": datetime,
}
ByCell = Callable[[], AwaitableOrValue[list[Any]]]

LARGEST = {"Int": 2**31 - 1, "BigInt": 2**63 - 1}


class NotColumnarError(Exception):
    """A list has to be completed cell by cell."""


@dataclass(frozen=True, slots=True)
class NestedRows:
    """One selected field that holds a flat row itself, as an edge holds its node."""

    response_name: str
    attribute: str
    item: GraphQLObjectType
    columns: "Sequence[Column | ListColumn | NestedRows]"

    def complete(self, rows: Any) -> Sequence[Any]:
        return _complete_rows(rows, self.item, self.columns)


@dataclass(frozen=True, slots=True)
class Column:
    """One selected field of a flat row; `attribute` is None for `__typename`."""

    response_name: str
    attribute: str | None
    leaf: GraphQLLeafType | None
    is_required: bool

    def complete(self, values: Sequence[Any]) -> Sequence[Any]:
        kinds = set(map(type, values))
        if type(None) not in kinds:
            return self._complete_present(values, kinds)
        if self.is_required:
            raise NotColumnarError
        kinds.discard(type(None))
        present = [value for value in values if value is not None]
        completed = iter(self._complete_present(present, kinds))
        return [None if value is None else next(completed) for value in values]

    def _complete_present(self, values: Sequence[Any], kinds: set[type]) -> Sequence[Any]:
        assert self.leaf is not None  # noqa: S101 - only `__typename` has none, and is never completed
        if kinds <= {WRITTEN_AS_THEY_ARE.get(self.leaf.name)} and self._is_in_range(values):
            return values
        if any(issubclass(kind, Exception) or hasattr(kind, "__await__") for kind in kinds):
            raise NotColumnarError
        return _serialize(self.leaf, values, is_one_kind=len(kinds) == 1)

    def _is_in_range(self, values: Sequence[Any]) -> bool:
        assert self.leaf is not None  # noqa: S101 - as above
        if self.leaf.name == "Float":
            return all(map(isfinite, values))
        largest = LARGEST.get(self.leaf.name)
        return not (largest and values) or (max(values) <= largest and min(values) >= -largest)


@dataclass(frozen=True, slots=True)
class ListColumn:
    """One selected field that holds a list of plain values: those of all rows are completed at once."""

    response_name: str
    attribute: str
    values: Column
    is_required: bool

    def complete(self, lists: Sequence[Any]) -> Sequence[Any]:
        kinds = set(map(type, lists))
        if not kinds <= {list, tuple, type(None)} or (self.is_required and type(None) in kinds):
            raise NotColumnarError
        completed = iter(self.values.complete([value for values in lists for value in values or ()]))
        return [None if values is None else list(islice(completed, len(values))) for values in lists]


def _serialize(leaf: GraphQLLeafType, values: Sequence[Any], *, is_one_kind: bool) -> list[Any]:
    """Each value by the scalar's own rule, equal values once (of one type only, since 1 == True)."""
    coerce = leaf.coerce_output_value
    if not is_one_kind or not all(kind.__hash__ for kind in {type(value) for value in values[:1]}):
        return [_present(coerce(value)) for value in values]
    answers = {value: _present(coerce(value)) for value in set(values)}
    return [answers[value] for value in values]


def _present(answer: Any) -> Any:
    if answer is None or answer is Undefined:
        raise NotColumnarError
    return answer


class ColumnarExecutor(StrawberryGraphQLCoreExecutionContext):
    """graphql-core's executor, which completes lists of flat rows by column where it can."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        # Strawberry always passes a manager, and one without middleware costs a call per cell.
        if not getattr(self.middleware_manager, "middlewares", None):
            self.middleware_manager = None

    def complete_list_value(  # noqa: PLR0913, PLR0917 - graphql-core's own signature
        self,
        return_type: GraphQLList[GraphQLOutputType],
        field_details_list: FieldDetailsList,
        info: GraphQLResolveInfo[Any],
        path: Path,
        result: Any,
        position_context: Any,
    ) -> AwaitableOrValue[list[Any]]:
        by_cell = partial(
            super().complete_list_value,
            return_type,
            field_details_list,
            info,
            path,
            result,
            position_context,
        )
        if self.middleware_manager is not None or position_context is not None:
            return by_cell()
        try:
            completed = self._complete_by_column(return_type, field_details_list, result)
        except Exception:  # noqa: BLE001 - graphql-core does it again and words the error
            return by_cell()
        return _or_by_cell(completed, by_cell) if isawaitable(completed) else completed

    def _complete_by_column(
        self, return_type: GraphQLList[GraphQLOutputType], details: FieldDetailsList, rows: Any
    ) -> AwaitableOrValue[list[Any]]:
        item = return_type.of_type
        is_required, item = is_non_null_type(item), item.of_type if is_non_null_type(item) else item
        if is_leaf_type(item) and type(rows) in (list, tuple):
            return list(Column("", attribute=None, leaf=item, is_required=is_required).complete(rows))
        if not is_object_type(item):
            raise NotColumnarError
        columns = self._columns(item, details)
        width = sum(map(_width, columns))
        if width * len(rows) > CELLS_AT_ONCE:
            return _complete_in_turns(rows, item, columns, width=width)
        return _complete_rows(rows, item, columns)

    def _columns(
        self, item: GraphQLObjectType, details: FieldDetailsList
    ) -> list[Column | ListColumn | NestedRows]:
        grouped, deferred, _ = self.collect_subfields(item, details)
        if deferred or not grouped:
            raise NotColumnarError
        return [self._selected(item, name, group) for name, group in grouped.items()]

    def _selected(
        self, item: GraphQLObjectType, response_name: str, group: FieldDetailsList
    ) -> Column | ListColumn | NestedRows:
        name = group[0].node.name.value
        kind = get_named_type(item.fields[name].type) if name in item.fields else None
        if not is_object_type(kind):
            return _column(item, response_name, name)
        attribute = _plain_attribute(item, name)
        return NestedRows(response_name, attribute, item=kind, columns=self._columns(kind, group))


async def _complete_in_turns(
    rows: Any, item: GraphQLObjectType, columns: Sequence[Column | ListColumn | NestedRows], *, width: int
) -> list[Any]:
    """Others are answered between the pieces."""
    completed: list[Any] = []
    for piece in pieces_of(len(rows), width=width):
        completed += _complete_rows(rows[piece], item, columns)
        await sleep(0)
    return completed


async def _or_by_cell(completing: Awaitable[list[Any]], by_cell: ByCell) -> list[Any]:
    """What turns out to be no flat list is begun anew cell by cell."""
    try:
        return await completing
    except Exception:  # noqa: BLE001 - as where it is done at once
        answer = by_cell()
        return await answer if isawaitable(answer) else answer


def _width(column: Column | ListColumn | NestedRows) -> int:
    """How many values of a row it stands for."""
    return sum(map(_width, column.columns)) if isinstance(column, NestedRows) else 1


def _complete_rows(
    rows: Any, item: GraphQLObjectType, columns: Sequence[Column | ListColumn | NestedRows]
) -> list[dict[str, Any]]:
    attributes = {column.attribute for column in columns if column.attribute}
    values_of = _values_by_attribute(rows, _python_class(item), attributes)
    completed = [
        column.complete(values_of[column.attribute]) if column.attribute else [item.name] * len(rows)
        for column in columns
    ]
    make_rows = row_maker(tuple(column.response_name for column in columns))
    return make_rows(zip(*completed, strict=True))


@lru_cache(maxsize=256)
def row_maker(names: tuple[str, ...]) -> Callable[[Iterable[tuple[Any, ...]]], list[dict[str, Any]]]:
    """Makes dictionaries with these keys, in order, of tuples of their values.

    Compiled as namedtuple and dataclasses do: a display of known keys takes a quarter of the time of
    `dict(zip(names, row))`, which was most of a bulk answer. A GraphQL name can only be an identifier.
    """
    cells = [f"cell{place}" for place in range(len(names))]
    items = ", ".join(f"{name!r}: {cell}" for name, cell in zip(names, cells, strict=True))
    maker: Callable[[Iterable[tuple[Any, ...]]], list[dict[str, Any]]] = eval(  # noqa: S307
        f"lambda rows: [{{{items}}} for {', '.join(cells)}, in rows]"
    )
    return maker


def _column(item: GraphQLObjectType, response_name: str, name: str) -> Column | ListColumn:
    if name == "__typename":
        return Column(response_name, attribute=None, leaf=None, is_required=True)
    kind, is_required = _nullable(item.fields[name].type)
    attribute = _plain_attribute(item, name)
    if is_list_type(kind):
        leaf, is_present = _nullable(kind.of_type)
        values = Column(response_name, attribute, leaf=_leaf(leaf), is_required=is_present)
        return ListColumn(response_name, attribute, values=values, is_required=is_required)
    return Column(response_name, attribute, leaf=_leaf(kind), is_required=is_required)


def _nullable(kind: GraphQLOutputType) -> tuple[Any, bool]:
    """The type without its exclamation mark, and whether it had one."""
    return (kind.of_type, True) if is_non_null_type(kind) else (kind, False)


def _leaf(kind: Any) -> GraphQLLeafType:
    if not is_leaf_type(kind):
        raise NotColumnarError
    return kind


def _plain_attribute(item: GraphQLObjectType, name: str) -> str:
    """The attribute that a field without a resolver or arguments is read from."""
    field = item.fields[name]
    declared = field.extensions[GraphQLCoreConverter.DEFINITION_BACKREF]
    if field.args or not (declared.is_basic_field and declared.default_resolver is getattr):
        raise NotColumnarError
    attribute: str = declared.python_name
    return attribute


def _python_class(item: GraphQLObjectType) -> type:
    """The class of its objects; of an `Edge[Call]` that is `Edge`."""
    definition = item.extensions[GraphQLCoreConverter.DEFINITION_BACKREF]
    origin: type = (definition.concrete_of or definition).origin
    return origin


def _values_by_attribute(rows: Any, row_type: type, attributes: Collection[str]) -> dict[str, Any]:
    if type(rows) in (TupleRows, Edges) and rows.row_type is row_type and len(rows):
        return rows.by_column(attributes)  # type: ignore[no-any-return]
    if type(rows) not in (list, tuple) or set(map(type, rows)) != {row_type}:
        raise NotColumnarError
    return {name: list(map(attrgetter(name), rows)) for name in attributes}
