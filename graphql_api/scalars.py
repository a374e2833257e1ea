"""Scalars that answer with plain JSON numbers and objects: exact decimals, big integers, free objects."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, NewType

import orjson
import strawberry
from strawberry.types.scalar import ScalarDefinition

BigInt = NewType("BigInt", int)
Json = NewType("Json", object)

LARGEST_JSON_INTEGER = 2**63 - 1
MOMENT = "give 2026-01-31T08:00:00+08:00, or milliseconds since 1970"


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
    """ISO 8601 with an offset, or milliseconds since 1970 in UTC; in UTC."""
    if isinstance(value, int) and not isinstance(value, bool):
        return _since_1970(value)
    try:
        moment = datetime.fromisoformat(value)
        if moment.tzinfo:
            return moment.astimezone(UTC)
    except (TypeError, ValueError, OverflowError) as error:
        raise ValueError(f"DateTime cannot represent {value!r}; {MOMENT}") from error
    raise ValueError(f"DateTime cannot represent {value!r}, which has no offset; {MOMENT}")


def _since_1970(milliseconds: int) -> datetime:
    try:
        return datetime.fromtimestamp(milliseconds / 1000, UTC)
    except (ValueError, OverflowError, OSError) as error:
        raise ValueError(f"DateTime cannot represent {milliseconds} ms since 1970") from error


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
        description=f"A moment, answered as ISO 8601 with its offset. To ask, {MOMENT}.",
        serialize=datetime.isoformat,
        parse_value=parse_moment,
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
