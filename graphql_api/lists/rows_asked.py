"""The arguments that every list of rows has, and what they ask for once checked."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import Enum
from typing import Any
from zoneinfo import ZoneInfo

import strawberry
from strawberry.types.arguments import StrawberryArgument
from strawberry.utils.str_converters import to_camel_case

from graphql_api.arguments import argument, checked_position, checked_text
from graphql_api.coded_errors import BadInputError
from graphql_api.datasets.dataset import Column
from graphql_api.lists.conditions import ColumnFilter, Condition, read_filters
from graphql_api.lists.read_model import ROWS_BY_DEFAULT, Order, ReadModel
from graphql_api.scalars import BigInt, DayOrMoment
from projections.metrics.periods import moment

TAKEN = frozenset(
    {"from", "to", "updatedSince", "includeVoided", "orderBy", "where", "id", "limit", "offset", "first"}
    | {"after", "last", "before", "day", "asOf", "knownAt", "position"}
)
"""Arguments that every list has: a column of such a name is asked for by `where`."""
ORDER = "The order, in which the id breaks ties; else by time where `from` or `to` is asked, and by id."
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class RowsAsked:
    """Rows that keep every condition, in an order."""

    conditions: tuple[Condition, ...]
    updated_since: int | None
    is_including_voided: bool
    order: Order


def shared_arguments(model: ReadModel) -> list[StrawberryArgument]:
    """The arguments that a list and a connection of this read model share."""
    return [
        *time_arguments(model),
        argument(
            "updated_since",
            BigInt | None,
            "Rows touched by an event after this position of the log; go on from the position answered, "
            "and ask with `includeVoided`, so that what was taken back is seen.",
            default=None,
        ),
        argument(
            "is_including_voided",
            bool,
            "Also rows of which no event is left in force; they say `voided`.",
            name="includeVoided",
            default=False,
        ),
        argument("order_by", model.orders | None, ORDER, default=None),
        *column_arguments(model),
    ]


def time_arguments(model: ReadModel) -> list[StrawberryArgument]:
    if model.dataset.time is None:
        return []
    time = f"`{to_camel_case(model.dataset.time)}`"
    start, end = f"Rows whose {time} is at or after this.", f"Rows whose {time} is before this: half-open."
    return [
        argument("since", datetime | None, start, name="from", default=None),
        argument("until", datetime | None, end, name="to", default=None),
    ]


def column_arguments(model: ReadModel) -> list[StrawberryArgument]:
    """A filter for each text and each flag, and `where` for every column."""
    ids = [argument("ids", list[strawberry.ID] | None, "Rows of these ids.", name="id", default=None)]
    return [
        *(ids if model.dataset.has_own_id else []),
        *(_filter(column, list[str] | None, "one of these") for column in texts(model)),
        *(_filter(column, bool | None, "this") for column in flags(model)),
        argument("where", list[ColumnFilter] | None, "Rows of which columns are as told.", default=None),
    ]


def _filter(column: Column, kind: Any, what: str) -> StrawberryArgument:
    description = f"Rows whose {column.name.replace('_', ' ')} is {what}."
    return argument(asked_as(column), kind, description, name=to_camel_case(column.name), default=None)


def asked_as(column: Column) -> str:
    """The Python name of a column's filter: resolvers have arguments of their own, such as `source`."""
    return f"only_{column.name}"


def texts(model: ReadModel) -> list[Column]:
    return [column for column in model.texts if to_camel_case(column.name) not in TAKEN]


def flags(model: ReadModel) -> list[Column]:
    return [column for column in model.flags if to_camel_case(column.name) not in TAKEN]


def list_arguments(*, rows: int = ROWS_BY_DEFAULT) -> list[StrawberryArgument]:
    """The arguments that a flat list has, which answers so many rows where nothing is said."""
    skipped = "How many rows to skip, up to 100,000; the connection goes further."
    return [
        argument("limit", int, "How many rows at most, up to 10,000.", default=rows),
        argument("offset", int, skipped, default=0),
    ]


def connection_arguments() -> list[StrawberryArgument]:
    return [
        argument("first", int | None, "How many edges at most, up to 1,000; else 100.", default=None),
        argument("after", str | None, "The cursor after which to go on.", default=None),
        argument("last", int | None, "How many edges before `before`, up to 1,000.", default=None),
        argument("before", str | None, "The cursor before which to go back, with `last`.", default=None),
    ]


def needs_zone(given: dict[str, Any]) -> bool:
    """Whether something was given in days, which begin at midnight somewhere."""
    ends = (given.get("since"), given.get("until"))
    return bool(given["where"]) or any(end is not None and not isinstance(end, datetime) for end in ends)


def read_rows_asked(model: ReadModel, given: dict[str, Any], *, zone: str) -> RowsAsked:
    """Raises BadInputError for a range that is none, an unusable text, a position below zero."""
    return RowsAsked(
        conditions=tuple(conditions_asked(model, given, zone=ZoneInfo(zone))),
        updated_since=checked_position("updatedSince", given["updated_since"]),
        is_including_voided=given["is_including_voided"],
        order=order_asked(model, given).value,
    )


def order_asked(model: ReadModel, given: dict[str, Any]) -> Enum:
    """The order asked for, a member of the model's orders; orders by time leave out rows without one."""
    if given["order_by"] is not None:
        return model.orders(given["order_by"])
    is_ranged = given.get("since") is not None or given.get("until") is not None
    return model.orders[f"{model.dataset.time}_ASC".upper() if is_ranged else "ID_ASC"]


def conditions_asked(model: ReadModel, given: dict[str, Any], *, zone: ZoneInfo) -> list[Condition]:
    """What is asked of single columns, by whichever argument."""
    found = [*_range(model, given, zone), *_filters(model, given)]
    return [*found, *read_filters(given["where"], model.dataset, zone=zone)]


def _range(model: ReadModel, given: dict[str, Any], zone: ZoneInfo) -> list[Condition]:
    if model.dataset.time is None:
        return []
    since, until = (_moment(given[end], zone) for end in ("since", "until"))
    if since and until and until <= since:
        message = f"`to` ({until.isoformat()}) must be after `from` ({since.isoformat()})"
        raise BadInputError(message, argument="to")
    column = model.dataset.by_name[model.dataset.time]
    if column.kind is date:
        return [Condition(column=column, start=_day_from(since, zone), end=_day_from(until, zone))]
    return [Condition(column=column, start=since, end=until)]


def _filters(model: ReadModel, given: dict[str, Any]) -> list[Condition]:
    key = model.dataset.by_name[model.dataset.keys[0]]
    named = [(key, "id", given.get("ids"))]
    named += [(one, to_camel_case(one.name), given[asked_as(one)]) for one in texts(model)]
    told = [
        Condition(column=column, values=tuple(checked_text(name, value) for value in values))
        for column, name, values in named
        if values is not None
    ]
    flagged = [(column, given[asked_as(column)]) for column in flags(model)]
    return [*told, *(Condition(column=one, values=(value,)) for one, value in flagged if value is not None)]


def _moment(end: DayOrMoment | None, zone: ZoneInfo) -> datetime | None:
    return None if end is None else moment(end, zone=zone)


def _day_from(end: datetime | None, zone: ZoneInfo) -> date | None:
    """The first local day that begins at or after a moment."""
    if end is None:
        return None
    local = end.astimezone(zone)
    return local.date() if moment(local.date(), zone=zone) == end else local.date() + ONE_DAY
