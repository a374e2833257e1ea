"""The arguments that every list of rows has, and what they ask for once checked."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

import strawberry
from strawberry.annotation import StrawberryAnnotation
from strawberry.types.arguments import StrawberryArgument

from graphql_api.coded_errors import BadInputError
from graphql_api.lists.read_model import MOST_SKIPPED, ROWS_BY_DEFAULT, Order, ReadModel
from graphql_api.scalars import BigInt


@dataclass(frozen=True, kw_only=True)
class RowsAsked:
    """Rows of a half-open range of time [since, until), one of whose values each filter names."""

    since: datetime | None
    until: datetime | None
    updated_since: int | None
    is_including_voided: bool
    filters: dict[str, list[str]]
    order: Order


def shared_arguments(model: ReadModel) -> list[StrawberryArgument]:
    """The arguments that a list and a connection of this read model share."""
    time = model.time
    return [
        _argument("since", "from", datetime | None, f"Rows whose {time} is at or after this moment."),
        _argument("until", "to", datetime | None, f"Rows whose {time} is before this moment: half-open."),
        _argument(
            "updated_since",
            "updatedSince",
            BigInt | None,
            "Rows touched by an event after this position of the log; ask again with the position answered.",
        ),
        _argument(
            "is_including_voided",
            "includeVoided",
            bool,
            "Also rows of which no event is left in force; they say `voided`.",
            default=False,
        ),
        _argument(
            "order_by",
            "orderBy",
            model.orders,
            "The order; the id breaks ties.",
            default=model.default_order,
        ),
        *(_filter_argument(name) for name in model.filters),
    ]


def list_arguments() -> list[StrawberryArgument]:
    return [
        _argument("limit", "limit", int, "How many rows at most, up to 10,000.", default=ROWS_BY_DEFAULT),
        _argument(
            "offset", "offset", int, "How many rows to skip, up to 100,000; beyond, use `after`.", default=0
        ),
    ]


def connection_arguments() -> list[StrawberryArgument]:
    return [
        _argument("first", "first", int, "How many edges at most, up to 1,000.", default=ROWS_BY_DEFAULT),
        _argument("after", "after", str | None, "The cursor after which to go on."),
    ]


def _filter_argument(column: str) -> StrawberryArgument:
    words = column.replace("_", " ")
    return _argument(column, None, list[str] | None, f"Rows whose {words} is one of these.")


def _argument(
    python_name: str, graphql_name: str | None, kind: Any, description: str, *, default: Any = None
) -> StrawberryArgument:
    return StrawberryArgument(
        python_name=python_name,
        graphql_name=graphql_name,
        type_annotation=StrawberryAnnotation(
            Annotated[kind, strawberry.argument(description=description, name=graphql_name)]
        ),
        description=description,
        default=default,
    )


def read_rows_asked(model: ReadModel, given: dict[str, Any]) -> RowsAsked:
    """Raises BadInputError for a range that is none, an unusable text, a position below zero."""
    since, until, updated_since = given["since"], given["until"], given["updated_since"]
    if since and until and until <= since:
        raise BadInputError(
            f"`to` ({until.isoformat()}) must be after `from` ({since.isoformat()})", argument="to"
        )
    if updated_since is not None and updated_since < 0:
        raise BadInputError(
            f"`updatedSince` is {updated_since}; positions begin at 0", argument="updatedSince"
        )
    return RowsAsked(
        since=since,
        until=until,
        updated_since=updated_since,
        is_including_voided=given["is_including_voided"],
        filters={name: _texts(given[name], name) for name in model.filters if given[name] is not None},
        order=given["order_by"].value,
    )


def _texts(values: list[str], name: str) -> list[str]:
    if any("\0" in value for value in values):
        raise BadInputError("A text cannot hold the character U+0000", argument=name)
    return values


def read_count(name: str, value: int, *, most: int, least: int = 0) -> int:
    if not least <= value <= most:
        raise BadInputError(f"`{name}` is {value}; it may be {least} to {most:,}", argument=name)
    return value


def read_offset(value: int) -> int:
    return read_count("offset", value, most=MOST_SKIPPED)
