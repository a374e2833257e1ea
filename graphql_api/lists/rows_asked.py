"""The arguments that every list of rows has, and what they ask for once checked."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from strawberry.types.arguments import StrawberryArgument
from strawberry.utils.str_converters import to_camel_case

from graphql_api.arguments import argument, checked_position, checked_text
from graphql_api.coded_errors import BadInputError
from graphql_api.lists.read_model import ROWS_BY_DEFAULT, Order, ReadModel
from graphql_api.scalars import BigInt, DayOrMoment
from projections.metrics.periods import moment


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
    time = f"`{to_camel_case(model.time)}`"
    return [
        argument(
            "since", datetime | None, f"Rows whose {time} is at or after this.", name="from", default=None
        ),
        argument(
            "until", datetime | None, f"Rows whose {time} is before this: half-open.", name="to", default=None
        ),
        argument(
            "updated_since",
            BigInt | None,
            "Rows touched by an event after this position of the log; go on from the position answered.",
            default=None,
        ),
        argument(
            "is_including_voided",
            bool,
            "Also rows of which no event is left in force; they say `voided`.",
            name="includeVoided",
            default=False,
        ),
        argument("order_by", model.orders, "The order; the id breaks ties.", default=model.default_order),
        *(
            argument(name, list[str] | None, f"Rows whose {words(name)} is one of these.", default=None)
            for name in model.filters
        ),
    ]


def list_arguments() -> list[StrawberryArgument]:
    skipped = "How many rows to skip, up to 100,000; the connection goes further."
    return [
        argument("limit", int, "How many rows at most, up to 10,000.", default=ROWS_BY_DEFAULT),
        argument("offset", int, skipped, default=0),
    ]


def connection_arguments() -> list[StrawberryArgument]:
    return [
        argument("first", int | None, "How many edges at most, up to 1,000; else 100.", default=None),
        argument("after", str | None, "The cursor after which to go on.", default=None),
        argument("last", int | None, "How many edges before `before`, up to 1,000.", default=None),
        argument("before", str | None, "The cursor before which to go back, with `last`.", default=None),
    ]


def words(name: str) -> str:
    return name.replace("_", " ")


def needs_zone(given: dict[str, Any]) -> bool:
    """Whether a range was given in days."""
    ends = (given["since"], given["until"])
    return any(end is not None and not isinstance(end, datetime) for end in ends)


def read_rows_asked(model: ReadModel, given: dict[str, Any], *, zone: str) -> RowsAsked:
    """Raises BadInputError for a range that is none, an unusable text, a position below zero."""
    since, until = (_moment(given[end], zone) for end in ("since", "until"))
    if since and until and until <= since:
        message = f"`to` ({until.isoformat()}) must be after `from` ({since.isoformat()})"
        raise BadInputError(message, argument="to")
    return RowsAsked(
        since=since,
        until=until,
        updated_since=checked_position("updatedSince", given["updated_since"]),
        is_including_voided=given["is_including_voided"],
        filters={
            name: [checked_text(name, value) for value in given[name]]
            for name in model.filters
            if given[name] is not None
        },
        order=given["order_by"].value,
    )


def _moment(end: DayOrMoment | None, zone: str) -> datetime | None:
    return None if end is None else moment(end, zone=ZoneInfo(zone))
