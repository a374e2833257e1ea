"""Scalars that answer with plain JSON numbers and objects: exact decimals, big integers, free objects."""

import re
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, NewType

import orjson
import strawberry
from strawberry.types.scalar import ScalarDefinition

from graphql_api.coded_errors import BadInputError

BigInt = NewType("BigInt", int)
DayOrMoment = date | datetime
Json = NewType("Json", object)

LARGEST_JSON_INTEGER = 2**63 - 1
MOMENT = "give 2026-01-31T08:00:00+08:00 with its offset, or milliseconds since 1970"
YEARS = range(1900, 2201)
DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def exact_number(value: Decimal | float) -> int | float | orjson.Fragment:
    """The value as a JSON number with all its digits; a fragment where a double would lose some."""
    exact = Decimal(value)
    if not exact.is_finite():
        raise ValueError(f"Decimal cannot represent {value}, which is no finite number")
    if exact == exact.to_integral_value() and abs(exact) <= LARGEST_JSON_INTEGER:
        return int(exact)
    if Decimal(repr(float(exact))) == exact:
        return float(exact)
    return orjson.Fragment(format(exact, "f"))


def whole_number(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise ValueError(f"BigInt cannot represent {value!r}, which is no whole number")  # noqa: TRY004 - as GraphQL
    if abs(value) > LARGEST_JSON_INTEGER:
        raise ValueError(f"BigInt cannot represent {value}, which needs more than 64 bits")
    return value


def parse_decimal(value: Any) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise ValueError(f"Decimal cannot represent {value!r}; give a number or a text of digits")  # noqa: TRY004
    try:
        number = Decimal(str(value))
    except ArithmeticError as error:
        raise ValueError(f"Decimal cannot represent {value!r}; give a number or a text of digits") from error
    if not number.is_finite():
        raise ValueError(f"Decimal cannot represent {value!r}, which is no finite number")
    return number


def parse_moment(value: Any) -> datetime:
    """ISO 8601 with an offset, or milliseconds since 1970; in UTC."""
    try:
        moment = _moment(value)
        if moment.year in YEARS:
            return moment
    except (TypeError, ValueError, OverflowError, OSError) as error:
        raise ValueError(f"DateTime cannot represent {value!r}; {MOMENT}, or a day") from error
    raise ValueError(f"DateTime cannot represent {value!r}: years {YEARS[0]} to {YEARS[-1]} can be asked for")


def parse_day_or_moment(value: Any) -> date | datetime:
    """A day without a time of day, which begins in the zone of the question, or as `parse_moment`."""
    if isinstance(value, str) and DAY.fullmatch(value):
        return parse_moment(f"{value}T00:00:00Z").date()
    return parse_moment(value)


def whole_moment(value: date | datetime, *, argument: str) -> datetime:
    """The moment given; raises BadInputError for a day, where only a moment will do."""
    if isinstance(value, datetime):
        return value
    raise BadInputError(f"`{argument}` is the day {value}; {MOMENT}", argument=argument)


def _moment(value: Any) -> datetime:
    if isinstance(value, int) and not isinstance(value, bool):
        return datetime.fromtimestamp(value / 1000, UTC)
    moment = datetime.fromisoformat(value)
    if moment.tzinfo is None:
        raise ValueError("it has no offset")
    return moment.astimezone(UTC)


def _as_it_is(value: Any) -> Any:
    return value


SCALARS: dict[object, ScalarDefinition] = {
    Decimal: strawberry.scalar(
        name="Decimal",
        description="An exact decimal, answered as a JSON number with all its digits.",
        serialize=exact_number,
        parse_value=parse_decimal,
    ),
    datetime: strawberry.scalar(
        name="DateTime",
        description=f"A moment, answered as ISO 8601 with its offset. To ask, {MOMENT}, "
        "or a day, which begins at midnight in the zone of the question.",
        serialize=datetime.isoformat,
        parse_value=parse_day_or_moment,
    ),
    BigInt: strawberry.scalar(
        name="BigInt",
        description="A whole number of up to 64 bits, answered as a JSON number.",
        serialize=whole_number,
        parse_value=whole_number,
    ),
    Json: strawberry.scalar(
        name="JSON",
        description="Any JSON value.",
        serialize=_as_it_is,
        parse_value=_as_it_is,
    ),
}
